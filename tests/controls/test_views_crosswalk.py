"""The crosswalk: both ways, with its gaps, its export, and the judgement of what stands in it."""

import csv
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from django.test import Client

from controls.actions.frameworks import adopt_framework
from controls.actions.mappings import NotJudged, judge_mapping, judge_mappings
from controls.models import Mapping, Requirement
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import StaleRecord, archive_record
from grc.models import ActivityEvent, Organisation
from tests.controls.making import framework_of, queries_of
from tests.factories import make

pytestmark = pytest.mark.django_db
CROSSWALK, EXPORT = "/o/nordhaven/frameworks/crosswalk", "/o/nordhaven/frameworks/crosswalk."
JUDGE = "/o/nordhaven/mappings/judge"
API = f"/api/v1{CROSSWALK}"


@pytest.fixture
def officer(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


@pytest.fixture
def xy(system: Actor) -> dict[str, Requirement]:
    """Two frameworks of four; X.1 ↔ Y.1 proposed, Y.2 → X.2 confirmed, X.3 → Y.3 rejected, X.4 alone."""
    _x, xs = framework_of(system, 4, "X")
    _y, ys = framework_of(system, 4, "Y")
    make("mappings", system, source=xs[0], target=ys[0], origin="A known author", confidence="published")
    make("mappings", system, source=ys[1], target=xs[1], standing="confirmed", relationship="superset-of")
    make("mappings", system, source=xs[2], target=ys[2], standing="rejected", remarks="Another subject.")
    return {row.code: row for row in (*xs, *ys)}


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def lines(client: Client, **query: str) -> dict[str, list[str]]:
    """Counterparts by the number of the first framework, as the API says them."""
    answer = client.get(f"{API}?{urlencode(query)}").json()
    return {
        line["requirement"]["code"]: [one["requirement"]["code"] for one in line["counterparts"]]
        for line in answer["lines"]
    }


def test_every_requirement_stands_there_with_its_counterparts_of_either_direction(
    officer: Client, xy: dict[str, Requirement]
) -> None:
    assert lines(officer) == {"X.1": ["Y.1"], "X.2": ["Y.2"], "X.3": ["Y.3"], "X.4": []}
    assert lines(officer, **{"from": "FRM-0002", "to": "FRM-0001"}) == {
        "Y.1": ["X.1"], "Y.2": ["X.2"], "Y.3": ["X.3"], "Y.4": [],
    }  # fmt: skip
    page = text_of(officer.get(CROSSWALK))
    for words in (
        "A known author",
        "Published by its author",
        "Rejected",
        "Another subject.",
        "No counterpart that holds",
    ):
        assert words in page


def test_a_relationship_is_read_in_the_direction_that_is_shown(officer: Client, xy: dict[str, Requirement]) -> None:
    def how(**query: str) -> str:
        answer = officer.get(f"{API}?{urlencode(query)}").json()["lines"]
        return next(
            one["relationship"] for line in answer for one in line["counterparts"] if one["standing"] == "confirmed"
        )

    assert how(**{"from": "FRM-0002", "to": "FRM-0001"}) == "superset-of"
    assert how(**{"from": "FRM-0001", "to": "FRM-0002"}) == "subset-of"


def test_gaps_are_counted_and_led_to(officer: Client, system: Actor, xy: dict[str, Requirement]) -> None:
    make("mappings", system, source=xy["X.4"], target=xy["Y.4"], relationship="no-relationship", standing="confirmed")
    page = text_of(officer.get(CROSSWALK))
    assert "2 of 4 have no counterpart" in page
    assert "1 mapping is proposed" in page
    assert lines(officer, only="gaps") == {"X.3": ["Y.3"], "X.4": ["Y.4"]}
    assert list(lines(officer, only="mapped")) == ["X.1", "X.2"]
    assert officer.get(f"{API}?only=gaps").json()["gaps"] == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"standing": "proposed"}, {"X.1": ["Y.1"]}),
        ({"standing": "rejected"}, {"X.3": ["Y.3"]}),
        ({"confidence": "published"}, {"X.1": ["Y.1"]}),
        ({"confidence": "community"}, {}),
        ({"q": "known author"}, {"X.1": ["Y.1"]}),
        ({"q": "another SUBJECT"}, {"X.3": ["Y.3"]}),
        ({"q": "y.2"}, {"X.2": ["Y.2"]}),
        ({"q": "Topic 4 of X"}, {"X.4": []}),
        ({"q": "Topic 4 of X", "standing": "confirmed"}, {}),
        ({"q": "nothing like it"}, {}),
    ],
)
def test_what_is_asked_for_is_shown(
    officer: Client, xy: dict[str, Requirement], query: dict[str, str], found: dict[str, list[str]]
) -> None:
    assert lines(officer, **query) == found
    page = text_of(officer.get(f"{CROSSWALK}?{urlencode(query)}"))
    assert ("Nothing matches" in page) == (not found)


