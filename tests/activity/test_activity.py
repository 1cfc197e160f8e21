"""The activity log: what it says, to whom, how it is filtered, paged and taken away."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grc.access.actor import Actor
from grc.access.roles import ROLES, Permission
from grc.actions.activity import record_activity
from grc.models import ActivityEvent, Organisation, Task
from tests.conftest import become, make_organisation, make_person
from tests.factories import make

pytestmark = pytest.mark.django_db
URL = "/o/nordhaven/activity"
API = f"/api/v1{URL}"
Verb = ActivityEvent.Verb


@pytest.fixture
def admin(actor_of: Callable[..., Actor]) -> Iterator[Actor]:
    actor = actor_of("administrator")
    with actor.working():
        yield actor


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("administrator")


def lines(client: Client, **params: Any) -> list[dict[str, Any]]:
    response = client.get(API, params)
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def details(client: Client, **params: Any) -> list[str]:
    return [line["detail"] for line in lines(client, **params) if line["detail"]]


def write(by: Actor, *said: str, verb: Verb = Verb.EXPORTED, **fields: Any) -> list[ActivityEvent]:
    return [
        ActivityEvent.unscoped.create(
            organisation=by.organisation,
            person=by.person.public_id if by.person else None,
            **{"verb": verb, "detail": detail, "way": "page"} | fields,
        )
        for detail in said
    ]


def test_a_sentence_says_who_did_what_to_which_record(admin: Actor, client: Client) -> None:
    document = make("documents", admin, name="AI policy")
    record_activity(by=admin, verb=Verb.APPROVED, record=document.key, detail="version 2")
    line = lines(client)[0]
    assert line["sentence"] == f"Administrator approved {document.reference} AI policy: version 2"
    page = client.get(URL).content.decode()
    assert f'href="/o/nordhaven/documents/{document.reference}"' in page
    assert "Today" in page


def test_what_nobody_did_was_done_by_assay(admin: Actor, system: Actor, client: Client) -> None:
    with system.working():
        record_activity(by=system, verb=Verb.ALARMED, detail="something is wrong")
    assert lines(client, person="assay")[0]["sentence"] == "Assay raised an alarm about: something is wrong"


def test_a_person_who_is_gone_has_no_name(admin: Actor, client: Client) -> None:
    ActivityEvent.unscoped.create(
        organisation=admin.organisation, person="00000000-0000-4000-8000-000000000000", verb=Verb.VIEWED, way="page"
    )
    assert lines(client)[0]["who"] == "Somebody who was removed"


class TestUnseen:
    """A reader who may see activity and not the record: no reference, no title, no detail, and no way to guess."""

    @pytest.fixture(autouse=True)
    def hidden(self, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        auditor = ROLES["internal-auditor"]
        grants = {key: reach for key, reach in auditor.grants.items() if key is not Permission.RISKS_VIEW}
        narrowed = type(auditor)(auditor.key, auditor.name, auditor.description, grants)
        monkeypatch.setitem(ROLES, auditor.key, narrowed)
        self.risk = make("risks", admin, name="Quietly insolvent")
        record_activity(by=admin, verb=Verb.CHANGED, record=self.risk.key, detail="because of the merger")

    def test_it_is_said_that_something_happened_and_nothing_else(self, client_of: Callable[..., Client]) -> None:
        client = client_of("internal-auditor")
        line = lines(client, verb="changed")[0]
        assert line["hidden"]
        assert line["sentence"] == "Administrator changed a record that you may not see"
        taken = [client.get(f"{url}/export.{kind}").getvalue() for url in (URL, API) for kind in ("csv", "jsonl")]
        for raw in (client.get(URL).content, client.get(API).content, *taken):
            for words in (b"insolvent", b"merger", self.risk.reference.encode()):
                assert words not in raw

    @pytest.mark.parametrize(
        "params", [{"q": "merger"}, {"q": "e"}, {"record": "RSK-0001"}, {"register": "risks"}, {"record": "RSK-9999"}]
    )
    def test_no_filter_finds_it(self, client_of: Callable[..., Client], params: dict[str, str]) -> None:
        response = client_of("internal-auditor").get(API, params)
        assert response.status_code == 400 or all(not line["hidden"] for line in response.json()["results"])
        missing = client_of("internal-auditor").get(API, {"record": "RSK-9999"}).json()
        if "record" in params:
            given = client_of("internal-auditor").get(API, params).json()
            assert json.dumps(given).replace("RSK-0001", "RSK-9999") == json.dumps(missing)

    def test_who_may_see_it_is_told(self, client: Client) -> None:
        assert "because of the merger" in details(client, q="merger")


def test_filters_find_what_they_say(
    admin: Actor, system: Actor, client: Client, actor_of: Callable[..., Actor]
) -> None:
    officer = actor_of("compliance-officer")
    risk = make("risks", admin)
    write(admin, "mine")
    write(officer, "the officer's", verb=Verb.VIEWED)
    write(admin, "by program", way="api")
    write(system, "by command", way="command")
    record_activity(by=admin, verb=Verb.DISCLOSED, record=risk.key, detail="about the risk")
    assert details(client, person=str(officer.person.public_id)) == ["the officer's"]  # type: ignore[union-attr]
    assert "mine" not in details(client, person="assay")
    assert details(client, verb="viewed") == ["the officer's"]
    assert details(client, way="api") == ["by program"]
    assert "by command" in details(client, way="task")
    assert details(client, register="risks", verb="disclosed") == ["about the risk"]
    assert details(client, record=risk.reference.lower(), verb="disclosed") == ["about the risk"]
    assert details(client, q="THE OFFICER") == ["the officer's"]
    assert details(client, q="no such words") == []


def test_days_are_the_readers(admin: Actor, client: Client) -> None:
    """Two in the morning in Auckland is the day before in London."""
    admin.person.time_zone = "Pacific/Auckland"  # type: ignore[union-attr]
    admin.person.save()  # type: ignore[union-attr]
    (event,) = write(admin, "at night")
    move(event, dt.datetime(2026, 3, 9, 13, 0, tzinfo=dt.UTC))
    assert details(client, **{"from": "2026-03-10", "to": "2026-03-10"}) == ["at night"]
    assert details(client, **{"from": "2026-03-09", "to": "2026-03-09"}) == []
    assert "10 Mar 2026" in client.get(URL, {"to": "2026-03-10"}).content.decode()


def move(event: ActivityEvent, at: dt.datetime) -> None:
    """To another time, as only the tables' owner can, and only with the trigger off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET ROLE assay_owner")
        cursor.execute("ALTER TABLE grc_activityevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE grc_activityevent SET at = %s WHERE id = %s", [at, event.pk])
        cursor.execute("ALTER TABLE grc_activityevent ENABLE TRIGGER USER; SET ROLE assay_app")


