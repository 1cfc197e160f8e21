"""Impact assessments: due again when the system is another one, begun from the last one, and what the law asks."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aims.home.impact import assessments_to_make
from aims.impact.actions import AlreadyRunning, begin_next
from aims.impact.forms import asks_fundamental_rights
from aims.impact.repeat import standing_of_system, standings_of
from aims.models import AISystem, ImpactAssessment
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import archive_record, change_record
from grc.registers.register import registers
from tests.factories import make

pytestmark = pytest.mark.django_db
Actors = Callable[..., Actor]
LIST = "/o/nordhaven/impact-assessments/"


def concluded(by: Actor, system: Any, **fields: Any) -> Any:
    values = {"outcome": "go", "conclusion": "Fine.", "keep_until": dt.date(2036, 1, 1)}
    return make("impact-assessments", by, system=system, **values | fields)


def change(record: Any, by: Actor, **values: Any) -> None:
    for name, value in values.items():
        setattr(record, name, value)
    change_record(record=record, by=by, lock=record.lock)


def standing(system: AISystem) -> Any:
    return standing_of_system(
        AISystem.objects.within(system.organisation).select_related("organisation").get(pk=system.pk)
    )


@pytest.fixture
def officer(actor_of: Actors) -> Actor:
    return actor_of("compliance-officer")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"role": "both"}, "Our role was “Deployer: we use it” and is “Both”"),
        ({"stage": "re-evaluation"}, "“Re-evaluation”"),
        ({"risk_class": "high", "risk_class_reason": "Annex III"}, "is “High-risk (Art. 6)”"),
        ({"purpose": "Decides claims"}, "Intended use says something else"),
        ({"affected": "Children"}, "Who is affected was “–” and is “Children”"),
    ],
)
def test_a_system_that_changed_is_due_again_with_the_reason(values: dict[str, str], said: str, officer: Actor) -> None:
    system = make("ai-systems", officer)
    assessment = concluded(officer, system)
    assert standing(system).changes == ()
    change(system, officer, name="Another name", users="Others", review_on=dt.date(2027, 1, 1))
    assert standing(system).changes == ()
    change(system, officer, **values)
    (reason,) = standing(system).changes
    assert said in reason
    assert standing(system).latest == assessment


def test_what_was_changed_back_is_what_was_assessed(officer: Actor) -> None:
    system = make("ai-systems", officer)
    concluded(officer, system)
    change(system, officer, role="both")
    change(system, officer, role="deployer")
    assert standing(system).changes == ()


def test_models_and_data_sets_count_prompts_do_not(officer: Actor) -> None:
    system = make("ai-systems", officer)
    model = make("components", officer, system=system, name="GPT", pinned_version="1")
    concluded(officer, system)
    make("components", officer, system=system, kind="prompt", name="Main", pinned_version="r2")
    make("components", officer, name="Of another system")
    change(model, officer, region="EU")
    assert standing(system).changes == ()
    change(model, officer, pinned_version="2")
    data = make("components", officer, system=system, kind="dataset", name="Claims", pinned_version="")
    assert standing(system).changes == (
        "Data set Claims was added", "Model GPT was version “1” and is “2”",
    )  # fmt: skip
    archive_record(record=data, by=officer)
    assert standing(system).changes == ("Model GPT was version “1” and is “2”",)


def test_a_later_conclusion_ends_it_and_an_open_assessment_does_not(officer: Actor) -> None:
    system = make("ai-systems", officer)
    first = concluded(officer, system)
    change(system, officer, role="both")
    following = begin_next(assessment=first, by=officer)
    assert (standing(system).running, len(standing(system).changes)) == (following, 1)
    change(following, officer, outcome="go", conclusion="Still fine.", keep_until=dt.date(2037, 1, 1))
    assert (standing(system).latest, standing(system).changes, standing(system).running) == (following, (), None)
    change(following, officer, outcome="open")
    assert (standing(system).latest, len(standing(system).changes)) == (first, 1)


def test_an_edition_that_was_approved_later_counts_as_assessed_then(officer: Actor, actor_of: Actors) -> None:
    from grc.actions.versions import make_version
    from grc.models import Review

    system = make("ai-systems", officer)
    assessment = concluded(officer, system)
    change(system, officer, role="both")
    version = make_version(record=assessment, by=officer)
    review = Review.unscoped.create(
        organisation=officer.organisation, key=assessment.key, version=version, author=officer.person
    )
    assert len(standing(system).changes) == 1
    Review.unscoped.filter(pk=review.pk).update(state="approved", ended_at=timezone.now())
    assert standing(system).changes == ()


def test_retired_and_archived_systems_are_left_alone(officer: Actor) -> None:
    retired, gone = make("ai-systems", officer), make("ai-systems", officer)
    for system in (retired, gone):
        concluded(officer, system)
    change(retired, officer, stage="retired", retired_on=timezone.localdate())
    archive_record(record=gone, by=officer)
    assert standings_of(officer.organisation) == []


def test_the_same_number_of_queries_for_any_number_of_systems(officer: Actor) -> None:
    counts = []
    for number in (1, 6):
        for _each in range(number):
            system = make("ai-systems", officer)
            make("components", officer, system=system)
            concluded(officer, system)
            change(system, officer, role="both")
        with CaptureQueriesContext(connection) as queries:
            found = standings_of(officer.organisation)
        counts.append(len(queries))
    assert len([one for one in found if one.changes]) == 7
    assert counts == [7, 7]


def test_the_page_and_the_list_say_what_is_due_again(
    officer: Actor, actor_of: Actors, client_of: Callable[..., Client]
) -> None:
    changed, dated, calm = (make("ai-systems", officer) for _each in range(3))
    first = concluded(officer, changed, name="Changed one")
    second = concluded(officer, dated, name="Dated one", repeat_on=timezone.localdate())
    third = concluded(officer, calm, name="Calm one", repeat_on=timezone.localdate() + dt.timedelta(days=9))
    change(changed, officer, role="both")
    client = client_of("approver")
    assert "Our role was" in client.get(first.get_absolute_url()).content.decode()
    assert "day that was planned" in client.get(second.get_absolute_url()).content.decode()
    assert "Due again</h2>" not in client.get(third.get_absolute_url()).content.decode()
    assert "Our role was" in client.get(changed.get_absolute_url()).content.decode()

    def listed(query: str) -> list[str]:
        answer = client.get(f"/api/v1/o/nordhaven/impact-assessments?{query}")
        return [row["reference"] for row in answer.json()["results"]]

    assert listed("due_again=changed") == [first.reference]
    assert listed("due_again=date") == [second.reference]
    assert set(listed("due_again=date&due_again=changed")) == {first.reference, second.reference}
    assert client.get("/api/v1/o/nordhaven/impact-assessments?due_again=maybe").status_code == 400
    page = client.get(f"{LIST}?due_again=changed").content.decode()
    assert "Due again: The system changed" in page
    assert "Calm one" not in page


def test_an_earlier_assessment_points_at_the_later_one(officer: Actor, client_of: Callable[..., Client]) -> None:
    system = make("ai-systems", officer)
    first, later = concluded(officer, system), concluded(officer, system)
    page = client_of("approver").get(first.get_absolute_url()).content.decode()
    assert "A later assessment of this system is concluded" in page
    assert later.get_absolute_url() in page


def test_the_next_one_takes_all_but_the_conclusion(officer: Actor, client_of: Callable[..., Client]) -> None:
    system = make("ai-systems", officer)
    last = concluded(
        officer, system, severity=4, harms_groups="Some wait longer.", measures="Compared monthly.", outcome="measures",
        repeat_on=dt.date(2026, 5, 1),
    )  # fmt: skip
    change(system, officer, role="both")
    client = client_of("compliance-officer")
    answer = client.post(f"{last.get_absolute_url()}/next")
    begun = ImpactAssessment.objects.within(officer.organisation).get(outcome="open")
    assert answer["Location"] == f"{begun.get_absolute_url()}/edit"
    assert (begun.severity, begun.harms_groups, begun.measures) == (4, "Some wait longer.", "Compared monthly.")
    assert (begun.conclusion, begun.keep_until, begun.repeat_on) == ("", None, None)
    assert begun.reason.startswith("Our role was")
    with pytest.raises(AlreadyRunning):
        begin_next(assessment=last, by=officer)
    assert client.post(f"{last.get_absolute_url()}/next")["Location"] == begun.get_absolute_url()
    refused = client.post(f"/api/v1/o/nordhaven/impact-assessments/{last.reference}/next")
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["system"])
    assert ImpactAssessment.objects.within(officer.organisation).count() == 2


def test_every_field_is_taken_over_or_left_on_purpose() -> None:
    from aims.impact.actions import KEPT

    left = {"reason", "owner", "outcome", "conclusion", "keep_until", "repeat_on"}
    assert set(KEPT) | left == set(registers.of(ImpactAssessment).writable)


def test_who_only_reads_begins_none(officer: Actor, actor_of: Actors, client_of: Callable[..., Client]) -> None:
    last = concluded(officer, make("ai-systems", officer))
    for role in ("approver", "contributor"):
        assert client_of(role).post(f"{last.get_absolute_url()}/next").status_code == 403
    with pytest.raises(Denied):
        begin_next(assessment=last, by=actor_of("approver"))
    assert "/next" not in client_of("approver").get(last.get_absolute_url()).content.decode()


def test_the_systems_page_leads_to_the_first_and_the_next_one(officer: Actor, client_of: Callable[..., Client]) -> None:
    system, client = make("ai-systems", officer), client_of("compliance-officer")
    page = client.get(system.get_absolute_url()).content.decode()
    assert f"{LIST}new?system={system.reference}" in page
    last = concluded(officer, system)
    page = client.get(system.get_absolute_url()).content.decode()
    assert f"{last.get_absolute_url()}/next" in page
    assert last.name in page
    assert last.name not in client_of("reader").get(system.get_absolute_url()).content.decode()


def test_home_names_what_was_never_assessed_what_changed_and_whose_day_came(officer: Actor, actor_of: Actors) -> None:
    never = make("ai-systems", officer, name="Never")
    scoped = make("ai-systems", officer, name="Scoped", stage="development", in_scope="in")
    make("ai-systems", officer, name="Young", stage="development")
    changed, dated = make("ai-systems", officer, name="Changed"), make("ai-systems", officer, name="Dated")
    concluded(officer, changed)
    concluded(officer, dated, repeat_on=timezone.localdate() - dt.timedelta(days=1))
    change(changed, officer, role="both")
    running = make("impact-assessments", officer, system=scoped)
    texts = [str(todo.text) for todo in assessments_to_make(officer)]
    assert texts == [
        f"Assess the impact of {never.name}", f"Conclude {running}", "Assess Changed again", "Assess Dated again",
    ]  # fmt: skip
    assert list(assessments_to_make(actor_of("approver"))) == []
    assert list(assessments_to_make(actor_of("contributor"))) == []


# What the law asks


@pytest.mark.parametrize(
    ("role", "risk_class", "fria", "asked"),
    [
        ("deployer", "high", "undecided", True),
        ("both", "high", "no", True),
        ("provider", "high", "undecided", False),
        ("deployer", "minimal", "undecided", False),
        ("provider", "minimal", "yes", True),
    ],
)
def test_fundamental_rights_are_asked_about_where_the_law_may(
    role: str, risk_class: str, fria: str, asked: bool, officer: Actor, client_of: Callable[..., Client]
) -> None:
    system = make("ai-systems", officer, role=role, risk_class=risk_class, risk_class_reason="Annex III")
    assert asks_fundamental_rights(system, fria) is asked
    assessment = make("impact-assessments", officer, system=system, fria=fria)
    client = client_of("compliance-officer")
    assert ("Fundamental rights</h2>" in client.get(assessment.get_absolute_url()).content.decode()) is asked
    form = client.get(f"{assessment.get_absolute_url()}/edit").content.decode()
    assert ('name="fria_text"' in form) is asked
    assert 'name="fria"' in form
    new = client.get(f"{LIST}new?system={system.reference}").content.decode()
    assert ('name="fria_text"' in new) is asks_fundamental_rights(system, "undecided")


def test_choosing_it_brings_its_text_back_into_the_form(officer: Actor, client_of: Callable[..., Client]) -> None:
    system = make("ai-systems", officer, role="provider", risk_class="minimal", risk_class_reason="Small")
    client = client_of("compliance-officer")
    values = {
        "system": system.reference, "name": "A", "intended": "B", "affected": "C", "fria": "yes", "outcome": "go",
        "conclusion": "D", "keep_until": "2036-01-01",
    }  # fmt: skip
    answer = client.post(f"{LIST}new", values)
    assert (answer.status_code, 'name="fria_text"' in answer.content.decode()) == (422, True)
    assert client.post(f"{LIST}new", values | {"fria_text": "(a) to (f)"}).status_code == 302
    assert ImpactAssessment.objects.within(officer.organisation).get().fria_text == "(a) to (f)"


def test_a_text_on_fundamental_rights_survives_a_form_that_does_not_show_it(
    officer: Actor, client_of: Callable[..., Client]
) -> None:
    system = make("ai-systems", officer, role="provider", risk_class="minimal", risk_class_reason="Small")
    kept = make("impact-assessments", officer, system=system, fria="no", fria_text="Written for another system")
    values = {
        "system": system.reference, "name": "A", "intended": "B", "affected": "C", "fria": "no", "outcome": "open",
        "lock": "1", "change_reason": "",
    }  # fmt: skip
    assert client_of("compliance-officer").post(f"{kept.get_absolute_url()}/edit", values).status_code == 302
    kept.refresh_from_db()
    assert (kept.name, kept.fria_text) == ("A", "Written for another system")


def test_retention_of_ten_years_is_suggested(client_of: Callable[..., Client]) -> None:
    page = client_of("compliance-officer").get(f"{LIST}new").content.decode()
    assert f'value="{timezone.localdate().year + 10}-' in page
    assert "Ten years is common practice" in page


def test_the_approved_version_is_a_document_that_reads_well(officer: Actor) -> None:
    from grc.reports.document import Heading
    from grc.reports.pdf import to_pdf
    from grc.reports.records import document_of_draft

    system = make("ai-systems", officer, risk_class="high", risk_class_reason="Annex III")
    assessment = concluded(officer, system, harms_groups="Some wait longer.", fria="yes", fria_text="(a) Sorting.")
    document = document_of_draft(assessment, officer)
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert headings[:6] == ["Assessment", "The system", "People", "How bad", "Fundamental rights", "Conclusion"]
    assert to_pdf(document).startswith(b"%PDF")
    assert json.dumps([str(block) for block in document.blocks]).count("Some wait longer.") == 1
