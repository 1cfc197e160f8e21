"""An evidence item's files: each version kept, checked before it is stored, served as an attachment only."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evidence.models import EvidenceItem, ItemFile
from grc.access.actor import Actor
from grc.models import ActivityEvent, File, Organisation
from tests.factories import make

pytestmark = pytest.mark.django_db
API = "/api/v1/o/nordhaven/evidence/EVD-0001/files"
PAGE = "/o/nordhaven/evidence/EVD-0001/files"


@pytest.fixture
def item(system: Actor) -> EvidenceItem:
    return make("evidence", system)


def csv(text: str = "a,b\r\n1,2\r\n", name: str = "table.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/csv")


@pytest.mark.parametrize("url", [API, PAGE])
def test_added_file_is_kept_by_its_hash(item: EvidenceItem, url: str, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    for text in ("a,b\r\n1,2\r\n", "a,b\r\n3,4\r\n"):
        assert client.post(url, {"file": csv(text)}).status_code in {201, 302}
    listed = client.get(API).json()
    assert [entry["number"] for entry in listed] == [2, 1]
    assert listed[1]["sha256"] == hashlib.sha256(b"a,b\r\n1,2\r\n").hexdigest()
    first = client.get(f"{API}/1")
    assert b"".join(first) == b"a,b\r\n1,2\r\n"


@pytest.mark.parametrize("url", [f"{API}/1", f"{PAGE}/1"])
def test_file_is_served_as_an_attachment_in_a_sandbox(
    item: EvidenceItem, url: str, client_of: Callable[..., Client]
) -> None:
    client = client_of("compliance-officer")
    client.post(API, {"file": csv("<html><script>alert(1)</script></html>", "page.html")})
    response: Any = client.get(url)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    stored = File.unscoped.get()
    assert "page" not in stored.content.name
    assert ActivityEvent.unscoped.filter(verb="downloaded", detail="page.html").exists()


def test_refused_file_is_named_and_leaves_nothing(item: EvidenceItem, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    refused = client.post(API, {"file": SimpleUploadedFile("report.pdf", b"MZ\x90\x00 not a pdf")})
    assert refused.status_code == 400
    assert "report.pdf" in refused.json()["fields"]["file"][0]
    assert client.post(API, {}).status_code == 400
    assert client.post(API, {"file": "text"}, "application/json").status_code == 415
    assert not ItemFile.unscoped.exists()
    assert not File.unscoped.exists()


def test_same_file_twice_is_refused(item: EvidenceItem, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    assert client.post(API, {"file": csv()}).status_code == 201
    again = client.post(API, {"file": csv()})
    assert again.status_code == 400
    assert "same file" in again.json()["fields"]["file"][0]


def test_files_of_another_organisation_do_not_exist(
    item: EvidenceItem, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    client_of("compliance-officer").post(API, {"file": csv()})
    stranger = client_of("administrator", other_organisation)
    for url in (API, f"{API}/1", f"{PAGE}/1", f"{API}/1".replace("nordhaven", "elsewhere")):
        assert stranger.get(url).status_code == 404, url


def test_expired_evidence_says_so(system: Actor, client_of: Callable[..., Client]) -> None:
    make("evidence", system, expires_on="2020-01-01")
    client = client_of("compliance-officer")
    assert "has expired" in client.get("/o/nordhaven/evidence/EVD-0001").content.decode()
    assert "supports nothing" in client.get("/o/nordhaven/").content.decode()
