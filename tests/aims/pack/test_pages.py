"""The page, the job and the API: who may, what is kept, who may fetch it."""

import io
from copy import deepcopy
from typing import Any

import docx
import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from grc.jobs.actions import run_job
from grc.models import ActivityEvent, Job, Membership
from tests.aims.pack.making import Filled, full_organisation

pytestmark = pytest.mark.django_db
PAGE, API = "/o/nordhaven/stage-1-pack", "/api/v1/o/nordhaven/stage-1-pack"


@pytest.fixture(scope="module")
def kept(lasting: None) -> Filled:
    return full_organisation()


@pytest.fixture
def filled(kept: Filled, db: None) -> Filled:
    return deepcopy(kept)


@pytest.fixture
def client(filled: Filled) -> Client:
    client = Client()
    client.force_login(filled.officer.person)  # type: ignore[arg-type]
    return client


def worked(job: Job) -> Job:
    run_job(Job.unscoped.select_related("organisation", "person").get(pk=job.pk))
    job.refresh_from_db()
    return job


def asked(client: Client, kind: str = "pdf") -> Job:
    response = client.post(PAGE, {"kind": kind})
    assert response.status_code == 302
    return Job.unscoped.get(public_id=response["Location"].rpartition("/")[2])


def fetched(client: Client, job: Job) -> Any:
    return client.get(f"/o/nordhaven/jobs/{job.public_id}/file")


def test_page_says_what_it_holds_and_what_is_open(client: Client) -> None:
    text = client.get(PAGE).content.decode()
    assert "Make as PDF" in text
    assert "Risks: 14" in text
    assert "Nothing is recorded: Audit programme and audit results." in text
    assert (
        '<a href="/o/nordhaven/documents/DOC-0005">DOC-0005 Human oversight of claims triage: only a draft.</a>' in text
    )


def test_a_worker_makes_the_pdf_and_it_is_noted(client: Client, filled: Filled) -> None:
    job = asked(client)
    assert worked(job).state == Job.State.DONE, job.error
    assert job.product is not None
    assert job.product.name.startswith("nordhaven-stage-1-pack-")
    assert job.result["sha256"] == job.product.sha256
    content = b"".join(fetched(client, job))
    text = "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    assert "AI officer: Carla Brandt" in text
    assert "supplementary health cover" in text
    verbs = ActivityEvent.unscoped.filter(detail__in=("Stage 1 pack (pdf)", job.product.name)).values_list(
        "verb", flat=True
    )
    assert sorted(verbs) == ["downloaded", "exported"]


def test_a_worker_makes_the_docx(client: Client) -> None:
    job = worked(asked(client, "docx"))
    assert job.state == Job.State.DONE, job.error
    word = docx.Document(io.BytesIO(b"".join(fetched(client, job))))
    headings = [one.text for one in word.paragraphs if one.style.name == "Heading 1"]
    assert headings[3] == "4  Context of the organisation"
    assert headings[-1] == "13  Documents in full"
    assert len(word.sections) == 1
    width = word.sections[0].page_width - word.sections[0].left_margin - word.sections[0].right_margin
    assert all(sum(cell.width for cell in table.rows[0].cells) <= width + 12700 for table in word.tables)


def test_one_that_is_being_made_is_not_made_twice(client: Client) -> None:
    assert asked(client).pk == asked(client).pk != asked(client, "docx").pk


def test_another_kind_is_refused_and_nothing_begun(client: Client) -> None:
    response = client.post(PAGE, {"kind": "exe"})
    assert response.status_code == 422
    assert "Choose PDF or Word." in response.content.decode()
    assert not Job.unscoped.exists()


def test_it_is_judged_again_by_the_worker_and_when_it_is_fetched(client: Client, filled: Filled) -> None:
    lost = asked(client)
    kept = worked(asked(client, "docx"))
    assert fetched(client, kept).status_code == 200
    Membership.objects.filter(person=filled.officer.person).update(role="procurement-responder")
    assert worked(lost).state == Job.State.FAILED
    assert "may not see" in lost.error
    assert fetched(client, kept).status_code == 404
    Membership.objects.filter(person=filled.officer.person).update(ended_at=timezone.now())
    assert fetched(client, kept).status_code == 404


def test_nobody_else_fetches_it(client: Client, filled: Filled) -> None:
    job = worked(asked(client))
    other = Client()
    other.force_login(filled.head.person)  # type: ignore[arg-type]
    assert fetched(other, job).status_code == 404


def test_api_says_the_same_and_makes_it(client: Client) -> None:
    found = client.get(API).json()
    assert [part["title"] for part in found["parts"]][:3] == [
        "About this pack",
        "For the application",
        "Index by clause",
    ]
    assert {"register": "risks", "count": 14} in found["parts"][5]["records"]
    assert {"clause": "9.2.2", "text": "Nothing is recorded: Audit programme and audit results.", "url": ""} in found[
        "open_points"
    ]
    answer = client.post(API, {"kind": "docx"}, "application/json")
    assert answer.status_code == 202
    job = worked(Job.unscoped.get(public_id=answer.json()["id"]))
    assert job.state == Job.State.DONE
    assert client.get(f"/api/v1/o/nordhaven/jobs/{job.public_id}/file").status_code == 200


def test_api_names_the_field_that_is_wrong(client: Client) -> None:
    answer = client.post(API, {"kind": "exe"}, "application/json")
    assert answer.status_code == 400
    assert "kind" in answer.json()["fields"]
