"""Transfer through the API: the same check, the same doing, the same refusals, the same files."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from controls.actions.frameworks import adopt_framework
from controls.models import Framework, Mapping
from grc.access.actor import Actor
from grc.jobs.actions import run_job
from grc.models import ActivityEvent, Job
from tests.controls.schemas import errors
from tests.controls.test_oscal_foreign import document
from tests.controls.test_oscal_mapping import collection, end, entry

pytestmark = pytest.mark.django_db
HOME = "/api/v1/o/nordhaven/frameworks"
URL = f"{HOME}/transfers"


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


def send(client: Client, data: bytes | dict[str, Any], name: str = "x.json", **more: str) -> Any:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return client.post(URL, {"file": SimpleUploadedFile(name, raw), **more})


def work(job_id: str) -> None:
    run_job(Job.unscoped.select_related("organisation", "person").get(public_id=job_id))


def checked(client: Client, data: bytes | dict[str, Any], **more: str) -> dict[str, Any]:
    asked = send(client, data, **more)
    assert asked.status_code == 202, asked.content
    work(asked.json()["id"])
    found: dict[str, Any] = client.get(f"{URL}/{asked.json()['id']}").json()
    return found


def test_api_checks_then_does(client: Client) -> None:
    asked = send(client, document("mvsp")).json()
    assert client.post(f"{URL}/{asked['id']}").status_code == 409  # not checked yet
    work(asked["id"])
    found = client.get(f"{URL}/{asked['id']}").json()
    assert (found["model"], found["create"], found["problems"], found["can_be_done"]) == ("catalog", 29, [], True)
    assert not Framework.unscoped.exists()
    done = client.post(f"{URL}/{asked['id']}")
    assert done.status_code == 202
    work(done.json()["id"])
    after = client.get(f"{URL}/{done.json()['id']}").json()
    assert (after["state"], after["framework"], after["can_be_done"]) == ("done", "FRM-0001", False)
    assert client.post(f"{URL}/{done.json()['id']}").status_code == 409


def test_api_sent_twice_at_once_imports_once(client: Client) -> None:
    found = checked(client, document("mvsp"))
    jobs = [client.post(f"{URL}/{found['id']}").json()["id"] for _ in range(2)]
    for job in jobs:
        work(job)
    assert Framework.unscoped.count() == 1
    states = set(Job.unscoped.filter(kind="framework-import").values_list("state", flat=True))
    assert states == {"done", "failed"}


def test_api_names_the_place(client: Client) -> None:
    given = document("mvsp")
    given["catalog"]["groups"][0]["controls"][0]["props"] = "label"
    answer = send(client, given)
    assert answer.status_code == 400
    assert answer.json()["fields"]["file"] == ["catalog.groups[0].controls[0].props: A list is expected here."]
    assert ActivityEvent.unscoped.filter(verb="refused").exists()


def test_api_lists_problems_and_answers_questions(client: Client, system: Actor) -> None:
    adopt_framework(key="soc2-ai", by=system)
    work(client.post(f"{URL}/{checked(client, document('rich'))['id']}").json()["id"])
    given = collection(entry(1, "equal-to", end("f-1"), end("AI-EXT-9")))
    found = checked(client, given)
    assert (found["problem_count"], found["can_be_done"]) == (1, False)
    assert found["problems"][0]["place"] == "mapping-collection.mappings[0].maps[0].targets[0].id-ref"
    given = collection(entry(1, "equal-to", end("f-1"), end("AI-EXT-1")))
    given["mapping-collection"]["back-matter"]["resources"][0]["title"] = "Unheard of"
    found = checked(client, given)
    assert [question["title"] for question in found["questions"]] == ["Unheard of"]
    answers = json.dumps({found["questions"][0]["name"]: "FRM-0002"})
    found = checked(client, given, answers=answers)
    work(client.post(f"{URL}/{found['id']}").json()["id"])
    assert Mapping.unscoped.count() == 1


def test_api_takes_a_table(client: Client) -> None:
    found = checked(client, b"Number,Title\n1,One\n", name="x.csv")
    assert found["questions"] == [{"name": "into", "title": ""}]


@pytest.mark.parametrize("answers", ["[]", '{"a": 1}', "{", '{"a":"b","a":"c"}', '{"a":"\\u0000"}'])
def test_api_refuses_answers_that_are_none(client: Client, answers: str) -> None:
    answer = send(client, document("mvsp"), answers=answers)
    assert answer.status_code == 400
    assert "answers" in answer.json()["fields"]


def test_api_needs_a_file(client: Client) -> None:
    answer = client.post(URL, {})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["file"])


def test_api_gives_files(client: Client, system: Actor) -> None:
    for key in ("soc2-ai", "soc2"):
        adopt_framework(key=key, by=system)
    for path in ("FRM-0001/oscal", "FRM-0001/mappings/FRM-0002.json", "../controls/oscal"):
        answer = client.get(f"{HOME}/{path}".replace("frameworks/../", ""))
        assert errors(json.loads(answer.content)) == []
    for path in ("FRM-0001/requirements.csv", "FRM-0001/requirements.xlsx", "FRM-0002/mappings/FRM-0001.csv"):
        assert b"".join(client.get(f"{HOME}/{path}"))
    for path in ("FRM-0001/requirements.pdf", "FRM-0009/oscal", "FRM-0001/mappings/FRM-0001.json"):
        assert client.get(f"{HOME}/{path}").status_code == 404
    assert ActivityEvent.unscoped.filter(verb="exported", way="api").count() == 6


def test_api_imports_are_for_who_may_change_frameworks(client_of: Callable[..., Client]) -> None:
    assert send(client_of("reader"), document("mvsp")).status_code == 403
    assert not Job.unscoped.exists()