def test_shipped_catalogues_count_what_is_to_be_met(officer: Client, system: Actor) -> None:
    for key in ("nist-ai-rmf", "iso42001"):
        adopt_framework(key=key, by=system)
    answer = officer.get(f"{API}?from=FRM-0001&to=FRM-0002").json()
    assert answer["all"] == 72
    assert len([1 for line in answer["lines"]]) == 50
    gaps = officer.get(f"{API}?from=FRM-0001&to=FRM-0002&only=gaps").json()
    assert answer["gaps"] == gaps["count"]
    page = text_of(officer.get(f"{CROSSWALK}?from=FRM-0001&to=FRM-0002"))
    assert f"{answer['gaps']} of 72 have no counterpart" in page
    second = officer.get(f"{API}?from=FRM-0001&to=FRM-0002&page=2").json()
    assert len(second["lines"]) == 22


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=FRM-9999", "from"), ("to=FRM-0009", "to"), ("from=FRM-0001&to=FRM-0001", "to"),
        ("standing=odd", "standing"), ("confidence=odd", "confidence"), ("only=odd", "only"),
        ("q=" + "x" * 201, "q"), ("q=%00", "q"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_named(officer: Client, xy: dict[str, Requirement], query: str, field: str) -> None:
    page = officer.get(f"{CROSSWALK}?{query}")
    assert page.status_code == 400
    assert f"<code>{field}</code>" in page.content.decode()
    assert field in officer.get(f"{API}?{query}").json()["fields"]
    assert officer.get(f"{EXPORT}csv?{query}").status_code == 400


def test_with_one_framework_another_is_asked_for(officer: Client, system: Actor) -> None:
    framework_of(system, 1, "X")
    assert "needs two frameworks" in text_of(officer.get(CROSSWALK))
    assert officer.get(API).json()["lines"] == []
    assert officer.get(f"{EXPORT}csv").status_code == 404


def test_what_is_archived_is_not_there(officer: Client, system: Actor, xy: dict[str, Requirement]) -> None:
    archive_record(record=xy["Y.1"], by=system)
    archive_record(record=Mapping.unscoped.get(standing="confirmed"), by=system)
    archive_record(record=xy["X.3"], by=system)
    assert lines(officer) == {"X.1": [], "X.2": [], "X.4": []}


def test_export_holds_what_is_shown_and_is_noted(officer: Client, system: Actor, xy: dict[str, Requirement]) -> None:
    make("mappings", system, source=xy["X.4"], target=xy["Y.4"], origin="=1+1")
    raw = b"".join(officer.get(f"{EXPORT}csv")).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(raw)))
    assert rows[0][:4] == ["From", "Title", "How", "To"]
    assert [row[0] for row in rows[1:]] == ["X X.1", "X X.2", "X X.3", "X X.4"]
    assert "Is a part of" in rows[2]
    assert not rows[4][7].startswith("=")
    sheet = openpyxl.load_workbook(
        io.BytesIO(b"".join(officer.get(f"{EXPORT}xlsx?standing=confirmed")))  # type: ignore[arg-type]
    ).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["X X.2"]  # type: ignore[union-attr]
    assert officer.get(f"{EXPORT}pdf").status_code == 404
    details = ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.EXPORTED).values_list("detail", flat=True)
    assert sorted(details) == ["crosswalk frm-0001-frm-0002 (csv): 4", "crosswalk frm-0001-frm-0002 (xlsx): 1"]


