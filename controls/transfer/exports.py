"""Frameworks, crosswalks and controls as OSCAL documents: what ``actor`` may see of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from controls.models import Control, Framework, Mapping, Requirement
from controls.models.framework import requirements_of
from controls.oscal.catalog import Catalog
from controls.oscal.catalog_writing import Writing, idents, written_catalog
from controls.oscal.components import Component, Implementation, written_components
from controls.oscal.facts import Facts
from controls.oscal.mapping_writing import WrittenPair, written_collection
from controls.oscal.names import identity, instant
from controls.oscal.profile_writing import written_profile
from controls.oscal.resources import written_resource
from controls.transfer.lines import document_uuid, facts_from, lines_of, model_of, profile_from, who_of
from controls.transfer.mappings import REVERSED
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.link import Link
from grc.models.record import Record

Document = dict[str, Any]
SAID = ("relationship", "standing", "confidence", "origin", "remarks")


class NothingToExport(ValueError):
    """There is nothing that such a document could hold; ``str()`` says so."""


def export_framework(*, framework: Framework, by: Actor, with_texts: bool = False) -> Document:
    """The framework as a catalog, or a profile where it is one; noted in the log.

    ``with_texts``: original texts that were entered here go along: mind their licence.
    """
    rows = list(requirements_of(by.organisation, framework))
    lines = lines_of(rows)
    who = who_of(by.organisation, framework.reference)
    writing = Writing(who, instant(_modified([framework, *rows])), with_texts=with_texts)
    if framework.base is None:
        catalog = Catalog(document_uuid(framework), facts_from(framework), lines, framework.oscal.get("kept", {}))
        document = written_catalog(catalog, writing)
    else:
        base = lines_of(requirements_of(by.organisation, framework.base))
        if not {line.code for line in lines if not line.is_group} & {line.code for line in base}:
            raise NothingToExport(_("This profile has no requirement of the catalog that it picks from."))
        document = written_profile(profile_from(framework), lines, base, writing, resource_of(framework.base))
    _note(by, f"OSCAL {model_of(framework)}: {framework.short}, {len(rows)}", framework)
    return document


def resource_of(framework: Framework) -> Document:
    """What a document of ours says of the framework that it refers to."""
    return written_resource(
        uuid=identity(who_of(framework.organisation), framework.reference, "resource"),
        document=document_uuid(framework),
        title=framework.name,
        short=framework.short,
        file=file_name(framework),
    )


def file_name(framework: Framework) -> str:
    return f"{framework.reference.lower()}-{model_of(framework)}.json"


def mappings_between(source: Framework, target: Framework, actor: Actor) -> list[Mapping]:
    """The mappings in use between two frameworks that nobody rejected, seen from ``source``, in its order.

    One that leads the other way round is turned: its ends and, where it has a direction, its relationship.
    """
    # joined here and not in the database: just after an import it does not know yet how many rows there are
    ends = {row.pk: row for framework in (source, target) for row in _requirements(framework, actor)}
    rows = Mapping.objects.permitted(actor, Permission.FRAMEWORKS_VIEW).filter(archived_at=None)
    found = []
    for row in rows.exclude(standing=Mapping.Standing.REJECTED):
        one, other = ends.get(row.source_id), ends.get(row.target_id)
        if one is None or other is None or one.framework_id == other.framework_id:
            continue
        row.source, row.target = one, other
        found.append(_turned(row) if one.framework_id != source.pk else row)
    return sorted(found, key=lambda row: (row.source.position, row.source.pk, row.target.position, row.target.pk))


def _requirements(framework: Framework, actor: Actor) -> list[Requirement]:
    rows: list[Requirement] = list(requirements_of(actor.organisation, framework))
    for row in rows:
        row.framework = framework
    return rows


def _turned(row: Mapping) -> Mapping:
    row.source, row.target = row.target, row.source
    row.relationship = REVERSED.get(row.relationship, row.relationship)  # type: ignore[call-overload]
    row.oscal = {}
    return row


def export_crosswalk(*, source: Framework, target: Framework, by: Actor) -> Document:
    """The mappings between two frameworks as a mapping collection; noted in the log. Raises ``NothingToExport``."""
    rows = mappings_between(source, target, by)
    if not rows:
        text = _("There is no mapping between %(one)s and %(other)s.")
        raise NothingToExport(text % {"one": source.short, "other": target.short})
    names = {
        framework.pk: idents(lines_of(requirements_of(by.organisation, framework))) for framework in (source, target)
    }
    pairs = [
        WrittenPair(
            row.reference,
            names[source.pk][row.source.code],
            names[target.pk][row.target.code],
            {name: str(getattr(row, name)) for name in SAID},
            row.oscal,
        )
        for row in rows
    ]
    facts = Facts(
        name=_("Mappings from %(one)s to %(other)s") % {"one": source.short, "other": target.short},
        publisher=by.organisation.name,
    )
    writing = Writing(who_of(by.organisation, source.reference, target.reference), instant(_modified(rows)))
    document = written_collection(
        facts, pairs, writing, resource_of(source), resource_of(target), (model_of(source), model_of(target))
    )
    _note(by, f"OSCAL mapping-collection: {source.short} – {target.short}, {len(rows)}", source)
    return document


def export_components(*, by: Actor) -> Document:
    """The controls as a component definition, with the requirements they are linked with; noted in the log."""
    rows = Control.objects.permitted(by, Permission.CONTROLS_VIEW).filter(archived_at=None)
    controls = list(rows.select_related("key", "owner").order_by("pk"))
    serves = _served(controls, by)
    components = [_component(control, serves.get(control.pk, [])) for control in controls]
    facts = Facts(name=_("Controls of %(name)s") % {"name": by.organisation.name}, publisher=by.organisation.name)
    moments = _modified(controls) if controls else by.organisation.created_at
    document = written_components(facts, components, Writing(who_of(by.organisation, "controls"), instant(moments)))
    _note(by, f"OSCAL component-definition: {len(controls)}")
    return document


def _component(control: Control, serves: list[Implementation]) -> Component:
    owner = control.owner
    since = control.operating_since.isoformat() if control.operating_since else ""
    return Component(
        reference=control.reference,
        name=control.name,
        purpose=control.objective,
        described=control.how or control.objective,
        state=control.state,
        owner=(str(owner.public_id), owner.name or owner.email) if owner is not None else None,
        props={"frequency": control.frequency, "nature": control.nature, "kind": control.kind, "since": since},
        serves=serves,
    )


def _served(controls: Sequence[Control], by: Actor) -> dict[int, list[Implementation]]:
    """The requirements that each control is linked with, by framework, as far as ``by`` may see links and them."""
    mine = {control.pk for control in controls}
    links = Link.objects.permitted(by, Permission.LINKS_VIEW).filter(archived_at=None)
    pairs = [pair for pair in set(links.values_list("source_id", "target_id")) if mine & set(pair)]
    used = Framework.objects.permitted(by, Permission.FRAMEWORKS_VIEW).filter(archived_at=None)
    frameworks = {framework.pk: framework for framework in used}
    rows = Requirement.objects.permitted(by, Permission.FRAMEWORKS_VIEW).filter(
        archived_at=None, pk__in={end for pair in pairs for end in pair}
    )
    known = {row.pk: row for row in rows if row.framework_id in frameworks}
    names: dict[int, dict[str, str]] = {}
    for row in known.values():
        row.framework = frameworks[row.framework_id]
        if row.framework_id not in names:
            names[row.framework_id] = idents(lines_of(requirements_of(by.organisation, row.framework)))
    served: dict[int, list[Requirement]] = {}
    for one, other in pairs:
        for control, requirement in ((one, other), (other, one)):
            if control in mine and requirement in known:
                served.setdefault(control, []).append(known[requirement])
    return {pk: _implementations(rows, names) for pk, rows in served.items()}


def _implementations(rows: list[Requirement], names: dict[int, dict[str, str]]) -> list[Implementation]:
    found: dict[int, Implementation] = {}
    for row in sorted(rows, key=lambda row: (row.framework_id, row.position, row.pk)):
        if row.framework_id not in found:
            found[row.framework_id] = Implementation(resource_of(row.framework), [])
        found[row.framework_id].idents.append(names[row.framework_id][row.code])
    return list(found.values())


def _modified(rows: Iterable[Record]) -> Any:
    return max(row.updated_at for row in rows)


def _note(by: Actor, detail: str, framework: Framework | None = None) -> None:
    key = framework.key if framework is not None else None
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, record=key, detail=detail)
