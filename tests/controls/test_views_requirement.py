"""A requirement's page: what serves it, what corresponds to it, what one must mind; and beginning a control for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from controls.actions.frameworks import adopt_framework
from controls.actions.starters import adopt_starters
from controls.models import Control, Requirement
from grc.access.actor import Actor
from grc.actions.records import archive_record
from grc.models import Link, Organisation
from tests.controls.making import framework_of, prove, queries_of, serve
from tests.factories import make

pytestmark = pytest.mark.django_db
NEW = {"name": "Watch the gate", "objective": "Nothing passes unseen."}


@pytest.fixture
def officer(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


@pytest.fixture
def requirement(system: Actor) -> Requirement:
    return framework_of(system, 1, "X")[1][0]


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def form_of(requirement: Requirement) -> str:
    return f"/o/nordhaven/requirements/{requirement.reference}/control"


def test_page_shows_what_serves_it_with_its_evidence(officer: Client, system: Actor, requirement: Requirement) -> None:
    control = serve(system, requirement, state="operating", name="Watch the gate")
    prove(system, control, name="Log of the gate", expires_on="2026-01-01")
    page = text_of(officer.get(requirement.get_absolute_url()))
    for words in ("Watch the gate", "Log of the gate", "It expired on 1 Jan 2026.", "Evidence stale"):
        assert words in page
    assert form_of(requirement) in page


def test_page_shows_mappings_of_both_directions_and_how_to_judge_them(
    officer: Client, system: Actor, requirement: Requirement, client_of: Callable[..., Client]
) -> None:
    _other, rows = framework_of(system, 2, "Y")
    make("mappings", system, source=requirement, target=rows[0], relationship="subset-of", origin="A known author")
    make("mappings", system, source=rows[1], target=requirement, relationship="subset-of", confidence="published")
    page = text_of(officer.get(requirement.get_absolute_url()))
    for words in ("Y Y.1", "Y Y.2", "Is a part of", "Goes further than", "A known author", "Published by its author"):
        assert words in page
    assert page.count('value="confirmed"') == page.count('value="rejected"') == 2
    reader = text_of(client_of("reader").get(requirement.get_absolute_url()))
    assert "A known author" in reader
    assert 'value="confirmed"' not in reader


def test_what_is_archived_at_the_other_end_is_not_shown(
    officer: Client, system: Actor, requirement: Requirement
) -> None:
    other, (row,) = framework_of(system, 1, "Y")
    make("mappings", system, source=requirement, target=row)
    archive_record(record=other, by=system)
    assert "Y Y.1" not in text_of(officer.get(requirement.get_absolute_url()))


def test_who_may_not_see_controls_is_shown_none(
    system: Actor, requirement: Requirement, client_of: Callable[..., Client]
) -> None:
    serve(system, requirement, name="Watch the gate")
    page = text_of(client_of("reader").get(requirement.get_absolute_url()))
    assert "Watch the gate" not in page
    assert "Controls that serve it" not in page


def test_what_one_must_mind_stands_on_top(officer: Client, system: Actor) -> None:
    framework = make("frameworks", system)
    row = make("requirements", system, framework=framework, note="Not the same as 8.4.")
    page = text_of(officer.get(row.get_absolute_url()))
    assert page.index('class="alert alert-warning mind"') < page.index('class="card facts"')
    assert page.count("Not the same as 8.4.") == 2


def test_a_group_shows_its_parts_instead_of_controls(officer: Client, system: Actor) -> None:
    framework = make("frameworks", system, short="X")
    group = make("requirements", system, framework=framework, code="G", kind="group")
    make("requirements", system, framework=framework, code="G.1", name="First", parent=group)
    page = text_of(officer.get(group.get_absolute_url()))
    assert "G.1 First" in page
    assert "Controls that serve it" not in page


def test_page_takes_as_many_queries_at_20_controls_as_at_1(
    officer: Client, system: Actor, requirement: Requirement
) -> None:
    _other, rows = framework_of(system, 20, "Y")

    def more(number: int) -> list[str]:
        for row in rows[:number]:
            prove(system, serve(system, requirement, state="operating"))
            make("mappings", system, source=requirement, target=row)
        del rows[:number]
        return queries_of(lambda: officer.get(requirement.get_absolute_url()))

    one, many = more(1), more(19)
    assert len(many) == len(one), "\n".join(many)


# Beginning a control


def test_a_control_is_begun_and_linked(officer: Client, requirement: Requirement) -> None:
    assert "A control of your own" in text_of(officer.get(form_of(requirement)))
    answer = officer.post(form_of(requirement), NEW, follow=True)
    control = Control.unscoped.get()
    assert answer.redirect_chain == [(control.get_absolute_url(), 302)]
    assert (control.name, control.state) == ("Watch the gate", "planned")
    link = Link.unscoped.get()
    assert (link.source_id, link.target_id) == (control.pk, requirement.pk)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"objective": ""}, "This field is required."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"name": "a\x00b"}, "NUL character"),
        ({"name": "Taken"}, "There is a control with this name."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(
    officer: Client, system: Actor, requirement: Requirement, change: dict[str, str], words: str
) -> None:
    make("controls", system, name="Taken")
    answer = officer.post(form_of(requirement), NEW | change)
    assert answer.status_code == 422
    page = text_of(answer)
    assert words in page
    assert "Nothing passes unseen." in page or not change.get("objective", "x")
    assert Control.unscoped.count() == 1
    api = officer.post(f"/api/v1{form_of(requirement)}", NEW | change, "application/json")
    assert api.status_code == 400
    assert Control.unscoped.count() == 1


def test_the_starter_that_serves_it_is_offered_and_taken_over(officer: Client, system: Actor) -> None:
    adopt_framework(key="iso42001", by=system)
    requirement = Requirement.unscoped.get(code="A.2.2")
    page = text_of(officer.get(form_of(requirement)))
    assert "There is a starter: Publish an AI policy" in page
    answer = officer.post(form_of(requirement), {"starter": "a-2-2"}, follow=True)
    control = Control.unscoped.get()
    assert answer.redirect_chain == [(control.get_absolute_url(), 302)]
    assert Link.unscoped.filter(source=control.key, target=requirement.key).exists()
    again = officer.post(form_of(requirement), {"starter": "a-2-2"})
    assert again.status_code == 422
    assert "is in use already" in text_of(again)
    assert "There is a starter" not in text_of(again)
    assert officer.post(form_of(requirement), {"starter": "zzz"}).status_code == 422


def test_a_framework_of_one_s_own_with_the_same_numbers_gets_no_starter(officer: Client, system: Actor) -> None:
    framework = make("frameworks", system)
    row = make("requirements", system, framework=framework, code="A.2.2")
    assert "There is a starter" not in text_of(officer.get(form_of(row)))
    adopt_starters(keys=["a-2-2"], by=system)
    assert not Link.unscoped.exists()


def test_an_archived_requirement_gets_no_control(officer: Client, system: Actor, requirement: Requirement) -> None:
    archive_record(record=requirement, by=system)
    assert officer.post(form_of(requirement), NEW).status_code == 403
    assert officer.post(f"/api/v1{form_of(requirement)}", NEW, "application/json").status_code == 403
    assert not Control.unscoped.exists()


def test_by_api(officer: Client, requirement: Requirement, client_of: Callable[..., Client]) -> None:
    url = f"/api/v1{form_of(requirement)}"
    made = officer.post(url, NEW, "application/json")
    assert made.status_code == 201
    assert made.json() == {"reference": "CTL-0001", "name": "Watch the gate"}
    assert Link.unscoped.filter(target=requirement.key).count() == 1
    assert client_of("reader").post(url, NEW, "application/json").status_code == 403


def test_an_owner_of_their_own_records_may_begin_one(
    client_of: Callable[..., Client], actor_of: Callable[..., Actor], requirement: Requirement
) -> None:
    assert client_of("contributor").post(form_of(requirement), NEW).status_code == 302
    assert Control.unscoped.get().owner == actor_of("contributor").person
    assert client_of("internal-auditor").get(form_of(requirement)).status_code == 403


def test_a_requirement_of_another_organisation_does_not_exist(
    officer: Client, other_organisation: Organisation
) -> None:
    theirs = framework_of(Actor.system(other_organisation), 3, "X")[1][2]
    assert officer.get(form_of(theirs)).status_code == 404
    assert officer.post(form_of(theirs), NEW).status_code == 404
