"""The matrix: who holds a role, what it takes, what they have shown; for people of the organisation only."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aims.home.support import competence_to_show
from aims.support.competence import Standing
from aims.support.matrix import read_matrix
from grc.access.actor import Actor
from grc.actions.records import archive_record
from grc.models import Membership, Organisation, Person
from tests.aims.risks.test_overview import pdf_text
from tests.conftest import make_person
from tests.factories import make

pytestmark = pytest.mark.django_db
MATRIX = "/o/nordhaven/competences/matrix"


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.fixture
def anna(organisation: Organisation) -> Person:
    return make_person("anna@nordhaven.example", organisation, "reader", name="Anna")


@pytest.fixture
def boris(organisation: Organisation) -> Person:
    return make_person("boris@nordhaven.example", organisation, "reader", name="Boris")


def role(by: Actor, *needed: tuple[str, int], **fields: Any) -> Any:
    made = make("responsibilities", by, **fields)
    for name, level in needed:
        make("competence-needs", by, responsibility=made, name=name, level=level)
    return made


def show(by: Actor, person: Person, need: Any, level: int = 2, until: int | None = None) -> Any:
    end = None if until is None else day(until)
    return make("competences", by, person=person, need=need, level=level, shown_on=day(-99), valid_until=end)


def standings(actor: Actor) -> dict[tuple[str, str], Standing]:
    return {(str(cell.person), cell.need.name): cell.standing for cell in read_matrix(actor).cells}


def test_holder_and_deputy_need_what_the_role_needs(system: Actor, anna: Person, boris: Person) -> None:
    made = role(system, ("Law", 2), ("Stopping", 3), holder=anna, deputy=boris)
    law, stopping = made.needs.order_by("pk")
    show(system, anna, law)
    show(system, anna, stopping, level=2)
    show(system, boris, law, until=-1)
    assert standings(system) == {
        ("Anna", "Law"): Standing.MET,
        ("Anna", "Stopping"): Standing.BELOW,
        ("Boris", "Law"): Standing.EXPIRED,
        ("Boris", "Stopping"): Standing.MISSING,
    }
    matrix = read_matrix(system)
    assert [cell.standing for cell in matrix.gaps] == [Standing.EXPIRED, Standing.MISSING, Standing.BELOW]
    assert [line.roles for line in matrix.lines] == [[made.name], [f"{made.name} (deputy)"]]


def test_what_two_roles_need_is_one_column_at_the_higher_level(system: Actor, anna: Person, boris: Person) -> None:
    role(system, ("Law", 1), holder=anna)
    high = role(system, ("law ", 3), holder=anna)
    role(system, ("Other", 1), holder=boris)
    show(system, anna, high.needs.get(), level=2)
    assert list(standings(system).values()) == [Standing.BELOW, Standing.MISSING]
    matrix = read_matrix(system)
    assert len(matrix.columns) == 2
    assert [line.cells.count(None) for line in matrix.lines] == [1, 1]


def test_who_left_and_what_is_archived_counts_for_nothing(
    system: Actor, organisation: Organisation, other_organisation: Organisation, anna: Person, boris: Person
) -> None:
    left = role(system, ("Law", 2), holder=boris, name="Left")
    Membership.objects.filter(person=boris).update(ended_at=timezone.now())
    nobody = role(system, ("Law", 2), name="Vacant")
    archive_record(record=role(system, ("Old", 2), holder=anna, name="Gone"), by=system)
    kept = role(system, ("Law", 2), ("Dropped", 1), holder=anna, name="Kept")
    archive_record(record=kept.needs.get(name="Dropped"), by=system)
    proof = show(system, anna, kept.needs.get(name="Law"))
    archive_record(record=proof, by=system)
    elsewhere = Actor.system(other_organisation)
    role(elsewhere, ("Theirs", 2), holder=make_person("x@elsewhere.example", other_organisation, "reader"))
    assert standings(system) == {("Anna", "Law"): Standing.MISSING}
    assert {one.name for one in read_matrix(system).vacant} == {left.name, nobody.name}


def test_page_leads_from_each_gap_to_what_closes_it(
    system: Actor, anna: Person, client_of: Callable[..., Client]
) -> None:
    made = role(system, ("Law", 2), ("Stopping", 2), holder=anna)
    law, stopping = made.needs.order_by("pk")
    proof = show(system, anna, law, until=10)
    role(system, name="Without a holder")
    page = client_of("compliance-officer").get(MATRIX).content.decode()
    form = f"/o/nordhaven/competences/new?need={stopping.reference}&amp;person={anna.public_id}"
    for shown in (form, proof.get_absolute_url(), "Ends soon", "Missing", "Without a holder", "Renew the proof."):
        assert shown in page
    asked = client_of("compliance-officer").get(form.replace("&amp;", "&")).content.decode()
    assert f'<option value="{anna.public_id}" selected' in asked
    read_only = client_of("approver").get(MATRIX).content.decode()
    assert "competences/new" not in read_only
    assert proof.get_absolute_url() in read_only


def test_matrix_and_its_files_are_for_who_sees_the_aims(
    system: Actor, anna: Person, client_of: Callable[..., Client]
) -> None:
    made = role(system, ("Law", 2), holder=anna)
    show(system, anna, made.needs.get(), until=-3)
    for end in ("", ".xlsx", ".pdf"):
        assert client_of("reader").get(MATRIX + end).status_code == 404
    client = client_of("approver")
    assert client.get(MATRIX + ".docx").status_code == 404
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(MATRIX + ".xlsx")))).active
    assert sheet is not None
    assert list(sheet.iter_rows(values_only=True)) == [
        ("Person", "Roles", "Law"),
        ("Anna", made.name, f"Expired ({day(-3).isoformat()})"),
    ]
    assert "Expired" in pdf_text(b"".join(client.get(MATRIX + ".pdf")))


def test_nothing_yet_says_where_to_begin(client_of: Callable[..., Client]) -> None:
    assert "Nothing to compare yet" in client_of("approver").get(MATRIX).content.decode()


def test_home_tells_who_may_close_a_gap(system: Actor, anna: Person, actor_of: Callable[..., Actor]) -> None:
    me = actor_of("contributor")
    made = role(system, ("Law", 2), ("Old", 2), ("Short", 2), ("Low", 3), holder=anna, deputy=me.person)
    law, old, short, low = made.needs.order_by("pk")
    for person in (anna, me.person):
        show(system, person, old, until=-1)  # type: ignore[arg-type]
        show(system, person, short, until=60)  # type: ignore[arg-type]
        show(system, person, low)  # type: ignore[arg-type]
    said = [(str(todo.text), todo.tone) for todo in competence_to_show(actor_of("compliance-officer"))]
    assert len(said) == 6
    assert ("Law: Anna", "red") in said
    assert ("Short: Anna", "yellow") in said
    assert not any("Low" in text for text, _tone in said)
    assert {str(todo.text) for todo in competence_to_show(me)} == {f"{n}: {me.person}" for n in ("Law", "Old", "Short")}
    assert list(competence_to_show(actor_of("approver"))) == []
    assert law.name == "Law"


def test_matrix_asks_as_often_for_fifty_people_as_for_one(
    system: Actor, organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    client = client_of("compliance-officer")

    def add(number: int) -> None:
        person = make_person(f"p{number}@nordhaven.example", organisation, "reader")
        made = role(system, ("Law", 2), (f"Skill {number}", 2), holder=person)
        show(system, person, made.needs.get(name="Law"))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(MATRIX).status_code == 200
        return len(queries)

    add(0)
    client.get(MATRIX)
    once = asked()
    for number in range(1, 50):
        add(number)
    assert asked() == once
