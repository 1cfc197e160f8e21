"""Letting a use of a model stand for a while, and telling those who look after it of what is new."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.models import Source
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.access.roles import Permission, Reach
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.notice import Notice
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person
from grc.models.record import RecordKey
from grc.notices.actions import notify
from grc.registries import Alarm, raise_alarm
from vendors.models import AcceptedGap, ShadowAlarm, ShadowUse
from vendors.shadow.findings import Finding, shadow_of

LONGEST = dt.timedelta(days=366)
CODE = "shadow-use"
KEEPER = "vendor-manager"


class NotAcceptable(ValueError):
    """This use cannot be let stand like that; ``str()`` says why."""


def is_keeper(actor: Actor) -> bool:
    """Whether ``actor`` keeps every vendor: a use that nothing covers is nobody's own record."""
    return actor.reach(Permission.VENDORS_EDIT) is Reach.ALL


def require_keeper(actor: Actor) -> None:
    """Raises ``Denied``."""
    if not is_keeper(actor):
        raise Denied(_("Only who keeps all vendors may accept a use that is not covered."))


@transaction.atomic
def accept_gap(*, system: str, model: str, reason: str, until: dt.date, by: Actor) -> AcceptedGap:
    """Let a use that is not covered stand until a day (within); then it is open again by itself.

    Raises ``NotAcceptable``, ``Denied``.
    """
    require_keeper(by)
    today, shadow = timezone.localdate(), shadow_of(by.organisation)
    finding = _called(system, model, [*shadow.findings, *shadow.accepted])
    if finding is None:
        raise NotAcceptable(_("The records show no such use that is not covered."))
    if not reason.strip():
        raise NotAcceptable(_("Say why it may stand for now."))
    if not today <= until <= today + LONGEST:
        raise NotAcceptable(_("Choose a day from today on, within a year."))
    return _noted(finding, reason, until, by)


@transaction.atomic
def take_back_gap(*, system: str, model: str, reason: str, by: Actor) -> AcceptedGap:
    """What was let stand is open again from now on. Raises ``NotAcceptable``, ``Denied``."""
    require_keeper(by)
    finding = _called(system, model, shadow_of(by.organisation).accepted)
    if finding is None:
        raise NotAcceptable(_("Nothing like this is accepted."))
    return _noted(finding, reason.strip() or _("Taken back"), None, by)


def _called(system: str, model: str, findings: Iterable[Finding]) -> Finding | None:
    return next((one for one in findings if (one.seen.system, one.seen.model) == (system, model)), None)


def _noted(finding: Finding, reason: str, until: dt.date | None, by: Actor) -> AcceptedGap:
    gap = AcceptedGap(
        organisation=by.organisation,
        system=finding.seen.system,
        model=finding.seen.model,
        why=finding.why,
        reason=reason.strip()[:500],
        until=until,
        accepted_by=by.person,
    )
    gap.save(force_insert=True)
    said = {"model": finding.seen.model, "reason": gap.reason, "until": until.isoformat() if until else ""}
    detail = _("Shadow use of %(model)s is let stand until %(until)s: %(reason)s") if until else _(
        "Shadow use of %(model)s is let stand no more: %(reason)s"
    )  # fmt: skip
    record = finding.system.key if finding.system else finding.offering.key if finding.offering else None
    record_activity(by=by, verb=ActivityEvent.Verb.CHANGED, record=record, detail=detail % said)
    return gap


@transaction.atomic
def tell_of_shadow_use(organisation: Organisation) -> int:
    """Raise the alarm about every use that is newly found, and close what is settled; gives how many are new.

    Twice is the same as once: whoever comes second waits, and finds the alarms open.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    findings = {(one.seen.system, one.seen.model, one.why): one for one in shadow_of(organisation).findings}
    rows = ShadowAlarm.objects.within(organisation).filter(closed_at=None)
    open_ones = {(row.system, row.model, ShadowUse(row.why)): row.pk for row in rows}
    settled = [pk for use, pk in open_ones.items() if use not in findings]
    rows.filter(pk__in=settled).update(closed_at=timezone.now())
    new = [finding for use, finding in findings.items() if use not in open_ones]
    for finding in new:
        _tell(organisation, finding)
    return len(new)


def _tell(organisation: Organisation, finding: Finding) -> None:
    seen = finding.seen
    alarm = ShadowAlarm(organisation=organisation, system=seen.system, model=seen.model, why=finding.why)
    alarm.save(force_insert=True)
    summary = _("%(system)s calls %(model)s: %(why)s.") % {
        "system": finding.system.name if finding.system else seen.system or _("A system without a name"),
        "model": seen.model,
        "why": finding.why.label.lower(),
    }
    advice = _("Look at it under “Shadow use”: register and approve it, end it, or accept it for a while.")
    raise_alarm(Alarm(organisation, _about(organisation, finding), CODE, summary, advice))
    keepers = Membership.objects.filter(organisation=organisation, role=KEEPER, ended_at=None).values("person")
    owner = finding.system.owner_id if finding.system else None
    url = reverse("shadow-use", args=[organisation.slug])
    for person in Person.objects.filter(Q(pk__in=keepers) | Q(pk=owner), is_active=True).order_by("pk"):
        notify(
            person=person, organisation=organisation, kind=Notice.Kind.ALARM, text=f"{summary} {advice}", url=url,
            about=finding.system.key if finding.system else None, once=f"{CODE}:{alarm.pk}",
        )  # fmt: skip


def _about(organisation: Organisation, finding: Finding) -> RecordKey:
    """What the alarm is about: the AI system, else the offering, else the source whose records show it."""
    if finding.system:
        return finding.system.key
    if finding.offering:
        return finding.offering.key
    rows = Source.objects.within(organisation).select_related("key__organisation")
    return rows.get(pk=finding.seen.source_id).key
