"""Asking for the archive: who may, that they prove who they are, and who gets the file."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.actions.tokens import make_token
from grc.jobs.actions import run_job
from grc.models import ActivityEvent, Job, Membership
from grc.portable.actions import start_archive
from grc.portable.taking_in import take_in
from tests.conftest import PASSWORD
from tests.factories import make

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/o/nordhaven/archive-export"
API = f"/api/v1{URL}"


def test_who_asks_proves_who_they_are_and_gets_an_archive_that_is_taken_in(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    by, client = actor_of("administrator"), client_of("administrator")
    make("risks", by)
    assert client.get(URL).status_code == 200
    asked = client.post(URL)
    assert asked.status_code == 302
    assert asked["Location"].startswith("/account/reauthenticate/")
    assert not Job.unscoped.exists()
    assert client.post(asked["Location"], {"password": "wrong"}).status_code == 200
    assert client.post(asked["Location"], {"password": PASSWORD})["Location"] == URL
    answer = client.post(URL)
    job = Job.unscoped.get()
    assert answer["Location"] == f"/o/nordhaven/jobs/{job.public_id}"
    run_job(job)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    file = f"/o/nordhaven/jobs/{job.public_id}/file"
    raw = client.get(file).getvalue()
    assert job.result == {"rows": take_in(io.BytesIO(raw), slug="copy", name="Copy").rows, "files": 0}
    assert ActivityEvent.unscoped.filter(
        organisation=by.organisation, verb="exported", detail__startswith="the whole organisation"
    ).exists()
    assert f"/o/nordhaven/jobs/{job.public_id}" in client.get(URL).content.decode()
    assert client_of("compliance-officer").get(file).status_code == 404
    Membership.objects.filter(person=by.person).update(role="reader")
    assert client.get(file).status_code in {403, 404}


def test_only_administrators_may_ask(client_of: Callable[..., Client], actor_of: Callable[..., Actor]) -> None:
    for role in ("compliance-officer", "approver", "reader"):
        for method in ("get", "post"):
            assert getattr(client_of(role), method)(URL).status_code == 403
        assert client_of(role).post(API).status_code == 403
    assert not Job.unscoped.exists()


def test_a_job_of_somebody_who_may_no_longer_ask_fails(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    with by.working():
        job = start_archive(by=by)
    Membership.objects.filter(person=by.person).update(role="reader")
    run_job(job)
    job.refresh_from_db()
    assert (job.state, job.product) == (Job.State.FAILED, None)
    assert "may not export" in job.error


def test_api_asks_for_a_session_that_has_proved_who_it_is(
    client_of: Callable[..., Client], actor_of: Callable[..., Actor]
) -> None:
    client, person = client_of("administrator"), actor_of("administrator").person
    assert person is not None
    assert client.post(API).status_code == 409
    _token, secret = make_token(person=person, name="x", days=7)
    headers: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    assert Client().post(API, **headers).status_code == 409
    assert Client().post(API).status_code == 401
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    answer = client.post(API)
    assert answer.status_code == 202
    assert answer.json()["job"] == str(Job.unscoped.get().public_id)
