"""The gap guide: every clause is asked about, saved row by row, and each gap finds its step of the plan."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aims.models import GapAnswer, PlanStep
from aims.programme.analysis import read_analysis
from aims.programme.gaps import NotBegun, begin_gap_analysis, place_gaps
from aims.programme.hints import hints, sources
from aims.programme.plans import questions
from aims.programme.reading import read_plan
from grc.access.actor import Actor
from grc.registers.register import registers
from tests.aims.programme.making import API, PAGES, adopt, queries, step
from tests.factories import make

pytestmark = pytest.mark.django_db
G = PAGES + "gap/"
HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def begun(system: Actor) -> Actor:
    adopt(system)
    begin_gap_analysis(by=system)
    return system


def answer_to(code: str, by: Actor) -> GapAnswer:
    found: GapAnswer = GapAnswer.objects.within(by.organisation).get(requirement__code=code)
    return found


def given(answer: GapAnswer, **values: Any) -> dict[str, Any]:
    said = {"standing": answer.standing, "found": answer.found, "needed": answer.needed, "lock": answer.lock}
    owner = {"owner": str(answer.owner.public_id)} if answer.owner else {}
    return {**said, **owner, **values}


def test_beginning_asks_about_every_clause_and_control_once(system: Actor) -> None:
    with pytest.raises(NotBegun, match="catalogue"):
        begin_gap_analysis(by=system)
    adopt(system)
    assert begin_gap_analysis(by=system) == 70
    codes = GapAnswer.objects.within(system.organisation).values_list("requirement__code", flat=True)
    assert set(codes) == set(questions())
    with pytest.raises(NotBegun, match="already"):
        begin_gap_analysis(by=system)
    analysis = read_analysis(system)
    assert (analysis.all, analysis.looked_at, analysis.gaps) == (70, 0, [])
    assert [chapter.area.head.code for chapter in analysis.chapters][:3] == ["4", "5", "6"]


def test_what_is_missing_is_added_and_what_is_there_stays(system: Actor) -> None:
    adopt(system)
    from controls.models import Requirement

    row = Requirement.objects.within(system.organisation).get(code="4.3")
    make("gap", system, requirement=row, standing="partly", needed="Sites.")
    assert read_analysis(system).without == 69
    assert begin_gap_analysis(by=system) == 69
    assert answer_to("4.3", system).needed == "Sites."


def test_guide_asks_our_questions_and_leads_through_the_areas(client_of: Callable[..., Client], begun: Actor) -> None:
    client = client_of("compliance-officer")
    page = client.get(G + "guide").content.decode()
    assert questions()["4.3"][0] in page
    assert "0 of 70 looked at" in page
    assert "?area=5" in page
    assert questions()["A.6.2.8"][0] not in page
    assert questions()["A.6.2.8"][0] in client.get(G + "guide?area=A.6").content.decode()
    assert client.get(G + "guide?area=4.99").status_code == 400


def test_guide_before_the_catalogue_and_before_the_beginning(client_of: Callable[..., Client], system: Actor) -> None:
    client = client_of("compliance-officer")
    assert "Take over the catalogue" in client.get(G + "guide").content.decode()
    adopt(system)
    assert "Begin the analysis" in client.get(G + "guide").content.decode()
    assert "Begin the analysis" not in client_of("approver").get(G + "guide").content.decode()
    assert client_of("approver").post(G + "begin").status_code == 403
    assert client_of("reader").get(G + "guide").status_code == 404
    assert client.post(G + "begin").status_code == 302
    assert read_analysis(system).without == 0


def test_a_row_is_saved_alone_and_counts_as_looked_at(client_of: Callable[..., Client], begun: Actor) -> None:
    client, answer = client_of("compliance-officer"), answer_to("4.3", begun)
    url = f"{G}{answer.reference}/answer"
    row = client.post(url, given(answer, standing="partly", found="A draft.", needed="Name the sites.", days="3"), **HX)
    assert row.status_code == 200
    text = row.content.decode()
    assert "<main" not in text
    assert "Saved" in text
    answer.refresh_from_db()
    assert (answer.standing, answer.days, answer.looked_on is not None) == ("partly", 3, True)
    whole = client.post(url, given(answer, standing="unknown", needed=""))
    assert whole.status_code == 302
    assert whole["Location"].endswith(f"?area=4#{answer.reference}")
    answer.refresh_from_db()
    assert answer.looked_on is None


def test_a_row_that_says_too_little_is_refused_and_keeps_what_was_typed(
    client_of: Callable[..., Client], begun: Actor
) -> None:
    client, answer = client_of("compliance-officer"), answer_to("4.3", begun)
    url = f"{G}{answer.reference}/answer"
    for extra in ({}, HX):
        refused = client.post(url, given(answer, standing="nothing", found="Typed text", needed=""), **extra)
        assert refused.status_code == 422
        text = refused.content.decode()
        assert "Say what is needed to close the gap." in text
        assert "Typed text" in text
        assert ("<main" in text) == (extra == {})
    assert client.post(url, given(answer, standing="fine"), **HX).status_code == 422
    assert client.post(url, given(answer, standing="done", found="x", days="-1"), **HX).status_code == 422
    answer.refresh_from_db()
    assert (answer.standing, answer.lock) == ("unknown", 1)


def test_a_row_that_somebody_saved_meanwhile_is_refused(client_of: Callable[..., Client], begun: Actor) -> None:
    client, answer = client_of("compliance-officer"), answer_to("4.3", begun)
    url = f"{G}{answer.reference}/answer"
    first = given(answer, standing="done", found="The scope.")
    assert client.post(url, first, **HX).status_code == 200
    late = client.post(url, {**first, "found": "My own words"}, **HX)
    assert late.status_code == 409
    assert "My own words" in late.content.decode()
    answer.refresh_from_db()
    assert answer.found == "The scope."


def test_a_contributor_answers_what_they_own_and_reads_the_rest(
    client_of: Callable[..., Client], actor_of: Callable[..., Actor], begun: Actor
) -> None:
    answer = answer_to("4.3", begun)
    client = client_of("contributor")
    url = f"{G}{answer.reference}/answer"
    assert client.post(url, given(answer, standing="done", found="x"), **HX).status_code == 403
    page = client.get(G + "guide").content.decode()
    assert "<textarea" not in page
    assert client_of("reader").post(url, given(answer)).status_code == 404
    from grc.actions.records import change_record

    answer.owner = actor_of("contributor").person
    change_record(record=answer, by=begun, lock=answer.lock)
    assert client.post(url, given(answer, standing="done", found="x"), **HX).status_code == 200


def test_the_step_that_covers_a_clause_is_proposed_and_counts_when_it_is_saved(
    client_of: Callable[..., Client], begun: Actor
) -> None:
    scope = step(begun, "Draw the scope", 0, covers=["4.3"])
    client, answer = client_of("compliance-officer"), answer_to("4.3", begun)
    page = client.get(G + "guide").content.decode()
    assert "Proposed because it covers this" in page
    assert f'value="{scope.reference}" selected' in page
    assert answer_to("4.3", begun).step is None
    body = given(answer, standing="partly", needed="Sites.", days="4", step=scope.reference)
    client.post(f"{G}{answer.reference}/answer", body, **HX)
    (line,) = read_plan(begun).lines
    assert (line.gaps, line.effort) == (1, 4)
    assert "1 gap, 4 days" in client.get(scope.get_absolute_url()).content.decode()


def test_open_gaps_without_a_step_are_put_to_the_one_that_covers_them(
    client_of: Callable[..., Client], begun: Actor
) -> None:
    from grc.actions.records import archive_record, change_record

    old, new = step(begun, "Old", 0, covers=["4.3"]), step(begun, "New", 0, covers=["4.3", "5.2", "8.1"])
    for code, standing in (("4.3", "partly"), ("5.2", "nothing"), ("8.1", "done")):
        answer = answer_to(code, begun)
        answer.standing, answer.needed, answer.found = standing, "This.", "That."
        change_record(record=answer, by=begun, lock=answer.lock)
    assert place_gaps(by=begun) == 2
    assert answer_to("4.3", begun).step == old
    archive_record(record=old, by=begun)
    client = client_of("compliance-officer")
    assert "Put 1 gap without a step into the plan" in client.get(G + "guide").content.decode()
    assert client.post(G + "place").status_code == 302
    assert [answer_to(code, begun).step for code in ("4.3", "5.2", "8.1")] == [new, new, None]
    assert client_of("approver").post(G + "place").status_code == 403


def test_hints_come_from_records_that_one_may_see_and_answer_nothing(
    client_of: Callable[..., Client], actor_of: Callable[..., Actor], begun: Actor
) -> None:
    assert hints(["4.1", "5.2"], begun) == {}
    make("issues", begun)
    make("documents", begun, kind="policy")
    found = hints(["4.1", "5.2", "A.2.4", "8.1"], begun)
    assert set(found) == {"4.1", "A.2.4"}  # the policy is not approved
    assert found["A.2.4"].url.endswith("?kind=policy")
    assert hints(["4.1"], actor_of("reader")) == {}
    assert "1 record in" in client_of("approver").get(G + "guide?area=4").content.decode()
    assert answer_to("4.1", begun).standing == "unknown"


def test_hints_name_registers_and_numbers_that_exist() -> None:
    assert set(sources()) <= set(questions())
    for source in sources().values():
        register = registers.by_slug(source.register)
        assert not source.signed or register.meanings
        for name, value in source.narrowed:
            field, _sep, lookup = name.partition("__")
            choices = register.field(field).choices
            assert lookup or value in dict(choices or [])


def test_guide_asks_as_often_for_many_answers(client_of: Callable[..., Client], system: Actor) -> None:
    adopt(system)
    from controls.models import Requirement

    rows = list(Requirement.objects.within(system.organisation).filter(code__in=questions(), code__startswith="6"))
    for row in rows[:2]:
        make("gap", system, requirement=row)
    client = client_of("compliance-officer")
    few = queries(client, G + "guide?area=6")
    begin_gap_analysis(by=system)
    for n in range(30):
        step(system, f"Step {n}", n, covers=["6.2"])
    assert queries(client, G + "guide?area=6") <= few + len(rows) - 2  # one hint for each kind of record


def test_api_begins_and_places(client_of: Callable[..., Client], system: Actor) -> None:
    client = client_of("compliance-officer")
    assert client.post(API + "gap/begin").status_code == 409
    adopt(system)
    assert client.post(API + "gap/begin").json() == {"count": 70}
    assert client.post(API + "gap/place").json() == {"count": 0}
    assert client_of("approver").post(API + "gap/begin").status_code == 403
    assert PlanStep.objects.within(system.organisation).count() == 0
