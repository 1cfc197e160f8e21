"""Pictures as files: drawn or as their table, for who may see what they show."""

import csv
import io
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest
from django.test import Client
from PIL import Image

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.actions.links import link_records
from grc.models import ActivityEvent, Organisation
from grc.pictures.named import name_picture, named
from tests.factories import make
from tests.reports.sample import texts

pytestmark = pytest.mark.django_db
KINDS = ("png", "pdf", "docx", "csv", "xlsx")


def content(client: Client, name: str, kind: str, *, api: bool = False) -> bytes:
    url = f"/o/nordhaven/pictures/{name}.{kind}"
    response: Any = client.get(f"/api/v1{url}" if api else url)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith(f'attachment; filename="{name}-')
    return b"".join(response.streaming_content)


def test_every_named_picture_comes_in_every_kind(system: Actor, client_of: Callable[..., Client]) -> None:
    make("risks", system, likelihood=4, impact=3, treat_by="2027-01-01")
    one, other = make("processes", system), make("processes", system)
    link_records(source=one, reference=other.reference, by=system)
    client = client_of("compliance-officer")
    for name, picture in named.items():
        made = picture.make(system)
        assert made.slug == name
        assert Image.open(io.BytesIO(content(client, name, "png"))).width > 300
        assert made.title in texts(content(client, name, "pdf"))[0]
        assert len(docx.Document(io.BytesIO(content(client, name, "docx"))).inline_shapes) == 1
        rows = list(csv.reader(io.StringIO(content(client, name, "csv", api=True).decode("utf-8-sig"))))
        assert [rows[0], rows[1:]] == list(made.table())
        sheet = openpyxl.load_workbook(io.BytesIO(content(client, name, "xlsx"))).active
        assert sheet is not None
        assert sheet.max_row == len(rows)


def test_taking_a_picture_is_noted(system: Actor, client_of: Callable[..., Client]) -> None:
    content(client_of("compliance-officer"), "risks-over-time", "csv")
    event = ActivityEvent.unscoped.get(verb=ActivityEvent.Verb.EXPORTED)
    assert event.detail == "Open risks over time (csv)"


def test_who_may_not_see_risks_finds_no_picture_of_them(
    system: Actor, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    for client in (client_of("reader"), client_of("administrator", other_organisation)):
        for start in ("", "/api/v1"):
            for kind in KINDS:
                assert client.get(f"{start}/o/nordhaven/pictures/risks-over-time.{kind}").status_code == 404
    assert not ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.EXPORTED).exists()


def test_what_is_no_picture_or_kind_is_not_found(client_of: Callable[..., Client], system: Actor) -> None:
    client = client_of("administrator")
    for name in ("nothing.csv", "risks-over-time.svg", "risks-over-time.html"):
        assert client.get(f"/o/nordhaven/pictures/{name}").status_code == 404


def test_a_page_leads_to_the_files(system: Actor, client_of: Callable[..., Client]) -> None:
    page = client_of("compliance-officer").get("/o/nordhaven/risks/overview").content.decode()
    for kind in KINDS:
        assert f'href="/o/nordhaven/pictures/risk-treatment.{kind}"' in page


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="another picture"):
        name_picture("risks-over-time", Permission.RISKS_VIEW, named["risks-over-time"].make)
