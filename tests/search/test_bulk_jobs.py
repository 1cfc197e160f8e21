"""What is too much to wait for is done by a worker: as a whole, by who may, as things stood when one looked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.jobs.actions import run_job
from grc.models import Job, Membership
from tests.factories import make

pytestmark = pytest.mark.django_db
BULK = "/o/nordhaven/evidence/bulk"


@pytest.fixture
def items(system: Actor, monkeypatch: pytest.MonkeyPatch) -> list[EvidenceItem]:
    monkeypatch.setattr("grc.search.bulk_pages.AT_ONCE", 2)
    monkeypatch.setattr("grc.search.pages.AT_ONCE", 2)
    return [make("evidence", system, tags=["EU"]) for _ in range(4)]


def asked(client: Client, **data: Any) -> Job:
    seen = client.post(BULK, data | {"all": "1", "step": "preview"})
    assert seen.context["apart"]
    done = client.post(BULK, data | {"all": "1", "step": "apply", "mark": seen.context["mark"]})
    assert done.status_code == 302
    assert "/jobs/" in done["Location"]
    return Job.unscoped.get()


def finished(job: Job) -> Job:
    run_job(job)
    job.refresh_from_db()
    return job


def test_worker_archives_all_that_match(items: list[EvidenceItem], client_of: Callable[..., Client]) -> None:
    job = finished(asked(client_of("administrator"), what="archive", query="tag=eu", reason="over"))
    assert (job.state, job.result) == ("done", {"changed": 4})
    for item in items:
        item.refresh_from_db()
        assert item.archived_at is not None
        assert item.history.count() == 2
        assert item.history.first().history_user.email == "administrator@nordhaven.example"


def test_worker_edits_as_it_was_asked(items: list[EvidenceItem], client_of: Callable[..., Client]) -> None:
    client = client_of("administrator")
    job = finished(asked(client, what="edit", query="", set="kind", kind="policy", remove_tags="eu", add_tags="DE"))
    assert job.state == "done", job.error
    items[3].refresh_from_db()
    assert (items[3].kind, items[3].tags) == ("policy", ["DE"])


def test_worker_touches_nothing_that_changed_meanwhile(
    items: list[EvidenceItem], system: Actor, client_of: Callable[..., Client]
) -> None:
    job = asked(client_of("administrator"), what="archive", query="tag=eu")
    make("evidence", system, tags=["eu"])
    assert finished(job).state == "failed"
    assert not EvidenceItem.unscoped.exclude(archived_at=None).exists()


def test_worker_asks_again_who_may(items: list[EvidenceItem], client_of: Callable[..., Client]) -> None:
    job = asked(client_of("compliance-officer"), what="archive", query="tag=eu")
    Membership.objects.filter(person=job.person).update(role="reader")
    assert finished(job).state == "failed"
    assert not EvidenceItem.unscoped.exclude(archived_at=None).exists()


def test_worker_names_what_refuses(items: list[EvidenceItem], client_of: Callable[..., Client]) -> None:
    job = asked(client_of("compliance-officer"), what="archive", query="tag=eu")
    Membership.objects.filter(person=job.person).update(role="contributor")
    EvidenceItem.unscoped.filter(pk=items[0].pk).update(owner=job.person)
    job = finished(job)
    assert job.state == "failed"
    assert items[1].reference in job.error
    assert not EvidenceItem.unscoped.exclude(archived_at=None).exists()


def test_worker_renames_a_tag(items: list[EvidenceItem], client_of: Callable[..., Client]) -> None:
    answer = client_of("administrator").post("/o/nordhaven/tags/rename", {"tag": "EU", "to": "Europe"})
    assert "/jobs/" in answer["Location"]
    job = finished(Job.unscoped.get())
    assert (job.state, job.result) == ("done", {"changed": 4}), job.error
    items[0].refresh_from_db()
    assert items[0].tags == ["Europe"]
