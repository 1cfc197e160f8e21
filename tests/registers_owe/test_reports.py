"""What every register owes by documents: PDF and DOCX of the record as it stands and of each version."""

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grc.access.actor import Actor
from grc.access.roles import ROLES
from grc.actions.versions import make_version
from grc.models import ActivityEvent, Organisation, Version
from grc.registers.register import Register, registers
from tests.factories import make
from tests.reports.sample import texts

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("register", list(registers), ids=lambda register: register.slug),
]


def address(record: Any, kind: str, *, api: bool = False) -> str:
    page = f"{record.get_absolute_url()}/document.{kind}"
    return f"/api/v1{page}" if api else page


def body(response: Any) -> bytes:
    assert response.status_code == 200, response.status_code
    return b"".join(response.streaming_content)


def reading_role(register: Register) -> str:
    return next(role.key for role in ROLES.values() if register.view in role.grants and role.key != "administrator")


def test_a_record_as_it_stands_is_a_draft_with_its_moment(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    client = client_of("administrator")
    pages = texts(body(client.get(address(record, "pdf"))))
    assert "Draft, as of" in pages[0]
    assert record.reference in pages[0]
    assert "It may change at any time" in " ".join(pages)
    word = docx.Document(io.BytesIO(body(client.get(address(record, "docx")))))
    assert word.core_properties.content_status.startswith("Draft, as of")
    assert not Version.unscoped.exists()


def test_a_version_says_its_number_and_hash_and_not_what_came_later(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    version = make_version(record=record, by=system)
    client = client_of("administrator")
    for url in (address(record, "pdf"), address(record, "pdf", api=True)):
        pages = texts(body(client.get(url, {"version": "1"})))
        assert version.sha256 in pages[0]
        assert "Draft" not in pages[0]
        assert f"SHA-256 {version.sha256[:16]}…" in pages[-1]
        assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


def test_what_does_not_exist_is_not_found(register: Register, system: Actor, client_of: Callable[..., Client]) -> None:
    record = make(register.slug, system)
    client = client_of("administrator")
    for number in ("1", "0", "-1", "x", "1e9", "\x00"):
        assert client.get(address(record, "pdf"), {"version": number}).status_code == 404, number
    for kind in ("csv", "xlsx", "html"):
        assert client.get(address(record, kind)).status_code == 404, kind
        assert client.get(address(record, kind, api=True)).status_code == 404, kind


def test_taking_a_document_is_noted(register: Register, system: Actor, client_of: Callable[..., Client]) -> None:
    record = make(register.slug, system)
    body(client_of("administrator").get(address(record, "docx")))
    event = ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.EXPORTED).latest("pk")
    assert event.record_id == record.pk
    assert event.detail == "as it stands (docx)"
    assert event.organisation_id == record.organisation_id


def test_who_may_not_see_the_record_finds_no_document(
    register: Register, other_organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    blind = [role.key for role in ROLES.values() if register.view not in role.grants]
    clients = [client_of(role) for role in blind] + [client_of("administrator", other_organisation)]
    for client in clients:
        for what in ("document.pdf", "download"):
            assert client.get(f"{record.get_absolute_url()}/{what}").status_code == 404
        assert client.get(address(record, "pdf", api=True)).status_code == 404
        assert client.get(f"/api/v1{record.get_absolute_url()}/versions").status_code == 404
    assert not ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.EXPORTED).exists()


def test_page_and_api_list_the_same_versions(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    version = make_version(record=record, by=system)
    client = client_of(reading_role(register))
    url = record.get_absolute_url()
    detail = client.get(url)
    if detail.status_code == 404:  # what it is about decides who sees it
        client = client_of("administrator")
        detail = client.get(url)
    assert f'href="{url}/download"' in detail.content.decode()
    page = client.get(f"{url}/download").content.decode()
    assert f"{url}/document.pdf?version=1" in page
    assert version.sha256 in page
    listed = client.get(f"/api/v1{url}/versions").json()
    assert [(item["number"], item["sha256"], item["state"]) for item in listed] == [(1, version.sha256, "")]


def test_versions_are_listed_with_as_many_queries_for_one_as_for_many(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    client, url = client_of("administrator"), f"{record.get_absolute_url()}/download"
    counts = []
    for number in (1, 2, 12):
        while Version.unscoped.count() < number:
            body_ = b'{"n":%d}' % Version.unscoped.count()
            Version.unscoped.create(
                organisation=record.organisation, key=record.key, number=Version.unscoped.count() + 1, body=body_,
                sha256="0" * 64,
            )  # fmt: skip
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[1] == counts[2]
