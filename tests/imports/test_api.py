"""Imports through the API: the same check, the same doing, the same refusals."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aims.models import Risk
from grc.jobs.actions import run_job
from grc.models import ActivityEvent, File, Job
from tests.imports.sending import csv, workbook

pytestmark = pytest.mark.django_db
URL = "/api/v1/o/nordhaven/risks/imports"
HEAD = ("Reference", "Risk", "What may happen")


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("administrator")


def send(client: Client, data: bytes, name: str = "risks.csv", **more: str) -> Any:
    return client.post(URL, {"file": SimpleUploadedFile(name, data), **more})


def work(job_id: str) -> None:
    run_job(Job.unscoped.select_related("organisation", "person").get(public_id=job_id))


def test_api_checks_then_does(client: Client) -> None:
    asked = send(client, csv(HEAD, ("", "A", "x"), ("", "B", "y")))
    assert asked.status_code == 202
    url = f"{URL}/{asked.json()['id']}"
    assert client.post(url).status_code == 409  # not checked yet
    work(asked.json()["id"])
    found = client.get(url).json()
    assert (found["create"], found["problem_count"], found["can_be_done"]) == (2, 0, True)
    assert not Risk.unscoped.exists()
    done = client.post(url)
    assert done.status_code == 202
    work(done.json()["id"])
    after = client.get(f"{URL}/{done.json()['id']}").json()
    assert (after["kind"], after["state"], after["create"], after["can_be_done"]) == ("import", "done", 2, False)
    assert Risk.unscoped.count() == 2
    assert client.post(f"{URL}/{done.json()['id']}").status_code == 409


def test_api_sent_twice_at_once_imports_once(client: Client) -> None:
    asked = send(client, csv(HEAD, ("", "A", "x"))).json()["id"]
    work(asked)
    jobs = [client.post(f"{URL}/{asked}").json()["id"] for _ in range(2)]
    for job in jobs:
        work(job)
    assert Risk.unscoped.count() == 1


def test_api_names_bad_rows(client: Client) -> None:
    asked = send(client, csv(HEAD, ("RSK-9999", "A", "x"))).json()["id"]
    work(asked)
    found = client.get(f"{URL}/{asked}").json()
    assert found["problems"] == [
        {
            "row": 2,
            "column": "Reference",
            "value": "RSK-9999",
            "reason": "There is no record “RSK-9999” here.",
        }
    ]
    assert found["can_be_done"] is False
    assert client.post(f"{URL}/{asked}").status_code == 409


def test_api_takes_columns_sheet_header_and_dates(client: Client) -> None:
    data = workbook(("a title",), ("w", "x", "y"), ("One", "It errs", "05/06/2027"), title="First", Second=[("z",)])
    columns = json.dumps({"0": "name", "1": "event", "2": "review_on"})
    more = {"columns": columns, "sheet": "First", "header": "2"}
    asked = send(client, data, "a.xlsx", **more).json()
    work(asked["id"])
    assert client.get(f"{URL}/{asked['id']}").json()["ask"] == ["review_on"]
    asked = send(client, data, "a.xlsx", **more, dates=json.dumps({"review_on": "dmy"})).json()
    work(asked["id"])
    found = client.get(f"{URL}/{asked['id']}").json()
    assert (found["ask"], found["create"]) == ([], 1)


@pytest.mark.parametrize(
    "more",
    [
        {"columns": "nonsense"},
        {"columns": "[]"},
        {"columns": '{"0": 1}'},
        {"columns": '{"x": "name"}'},
        {"columns": "[" * 100_000},
        {"columns": '{"0": "organisation"}'},
        {"columns": '{"1": "name", "2": "name"}'},
        {"columns": '{"1": "name"}'},
        {"dates": '{"review_on": "ymd"}'},
        {"dates": '{"nonsense": "dmy"}'},
        {"sheet": "no such sheet"},
        {"header": "-1"},
        {"header": "1e9"},
    ],
    ids=str,
)
def test_api_refuses_a_mapping_that_means_nothing(more: dict[str, str], client: Client) -> None:
    response = send(client, csv(HEAD, ("", "A", "x")), **more)
    assert response.status_code == 400
    assert response.json()["fields"]
    assert not Job.unscoped.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.exe", b"MZ"),
        ("a.xlsx", b"no workbook"),
        ("a.csv", b""),
        ("a.csv", b"\x00\x01\x81"),
        ("a.zip", b"PK\x05\x06"),
    ],
)
def test_api_refuses_what_is_no_table(name: str, data: bytes, client: Client) -> None:
    response = send(client, data, name)
    assert response.status_code == 400
    assert response.json()["fields"]["file"]
    assert not File.unscoped.exists()
    assert ActivityEvent.unscoped.filter(verb="refused").count() == 1


def test_api_without_a_file_says_so(client: Client) -> None:
    assert client.post(URL, {}).json()["fields"].keys() == {"file"}
    assert client.post(URL, {}, "application/json").status_code == 415


def test_api_of_somebody_else_does_not_exist(client: Client, client_of: Callable[..., Client]) -> None:
    asked = send(client, csv(HEAD, ("", "A", "x"))).json()["id"]
    other = client_of("compliance-officer")
    assert other.get(f"{URL}/{asked}").status_code == 404
    assert other.post(f"{URL}/{asked}").status_code == 404
    assert client.get(f"{URL.replace('risks', 'documents')}/{asked}").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [("internal-auditor", 403), ("platform-engineer", 404), ("contributor", 202)]
)
def test_api_by_role(role: str, status: int, client_of: Callable[..., Client]) -> None:
    assert send(client_of(role), csv(HEAD, ("", "A", "x"))).status_code == status


def test_api_template(client: Client) -> None:
    response = client.get(f"{URL}/template")
    assert response.content[:2] == b"PK"
    assert response["Content-Disposition"] == 'attachment; filename="risks-template.xlsx"'
