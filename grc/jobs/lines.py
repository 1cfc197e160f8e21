"""A job as its page, its fragment and the API show it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from grc.access.actor import Actor
from grc.jobs.actions import progress_of
from grc.jobs.runners import goes_on, may_see, names
from grc.models.job import Job

TONES = {"waiting": "yellow", "running": "blue", "done": "green", "failed": "red", "cancelled": "secondary"}


@dataclass(frozen=True)
class JobLine:
    """``percent`` is None where nobody knows; an address is empty where there is nothing to see or to do."""

    job: Job
    kind: str
    tone: str
    active: bool
    done: int
    total: int | None
    percent: int | None
    step: str
    url: str
    cancel_url: str
    file_url: str
    result_url: str
    result_words: str


def jobs_of(actor: Actor) -> Any:
    """The jobs that a person asked for in this organisation, newest first."""
    return Job.objects.within(actor.organisation).filter(person=actor.person).order_by("-created_at", "-pk")


def job_line(job: Job, actor: Actor) -> JobLine:
    done, total, step = progress_of(job)
    active = job.state in (Job.State.WAITING, Job.State.RUNNING)
    args = [actor.organisation.slug, job.public_id]
    seen = may_see(job, actor)
    url, words = goes_on(job, actor) if seen and job.ended_at is not None else ("", "")
    return JobLine(
        job=job,
        kind=str(names.get(job.kind, job.kind)),
        tone=TONES[job.state],
        active=active,
        done=done,
        total=total,
        percent=None if not total else min(100, done * 100 // total),
        step=step,
        url=reverse("job", args=args),
        cancel_url=reverse("job-cancel", args=args) if active else "",
        file_url=reverse("job-file", args=args) if job.product_id is not None and seen else "",
        result_url=url,
        result_words=words,
    )
