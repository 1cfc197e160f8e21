"""Many documents at once: what their files say about themselves, corrected by people, all or none."""

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from reportlab.pdfgen.canvas import Canvas

from aims.models import Document
from grc.access.actor import Actor
from grc.imports.properties import properties_of
from grc.models import File
from grc.models.teamwork import Attachment
from tests.factories import make

pytestmark = pytest.mark.django_db
URL = "/o/nordhaven/documents/import/files"


def word(title: str = "", version: str = "", *lines: str) -> bytes:
    document = docx.Document()
    document.core_properties.title, document.core_properties.version = title, version
    for line in lines:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf(title: str) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    if title:
        canvas.setTitle(title)
    canvas.drawString(100, 700, "text")
    canvas.save()
    return stream.getvalue()


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("administrator")


def send(client: Client, **files: bytes) -> Any:
    sent = [SimpleUploadedFile(name.replace("__", "."), data) for name, data in files.items()]
    return client.post(URL, {"files": sent})


def ids(response: Any) -> list[str]:
    return re.findall(r'name="file-id"\s+value="([^"]+)"', response.content.decode())


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("x.docx", word("AI policy", "2.1"), ("AI policy", "2.1", None)),
        (
            "x.docx",
            word("", "", "Version: 3.0", "Approved on 12 May 2026 by the board"),
            ("x", "3.0", dt.date(2026, 5, 12)),
        ),
        ("x.docx", word("Leitlinie", "", "Freigegeben am 01.02.2026"), ("Leitlinie", "", dt.date(2026, 2, 1))),
        ("AI_policy_v1.4.pdf", pdf(""), ("AI policy", "1.4", None)),
        ("x.pdf", pdf("Incident procedure"), ("Incident procedure", "", None)),
        ("Plan v2.txt", b"text", ("Plan", "2", None)),
        ("x.docx", b"damaged", ("x", "", None)),
        ("Untitled.docx", word("Microsoft Word - Document1"), ("Untitled", "", None)),
    ],
)
def test_properties_are_read_where_they_are(name: str, data: bytes, expected: Any) -> None:
    found = properties_of(io.BytesIO(data), name)
    assert (found.title, found.version, found.approved_on) == expected


def test_files_become_documents(client: Client) -> None:
    table = send(
        client, policy__docx=word("AI policy", "2", "Approved: 2026-03-01"), proc__pdf=pdf("Incident procedure")
    )
    assert table.status_code == 200
    page = table.content.decode()
    assert 'value="AI policy"' in page
    assert 'value="2026-03-01"' in page
    assert not Document.unscoped.exists()
    data = {
        "file-id": ids(table),
        "0-name": "AI policy", "0-kind": "policy", "0-edition": "2", "0-approved_on": "2026-03-01",
        "1-name": "Incidents", "1-kind": "procedure", "1-edition": "", "1-approved_on": "",
    }  # fmt: skip
    assert client.post(URL, data).status_code == 302
    documents = Document.unscoped.order_by("pk")
    assert [(d.name, d.kind, d.edition) for d in documents] == [
        ("AI policy", "policy", "2"),
        ("Incidents", "procedure", ""),
    ]
    assert [(a.about_id, a.file.name) for a in Attachment.unscoped.order_by("pk")] == [
        (documents[0].pk, "policy.docx"),
        (documents[1].pk, "proc.pdf"),
    ]
    assert documents[0].history.get().history_change_reason == "Imported from policy.docx"
    assert documents[0].owner is not None


def test_files_one_bad_line_stops_all(client: Client, system: Actor) -> None:
    make("documents", system, name="Taken", edition="1")
    table = send(client, a__pdf=pdf("A"), b__pdf=pdf("B"))
    for wrong in (
        {"1-name": ""},
        {"1-name": "Taken", "1-edition": "1"},
        {"1-name": "A", "1-edition": ""},
        {"1-kind": "nonsense"},
        {"1-approved_on": "soon"},
    ):
        data = {"file-id": ids(table), "0-name": "A", "0-kind": "policy", "1-name": "B", "1-kind": "plan", **wrong}
        response = client.post(URL, data)
        assert response.status_code == 422, wrong
        assert "field-error" in response.content.decode()
        assert Document.unscoped.count() == 1, wrong


def test_files_one_that_is_refused_refuses_all(client: Client) -> None:
    response = send(client, good__pdf=pdf("A"), bad__pdf=b"<html></html>", worse__exe=b"MZ")
    assert response.status_code == 422
    page = response.content.decode()
    assert "bad.pdf" in page
    assert "worse.exe" in page
    assert not File.unscoped.exists()
    assert send(client, a__pdf=pdf("A"), b__pdf=pdf("A")).status_code == 422  # the same file twice
    assert client.post(URL, {}).status_code == 422


def test_files_of_somebody_else_do_not_exist(client: Client, client_of: Callable[..., Client]) -> None:
    table = send(client, a__pdf=pdf("A"))
    data = {"file-id": ids(table), "0-name": "Stolen", "0-kind": "policy"}
    assert client_of("compliance-officer").post(URL, data).status_code == 404
    assert client.post(URL, data | {"file-id": ["nonsense"]}).status_code == 404
    assert client.post(URL, data | {"file-id": ids(table) * 2}).status_code == 404
    assert not Document.unscoped.exists()


def test_files_fields_that_are_not_shown_cannot_be_set(client: Client, client_of: Callable[..., Client]) -> None:
    table = send(client, a__pdf=pdf("A"))
    hostile = {"0-reference": "DOC-0099", "0-lock": "7", "0-text": "planted", "0-organisation": "1", "0-owner": "x"}
    assert client.post(URL, {"file-id": ids(table), "0-name": "A", "0-kind": "policy", **hostile}).status_code == 302
    document = Document.unscoped.get()
    assert (document.reference, document.lock, document.text) == ("DOC-0001", 1, "")


@pytest.mark.parametrize(("role", "status"), [("contributor", 200), ("reader", 403), ("platform-engineer", 404)])
def test_files_page_by_role(role: str, status: int, client_of: Callable[..., Client]) -> None:
    assert client_of(role).get(URL).status_code == status


def test_files_page_is_for_registers_that_say_how(client: Client) -> None:
    assert client.get("/o/nordhaven/risks/import/files").status_code == 404
