"""What is done with risks and their treatments beyond saving one: finished, followed, taken over from starters."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import AISystem, Risk, Treatment
from aims.risks.acceptance import risks_ever_of
from aims.risks.library import StarterRisk, starter_risks
from aims.risks.treatments import suggested_state, treatments_of
from grc.access.actor import Actor
from grc.access.gate import Denied, require
from grc.access.roles import Permission
from grc.actions.many import at_once, create_records
from grc.actions.records import change_record
from grc.models.record import Record
from grc.registries import saved


class NotFinishable(ValueError):
    """The treatment cannot be marked as done; ``str()`` says why."""


class NothingFollows(ValueError):
    """No other state follows from the treatments of the risk."""


class NoSuchStarter(ValueError):
    """There is no such starter, it is in use for this system, or none was named; ``str()`` says which."""


@transaction.atomic
def finish_treatment(*, treatment: Treatment, by: Actor) -> Treatment:
    """Mark ``treatment`` as done today. Raises ``NotFinishable``, ``Denied``, ``StaleRecord``."""
    require(by, Permission.RISKS_EDIT, treatment)
    if treatment.done_on is not None:
        raise NotFinishable(_("%(what)s is marked as done already.") % {"what": treatment})
    treatment.done_on = timezone.localdate()
    return change_record(record=treatment, by=by, lock=treatment.lock, reason=_("Done"))


@transaction.atomic
def follow_treatments(*, risk: Risk, by: Actor) -> Risk:
    """Give ``risk`` the state that follows from its treatments. Raises ``NothingFollows``, ``Denied``."""
    require(by, Permission.RISKS_EDIT, risk)
    state = suggested_state(risk, treatments_of([risk]))
    if not state:
        raise NothingFollows(_("Its treatments say nothing else than its state."))
    risk.state = state
    return change_record(record=risk, by=by, lock=risk.lock, reason=_("As its treatments stand"))


@transaction.atomic
def adopt_starter_risks(*, keys: Sequence[str], system: AISystem | None, by: Actor) -> list[Risk]:
    """Make risks of these starters for ``system`` (None: the organisation as a whole), open and not judged yet.

    All of them or none. Raises ``NoSuchStarter``, ``Denied``.
    """
    require(by, Permission.RISKS_EDIT)
    if not keys:
        raise NoSuchStarter(_("Choose at least one starter."))
    used = set(starters_used(system, by))
    chosen = [_starter(key) for key in dict.fromkeys(keys)]
    for starter in chosen:
        if starter.key in used:
            raise NoSuchStarter(_("“%(name)s” is in the list already.") % {"name": starter.name})
    risks = [_risk(starter, system, by) for starter in chosen]
    create_records(records=risks, by=by, reason=_("from a starter"))
    return risks


def starters_used(system: AISystem | None, by: Actor) -> dict[str, Risk]:
    """The risks of this system that were begun from starters, by the starter's key."""
    rows = Risk.objects.within(by.organisation).filter(system=system, archived_at=None).exclude(starter="")
    return {risk.starter: risk for risk in rows.select_related("organisation")}


def _starter(key: str) -> StarterRisk:
    try:
        return starter_risks()[key]
    except KeyError:
        raise NoSuchStarter(_("There is no starter “%(key)s”.") % {"key": key[:40]}) from None


def _risk(starter: StarterRisk, system: AISystem | None, by: Actor) -> Risk:
    return Risk(
        organisation=by.organisation,
        system=system,
        starter=starter.key,
        name=starter.name,
        source=starter.source,
        event=starter.event,
        for_individuals=starter.for_individuals,
        for_groups=starter.for_groups,
        for_society=starter.for_society,
        for_organisation=starter.for_organisation,
        treatment_plan="\n".join(starter.treatments),
        catalogue_ids=list(starter.catalogue_ids),
        owner=by.person,
    )


@saved.add(order=55)
def when_treatment_is_saved(record: Record, by: Actor) -> None:
    """A risk that says nothing else about what is done keeps at least one treatment. Raises ``Denied``."""
    if not isinstance(record, Treatment) or record.lock == 1:
        return
    for risk in risks_ever_of(record):
        bare = risk.treatment in Risk.DOES_SOMETHING and not risk.treatment_plan and risk.archived_at is None
        if bare and not treatments_of([risk]):
            sentence = _("This is all that is done about %(risk)s. Say there what is done, or add another treatment.")
            raise Denied(sentence % {"risk": risk})


@at_once(when_treatment_is_saved)
def when_treatments_are_made(records: Sequence[Record], by: Actor) -> None:
    """What is new takes nothing away."""
