"""What the pack is made from: every record that the asker may see, read once, in a fixed number of queries."""

import datetime as dt
from collections import defaultdict
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q

from aims.pack.entries import Entry
from controls.models import Framework, Requirement
from grc.access.actor import Actor
from grc.access.roles import ROLES, Permission, Reach
from grc.models.approval import Approval, Review
from grc.models.link import Link
from grc.models.organisation import Membership
from grc.models.record import RecordKey
from grc.models.teamwork import Attachment
from grc.registers.register import registers
from grc.registers.sight import keys_seen_by

STANDARD = "iso42001"
NEEDED = (
    Permission.AIMS_VIEW,
    Permission.RISKS_VIEW,
    Permission.CONTROLS_VIEW,
    Permission.DOCUMENTS_VIEW,
    Permission.IMPROVEMENT_VIEW,
)
"""All of these, or there is no pack."""

AS_THEY_STAND = {"risks", "components"}
"""Registers that say how things are: an approval there accepts one state, and the pack shows today's beside it."""


def may_make(actor: Actor) -> bool:
    return all(actor.can(permission) for permission in NEEDED)


class Reading:
    """``withheld``: how many records of which register the asker may not see, as far as they were asked for."""

    def __init__(self, actor: Actor, *, today: dt.date) -> None:
        self.actor = actor
        self.today = today
        self.organisation = actor.organisation
        self.withheld: dict[str, int] = {}
        self._entries: dict[str, list[Entry]] = {}

    def entries(self, slug: str) -> list[Entry]:
        """The records of a register that are not archived, by their references."""
        if slug not in self._entries:
            register = registers.by_slug(slug)
            rows = register.model.objects.permitted(self.actor, register.view).filter(archived_at=None)
            rows = (
                rows.select_related(*register.foreign(register.fields)) if register.foreign(register.fields) else rows
            )
            self._entries[slug] = [self._entry(slug, row) for row in rows.order_by("reference")]
            if self.actor.reach(register.view) is not Reach.ALL:
                whole = register.model.objects.within(self.organisation).filter(archived_at=None).count()
                self.withheld[slug] = whole - len(self._entries[slug])
        return self._entries[slug]

    def _entry(self, slug: str, row: Any) -> Entry:
        row.organisation = self.organisation
        approved = self._reviews[Review.State.APPROVED].get(row.pk)
        in_review = row.pk in self._reviews[Review.State.IN_REVIEW]
        return Entry(row, registers.by_slug(slug), approved, in_review, live=slug in AS_THEY_STAND)

    @cached_property
    def _reviews(self) -> dict[str, dict[int, Review]]:
        """The reviews that are approved or running, by state and record."""
        parts = Approval.objects.within(self.organisation).select_related("approver").order_by("decided_at", "pk")
        reviews = Review.objects.within(self.organisation)
        reviews = reviews.filter(state__in=(Review.State.APPROVED, Review.State.IN_REVIEW)).select_related("version")
        found: dict[str, dict[int, Review]] = defaultdict(dict)
        for review in reviews.prefetch_related(Prefetch("approvals", queryset=parts)).order_by("pk"):
            found[review.state][review.key_id] = review
        return found

    @cached_property
    def framework(self) -> Any:
        """ISO/IEC 42001 as this organisation uses it; None where it does not."""
        rows = Framework.objects.permitted(self.actor, Permission.FRAMEWORKS_VIEW)
        return rows.filter(catalogue=STANDARD, archived_at=None).order_by("pk").first()

    @cached_property
    def linked(self) -> dict[str, list[RecordKey]]:
        """The records linked with each clause or control of the standard, by its number."""
        if self.framework is None:
            return {}
        codes = dict(
            Requirement.objects.within(self.organisation).filter(framework=self.framework.pk).values_list("pk", "code")
        )
        links = Link.objects.within(self.organisation).filter(archived_at=None)
        links = links.filter(Q(source__in=codes) | Q(target__in=codes))
        found: dict[str, set[int]] = defaultdict(set)
        for source, target in links.values_list("source", "target"):
            for code, other in ((codes.get(source), target), (codes.get(target), source)):
                if code is not None and other not in codes:
                    found[code].add(other)
        wanted = {key for keys in found.values() for key in keys}
        seen = {key.pk: key for key in keys_seen_by(self.actor).filter(pk__in=wanted)}
        return {
            code: sorted((seen[key] for key in keys if key in seen), key=lambda key: key.reference)
            for code, keys in found.items()
        }

    @cached_property
    def process_links(self) -> list[tuple[int, int, str]]:
        """Links between two processes: (from, to, what is handed on), in the order in which they were made."""
        keys = {entry.record.pk for entry in self.entries("processes")}
        links = Link.objects.within(self.organisation).filter(archived_at=None, source__in=keys, target__in=keys)
        return list(links.order_by("pk").values_list("source", "target", "note"))

    @cached_property
    def files(self) -> dict[int, list[tuple[str, str]]]:
        """The files that hang on documents: (name, SHA-256), by the document's key."""
        keys = {entry.record.pk for entry in self.entries("documents")}
        hanging = Attachment.objects.within(self.organisation).filter(about__in=keys, removed_at=None)
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for key, name, sha256 in hanging.order_by("pk").values_list("about", "file__name", "file__sha256"):
            found[key].append((name, sha256))
        return found

    @cached_property
    def shown(self) -> dict[int, list[Entry]]:
        """The competences that people have shown, by the key of what is needed."""
        found: dict[int, list[Entry]] = defaultdict(list)
        for entry in self.entries("competences"):
            found[entry.record.need_id].append(entry)
        return found

    @cached_property
    def _roles(self) -> dict[str, str]:
        """The role of each person by the name that records show; nobody whose name two people bear."""
        members = Membership.objects.filter(organisation=self.organisation, ended_at=None).select_related("person")
        people: dict[str, set[int]] = defaultdict(set)
        roles: dict[str, str] = {}
        for member in members.order_by("role", "pk"):
            people[str(member.person)].add(member.person_id)
            roles.setdefault(str(member.person), str(ROLES[member.role].name) if member.role in ROLES else "")
        for entry in reversed(self.entries("responsibilities")):
            if holder := entry.text("holder"):
                roles[holder] = entry.title
        return {name: role for name, role in roles.items() if role and len(people[name]) <= 1}

    def who(self, name: str) -> str:
        """A person with their role first, such as “Head of claims: Carla Brandt”."""
        role = self._roles.get(name, "")
        return f"{role}: {name}" if role else name
