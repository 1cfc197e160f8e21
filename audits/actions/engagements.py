"""Opening an engagement to its auditor, adding to what they see, changing until when, and ending it."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.models import Engagement
from evidence.actions.stretches import Stretch, stretches_of
from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.access.gate import refuse_archived, require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.actions.outbox import queue_mail
from grc.actions.scopes import SharedStretch, Withheld, add_scope_revision, grant_period, make_scope, revoke_periods
from grc.models.activity import ActivityEvent
from grc.models.link import Link
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.models.scope import GrantPeriod, Scope, ScopeRevision


class NotOpenable(Exception):
    """The engagement can't be opened as it stands; ``str()`` says why and what to change."""


@transaction.atomic
def open_engagement(*, engagement: Engagement, by: Actor) -> GrantPeriod:
    """Freeze what the auditor sees, and give them a login for the period. Raises ``NotOpenable``, ``Denied``."""
    engagement = _locked(engagement, by)
    if engagement.scope is not None:
        raise NotOpenable(_("This engagement is open already."))
    if engagement.access_until <= timezone.now():
        raise NotOpenable(_("The login would have ended before it began: change “login until” first."))
    engagement.auditor = _auditor(engagement)
    engagement.scope = make_scope(about=engagement.key, title=engagement.name, by=by)
    engagement.save(update_fields=["scope", "auditor"])
    _add_revision(engagement, engagement.scope, by=by, note="")
    _invite(engagement)
    return grant_period(
        scope=engagement.scope,
        person=engagement.auditor,
        starts=engagement.access_from,
        ends=engagement.access_until,
        by=by,
    )


@transaction.atomic
def add_revision(*, engagement: Engagement, note: str, by: Actor) -> ScopeRevision:
    """Show the auditor things as they stand now, as a dated addition. Raises ``NotOpenable``, ``Denied``."""
    engagement = _locked(engagement, by)
    revision = _add_revision(engagement, _opened(engagement), by=by, note=note)
    detail = _("revision %d") % revision.number
    record_activity(by=by, verb=ActivityEvent.Verb.GRANTED, record=engagement.key, detail=detail)
    return revision


@transaction.atomic
def change_end(*, engagement: Engagement, ends: dt.datetime, by: Actor) -> GrantPeriod:
    """End the running period and grant another one until ``ends``. Raises ``NotOpenable``, ``Denied``."""
    engagement = _locked(engagement, by)
    scope = _opened(engagement)
    if ends <= timezone.now():
        raise NotOpenable(_("Choose a time to come, or end the access now."))
    revoke_periods(scope=scope, by=by)
    engagement.access_until = ends
    engagement.lock += 1
    engagement._change_reason = _("login changed")  # type: ignore[attr-defined]
    engagement.save(update_fields=["access_until", "lock"])
    starts = min(engagement.access_from, timezone.now())
    return grant_period(scope=scope, person=engagement.auditor, starts=starts, ends=ends, by=by)  # type: ignore[arg-type]


@transaction.atomic
def end_access(*, engagement: Engagement, by: Actor) -> None:
    """From this moment on the auditor sees nothing. Raises ``NotOpenable``, ``Denied``."""
    revoke_periods(scope=_opened(_locked(engagement, by)), by=by)


def _opened(engagement: Engagement) -> Scope:
    if engagement.scope is None:
        raise NotOpenable(_("Open the engagement first."))
    return engagement.scope


def _locked(engagement: Engagement, by: Actor) -> Engagement:
    rows = Engagement.objects.within(by.organisation)
    rows.select_for_update(of=("self",)).get(pk=engagement.pk)
    # Read again: what a lock waited for comes without the rows joined to it, such as the scope made meanwhile.
    current: Engagement = rows.select_related("system", "key", "scope", "organisation").get(pk=engagement.pk)
    require(by, Permission.ENGAGEMENTS_EDIT, current)
    refuse_archived(current)
    return current


def _auditor(engagement: Engagement) -> Person:
    email = engagement.auditor_email.strip().lower()
    person = Person.objects.filter(email=email).first()
    if person is None:
        try:
            with transaction.atomic():
                return Person.objects.create_user(email, None, name=engagement.auditor_name)
        except IntegrityError:  # another engagement with the same auditor was opened at this moment
            person = Person.objects.get(email=email)
    if not person.is_active:
        raise NotOpenable(_("%(email)s cannot be given a login. Ask whoever runs Assay.") % {"email": email})
    if Membership.objects.filter(person=person, organisation=engagement.organisation, ended_at=None).exists():
        raise NotOpenable(_("%(email)s works here: an external auditor must be an outsider.") % {"email": email})
    return person


def _add_revision(engagement: Engagement, scope: Scope, *, by: Actor, note: str) -> ScopeRevision:
    items = _evidence_of(engagement)
    stretches = stretches_of(
        organisation=engagement.organisation,
        system_id=engagement.system.runtime_id,
        starts_at=_midnight(engagement.records_from),
        ends_at=_midnight(engagement.records_to + dt.timedelta(days=1)),
    )
    return add_scope_revision(
        scope=scope,
        records=[engagement.system, *items],
        stretches=[_shared(stretch, engagement) for stretch in stretches],
        withheld=_withheld(engagement, items, stretches),
        note=note,
        by=by,
    )


def _evidence_of(engagement: Engagement) -> list[EvidenceItem]:
    """The evidence that is linked with the system, in use."""
    links = Link.objects.within(engagement.organisation).filter(archived_at=None)
    keys = {k for pair in links.filter(_touching(engagement)).values_list("source", "target") for k in pair}
    rows = EvidenceItem.objects.within(engagement.organisation).filter(pk__in=keys, archived_at=None)
    return list(rows.select_related("organisation", "key", "owner").order_by("pk"))


def _touching(engagement: Engagement) -> Q:
    return Q(source=engagement.system_id) | Q(target=engagement.system_id)


def _shared(stretch: Stretch, engagement: Engagement) -> SharedStretch:
    return SharedStretch(
        log=stretch.source.key,
        first_seq=stretch.first_seq,
        last_seq=stretch.last_seq,
        checkpoint=stretch.checkpoint,
        system_id=engagement.system.runtime_id,
        count=stretch.count,
    )


def _withheld(engagement: Engagement, items: list[EvidenceItem], stretches: list[Stretch]) -> list[Withheld]:
    in_use = EvidenceItem.objects.within(engagement.organisation).filter(archived_at=None).count()
    return [
        Withheld(
            _("evidence items"), in_use - len(items), _("They are not linked with the AI system of this engagement.")
        ),
        Withheld(
            _("decision records"),
            sum(stretch.others for stretch in stretches),
            _("They are other AI systems’ decisions, in the same stretch of the log."),
        ),
    ]


def _invite(engagement: Engagement) -> None:
    text = _(
        "%(organisation)s opened “%(name)s” to you, from %(from)s to %(until)s (UTC).\n\n"
        "Log in with this address; if you have no password yet, choose “Forgot your password?” on the login page. "
        "What you open is logged, and the organisation sees that log.\n"
    ) % {
        "organisation": engagement.organisation.name,
        "name": engagement.name,
        "from": f"{engagement.access_from:%Y-%m-%d %H:%M}",
        "until": f"{engagement.access_until:%Y-%m-%d %H:%M}",
    }
    subject = _("Your access to %(organisation)s in Assay") % {"organisation": engagement.organisation.name}
    queue_mail(organisation=engagement.organisation, to=[engagement.auditor_email], subject=subject, text=text)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=dt.UTC)
