"""Long work: who sees it, what becomes of it when it fails, is stopped, or loses its worker."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grc.access.actor import Actor
from grc.jobs import runners
from grc.jobs.actions import cancel_job, give_up_lost_jobs, run_job, start_job
from grc.jobs.products import keep_product
from grc.jobs.runners import JobFailed, runner
from grc.models import Job, Membership, Notice, Organisation, RecordKey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """Kinds of work that these tests need, gone again afterwards."""

    @runner("test-counts", name="Counting")
    def counts(job: Job, by: Actor, progress: Any) -> dict[str, Any]:
        for number in range(job.params["to"]):
            progress(number, job.params["to"], "Counting")
        job.product = keep_product(stream=io.BytesIO(b"1,2,3"), name="n.csv", media_type="text/csv", by=by)
        return {"counted": job.params["to"]}

    @runner("test-fails")
    def fails(job: Job, by: Actor, progress: Any) -> dict[str, Any]:
        RecordKey.unscoped.create(organisation=by.organisation, register="x", reference="XX-0001", title="half")
        if job.params.get("bug"):
            raise ZeroDivisionError
        raise JobFailed("The file has no rows.", result={"row": 3})

    @runner("test-hidden", sight=lambda job, actor: "administrator" in actor.roles)
    def hidden(job: Job, by: Actor, progress: Any) -> dict[str, Any]:
        job.product = keep_product(stream=io.BytesIO(b"secret"), name="s.csv", media_type="text/csv", by=by)
        return {}

    yield
    for kind in ("test-counts", "test-fails", "test-hidden"):
        runners.runners.pop(kind)
        runners.sights.pop(kind, None)
        runners.names.pop(kind)


def started(by: Actor, kind: str = "test-counts", **params: Any) -> Job:
    return start_job(kind=kind, title="Count things", params={"to": 3} | params, by=by)


def url(name: str, job: Job) -> str:
    return reverse(name, args=[job.organisation.slug, job.public_id])


def test_job_done_shows_progress_result_and_file(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    client, job = client_of("reader"), started(actor_of("reader"))
    waiting = client.get(url("job", job), headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" in waiting
    assert "<html" not in waiting
    run_job(job)
    page = client.get(url("job", job)).content.decode()
    assert "every 1s" not in page
    assert "Done" in page
    response = client.get(url("job-file", job))
    assert b"".join(response) == b"1,2,3"  # type: ignore[arg-type]
    assert response["Content-Disposition"] == 'attachment; filename="n.csv"'
    answer = client.get(url("api-job", job)).json()
    assert (answer["state"], answer["has_file"]) == ("done", True)
    assert [entry["id"] for entry in client.get(reverse("api-jobs", args=["nordhaven"])).json()["results"]] == [
        str(job.public_id)
    ]


@pytest.mark.parametrize("name", ["job", "job-file", "api-job", "api-job-file"])
def test_job_of_somebody_else_does_not_exist(
    name: str, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    job = started(actor_of("reader"))
    run_job(job)
    assert client_of("administrator").get(url(name, job)).status_code == 404
    assert "Count things" not in client_of("administrator").get(reverse("jobs", args=["nordhaven"])).content.decode()


@pytest.mark.parametrize("name", ["job-cancel", "api-job-cancel"])
def test_job_of_somebody_else_cannot_be_stopped(
    name: str, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    job = started(actor_of("reader"))
    assert client_of("administrator").post(url(name, job)).status_code == 404
    job.refresh_from_db()
    assert job.state == Job.State.WAITING


def test_job_file_after_the_role_has_ended_does_not_exist(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    job, client = started(actor_of("reader")), client_of("reader")
    run_job(job)
    Membership.objects.filter(person=job.person).update(ended_at=timezone.now())
    for name in ("job", "job-file", "api-job-file"):
        assert client.get(url(name, job)).status_code == 404


def test_job_file_that_one_may_no_longer_see_does_not_exist(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    job, client = started(actor_of("administrator"), kind="test-hidden"), client_of("administrator")
    run_job(job)
    assert client.get(url("job-file", job)).status_code == 200
    Membership.objects.filter(person=job.person).update(role="reader")
    for name in ("job-file", "api-job-file"):
        assert client.get(url(name, job)).status_code == 404
    assert "Download the file" not in client.get(url("job", job)).content.decode()


def test_job_delivered_twice_is_done_once(actor_of: Callable[..., Actor]) -> None:
    job = started(actor_of("reader"))
    run_job(job)
    job.refresh_from_db()
    ended = job.ended_at
    run_job(job)
    job.refresh_from_db()
    assert job.ended_at == ended


@pytest.mark.parametrize(("bug", "words"), [(False, "The file has no rows."), (True, "Something broke on our side")])
def test_job_that_fails_says_why_and_leaves_nothing(bug: bool, words: str, actor_of: Callable[..., Actor]) -> None:
    job = started(actor_of("reader"), kind="test-fails", bug=bug)
    run_job(job)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert words in job.error
    assert job.result == (None if bug else {"row": 3})
    assert not RecordKey.unscoped.filter(reference="XX-0001").exists()


def test_job_of_whoever_has_no_role_any_more_is_not_done(actor_of: Callable[..., Actor]) -> None:
    job = started(actor_of("reader"))
    Membership.objects.filter(person=job.person).update(ended_at=timezone.now())
    run_job(job)
    job.refresh_from_db()
    assert (job.state, job.product) == (Job.State.FAILED, None)


def test_job_stopped_before_it_begins_is_not_begun(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    job, client = started(actor_of("reader")), client_of("reader")
    assert client.post(url("job-cancel", job)).status_code == 302
    run_job(job)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.CANCELLED, None)
    assert client.post(url("api-job-cancel", job)).status_code == 409


def test_job_stopped_while_it_runs_keeps_nothing(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("reader")
    job = started(by)
    try:

        @runner("test-stopped")
        def stopped(running: Job, actor: Actor, progress: Any) -> dict[str, Any]:
            RecordKey.unscoped.create(organisation=by.organisation, register="x", reference="XX-0002", title="half")
            cancel_job(job=running, by=by)
            progress(1, 2, "never said")
            return {}

        Job.unscoped.filter(pk=job.pk).update(kind="test-stopped")
        job.refresh_from_db()
        run_job(job)
    finally:
        runners.runners.pop("test-stopped")
        runners.names.pop("test-stopped")
    assert not RecordKey.unscoped.filter(reference="XX-0002").exists()


def test_job_without_a_living_worker_is_given_up(organisation: Organisation, actor_of: Callable[..., Actor]) -> None:
    long_ago = timezone.now() - dt.timedelta(hours=1)
    lost, alive = started(actor_of("reader")), started(actor_of("reader"))
    for job in (lost, alive):
        Job.unscoped.filter(pk=job.pk).update(state=Job.State.RUNNING, started_at=long_ago)
    cache.set(f"job:{alive.public_id}:alive", "yes")
    assert give_up_lost_jobs(organisation=organisation) == 1
    lost.refresh_from_db()
    alive.refresh_from_db()
    assert (lost.state, alive.state) == (Job.State.FAILED, Job.State.RUNNING)
    assert "worker" in lost.error


def test_job_of_another_organisation_is_not_given_up(
    organisation: Organisation, other_organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    job = started(actor_of("reader", other_organisation))
    Job.unscoped.filter(pk=job.pk).update(state=Job.State.RUNNING, started_at=timezone.now() - dt.timedelta(hours=1))
    assert give_up_lost_jobs(organisation=organisation) == 0


def test_end_of_a_job_is_told_unless_it_is_watched(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    told, watched = started(actor_of("reader")), started(actor_of("reader"))
    run_job(told)
    client_of("reader").get(url("job", watched))
    run_job(watched)
    notices = Notice.unscoped.filter(kind=Notice.Kind.JOB)
    assert [notice.url for notice in notices] == [url("job", told)]
