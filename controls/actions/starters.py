"""Taking over starters: the control as a draft, what evidence it wants, its tests, and the requirements it serves."""

import datetime as dt
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from controls.models import Control, ControlTest, Framework, Requirement
from controls.starters.shipped import Starter, starters
from evidence.models import EvidenceWanted
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.many import create_records
from grc.cadence import nth
from grc.models.link import Link
from grc.models.record import RecordKey


class NoSuchStarter(ValueError):
    """There is no such starter, it is in use, or none was named; ``str()`` says which."""


@transaction.atomic
def adopt_starters(*, keys: Sequence[str], by: Actor, progress: Callable[[int], None] | None = None) -> list[Control]:
    """Make controls of these starters, each planned and to be described. All of them or none.

    What a starter serves is linked as far as its framework is in use. Raises ``NoSuchStarter``, ``Denied``.
    """
    require(by, Permission.CONTROLS_EDIT)
    if not keys:
        raise NoSuchStarter(_("Choose at least one starter."))
    chosen = [_starter(key) for key in dict.fromkeys(keys)]
    used = set(starters_in_use(by))
    for starter in chosen:
        if starter.key in used:
            raise NoSuchStarter(_("“%(name)s” is in use already.") % {"name": starter.name})
    _refuse_taken_names(chosen, by)
    controls = [_control(starter, by) for starter in chosen]
    create_records(records=controls, by=by, reason=_("from a starter"), progress=progress)
    today = timezone.localdate()
    pairs = list(zip(chosen, controls, strict=True))
    create_records(records=[test for one, control in pairs for test in _tests(one, control, today)], by=by)
    create_records(records=[wanted for one, control in pairs for wanted in _wanted(one, control, today)], by=by)
    _link_with_requirements(controls, by)
    return controls


@transaction.atomic
def link_starters(*, by: Actor) -> int:
    """Link controls that were begun from starters with what these serve, as far as its framework is in use.

    A link that somebody took away is not made again. Returns how many were made. Raises ``Denied``.
    """
    begun = Control.objects.within(by.organisation).filter(archived_at=None).exclude(starter="")
    return _link_with_requirements(list(begun.select_related("key")), by)


def _link_with_requirements(controls: Sequence[Control], by: Actor) -> int:
    controls = [control for control in controls if control.starter in starters()]
    ends = _requirements_in_use(by) if controls else {}
    known = _ever_linked({control.pk for control in controls}, by)
    links = [
        Link(organisation=by.organisation, source=control.key, target=target)
        for control in controls
        for served in starters()[control.starter].serves
        if (target := ends.get(served)) is not None and (control.pk, target.pk) not in known
    ]
    create_records(records=links, by=by, reason=_("from a starter"))
    return len(links)


def starters_in_use(by: Actor) -> list[str]:
    """Keys of the starters that this organisation has a control from."""
    rows = Control.objects.within(by.organisation).filter(archived_at=None).exclude(starter="")
    return list(rows.values_list("starter", flat=True))


def _starter(key: str) -> Starter:
    try:
        return starters()[key]
    except KeyError:
        raise NoSuchStarter(_("There is no starter “%(key)s”.") % {"key": key[:40]}) from None


def _refuse_taken_names(chosen: Sequence[Starter], by: Actor) -> None:
    rows = Control.objects.within(by.organisation).filter(archived_at=None, name__in=[one.name for one in chosen])
    taken = rows.first()
    if taken is not None:
        text = _("%(reference)s is called “%(name)s” as well: give it another name first.")
        raise NoSuchStarter(text % {"reference": taken.reference, "name": taken.name})


def _control(starter: Starter, by: Actor) -> Control:
    return Control(
        organisation=by.organisation,
        name=starter.name,
        objective=starter.objective,
        how=starter.how,
        frequency=starter.frequency,
        nature=starter.nature,
        kind=starter.kind,
        starter=starter.key,
        owner=by.person,
    )


def _tests(starter: Starter, control: Control, today: dt.date) -> list[ControlTest]:
    found = []
    for said in starter.tests:
        test = ControlTest(organisation=control.organisation, control=control, owner=control.owner, **said)
        if not test.by_itself:
            test.first_on = nth(today, test.every, 1)
        test.derive()
        found.append(test)
    return found


def _wanted(starter: Starter, control: Control, today: dt.date) -> list[EvidenceWanted]:
    found = []
    for said in starter.evidence:
        wanted = EvidenceWanted(
            organisation=control.organisation,
            about=control.key,
            owner=control.owner,
            first_on=nth(today, said["every"], 1),
            **said,
        )
        wanted.derive()
        found.append(wanted)
    return found


def _requirements_in_use(by: Actor) -> dict[tuple[str, str], RecordKey]:
    """Keys of requirements by catalogue and code."""
    rows = Requirement.objects.within(by.organisation).filter(
        framework__origin=Framework.Origin.SHIPPED, framework__archived_at=None, archived_at=None
    )
    return {(row.framework.catalogue, row.code): row.key for row in rows.select_related("framework", "key")}


def _ever_linked(controls: set[int], by: Actor) -> set[tuple[int, int]]:
    """Pairs of a control and a requirement that a link joins or joined."""
    rows = Link.objects.within(by.organisation)
    out = rows.filter(source__in=controls, target__register="requirements").values_list("source_id", "target_id")
    into = rows.filter(target__in=controls, source__register="requirements").values_list("target_id", "source_id")
    return {*out, *into}