@pytest.mark.parametrize("same", [False, True])
def test_pages_follow_on_each_other_without_a_gap_or_a_double(admin: Actor, client: Client, same: bool) -> None:
    """Also where many events bear the same instant."""
    for number in range(23):
        (event,) = write(admin, str(number))
        if same:
            move(event, dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    seen: list[str] = []
    cursor = ""
    for _ in range(20):
        params = {"page_size": "5", "verb": "exported"} | ({"cursor": cursor} if cursor else {})
        answer = client.get(API, params).json()
        seen += [line["detail"] for line in answer["results"]]
        cursor = answer["next_cursor"]
        if not cursor:
            break
    assert sorted(seen, key=int) == [str(number) for number in range(23)]
    assert seen == sorted(seen, key=int, reverse=True)


def test_the_pages_pager_keeps_the_filters(admin: Actor, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    write(admin, *(str(number) for number in range(60)))
    page = client.get(URL, {"verb": "exported"}).content.decode()
    older = page.split('rel="next"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert "verb=exported" in older
    second = client.get(URL + older).content.decode()
    assert second.count("activity-time") == 10


@pytest.mark.parametrize(
    "params",
    [
        {"verb": "nonsense"}, {"person": "carla"}, {"register": "nonsense"}, {"way": "pigeon"}, {"record": "x"},
        {"record": "SYS-9999"}, {"from": "yesterday"}, {"from": "2026-02-30"}, {"from": "0001-01-01"},
        {"from": "2026-02-02", "to": "2026-02-01"}, {"cursor": "x"}, {"cursor": "1.2.3"}, {"cursor": "1.-1"},
        {"to": "9999-12-31"}, {"q": "x" * 201}, {"q": "a\x00b"}, {"person": "\x00"},
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_by_name(client: Client, params: dict[str, str]) -> None:
    answer = client.get(API, params)
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) <= set(params)
    for path in (URL, f"{URL}/export.csv"):
        assert client.get(path, params).status_code == 400


def test_the_api_refuses_what_it_does_not_know(client: Client) -> None:
    for params in (
        {"colour": "red"},
        {"page_size": "0"},
        {"page_size": "501"},
        {"page_size": "x"},
        {"page_size": "１"},
    ):
        assert client.get(API, params).status_code == 400, params


def test_exports_hold_what_is_filtered_and_are_noted(admin: Actor, client: Client) -> None:
    write(admin, "=1+1", "plain", verb=Verb.VIEWED)
    write(admin, "something else")
    rows = list(
        csv.reader(io.StringIO(client.get(f"{URL}/export.csv", {"verb": "viewed"}).getvalue().decode("utf-8-sig")))
    )
    assert rows[0][:4] == ["When (UTC)", "Who", "Person id", "What"]
    assert [row[7] for row in rows[1:]] == ["plain", "'=1+1"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{URL}/export.xlsx", {"verb": "viewed"}).getvalue()))
    assert [cell.value for cell in book.worksheets[0]["H"]][1:] == ["plain", "=1+1"]
    assert book.worksheets[0]["H3"].data_type == "s"
    raw = client.get(f"{API}/export.jsonl", {"verb": "viewed"}).getvalue().decode()
    assert [json.loads(line)["detail"] for line in raw.splitlines()] == ["plain", "=1+1"]
    noted = ActivityEvent.objects.within(admin.organisation).filter(verb="exported", detail__startswith="activity (")
    assert [event.detail for event in noted.order_by("pk")] == [
        "activity (csv): 2", "activity (xlsx): 2", "activity (jsonl): 2",
    ]  # fmt: skip
    assert client.get(f"{URL}/export.exe").status_code == 404


def test_an_export_does_not_hold_itself(admin: Actor, client: Client) -> None:
    write(admin, "one")
    raw = client.get(f"{URL}/export.jsonl", {"verb": "exported"}).getvalue().decode()
    assert [json.loads(line)["detail"] for line in raw.splitlines()] == ["one"]


def test_as_many_queries_for_fifty_lines_as_for_one(admin: Actor, client: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(URL).status_code == 200
        return len(captured)

    client.get(URL)
    make("risks", admin)
    few = count()
    for _ in range(5):
        make("risks", admin)
        make("documents", admin)
        make("tasks", admin)
    write(admin, *(str(number) for number in range(40)))
    assert count() == few


def test_another_organisations_activity_does_not_exist(
    admin: Actor, client: Client, other_organisation: Organisation
) -> None:
    other = Actor.system(other_organisation)
    with other.working():
        write(other, "elsewhere")
    assert "elsewhere" not in json.dumps(lines(client, q="elsewhere"))
    assert client.get("/o/elsewhere/activity").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_where_the_log_cannot_be_written_the_deed_is_undone(settings: Any) -> None:
    """By page and by API: nothing is created that the log does not tell of."""
    organisation = make_organisation("Nordhaven", "nordhaven")
    with Actor.system(organisation).working():
        person = make_person("ada@nordhaven.example", organisation, "administrator")
    client = Client(raise_request_exception=False)
    client.force_login(person)
    name = "Never told of"
    become("assay_owner")
    with connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON grc_activityevent FROM assay_app")
    become("assay_app")
    try:
        answers = [
            client.post("/o/nordhaven/tasks/new", {"name": name, "state": "open"}),
            client.post("/api/v1/o/nordhaven/tasks", {"name": name}, "application/json"),
        ]
    finally:
        become("assay_owner")
        with connection.cursor() as cursor:
            cursor.execute("GRANT INSERT ON grc_activityevent TO assay_app")
        become("assay_app")
    assert [answer.status_code for answer in answers] == [500, 500]
    with Actor.system(organisation).working():
        assert not Task.objects.within(organisation).filter(name=name).exists()
    assert client.post("/api/v1/o/nordhaven/tasks", {"name": name}, "application/json").status_code == 201
