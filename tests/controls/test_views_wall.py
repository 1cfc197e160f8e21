"""The wall: every requirement to be met, in its group, with how it stands, for whoever may see that."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from controls.actions.frameworks import adopt_framework
from controls.models import ControlTest, Requirement
from grc.access.actor import Actor
from grc.actions.links import unlink_records
from grc.actions.records import archive_record
from grc.models import Link, Organisation
from tests.controls.making import framework_of, prove, queries_of, serve
from tests.factories import make

pytestmark = pytest.mark.django_db
WALL = "/o/nordhaven/controls/wall"
API = f"/api/v1{WALL}"


@pytest.fixture
def officer(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


def tiles(client: Client, query: str = "") -> dict[str, dict[str, Any]]:
    """What the API says of each requirement; the page must say the same states."""
    said: dict[str, dict[str, Any]] = {one["code"]: one for one in client.get(f"{API}{query}").json()["requirements"]}
    page = client.get(f"{WALL}{query}").content.decode()
    shown = re.findall(r'class="tile tile-(\w+) .*?class="tile-code">([^<]+)<', page, re.DOTALL)
    assert [(code, state) for state, code in shown] == [(code, one["state"]) for code, one in said.items()]
    return said


def states(client: Client, query: str = "") -> dict[str, str]:
    return {code: one["state"] for code, one in tiles(client, query).items()}


def test_every_state_is_reached(officer: Client, system: Actor) -> None:
    _framework, rows = framework_of(system, 7, "X")
    retired = serve(system, rows[0], state="retired")
    prove(system, retired)
    serve(system, rows[1])
    serve(system, rows[2], state="operating")
    prove(system, serve(system, rows[3], state="operating"), expires_on="2026-01-01")
    failing = serve(system, rows[4], state="operating")
    prove(system, failing)
    test = make("control-tests", system, control=failing)
    ControlTest.unscoped.filter(pk=test.pk).update(last_result="failed")
    prove(system, serve(system, rows[5], state="operating"))
    assert states(officer) == {
        "X.1": "none", "X.2": "planned", "X.3": "bare", "X.4": "stale", "X.5": "failed", "X.6": "shown", "X.7": "none",
    }  # fmt: skip
    five = tiles(officer)["X.5"]
    assert (five["controls"], five["evidence"], five["fresh"], five["tests_failed"]) == (1, 1, 1, 1)
    page = officer.get(WALL).content.decode()
    for words in ("Test failed", "1 of 1 evidence fresh", "0 of 1 evidence fresh", "1 test failed"):
        assert words in page


def test_links_of_either_direction_count_until_they_are_taken_away(officer: Client, system: Actor) -> None:
    _framework, rows = framework_of(system, 2, "X")
    control = serve(system, *rows)
    assert states(officer) == {"X.1": "planned", "X.2": "planned"}
    unlink_records(link=Link.unscoped.get(source=rows[1].key), by=system)
    assert states(officer)["X.2"] == "none"
    archive_record(record=control, by=system)
    assert states(officer)["X.1"] == "none"


def test_evidence_grows_too_old_where_it_is_wanted_again_and_again(officer: Client, system: Actor) -> None:
    _framework, rows = framework_of(system, 1, "X")
    control = serve(system, *rows, state="operating")
    prove(system, control, dated_on=timezone.localdate() - dt.timedelta(days=40))
    assert states(officer) == {"X.1": "shown"}
    make("evidence-wanted", system, about=control.key, every="monthly")
    assert states(officer) == {"X.1": "stale"}


def test_a_test_that_is_archived_fails_nothing(officer: Client, system: Actor) -> None:
    _framework, rows = framework_of(system, 1, "X")
    control = serve(system, *rows, state="operating")
    test = make("control-tests", system, control=control)
    ControlTest.unscoped.filter(pk=test.pk).update(last_result="failed")
    assert states(officer) == {"X.1": "failed"}
    archive_record(record=test, by=system)
    assert states(officer) == {"X.1": "bare"}


def test_iso_42001_comes_first_and_its_annex_before_its_clauses(officer: Client, system: Actor) -> None:
    framework_of(system, 1, "X")
    adopt_framework(key="iso42001", by=system)
    page = officer.get(WALL).content.decode()
    assert "ISO 42001 on the wall" in page
    assert page.count('class="tile ') == 38
    heads = re.findall(r'<h2 id="shelf-\d+">\s*<a [^>]*>([\w.]+) ', page)
    assert heads == ["A.2", "A.3", "A.4", "A.5", "A.6", "A.7", "A.8", "A.9", "A.10"]
    clauses = officer.get(f"{WALL}?part=clauses").content.decode()
    assert clauses.count('class="tile ') == 32
    assert "The wall" in officer.get(f"{WALL}?framework=FRM-0001").content.decode()


def test_a_state_is_chosen_and_the_counts_stay(officer: Client, system: Actor) -> None:
    _framework, rows = framework_of(system, 3, "X")
    serve(system, rows[1])
    assert list(states(officer, "?state=planned")) == ["X.2"]
    assert list(states(officer, "?state=none")) == ["X.1", "X.3"]
    counts = officer.get(f"{API}?state=planned").json()["counts"]
    assert counts == {"none": 2, "planned": 1, "bare": 0, "stale": 0, "failed": 0, "shown": 0}
    assert "No requirement is in this state" in officer.get(f"{WALL}?state=shown").content.decode()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=flying", "state"),
        ("framework=FRM-9999", "framework"),
        ("framework=%00", "framework"),
        ("part=z", "part"),
    ],
)
def test_what_the_wall_does_not_know_is_named(officer: Client, system: Actor, query: str, field: str) -> None:
    framework_of(system, 1, "X")
    page = officer.get(f"{WALL}?{query}")
    assert page.status_code == 400
    assert f"<code>{field}</code>" in page.content.decode()
    answer = officer.get(f"{API}?{query}")
    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_without_a_framework_the_first_step_is_offered(officer: Client, system: Actor) -> None:
    assert "No framework is in use yet" in officer.get(WALL).content.decode()
    assert officer.get(API).json()["requirements"] == []
    framework, _rows = framework_of(system, 1, "X")
    archive_record(record=framework, by=system)
    assert "No framework is in use yet" in officer.get(WALL).content.decode()


def test_who_may_not_see_evidence_sees_nothing_of_it(
    officer: Client, system: Actor, client_of: Callable[..., Client]
) -> None:
    _framework, rows = framework_of(system, 2, "X")
    serve(system, rows[0], state="operating")
    engineer = client_of("platform-engineer")
    before = engineer.get(WALL).content, engineer.get(API).content
    assert states(engineer) == {"X.1": "operating", "X.2": "none"}
    prove(system, make("controls", system))
    prove(system, serve(system, rows[1], state="operating"))
    link = Link.unscoped.get(target=rows[1].key)
    unlink_records(link=link, by=system)
    after = engineer.get(WALL).content, engineer.get(API).content
    token = re.compile(rb'csrfmiddlewaretoken" value="[^"]+"')
    assert [token.sub(b"", one) for one in before] == [token.sub(b"", one) for one in after]
    assert engineer.get(API).json()["requirements"][0]["evidence"] is None
    assert b"Evidence is not for your role" in after[0]
    assert b"Shown by evidence" not in after[0]


def test_who_may_not_see_controls_has_no_wall(client_of: Callable[..., Client], system: Actor) -> None:
    framework_of(system, 1, "X")
    assert client_of("reader").get(WALL).status_code == 404
    assert client_of("reader").get(API).status_code == 404


def test_another_organisation_s_controls_serve_nothing_here(
    officer: Client, system: Actor, other_organisation: Organisation
) -> None:
    stranger = Actor.system(other_organisation)
    _theirs, rows = framework_of(stranger, 1, "X")
    serve(stranger, *rows)
    assert "No framework is in use yet" in officer.get(WALL).content.decode()
    framework_of(system, 1, "X")
    assert states(officer) == {"X.1": "none"}


def test_the_wall_takes_as_many_queries_at_100_requirements_as_at_5(officer: Client, system: Actor) -> None:
    def filled(count: int, short: str) -> str:
        framework, rows = framework_of(system, count, short)
        controls = [serve(system, row, state="operating") for row in rows]
        for control in controls[:: max(1, count // 5)]:
            prove(system, control)
            make("control-tests", system, control=control)
            make("evidence-wanted", system, about=control.key)
        return f"{WALL}?framework={framework.reference}"

    few, many = filled(5, "X"), filled(100, "Y")
    asked = {url: queries_of(lambda url=url: officer.get(url)) for url in (few, many)}  # type: ignore[misc]
    assert len(asked[many]) == len(asked[few]), "\n".join(asked[many])
    assert len(asked[many]) <= 20
    api = {url: queries_of(lambda url=url: officer.get(f"/api/v1{url}")) for url in (few, many)}  # type: ignore[misc]
    assert len(api[many]) == len(api[few])


def test_requirements_that_only_hold_others_together_are_no_tiles(officer: Client, system: Actor) -> None:
    framework, rows = framework_of(system, 1, "X")
    head = make("requirements", system, framework=framework, code="G", name="All of it", kind=Requirement.Kind.GROUP)
    make("requirements", system, framework=framework, code="G.1", parent=head)
    assert list(states(officer)) == [rows[0].code, "G.1"]
    page = officer.get(WALL).content.decode()
    assert "G All of it" in page
    assert "On their own" in page
