"""Long work: asked for, done by a worker, cancelled."""

import logging
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.jobs.runners import Cancelled, JobFailed, runners
from grc.models.file import File
from grc.models.job import Job

log = logging.getLogger(__name__)
KEPT_SECONDS = 24 * 3600


def start_job(
    *, kind: str, title: str, params: dict[str, Any], by: Actor, source: File | None = None, apart: bool = True
) -> Job:
    """Ask for long work; a worker takes it up after commit. ``apart=False``: it is done here and now."""
    job = Job.unscoped.create(
        organisation=by.organisation,
        kind=kind,
        title=title[:200],
        params=params,
        person=by.person,
        source=source,
    )
    if apart:
        transaction.on_commit(partial(_hand_over, job))
    else:
        run_job(job)
        job.refresh_from_db()
    return job


def _hand_over(job: Job) -> None:
    from grc.tasks import run_job as task

    task.delay(job.organisation_id, job.pk)


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
    with Actor.system(organisation).working():
        taken = Job.objects.within(organisation).filter(pk=job.pk, state=Job.State.WAITING)
        if not taken.update(state=Job.State.RUNNING, started_at=timezone.now()):
            return
        job.refresh_from_db()
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
            _end(job, Job.State.FAILED, error=str(error))
        except Exception:
            log.exception("job %s (%s) broke", job.public_id, job.kind)
            _end(job, Job.State.FAILED, error=_("Something broke on our side. Nothing was changed."))


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


def _progress(job: Job, done: int, total: int | None = None, step: str = "") -> None:
    if cache.get(_key(job, "cancelled")):
        raise Cancelled
    before = progress_of(job)
    kept = (done, before[1] if total is None else total, step or before[2])
    cache.set(_key(job, "progress"), kept, timeout=KEPT_SECONDS)


def _key(job: Job, what: str) -> str:
    return f"job:{job.public_id}:{what}"


def _end(job: Job, state: Job.State, error: str = "") -> None:
    running = Job.objects.within(job.organisation).filter(pk=job.pk, state=Job.State.RUNNING)
    running.update(state=state, error=error, ended_at=timezone.now())
