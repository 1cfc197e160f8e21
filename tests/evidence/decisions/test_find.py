"""Finding decisions: by id, by filters, by a customer's reference; refusals; and the one path for rooms."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from evidence.find.lookup import count_decisions, find_decision, find_latest, iterate_decisions, list_decisions
from evidence.find.period import Period
from evidence.find.quarantine import find_quarantined
from evidence.find.query import DecisionQuery, read_decision_id, read_subject
from evidence.find.reach import DecisionReach, Span
from evidence.find.reference import State, ask_operators
from evidence.models import DecisionRow, Source
from grc.access.actor import Actor
from grc.access.gate import NotVisible
from grc.models import Organisation
from grc.registers.query import BadQuery
from tests.evidence.decisions.proxy import CUSTOMER, FIELDS, Proxy, pull
from tests.evidence.decisions.tampering import Altering


def asked(**filters: str) -> DecisionQuery:
    params = QueryDict(mutable=True)
    for name, value in filters.items():
        params.setlist(name.rstrip("_"), value.split("|"))
    return DecisionQuery.read(params, strict=True)


def seqs(reach: DecisionReach, **filters: str) -> list[int]:
    return [row.seq for row in list_decisions(reach, asked(**filters)).rows]


@pytest.fixture
def reach(system: Actor) -> DecisionReach:
    return DecisionReach.whole(system)


def ids(source: Source) -> dict[int, uuid.UUID]:
    rows = DecisionRow.objects.within(source.organisation).filter(decision_id__isnull=False, kind=1)
    return {row.seq: row.decision_id for row in rows if row.decision_id}


def test_find_by_id_gives_the_decision_with_its_completion(source: Source, reach: DecisionReach) -> None:
    found = find_decision(reach, ids(source)[1])
    assert found is not None
    assert (found.decision.seq, found.decision.kind) == (1, DecisionRow.Kind.DECISION)
    assert found.completion is not None
    assert (found.completion.seq, found.completion.kind) == (2, DecisionRow.Kind.COMPLETION)
    assert found.others == []


def test_find_by_id_without_completion(source: Source, reach: DecisionReach) -> None:
    found = find_decision(reach, ids(source)[3])
    assert found is not None
    assert found.completion is None


def test_find_by_id_unknown_is_none(source: Source, reach: DecisionReach) -> None:
    assert find_decision(reach, uuid.uuid4()) is None


def test_find_by_id_names_a_second_record_with_the_same_id(proxy: Proxy, system: Actor, reach: DecisionReach) -> None:
    decision = proxy.decide()
    proxy.recorder.append("decision", FIELDS | {"decision_id": decision, "outcome": "deny"})
    pull(proxy.source(system))
    found = find_decision(reach, uuid.UUID(decision))
    assert found is not None
    assert [row.seq for row in found.others] == [found.decision.seq + 2]


def test_reach_of_a_role_without_the_permission_is_refused(source: Source, actor_of: Callable[..., Actor]) -> None:
    with pytest.raises(NotVisible):
        DecisionReach.whole(actor_of("reader"))


def test_reach_of_another_organisation_finds_nothing(source: Source, other_organisation: Organisation) -> None:
    foreign = DecisionReach.whole(Actor.system(other_organisation))
    assert find_decision(foreign, ids(source)[1]) is None
    assert list_decisions(foreign, asked(kind="any")).rows == []
    assert count_decisions(foreign, asked(kind="any")).number == 0
    assert find_latest(foreign) is None


def test_list_is_newest_first_and_of_decisions_unless_asked(source: Source, reach: DecisionReach) -> None:
    assert seqs(reach) == [4, 3, 1]
    assert seqs(reach, kind="any") == [5, 4, 3, 2, 1, 0]
    assert seqs(reach, kind="completion") == [5, 2]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"outcome": "deny"}, [3]),
        ({"outcome": "deny|allow"}, [4, 3, 1]),
        ({"system": "claims-triage"}, [4, 3, 1]),
        ({"system": "another"}, []),
        ({"policy": "claims-policy@2026.10.3"}, [4, 3, 1]),
        ({"policy": "claims-policy"}, [4, 3, 1]),
        ({"policy": "claims-policy@2026.10"}, []),
        ({"policy": "claims"}, []),
        ({"model": "openai/gpt-4o@2024-11-20", "outcome": "deny"}, [3]),
        ({"model": "openai/gpt-4o"}, []),
        ({"source": "LOG-0001"}, [4, 3, 1]),
        ({"source": "LOG-0002"}, []),
        ({"period": "24h"}, [4, 3, 1]),
        ({"from_": "2020-01-01", "to": "2020-12-31"}, []),
    ],
)
def test_list_filters(source: Source, reach: DecisionReach, filters: dict[str, str], expected: list[int]) -> None:
    if filters.get("period") == "24h":
        filters = {"from_": (dt.datetime.now(dt.UTC) - dt.timedelta(hours=25)).isoformat()}
    assert seqs(reach, **filters) == expected
    assert count_decisions(reach, asked(**filters)).number == len(expected)


def test_list_by_keyed_hash(source: Source, proxy: Proxy, reach: DecisionReach) -> None:
    subject = proxy.recorder.persons.reference(CUSTOMER)
    assert seqs(reach, subject=subject) == [3, 1]
    assert seqs(reach, subject="0" * 64) == []


def test_pages_by_cursor_hold_every_record_once(proxy: Proxy, system: Actor, reach: DecisionReach) -> None:
    for number in range(23):
        proxy.decide(completed=False)
        if number % 5 == 0:
            proxy.clock[0] += 3600 * 1_000_000  # so that pages cross the windows in which they are read
    pull(proxy.source(system))
    query, seen = asked(kind="any"), []
    while True:
        page = list_decisions(reach, query, size=4)
        seen += [row.seq for row in page.rows]
        if not page.next_cursor:
            break
        query = asked(kind="any", cursor=page.next_cursor)
    assert seen == list(range(23, -1, -1))
    assert [row.seq for row in iterate_decisions(reach, asked(kind="any"), limit=7)] == seen[:7]


def test_count_stops_at_its_limit(source: Source, reach: DecisionReach) -> None:
    count = count_decisions(reach, asked(kind="any"), limit=3)
    assert (count.number, count.more) == (3, True)
    count = count_decisions(reach, asked(kind="any"), limit=6)
    assert (count.number, count.more) == (6, False)


def test_latest_is_the_newest_that_a_checkpoint_covers(source: Source, reach: DecisionReach) -> None:
    found = find_latest(reach)
    assert found is not None
    assert found.decision.seq == 4


@pytest.mark.parametrize(
    ("filters", "name"),
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"kind": "decisions"}, "kind"),
        ({"subject": "12"}, "subject"),
        ({"subject": "G" * 64}, "subject"),
        ({"period": "forever"}, "period"),
        ({"from_": "yesterday"}, "from"),
        ({"from_": "2026-02-30"}, "from"),
        ({"from_": "2026-11-20T10:00:00"}, "from"),
        ({"from_": "10000-01-01"}, "from"),
        ({"from_": "1900-01-01", "to": "2026-01-01"}, "from"),
        ({"from_": "2026-02-01", "to": "2026-01-01"}, "from"),
        ({"to": "9999-12-31"}, "to"),
        ({"cursor": "abc"}, "cursor"),
        ({"cursor": "x" * 5000}, "cursor"),
        ({"system": "a\x00b"}, "system"),
        ({"system": "a" * 601}, "system"),
        ({"system": "|".join("abcdefghijklmnopqrstuvwxyz")}, "system"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_query_refuses_what_it_can_not_read(db: None, filters: dict[str, str], name: str) -> None:
    with pytest.raises(BadQuery) as refused:
        asked(**filters)
    assert refused.value.name == name
    assert refused.value.message.endswith((".", ","))


def test_cursor_of_a_stranger_is_refused(source: Source, reach: DecisionReach, settings: object) -> None:
    cursor = list_decisions(reach, asked(), size=1).next_cursor
    assert asked(cursor=cursor).cursor is not None
    with pytest.raises(BadQuery):
        asked(cursor=cursor[:-1] + ("A" if cursor[-1] != "A" else "B"))


def test_days_include_the_last_one() -> None:
    period = Period.read("", "2026-11-01", "2026-11-30")
    assert period.begin == dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    assert period.end == dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    assert period.last_day == dt.date(2026, 11, 30)


def test_read_ids_and_hashes() -> None:
    text = "01939c1e-7d11-7abc-8def-000000000001"
    assert read_decision_id(f" {text.upper()} ") == uuid.UUID(text)
    assert read_decision_id(text.replace("-", "")) == uuid.UUID(text)
    for wrong in ("", "x" * 36, text[:-1], f"{{{text}}}", f"urn:uuid:{text}", "01939c1e7d117abc8def00000000000１"):
        assert read_decision_id(wrong) is None
    assert read_subject(f" {'A' * 64}\n") == "a" * 64
    assert read_subject("a" * 63) == ""


# A scope's reach


def spans(source: Source, *spans: Span) -> DecisionReach:
    return DecisionReach(source.organisation, spans)


def test_reach_of_a_stretch_shows_its_positions_only(source: Source) -> None:
    reach = spans(source, Span(source.pk, 3, 4))
    assert seqs(reach, kind="any") == [4, 3]
    assert find_decision(reach, ids(source)[1]) is None
    found = find_decision(reach, ids(source)[4])
    assert found is not None
    assert found.completion is None  # it lies behind the stretch's end


def test_reach_of_a_stretch_shows_its_system_only(proxy: Proxy, system: Actor) -> None:
    ours, theirs = proxy.decide(), proxy.decide(system={"id": "other", "version": "1"})
    source = proxy.source(system)
    pull(source)
    reach = spans(source, Span(source.pk, 0, 100, "claims-triage"))
    assert [str(row.decision_id) for row in list_decisions(reach, asked()).rows] == [ours]
    assert find_decision(reach, uuid.UUID(theirs)) is None
    found = find_decision(reach, uuid.UUID(ours))
    assert found is not None
    assert found.completion is not None
    assert seqs(spans(source, Span(source.pk, 0, 100, "never-seen")), kind="any") == []


def test_reach_without_stretches_finds_nothing(source: Source) -> None:
    assert seqs(spans(source), kind="any") == []
    assert find_decision(spans(source), ids(source)[1]) is None


# A customer's own reference


def test_reference_is_turned_into_its_keyed_hash_by_the_operator(
    source: Source, proxy: Proxy, reach: DecisionReach
) -> None:
    (answer,) = ask_operators(reach, f"  {CUSTOMER} ")
    assert answer.state is State.FOUND
    assert answer.subject_ref == proxy.recorder.persons.reference(CUSTOMER)
    assert "does not keep" in answer.sentence


def test_reference_that_was_erased_is_unknown(source: Source, proxy: Proxy, reach: DecisionReach) -> None:
    proxy.recorder.erase(CUSTOMER)
    (answer,) = ask_operators(reach, CUSTOMER)
    assert (answer.state, answer.subject_ref) == (State.UNKNOWN, "")
    assert "erased" in answer.sentence


def test_reference_is_asked_of_every_source_within_reach_only(source: Source, proxy: Proxy, system: Actor) -> None:
    silent = proxy.source(system, origin="proxy-2.example/log", lookup_token="")
    dead = proxy.source(system, origin="proxy-3.example/log", url="http://127.0.0.1:9/log")
    wrong = proxy.source(system, origin="proxy-4.example/log", lookup_token="guess")
    states = {a.source.pk: a.state for a in ask_operators(DecisionReach.whole(system), CUSTOMER)}
    assert states == {source.pk: State.FOUND, silent.pk: State.OFF, dead.pk: State.FAILED, wrong.pk: State.FAILED}
    within = DecisionReach(source.organisation, (Span(source.pk, 0, 3),))
    assert [answer.source.pk for answer in ask_operators(within, CUSTOMER)] == [source.pk]


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "a" * 513, "a\nb"])
def test_reference_that_can_not_be_one_is_refused(db: None, system: Actor, text: str) -> None:
    with pytest.raises(BadQuery):
        ask_operators(DecisionReach.whole(system), text)


# Quarantine


def test_quarantined_decision_is_found_as_such_and_never_as_good(
    proxy: Proxy, system: Actor, reach: DecisionReach
) -> None:
    good, bad, after = proxy.decide(completed=False), proxy.decide(completed=False), proxy.decide(completed=False)
    proxy.server.contract = Altering(proxy.server.contract, 2, b'"allow"', b'"error"')
    source = proxy.source(system)
    pull(source)
    assert find_decision(reach, uuid.UUID(good)) is not None
    assert find_decision(reach, uuid.UUID(bad)) is None
    held = find_quarantined(reach, uuid.UUID(bad))
    assert [(one.seq, one.stretch.is_finding) for one in held] == [(2, True)]
    assert "signature" in held[0].stretch.what
    assert [one.seq for one in find_quarantined(reach, uuid.UUID(after))] == [3]
    assert find_quarantined(reach, uuid.UUID(good)) == []
    assert find_quarantined(spans(source, Span(source.pk, 0, 9)), uuid.UUID(bad)) == []


# How PostgreSQL finds them


def plan(rows: QuerySet[DecisionRow]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a small table is read whole, a hundred million rows are not
    return rows.explain()


def test_plan_by_id_and_by_keyed_hash_uses_their_index(source: Source, reach: DecisionReach) -> None:
    assert "decision_id_idx" in plan(reach.rows().filter(decision_id=ids(source)[1]))
    assert "subject_ref_idx" in plan(reach.rows().filter(subject_ref=bytes(32)))


def test_plan_of_a_list_reads_the_periods_months_by_index_only(source: Source, reach: DecisionReach) -> None:
    with connection.cursor() as cursor:
        for month in ("2025-03-15", "2025-04-15"):
            cursor.execute("SELECT evidence_decision_month(%s)", [month])
    query = asked(from_="2025-03-05", to="2025-03-25", kind="any")
    rows = reach.rows().filter(ts__gte=query.period.begin, ts__lt=query.period.end)
    told = plan(rows.order_by("-ts", "-source_id", "-seq")[:51])
    assert "m2025_03" in told
    assert "m2025_04" not in told
    assert "Index" in told
    assert "Seq Scan" not in told