def test_the_crosswalk_takes_as_many_queries_at_100_requirements_as_at_5(officer: Client, system: Actor) -> None:
    def filled(count: int, one: str, other: str) -> str:
        x, xs = framework_of(system, count, one)
        y, ys = framework_of(system, count, other)
        for left, right in zip(xs, ys, strict=True):
            make("mappings", system, source=left, target=right)
        return urlencode({"from": x.reference, "to": y.reference})

    few, many = filled(5, "A", "B"), filled(100, "C", "D")
    for url in (f"{CROSSWALK}?", f"{API}?", f"{EXPORT}csv?"):
        asked = [queries_of(lambda pair=pair, url=url: officer.get(url + pair)) for pair in (few, many)]  # type: ignore[misc]
        assert len(asked[0]) == len(asked[1]), "\n".join(asked[1])
        assert len(asked[0]) <= 20
    page = officer.get(f"{CROSSWALK}?{many}").content.decode()
    assert page.count('class="crosswalk-from"') == 50
    assert "1 to 50 of 100" in " ".join(page.split())


def test_mappings_of_another_organisation_are_nowhere(
    officer: Client, other_organisation: Organisation, xy: dict[str, Requirement]
) -> None:
    stranger = Actor.system(other_organisation)
    _a, (one, *_) = framework_of(stranger, 2, "X")
    _b, (two, *_) = framework_of(stranger, 2, "Y")
    make("mappings", stranger, source=one, target=two, origin="A stranger")
    assert "A stranger" not in text_of(officer.get(CROSSWALK))
    theirs = [make("mappings", stranger) for _ in range(4)][-1]
    assert officer.post(JUDGE, {"mapping": theirs.reference, "standing": "confirmed"}).status_code == 400


# Judging


def standing(reference: str = "MAP-0001") -> str:
    return str(Mapping.unscoped.get(reference=reference).standing)


def test_confirming_goes_back_to_where_one_was(officer: Client, xy: dict[str, Requirement]) -> None:
    back = f"{CROSSWALK}?from=FRM-0002&to=FRM-0001&page=1"
    answer = officer.post(JUDGE, {"mapping": "MAP-0001", "standing": "confirmed", "back": back}, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert "1 mapping is confirmed." in text_of(answer)
    assert standing() == "confirmed"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example", ""]
)
def test_the_way_back_leads_nowhere_else(officer: Client, xy: dict[str, Requirement], back: str) -> None:
    answer = officer.post(JUDGE, {"mapping": "MAP-0001", "standing": "confirmed", "back": back})
    assert answer["Location"] == CROSSWALK


def test_a_rejection_asks_why_and_keeps_it(officer: Client, xy: dict[str, Requirement], system: Actor) -> None:
    asked = officer.post(JUDGE, {"mapping": "MAP-0001", "standing": "rejected"})
    assert asked.status_code == 200
    assert "Reject 1 mapping?" in text_of(asked)
    assert standing() == "proposed"
    empty = officer.post(JUDGE, {"mapping": "MAP-0001", "standing": "rejected", "remarks": "  "})
    assert empty.status_code == 422
    assert "Say why it is rejected" in text_of(empty)
    officer.post(JUDGE, {"mapping": "MAP-0001", "standing": "rejected", "remarks": "Another subject."})
    mapping = Mapping.unscoped.get(reference="MAP-0001")
    assert (mapping.standing, mapping.remarks) == ("rejected", "Another subject.")
    history = mapping.history.first()
    assert (history.history_change_reason, history.history_user.email) == (
        "Another subject.", "compliance-officer@nordhaven.example",
    )  # fmt: skip


