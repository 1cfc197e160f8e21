"""Which framework something goes into, or is meant by what a document refers to."""

import re
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from controls.models import Framework
from controls.oscal.document import Document
from controls.oscal.facts import Facts
from controls.oscal.refusal import OSCALRefused
from controls.oscal.resources import Resource
from controls.transfer.findings import Findings, Question
from controls.transfer.lines import FACTS, day, document_uuid
from controls.transfer.numbers import Frameworks, name_key
from controls.transfer.settings import Settings
from grc.access.actor import Actor
from grc.registers.register import registers

INTO = "into"
"""The question which framework a table is of."""

FIELD_PATHS = {"name": "title", "edition": "version"}
_CHECKED_APART = {"key", "organisation", "reference", "owner", "base", "tags", "oscal", "sha256", "catalogue"}
_SHORT_END = re.compile(r"\s[-–—|]\s|[:(,]")


class Targets:
    """The frameworks of an organisation as an import sees them."""

    def __init__(self, frameworks: Frameworks, settings: Settings, findings: Findings, by: Actor) -> None:
        self.frameworks, self.findings, self.by = frameworks, findings, by
        self._settings = settings

    def chosen(self) -> Framework | None:
        """The framework that somebody said it goes into. Raises ``OSCALRefused`` where there is none."""
        wanted = self._settings.into
        if not wanted:
            return None
        found = self._referenced(wanted)
        if found is None:
            raise OSCALRefused("", _("There is no framework “%(reference)s” here.") % {"reference": wanted[:40]})
        return found

    def _referenced(self, reference: str) -> Framework | None:
        return next((one for one in self.frameworks.all if one.reference == reference.upper()), None)

    def answered(self, name: str) -> Framework | None:
        """The framework that somebody said ``name`` is; None where they did not."""
        answer = self._settings.answers.get(name, "")
        return self._referenced(answer) if answer else None

    def meant(self, resource: Resource) -> Framework | None:
        """The framework that a document refers to; None, with a question in the findings, where nobody knows."""
        found = self.answered(resource.href) or self._recognised(resource)
        if found is None and all(asked.name != resource.href for asked in self.findings.questions):
            self.findings.questions.append(Question(resource.href, resource.spelled[:200]))
        return found

    def _recognised(self, resource: Resource) -> Framework | None:
        for one in self.frameworks.all:
            if {one.oscal.get("uuid", ""), document_uuid(one)} & set(resource.uuids):
                return one
        for name in (resource.short, resource.title):
            found = [one for one in self.frameworks.all if name and name_key(name) in _names(one)]
            if len(found) == 1:
                return found[0]
        return None

    def for_document(self, document: Document, facts: Facts, kept: dict[str, Any], base: Framework | None) -> Framework:
        """The framework that a catalog or profile becomes, or is already; its facts set as the document says."""
        framework = self.chosen()
        if framework is None:
            framework = next((one for one in self.frameworks.all if one.oscal.get("uuid") == document.uuid), None)
            if framework is not None:
                self._note(_("This document is here already, as %(name)s: it is brought up to date."), framework)
        is_new = framework is None
        if framework is None:
            framework = Framework(
                organisation=self.by.organisation, owner=self.by.person, origin=Framework.Origin.OSCAL, base=base
            )
        elif framework.is_shipped:
            self._told(framework)
            return framework
        elif framework.base_id != (base.pk if base else None):
            raise OSCALRefused("", self._other_kind(framework))
        before = copy(framework)
        read = self._set_facts(framework, facts, is_new=is_new)
        framework.oscal = {
            "model": document.model, "uuid": document.uuid, "metadata": facts.metadata, "kept": kept, "read": read,
        }  # fmt: skip
        self._check(framework, f"{document.model}.metadata", is_new=is_new)
        self.findings.framework_change = is_new or any(
            getattr(before, name) != getattr(framework, name) for name in (*FACTS, "oscal")
        )
        return framework

    def for_table(self) -> Framework | None:
        """The framework that a table of requirements is of; None, with a question in the findings, if nobody said."""
        framework = self.chosen()
        if framework is not None:
            self._told(framework)
            return framework
        name, short = self._settings.name, self._settings.short
        if not name and not short:
            self.findings.questions.append(Question(INTO, ""))
            return None
        framework = Framework(
            organisation=self.by.organisation,
            owner=self.by.person,
            origin=Framework.Origin.TABLE,
            name=name or short,
            short=short or short_of(name),
        )
        self._check(framework, "", is_new=True)
        self.findings.framework_change = True
        return framework

    def _set_facts(self, framework: Framework, facts: Facts, *, is_new: bool) -> dict[str, str]:
        """Set the fields; return those that were given another value than the document says."""
        said = {name: getattr(facts, name) for name in FACTS}
        usual = Framework.Kind.PROFILE if framework.base is not None else Framework.Kind.FRAMEWORK
        read: dict[str, str] = {}
        wanted = self._settings.short or said["short"] or short_of(said["name"])
        values = {"short": wanted if is_new else framework.short, "kind": said["kind"] or str(usual)}
        for name in ("publisher", "edition", "status", "licence", "source"):
            longest = Framework._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
            values[name] = said[name] if len(said[name]) <= longest else ""
        read = {name: value for name, value in values.items() if value != said[name]}
        framework.name = (self._settings.name if is_new else "") or said["name"]
        framework.as_of = day(said["as_of"])
        for name, value in values.items():
            setattr(framework, name, value)
        return read

    def _check(self, framework: Framework, path: str, *, is_new: bool) -> None:
        self._told(framework)
        try:
            framework.clean_fields(exclude=_CHECKED_APART)
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                where = f"{path}.{FIELD_PATHS.get(name, name)}" if path else registers.of(Framework).heading(name)
                self.findings.refuse(where, str(getattr(framework, name)), " ".join(texts))
        taken = next((one for one in self.frameworks.all if is_new and one.short == framework.short), None)
        if taken is not None:
            text = _("%(reference)s has this short name: choose another one, or let the file go into that framework.")
            where = registers.of(Framework).heading("short")
            self.findings.refuse(where, framework.short, text % {"reference": taken.reference})

    def _told(self, framework: Framework) -> None:
        self.findings.framework = framework
        self.findings.title, self.findings.short = framework.name, framework.short
        self.findings.target = framework.reference or ""

    def _note(self, text: str, framework: Framework) -> None:
        self.findings.notes.append(text % {"name": framework.reference})

    def _other_kind(self, framework: Framework) -> str:
        if framework.base_id is None:
            return _("%(reference)s is no profile of this catalog.") % {"reference": framework.reference}
        return _("%(reference)s is a profile, and this is none of the same catalog.") % {
            "reference": framework.reference
        }


def _names(framework: Framework) -> set[str]:
    return {name_key(framework.short), name_key(framework.name)}


def short_of(name: str) -> str:
    """A short name for a framework that has none: the beginning of its title, at a word's end."""
    start = _SHORT_END.split(name.strip(), maxsplit=1)[0].strip() or name.strip()
    if len(start) <= 40:
        return start
    return start[:41].rpartition(" ")[0] or start[:40]
