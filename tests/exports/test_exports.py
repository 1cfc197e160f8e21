"""Lists as files: short ones at once, long ones by a worker; fetched by whoever asked, as long as they may see them."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from grc.access.actor import Actor
from grc.exports import lists
from grc.jobs.actions import run_job
from grc.models import ActivityEvent, Job, Membership, Organisation
from tests.factories import make

pytestmark = pytest.mark.django_db
URL = "/o/nordhaven/risks/export."


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are many here."""
    monkeypatch.setattr(lists, "AT_ONCE", dict.fromkeys(lists.AT_ONCE, 2))


def worked(response: Any) -> Job:
    job = Job.unscoped.select_related("organisation", "person").get(public_id=response["Location"].rpartition("/")[2])
    run_job(job)
    job.refresh_from_db()
    return job


def fetched(client: Client, job: Job) -> bytes:
    return b"".join(client.get(f"/o/nordhaven/jobs/{job.public_id}/file"))


def test_export_pdf_shows_the_list_and_how_it_was_narrowed(system: Actor, client_of: Callable[..., Client]) -> None:
    make("risks", system, name="Wrong claims", treatment="accept")
    make("risks", system, name="Hidden one")
    response = client_of("administrator").get(f"{URL}pdf?treatment=accept&sort=name")
    data = b"".join(response)  # type: ignore[arg-type]
    assert response["Content-Type"] == "application/pdf"
    text = "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    assert "Wrong claims" in text
    assert "Hidden one" not in text
    assert "Accept" in text


def test_export_of_many_rows_is_made_by_a_worker(few: None, system: Actor, client_of: Callable[..., Client]) -> None:
    for number in range(3):
        make("risks", system, name=f"={number}")
    client = client_of("administrator")
    response = client.get(f"{URL}csv?sort=name&col=name")
    assert response.status_code == 302
    assert client.get(f"{URL}csv?sort=name&col=name")["Location"] == response["Location"]
    job = worked(response)
    assert (job.state, job.result) == ("done", {"rows": 3})
    rows = list(csv.DictReader(io.StringIO(fetched(client, job).decode("utf-8-sig"))))
    assert [row["Reference"] for row in rows] == ["RSK-0001", "RSK-0002", "RSK-0003"]
    assert {row["Risk"][:2] for row in rows} == {"'="}
    assert ActivityEvent.unscoped.filter(verb="exported").count() == 1
    for kind in ("xlsx", "pdf"):
        job = worked(client.get(f"{URL}{kind}"))
        assert job.state == "done", job.error
        assert fetched(client, job)[:2] in (b"PK", b"%P")


def test_export_of_few_rows_comes_at_once(system: Actor, client_of: Callable[..., Client]) -> None:
    make("risks", system, name="=HYPERLINK(1)")
    response = client_of("administrator").get(f"{URL}xlsx")
    sheet: Any = load_workbook(io.BytesIO(b"".join(response))).active  # type: ignore[arg-type]
    assert [cell.data_type for cell in sheet[2]][1] == "s"
    assert not Job.unscoped.exists()


def test_export_is_judged_again_by_the_worker(few: None, system: Actor, client_of: Callable[..., Client]) -> None:
    for _ in range(3):
        make("risks", system)
    response = client_of("administrator").get(f"{URL}csv")
    Membership.objects.update(role="reader")  # who may not see risks
    job = worked(response)
    assert (job.state, job.product) == ("failed", None)
    assert "may not see" in job.error


def test_export_is_judged_again_when_it_is_fetched(few: None, system: Actor, client_of: Callable[..., Client]) -> None:
    for _ in range(3):
        make("risks", system)
    client = client_of("administrator")
    job = worked(client.get(f"{URL}csv"))
    assert client_of("compliance-officer").get(f"/o/nordhaven/jobs/{job.public_id}/file").status_code == 404
    Membership.objects.filter(person=job.person).update(role="reader")
    assert client.get(f"/o/nordhaven/jobs/{job.public_id}/file").status_code == 404
    Membership.objects.filter(person=job.person).update(role="administrator", ended_at=timezone.now())
    assert client.get(f"/o/nordhaven/jobs/{job.public_id}/file").status_code == 404


def test_export_holds_nothing_of_another_organisation(
    few: None, other_organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    for _ in range(3):
        make("risks", Actor.system(other_organisation), name="theirs")
        make("risks", system, name="ours")
    client = client_of("administrator")
    data = fetched(client, worked(client.get(f"{URL}csv")))
    assert b"theirs" not in data
    assert data.count(b"ours") == 3


def test_export_by_api(system: Actor, client_of: Callable[..., Client]) -> None:
    make("risks", system, name="One", treatment="accept")
    make("risks", system, name="Two")
    client, url = client_of("administrator"), "/api/v1/o/nordhaven/risks/exports"
    response = client.post(url, {"kind": "csv", "query": "treatment=accept"}, "application/json")
    assert response.status_code == 202
    run_job(Job.unscoped.select_related("organisation", "person").get())
    data = b"".join(client.get(f"/api/v1/o/nordhaven/jobs/{response.json()['id']}/file"))
    assert b"One" in data
    assert b"Two" not in data
    for body in ({"kind": "exe"}, {"kind": "csv", "query": "nonsense=1"}, {"kind": "csv", "query": "sort=password"}):
        assert client.post(url, body, "application/json").status_code == 400
    assert client_of("reader").post(url, {"kind": "csv"}, "application/json").status_code == 404