def test_several_are_judged_together_or_none(officer: Client, system: Actor, xy: dict[str, Requirement]) -> None:
    chosen = ["MAP-0001", "MAP-0003"]
    officer.post(JUDGE, {"mapping": chosen, "standing": "confirmed"})
    assert [standing(each) for each in chosen] == ["confirmed", "confirmed"]
    Mapping.unscoped.filter(reference="MAP-0003").update(remarks="x" * 1999)
    answer = officer.post(JUDGE, {"mapping": chosen, "standing": "rejected", "remarks": "Another subject."})
    assert answer.status_code == 422
    assert "The remarks of MAP-0003 would have more than 2000 characters." in text_of(answer)
    assert "Another subject." in text_of(answer)
    assert [standing(each) for each in chosen] == ["confirmed", "confirmed"]


def test_what_stood_there_before_stays_above_the_new_remark(system: Actor, xy: dict[str, Requirement]) -> None:
    mapping = Mapping.unscoped.get(reference="MAP-0003")
    judge_mapping(mapping=mapping, standing="confirmed", remarks="After all.", by=system)
    assert Mapping.unscoped.get(reference="MAP-0003").remarks == "Another subject.\nAfter all."


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"mapping": "MAP-9999", "standing": "confirmed"}, "mapping"),
        ({"mapping": ["MAP-0001", "MAP-9999"], "standing": "confirmed"}, "mapping"),
        ({"mapping": "MAP\x000001", "standing": "confirmed"}, "mapping"),
        ({"standing": "confirmed"}, "mapping"),
        ({"mapping": "MAP-0001", "standing": "odd"}, "standing"),
        ({"mapping": "MAP-0001"}, "standing"),
        ({"mapping": ["MAP-0001"] + [f"MAP-{n}" for n in range(1000, 1600)], "standing": "confirmed"}, "mapping"),
    ],
)
def test_what_cannot_be_judged_is_named(
    officer: Client, xy: dict[str, Requirement], data: dict[str, Any], field: str
) -> None:
    answer = officer.post(JUDGE, data)
    assert answer.status_code == 400
    assert f"<code>{field}</code>" in answer.content.decode()
    assert standing() == "proposed"


def test_who_only_reads_judges_nothing(
    client_of: Callable[..., Client], actor_of: Callable[..., Actor], xy: dict[str, Requirement]
) -> None:
    reader = client_of("internal-auditor")
    assert JUDGE not in text_of(reader.get(CROSSWALK))
    data = {"mapping": "MAP-0001", "standing": "confirmed"}
    assert reader.post(JUDGE, data).status_code == 403
    api = {"mappings": ["MAP-0001"], "standing": "confirmed"}
    assert reader.post(f"/api/v1{JUDGE}", api, "application/json").status_code == 403
    with pytest.raises(Denied):
        judge_mappings(mappings=[], standing="confirmed", by=actor_of("internal-auditor"))


def test_who_judged_in_the_meantime_is_not_overruled(system: Actor, xy: dict[str, Requirement]) -> None:
    mine, theirs = (Mapping.unscoped.get(reference="MAP-0001") for _ in range(2))
    judge_mapping(mapping=theirs, standing="rejected", remarks="No.", by=system)
    with pytest.raises(StaleRecord):
        judge_mapping(mapping=mine, standing="confirmed", by=system)
    assert standing() == "rejected"
    with pytest.raises(NotJudged):
        judge_mappings(mappings=[], standing="confirmed", by=system)


def test_judging_by_api(officer: Client, xy: dict[str, Requirement]) -> None:
    url = f"/api/v1{JUDGE}"

    def post(**body: Any) -> Any:
        return officer.post(url, body, "application/json")

    done = post(mappings=["MAP-0001", "MAP-0003"], standing="confirmed")
    assert done.json() == [
        {"reference": "MAP-0001", "standing": "confirmed", "lock": 2},
        {"reference": "MAP-0003", "standing": "confirmed", "lock": 2},
    ]
    refused = post(mappings=["MAP-0001"], standing="rejected")
    assert refused.status_code == 400
    assert "Say why" in refused.json()["fields"]["remarks"][0]
    for body, field in (
        ({"mappings": [], "standing": "confirmed"}, "mappings"),
        ({"mappings": ["MAP-0001"], "standing": "odd"}, "standing"),
        ({"mappings": ["MAP-7777"], "standing": "confirmed"}, "mapping"),
    ):
        answer = post(**body)
        assert answer.status_code == 400
        assert field in answer.json()["fields"]
