"""Taking over a catalogue that comes with Assay: its framework, its requirements, and the mappings to those in use."""

from django.db import transaction
from django.utils.translation import gettext as _

from controls.actions.starters import link_starters
from controls.catalogues.shipped import Item, catalogue, crosswalk
from controls.models import Framework, Mapping, Requirement
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.many import create_records
from grc.actions.records import create_record


class NotAdoptable(ValueError):
    """This catalogue is not to be had; ``str()`` says why."""


@transaction.atomic
def adopt_framework(*, key: str, by: Actor) -> Framework:
    """Make a shipped catalogue this organisation's: all of it or nothing. Raises ``NotAdoptable``, ``Denied``."""
    require(by, Permission.FRAMEWORKS_EDIT)
    try:
        shipped = catalogue(key)
    except KeyError:
        raise NotAdoptable(_("There is no catalogue “%(key)s”.") % {"key": key[:40]}) from None
    rows = Framework.objects.within(by.organisation).filter(archived_at=None)
    if rows.filter(catalogue=key, sha256=shipped.sha256).exists():
        raise NotAdoptable(_("%(name)s is in use already.") % {"name": shipped.short})
    if rows.filter(short=shipped.short).exists():
        raise NotAdoptable(
            _("Another framework is called %(short)s: archive it, or give it another short name.")
            % {"short": shipped.short}
        )
    framework = Framework(
        organisation=by.organisation,
        origin=Framework.Origin.SHIPPED,
        catalogue=key,
        sha256=shipped.sha256,
        **shipped.facts,
    )
    create_record(record=framework, by=by)
    made: dict[str, Requirement] = {}
    for position, item in enumerate(shipped.items):
        made[item.code] = _requirement(framework, item, position, made)
    create_records(records=list(made.values()), by=by, reason=shipped.facts["edition"][:100])
    add_shipped_mappings(by=by)
    link_starters(by=by)
    return framework


def _requirement(framework: Framework, item: Item, position: int, made: dict[str, Requirement]) -> Requirement:
    requirement = Requirement(
        organisation=framework.organisation,
        framework=framework,
        code=item.code,
        name=item.name,
        kind=item.kind,
        parent=made[item.parent] if item.parent else None,
        position=position,
        says=item.says,
        documents=item.documents,
        note=item.note,
        source=item.source[:600],
        roles=list(item.roles),
        applies_on=item.applies_on,
        applies=item.applies,
    )
    requirement.derive()
    return requirement


@transaction.atomic
def add_shipped_mappings(*, by: Actor) -> int:
    """Add what the shipped crosswalk says of the frameworks in use and is not there yet, whatever became of it since.

    Returns how many were added. Raises ``Denied``.
    """
    ends = _ends(by)
    pairs = Mapping.objects.within(by.organisation).values_list("source_id", "target_id")
    known = {frozenset(pair) for pair in pairs}  # whichever way it was written
    new = []
    for row in crosswalk():
        source, target = ends.get(row.source), ends.get(row.target)
        if source is None or target is None or (pair := frozenset((source.pk, target.pk))) in known:
            continue
        known.add(pair)
        new.append(
            Mapping(
                organisation=by.organisation,
                source=source,
                target=target,
                relationship=row.how,
                confidence=row.confidence,
                origin=row.who[:500],
                remarks=row.note,
            )
        )
    create_records(records=new, by=by)
    return len(new)


def _ends(by: Actor) -> dict[tuple[str, str], Requirement]:
    rows = Requirement.objects.within(by.organisation).filter(
        framework__origin=Framework.Origin.SHIPPED, framework__archived_at=None, archived_at=None
    )
    return {(row.framework.catalogue, row.code): row for row in rows.select_related("framework")}
