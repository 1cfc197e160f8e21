"""What people and the schedule do with sources: pull, and look for silence."""

import datetime as dt
from collections.abc import Callable

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.ingest.alarm import SILENT, raise_source_alarm
from evidence.ingest.client import SourceUnreachable
from evidence.ingest.commit import HeadMoved
from evidence.ingest.head import head_of, only_pull
from evidence.ingest.pull import Progress, pull
from evidence.models.source import PullRun, Source, SourceHead
from grc.access.actor import Actor
from grc.access.gate import Denied, require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.organisation import Organisation
from grc.models.record import RecordQuerySet

STALE_AFTER = dt.timedelta(minutes=30)
"""A run that has not moved for so long was killed; its pull goes on with the next one."""


@transaction.atomic
def request_pull(*, source: Source, by: Actor, enqueue: Callable[[PullRun], None]) -> PullRun:
    """Ask for a pull now; ``enqueue`` is called after commit. Gives the run that waits already, if one does.

    Raises ``Denied``.
    """
    require(by, Permission.SOURCES_EDIT, source)
    if source.archived_at is not None:
        raise Denied(_("This source is archived. Restore it before you pull."))
    # Two who ask at once wait for each other, so that the second finds the first one's run.
    Source.objects.within(source.organisation).select_for_update(of=("self",), no_key=True).get(pk=source.pk)
    runs = PullRun.objects.within(source.organisation).filter(source=source)
    waiting = runs.filter(state=PullRun.State.QUEUED, requested_at__gt=timezone.now() - STALE_AFTER).first()
    if waiting is not None:
        return waiting
    run = PullRun(organisation=source.organisation, source=source, requested_by=by.person)
    run.save(force_insert=True)
    record_activity(by=by, verb=ActivityEvent.Verb.PULLED, record=source.key, detail=_("asked for a pull"))
    transaction.on_commit(lambda: enqueue(run))
    return run


def in_use(organisation: Organisation) -> RecordQuerySet[Source]:
    """The sources that are pulled by schedule."""
    rows: RecordQuerySet[Source] = Source.objects.within(organisation).filter(paused=False, archived_at=None)
    return rows.select_related("key", "organisation").order_by("pk")


def due_sources(organisation: Organisation) -> list[Source]:
    """The sources that are due now; each is not due again before its interval is over."""
    now = timezone.now()
    due = list(in_use(organisation).filter(Q(head=None) | Q(head__due_at__lte=now)))
    for source in due:
        head_of(source)
        SourceHead.objects.within(organisation).filter(source=source).update(
            due_at=now + dt.timedelta(seconds=source.interval_seconds)
        )
    return due


def run_pull(*, source: Source, run: PullRun | None = None) -> PullRun | None:
    """Pull a source now, in this process. Gives the run; None where another pull of it is going on.

    Scheduled pulls (``run`` None) leave a run only where something came of them. Delivered twice, it does no harm.
    """
    if run is not None and run.state not in (PullRun.State.QUEUED, PullRun.State.RUNNING):
        return run
    run = run or PullRun(organisation=source.organisation, source=source)
    with only_pull(source) as mine:
        if not mine:
            if not run._state.adding:
                _finish(
                    run, PullRun.State.DONE, _("Another pull of this source was going on; it takes the same records.")
                )
            return None
        _end_broken_runs(source, run)
        run.state, run.started_at = PullRun.State.RUNNING, timezone.now()
        progress = Progress(lambda step: _report(run, step))
        message, state = "", PullRun.State.DONE
        try:
            pull(source, progress)
        except (SourceUnreachable, HeadMoved) as error:
            message, state = str(error), PullRun.State.FAILED
        except Exception as error:
            if not run._state.adding and not isinstance(error, DatabaseError):
                _finish(run, PullRun.State.FAILED, _("The pull broke off by a fault of ours; the log has the details."))
            raise
        finally:
            _note_answer(source, message)
        if progress.finding is not None:
            message = _("Position %(seq)d: %(what)s") % {"seq": progress.finding.seq, "what": progress.finding.what}
        _report(run, progress)
        if not run._state.adding or message:
            _finish(run, state, message)
        notice_silence(source)
        return run


def _end_broken_runs(source: Source, run: PullRun) -> None:
    """Only one pull goes on at a time, and it is ours: what else says so was killed."""
    broken = PullRun.objects.within(source.organisation).filter(source=source, state=PullRun.State.RUNNING)
    message = _("The worker was stopped. The next pull went on where this one ended.")
    broken.exclude(pk=run.pk).update(state=PullRun.State.FAILED, finished_at=timezone.now(), message=message)


def _report(run: PullRun, progress: Progress) -> None:
    run.first_seq, run.target_size = progress.first_seq, progress.target_size
    run.fetched, run.accepted, run.quarantined = progress.fetched, progress.accepted, progress.held
    if not run._state.adding or run.accepted or run.quarantined:
        run.save()


def _finish(run: PullRun, state: PullRun.State, message: str) -> None:
    run.state, run.message, run.finished_at = state, message[:500], timezone.now()
    if run._state.adding and state is PullRun.State.FAILED:
        last = PullRun.objects.within(run.organisation).filter(source=run.source).order_by("-id").first()
        if last is not None and last.state == state and last.message == run.message:
            return  # the same failure again says nothing new
    run.save()


def _note_answer(source: Source, error: str) -> None:
    with transaction.atomic():
        head = SourceHead.objects.within(source.organisation).select_for_update(of=("self",)).get(source=source)
        now = timezone.now()
        head.due_at = now + dt.timedelta(seconds=source.interval_seconds)
        fields = ["due_at"]
        if not error:
            head.reached_at = now
            fields += ["reached_at"]
        else:
            head.error = error[:500]
            fields += ["error"]
            if head.state in (SourceHead.State.OK, SourceHead.State.NEW):
                head.state = SourceHead.State.UNREACHABLE
                fields += ["state"]
        head.save(update_fields=fields)


def notice_silence(source: Source) -> bool:
    """Raise the alarm if the source has signed nothing for too long, not even a heartbeat. Returns whether it has."""
    if source.paused or source.archived_at is not None:
        return False
    head = head_of(source)
    since = head.last_record_at or source.created_at
    silent = timezone.now() - since > dt.timedelta(seconds=source.silence_after_seconds)
    if not silent:
        return False
    if head.state != SourceHead.State.ALARMED and head.state != SourceHead.State.SILENT:
        SourceHead.objects.within(source.organisation).filter(pk=head.pk).update(state=SourceHead.State.SILENT)
    summary = _("%(source)s has been silent since %(since)s: no record and no heartbeat came.") % {
        "source": source.reference,
        "since": since.strftime("%Y-%m-%d %H:%M UTC"),
    }
    advice = _("Check that the proxy and its recorder run and can be reached. Decisions may go unrecorded meanwhile.")
    raise_source_alarm(source, SILENT, head.next_seq, summary, advice)
    return True
