"""Connecting, testing, pulling, silence, secrets: by page and API, for the right people only."""

import datetime as dt
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from evidence.actions.connection import check_connection
from evidence.actions.sources import notice_silence, run_pull
from evidence.ingest.head import head_of
from evidence.ingest.keeping import forget_old_runs
from evidence.models import PullRun, Source, SourceAlarm, SourceHead
from evidence.tasks import pull_due_sources
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.outbox import deliver_due
from grc.actions.records import change_record
from grc.models import Organisation
from grc.models.secret import Sealed, SecretUnreadable
from tests.evidence.ingest.served_log import ServedLog
from tests.evidence.tlog.honest_log import decision, key_of

pytestmark = pytest.mark.django_db
Connect = Callable[..., Source]
SECRET = "read-token-zebra-4711"


@pytest.fixture
def engineer(client_of: Callable[..., Client]) -> Client:
    return client_of("platform-engineer")


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Messages that went to the broker, as they would arrive."""
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr("evidence.tasks.pull_source.delay", lambda *args: sent.append(args))
    monkeypatch.setattr("evidence.tasks.pull_source.apply_async", lambda args, **_: sent.append(tuple(args)))
    return sent


def form_of(served: ServedLog, **changes: Any) -> dict[str, Any]:
    values = {
        "name": "Claims proxy",
        "url": served.url,
        "origin": served.log.log_id,
        "pinned_key": key_of("first").public_key.hex(),
        "read_token": SECRET,
        "interval_seconds": 10,
        "silence_after_seconds": 180,
    }
    return values | changes


def everything_about(source: Source, client: Client) -> str:
    """All that pages, API, export and database say of a source."""
    base, api = f"/o/nordhaven/sources/{source.reference}", f"/api/v1/o/nordhaven/sources/{source.reference}"
    urls = [base, f"{base}/edit", f"{base}/history", f"{base}/runs", f"{base}/quarantine", api, f"{api}/history"]
    urls += ["/o/nordhaven/sources/export.csv", "/api/v1/o/nordhaven/sources", "/o/nordhaven/activity", f"{api}/state"]
    pages = [client.get(url) for url in urls]
    assert {page.status_code for page in pages} == {200}
    text = "".join(
        (b"".join(page.streaming_content) if page.streaming else page.content).decode()
        for page in pages  # type: ignore[arg-type]
    )
    with connection.cursor() as cursor:
        for table in ("evidence_source", "evidence_historicalsource", "grc_activityevent", "grc_recordkey"):
            cursor.execute(f"SELECT coalesce(json_agg(t)::text, '') FROM {table} t")
            text += cursor.fetchone()[0]
    return text


def test_source_connected_by_form_keeps_its_token_to_itself(
    served: ServedLog, client_of: Callable[..., Client], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_of("administrator")
    made = client.post("/o/nordhaven/sources/new", form_of(served))
    assert made.status_code == 302
    source = Source.unscoped.select_related("key", "organisation").get()
    served.token = SECRET
    settings.OUTBOUND_ALLOWED = [f"127.0.0.1:{served.url.rpartition(':')[2]}=127.0.0.1/32"]
    run_pull(source=source)
    assert head_of(source).state == "ok", "the recorder got the token"
    text = everything_about(source, client)
    assert SECRET not in text
    assert SECRET not in caplog.text
    assert "Set (" in text


def test_token_stays_when_an_edit_leaves_it_empty_and_history_shows_that_it_changed(
    served: ServedLog, client_of: Callable[..., Client]
) -> None:
    client = client_of("administrator")
    client.post("/o/nordhaven/sources/new", form_of(served))
    source = Source.unscoped.get()
    edit = form_of(served, read_token="", name="Renamed", lock=source.lock)
    assert client.post(f"/o/nordhaven/sources/{source.reference}/edit", edit).status_code == 302
    source.refresh_from_db()
    assert source.read_token.open() == SECRET
    edit = form_of(served, read_token="another-secret-0815", name="Renamed", lock=source.lock)
    assert client.post(f"/o/nordhaven/sources/{source.reference}/edit", edit).status_code == 302
    source.refresh_from_db()
    assert source.read_token.open() == "another-secret-0815"
    history = client.get(f"/o/nordhaven/sources/{source.reference}/history").content.decode()
    assert history.count("Set (") >= 3
    assert "another-secret" not in history


def test_token_by_api_is_write_only(served: ServedLog, client_of: Callable[..., Client]) -> None:
    client = client_of("platform-engineer")
    made = client.post("/api/v1/o/nordhaven/sources", form_of(served), content_type="application/json")
    assert made.status_code == 201, made.content
    assert "read_token" not in made.json()
    source = Source.unscoped.get()
    assert source.read_token.open() == SECRET
    url = f"/api/v1/o/nordhaven/sources/{source.reference}"
    changed = client.patch(url, {"read_token": "", "lock": source.lock}, content_type="application/json")
    assert changed.status_code == 200, changed.content
    source.refresh_from_db()
    assert source.read_token == ""


def test_secret_with_another_key_is_an_error_of_the_source_not_a_crash(
    served: ServedLog, connect: Connect, settings: Any
) -> None:
    source = connect(served, read_token=SECRET)
    assert isinstance(source.read_token, Sealed)
    settings.SECRETS_KEY = "A" * 43 + "="
    with pytest.raises(SecretUnreadable):
        source.read_token.open()
    run_pull(source=source)
    assert "ASSAY_SECRETS_KEY" in head_of(source).error


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("url", "ftp://x.example", "address"),
        ("url", "http://user:pass@x.example", "user names"),
        ("url", "http://x.example/?a=1", "queries"),
        ("url", "http://x.example:99999/", "address"),
        ("url", "javascript:alert(1)", "address"),
        ("origin", "UPPER", "a-z"),
        ("origin", "a\nb", ""),
        ("pinned_key", "00", "Ed25519"),
        ("pinned_key", "é" * 64, "Ed25519"),
        ("pinned_key", "A" * 300, ""),
        ("interval_seconds", 1, "every 5 seconds"),
        ("interval_seconds", 10**30, ""),
        ("silence_after_seconds", 5, "60 seconds"),
        ("witness_key", "nonsense", "form"),
        ("name", "a\x00b", "NUL"),
    ],
)
def test_bad_input_is_refused_by_field(field: str, value: Any, word: str, served: ServedLog, engineer: Client) -> None:
    page = engineer.post("/o/nordhaven/sources/new", form_of(served, **{field: value}))
    assert page.status_code == 422
    assert word in page.content.decode()
    body = json.dumps(form_of(served, **{field: value}))
    api = engineer.post("/api/v1/o/nordhaven/sources", body, content_type="application/json")
    assert api.status_code == 400, api.content
    assert not Source.unscoped.exists()


def test_key_and_origin_are_fixed_once_records_were_taken(
    served: ServedLog, connect: Connect, engineer: Client
) -> None:
    source = connect(served)
    run_pull(source=source)
    url = f"/api/v1/o/nordhaven/sources/{source.reference}"
    for field, value in (("pinned_key", "11" * 32), ("origin", "other.example/log")):
        answer = engineer.patch(url, {field: value, "lock": source.lock}, content_type="application/json")
        assert answer.status_code == 400
        assert "part of their proof" in answer.content.decode()


def test_connection_test_says_what_holds(served: ServedLog, connect: Connect, engineer: Client) -> None:
    source = connect(served)
    page = engineer.post(f"/o/nordhaven/sources/{source.reference}/test").content.decode()
    assert source.fingerprint in page
    assert "covers 10 records" in page
    answer = engineer.post(f"/api/v1/o/nordhaven/sources/{source.reference}/test").json()
    assert {check["name"]: check["good"] for check in answer} == {
        "Reachable": True, "Log id": True, "Pinned key": True, "Clock": True, "Checkpoint": True,
    }  # fmt: skip
    assert not SourceHead.unscoped.filter(next_seq__gt=0).exists()


@pytest.mark.parametrize(
    ("fields", "failing"),
    [
        ({"origin": "other.example/log"}, {"Log id", "Checkpoint"}),
        ({"pinned_key": key_of("stranger").public_key.hex()}, {"Pinned key", "Checkpoint"}),
        ({"url": "http://127.0.0.1:9"}, {"Reachable"}),
    ],
)
def test_connection_test_says_what_does_not(
    fields: dict[str, str], failing: set[str], served: ServedLog, connect: Connect, system: Actor
) -> None:
    checks = check_connection(source=connect(served, **fields), by=system)
    assert {check.name for check in checks if check.good is False} == failing


def test_private_address_is_refused_unless_an_administrator_allows_it(
    served: ServedLog, connect: Connect, settings: Any
) -> None:
    source = connect(served)
    settings.OUTBOUND_ALLOWED = []
    run_pull(source=source)
    head = head_of(source)
    assert (head.state, head.next_seq) == ("unreachable", 0)
    assert served.asked == []


def test_pull_on_demand_shows_its_progress(
    served: ServedLog, connect: Connect, engineer: Client, tasks: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    from evidence.tasks import pull_source

    source = connect(served)
    with django_capture_on_commit_callbacks(execute=True):
        asked = engineer.post(f"/o/nordhaven/sources/{source.reference}/pull")
    assert asked.status_code == 302
    page = engineer.get(asked["Location"]).content.decode()
    assert "every 1s" in page
    assert "Not known yet" in page  # nobody has asked for the checkpoint
    assert len(tasks) == 1
    pull_source(*tasks[0])
    part = engineer.get(asked["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "every 1s" not in part
    assert 'value="100"' in part
    run = PullRun.unscoped.get()
    api = engineer.get(f"/api/v1/o/nordhaven/sources/{source.reference}/runs/{run.public_id}").json()
    assert (api["state"], api["accepted"], api["target_size"]) == ("done", 10, 10)
    assert engineer.get(f"/api/v1/o/nordhaven/sources/{source.reference}/state").json()["records"] == 10


def test_pull_asked_for_twice_waits_once(
    served: ServedLog, connect: Connect, engineer: Client, tasks: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    source = connect(served)
    with django_capture_on_commit_callbacks(execute=True):
        first = engineer.post(f"/api/v1/o/nordhaven/sources/{source.reference}/pull").json()
        second = engineer.post(f"/api/v1/o/nordhaven/sources/{source.reference}/pull").json()
    assert first["id"] == second["id"]
    assert len(tasks) == 1


def test_due_sources_are_enqueued_once_per_interval(
    served: ServedLog, connect: Connect, tasks: list[Any], other_organisation: Organisation
) -> None:
    source = connect(served)
    paused = connect(served, Actor.system(other_organisation), paused=True)
    pull_due_sources()
    assert tasks == [(source.organisation_id, source.pk)]
    tasks.clear()
    pull_due_sources()
    assert tasks == []
    SourceHead.unscoped.update(due_at=timezone.now())
    pull_due_sources()
    assert [args[1] for args in tasks] == [source.pk]
    assert paused.pk != source.pk


def test_old_runs_of_the_schedule_are_forgotten_and_those_of_people_kept(
    served: ServedLog, connect: Connect, actor_of: Callable[..., Actor]
) -> None:
    source = connect(served)
    person = actor_of("platform-engineer").person
    for by in (None, person):
        PullRun(organisation=source.organisation, source=source, requested_by=by).save(force_insert=True)
    assert forget_old_runs(source.organisation) == 0
    PullRun.unscoped.update(requested_at=timezone.now() - dt.timedelta(days=8))
    assert forget_old_runs(source.organisation) == 1
    assert PullRun.unscoped.get().requested_by == person


def test_silence_raises_one_alarm_and_ends_with_the_next_record(
    served: ServedLog, connect: Connect, actor_of: Callable[..., Actor]
) -> None:
    actor_of("platform-engineer")
    source = connect(served)
    run_pull(source=source)
    assert not notice_silence(source)
    SourceHead.unscoped.update(last_record_at=timezone.now() - dt.timedelta(seconds=181))
    for _ in range(3):
        run_pull(source=source)
    assert head_of(source).state == "silent"
    alarm = SourceAlarm.unscoped.get(source=source)
    assert (alarm.code, alarm.closed_at) == ("silent", None)
    deliver_due()
    assert len(mail.outbox) == 1
    served.log.append(decision(10))
    run_pull(source=source)
    assert head_of(source).state == "ok"
    alarm.refresh_from_db()
    assert alarm.closed_at is not None


def test_unreachable_source_becomes_silent(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    run_pull(source=source)
    served.down = True
    for _ in range(3):
        run_pull(source=source)
    assert head_of(source).state == "unreachable"
    assert "503" in head_of(source).error
    assert PullRun.unscoped.filter(source=source, state="failed").count() == 1, "the same failure is said once"
    SourceHead.unscoped.update(last_record_at=timezone.now() - dt.timedelta(hours=1))
    run_pull(source=source)
    assert head_of(source).state == "silent"
    served.down = False
    served.log.append(decision(10))
    run_pull(source=source)
    assert (head_of(source).state, head_of(source).error) == ("ok", "")


def test_wrong_token_is_said(served: ServedLog, connect: Connect) -> None:
    served.token = "right"
    source = connect(served, read_token="wrong")
    run_pull(source=source)
    assert "refuses our read token" in head_of(source).error
    assert "wrong" not in head_of(source).error


def test_quarantine_page_lists_and_filters(served: ServedLog, connect: Connect, engineer: Client) -> None:
    source = connect(served)
    served.tamper = lambda first, lines: lines[:4] + lines[5:]
    run_pull(source=source)
    base = f"/o/nordhaven/sources/{source.reference}/quarantine"
    page = engineer.get(base).content.decode()
    assert "left out 4" in page
    assert "Ask" in page or "ask" in page
    assert "left out 4" not in engineer.get(f"{base}?show=settled").content.decode()
    assert "left out 4" not in engineer.get(f"{base}?reason=quarantined").content.decode()
    assert engineer.get(f"{base}?show=%00&reason=%F0%9F&page=999999999999").status_code == 200
    rows = engineer.get(f"/api/v1/o/nordhaven/sources/{source.reference}/quarantine").json()["results"]
    assert {row["reason"] for row in rows} == {"missing", "quarantined"}


def test_home_page_names_the_alarm(served: ServedLog, connect: Connect, engineer: Client) -> None:
    source = connect(served)
    served.tamper = lambda first, lines: lines[:4] + lines[5:]
    run_pull(source=source)
    assert "Integrity alarm" in engineer.get("/o/nordhaven/").content.decode()


@pytest.mark.parametrize("what", ["", "/runs", "/quarantine", "/state"])
def test_source_of_another_organisation_does_not_exist(
    what: str, served: ServedLog, connect: Connect, engineer: Client, other_organisation: Organisation
) -> None:
    theirs = connect(served, Actor.system(other_organisation))
    run_pull(source=theirs)
    for base in ("/o/nordhaven/sources", "/o/elsewhere/sources", "/api/v1/o/elsewhere/sources"):
        if what != "/state" or "/api/" in base or base.startswith("/o/"):
            assert engineer.get(f"{base}/{theirs.reference}{what}").status_code == 404


def test_pull_of_another_roles_person_is_refused(
    served: ServedLog, connect: Connect, actor_of: Callable[..., Actor]
) -> None:
    source = connect(served)
    with pytest.raises(Denied):
        check_connection(source=source, by=actor_of("compliance-officer"))
    assert served.asked == []


def test_edit_of_the_schedule_is_recorded(served: ServedLog, connect: Connect, system: Actor) -> None:
    source = connect(served)
    source.interval_seconds = 60
    change_record(record=source, by=system, lock=source.lock, reason="less often")
    assert source.history.count() == 2
