"""Long work: asked for, done by a worker, cancelled, and given up when its worker is gone."""

import datetime as dt
import logging
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.jobs.runners import Cancelled, JobFailed, goes_on, runners
from grc.models.file import File
from grc.models.job import Job
from grc.models.notice import Notice
from grc.models.organisation import Organisation
from grc.notices.actions import notify

log = logging.getLogger(__name__)
KEPT_SECONDS = 24 * 3600
LOST_AFTER = dt.timedelta(minutes=10)
"""A job that says nothing for so long has lost its worker."""

FORGOTTEN_AFTER = dt.timedelta(minutes=5)
"""A job that still waits then is handed over once more: the message may be gone, and twice is done once."""

WATCHED_SECONDS = 10


def start_job(
    *, kind: str, title: str, params: dict[str, Any], by: Actor, source: File | None = None, apart: bool = True
) -> Job:
    """Ask for long work; a worker takes it up after commit. ``apart=False``: it is done here and now."""
    job = Job.unscoped.create(
        organisation=by.organisation,
        kind=kind,
        title=title[:200],
        params=params | {"language": translation.get_language() or ""},
        person=by.person,
        source=source,
    )
    if apart:
        transaction.on_commit(partial(_hand_over, job))
    else:
        run_job(job)
        job.refresh_from_db()
    return job


def ask_once(*, kind: str, title: str, params: dict[str, Any], by: Actor) -> Job:
    """``start_job``, unless the same person's same work waits or runs already: then that one."""
    open_ = Job.objects.within(by.organisation).filter(
        kind=kind, person=by.person, state__in=(Job.State.WAITING, Job.State.RUNNING), params__contains=params
    )
    return open_.first() or start_job(kind=kind, title=title, params=params, by=by)


def _hand_over(job: Job) -> None:
    from grc.tasks import run_job as task

    task.delay(job.organisation_id, job.pk)


@transaction.atomic
def cancel_job(*, job: Job, by: Actor) -> bool:
    """A waiting job will not be begun; a running one stops at its next step, and what it wrote is undone.

    False where it has ended already.
    """
    open_ = Job.objects.within(by.organisation).filter(pk=job.pk, state__in=(Job.State.WAITING, Job.State.RUNNING))
    if not open_.update(state=Job.State.CANCELLED, ended_at=timezone.now()):
        return False
    cache.set(_key(job, "cancelled"), "yes", timeout=KEPT_SECONDS)
    return True


def run_job(job: Job) -> None:
    """Do a waiting job, as the person who asked for it and may still do it. Delivered twice, it is done once."""
    organisation = job.organisation
    with Actor.system(organisation).working(), translation.override(job.params.get("language") or None):
        if not _begun(job):
            return
        with transaction.atomic():
            by = Actor.of(job.person, organisation, way="task") if job.person else Actor.system(organisation)
        if by is None:
            _end(job, Job.State.FAILED, error=_("Whoever asked for this has no role here any more."))
            return
        try:
            with by.working(), transaction.atomic():
                _do(job, by)
        except Cancelled:
            return
        except JobFailed as error:
            _end(job, Job.State.FAILED, error=str(error), result=error.result)
        except Exception:
            log.exception("job %s (%s) broke", job.public_id, job.kind)
            _end(job, Job.State.FAILED, error=_("Something broke on our side. Nothing was changed."))
        _tell_of_end(job)


@transaction.atomic
def _begun(job: Job) -> bool:
    waiting = Job.objects.within(job.organisation).filter(pk=job.pk, state=Job.State.WAITING)
    if not waiting.update(state=Job.State.RUNNING, started_at=timezone.now()):
        return False
    _breathe(job)
    job.refresh_from_db()
    return True


def _do(job: Job, by: Actor) -> None:
    job.result = runners[job.kind](job, by, partial(_progress, job))
    running = Job.objects.within(job.organisation).filter(pk=job.pk, state=Job.State.RUNNING)
    done, total, step = progress_of(job)
    ended = running.update(
        state=Job.State.DONE,
        ended_at=timezone.now(),
        result=job.result,
        product=job.product,
        done=done,
        total=total,
        step=step[:200],
    )
    if not ended:
        raise Cancelled


def progress_of(job: Job) -> tuple[int, int | None, str]:
    """How far a job is: done, of how much (None: nobody knows), and what it does just now.

    Kept outside the database, because the job's own transaction shows nothing before its end.
    """
    if job.ended_at is not None:
        return job.done, job.total, job.step
    done, total, step = cache.get(_key(job, "progress")) or (job.done, job.total, job.step)
    return done, total, step


def watch_job(job: Job) -> None:
    """Somebody looks at the job's page just now: its end is no news to them."""
    cache.set(_key(job, "watched"), "yes", timeout=WATCHED_SECONDS)


@transaction.atomic
def give_up_lost_jobs(*, organisation: Organisation) -> int:
    """Fail the jobs whose worker has been silent for ten minutes, and hand over again those that nobody took up.

    Returns how many failed. What a lost worker wrote was in its transaction, and is gone with it.
    """
    now = timezone.now()
    jobs = Job.objects.within(organisation)
    for waiting in jobs.filter(state=Job.State.WAITING, created_at__lt=now - FORGOTTEN_AFTER).order_by("pk"):
        transaction.on_commit(partial(_hand_over, waiting))
    running = jobs.filter(state=Job.State.RUNNING, started_at__lt=now - LOST_AFTER).select_related("person")
    lost = [job for job in running if not cache.get(_key(job, "alive"))]
    for job in lost:
        _end(job, Job.State.FAILED, error=_("The worker that did this was lost. Nothing was changed: start it again."))
        _tell_of_end(job)
    return len(lost)


def _progress(job: Job, done: int, total: int | None = None, step: str = "") -> None:
    if cache.get(_key(job, "cancelled")):
        raise Cancelled
    before = progress_of(job)
    kept = (done, before[1] if total is None else total, step or before[2])
    cache.set(_key(job, "progress"), kept, timeout=KEPT_SECONDS)
    _breathe(job)


def _breathe(job: Job) -> None:
    cache.set(_key(job, "alive"), "yes", timeout=int(LOST_AFTER.total_seconds()))


def _key(job: Job, what: str) -> str:
    return f"job:{job.public_id}:{what}"


@transaction.atomic
def _end(job: Job, state: Job.State, error: str = "", result: dict[str, Any] | None = None) -> None:
    done, total, step = progress_of(job)
    running = Job.objects.within(job.organisation).filter(pk=job.pk, state=Job.State.RUNNING)
    running.update(
        state=state, error=error, result=result, ended_at=timezone.now(), done=done, total=total, step=step[:200]
    )


@transaction.atomic
def _tell_of_end(job: Job) -> None:
    job.refresh_from_db()
    if job.person is None or job.ended_at is None or cache.get(_key(job, "watched")):
        return
    actor = Actor.of(job.person, job.organisation, way="task")
    if actor is None:
        return
    done = job.state == Job.State.DONE
    text = _("%(work)s is done.") if done else _("%(work)s did not succeed: %(why)s")
    url = goes_on(job, actor)[0] or reverse("job", args=[job.organisation.slug, job.public_id])
    notify(
        person=job.person,
        organisation=job.organisation,
        kind=Notice.Kind.JOB,
        text=(text % {"work": job.title, "why": job.error})[:300],
        url=url,
        once=f"job:{job.public_id}",
    )
