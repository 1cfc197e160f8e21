"""The clause map, its index, getting started, the picture of processes, the panels; and who may see them."""

import io
from collections.abc import Callable

import docx
import openpyxl
import pytest
from django.test import Client

from aims.home.clauses import next_steps
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.approvals.actions import NotSendable
from grc.models import ActivityEvent, Organisation
from tests.aims.clauses.ways import World, document
from tests.approvals.making import sent, somebody
from tests.controls.making import queries_of
from tests.factories import make

pytestmark = pytest.mark.django_db
MAP, START = "/o/nordhaven/clauses", "/o/nordhaven/start"


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_map_shows_each_clause_its_records_and_one_next_action(system: Actor, client_of: Callable[..., Client]) -> None:
    make("issues", system, name="The works council asks")
    shown = page(client_of("compliance-officer"), MAP)
    assert "The works council asks" in shown
    assert "Understanding the organization and its context" in shown
    assert 'href="/o/nordhaven/issues/new?kind=internal"' in shown
    assert "Kept elsewhere" in shown
    for slug in ("ai-roles", "processes", "commitments", "planned-changes", "resources", "competence-needs"):
        assert f'href="/o/nordhaven/{slug}/"' in shown
    for slug in ("competences", "campaigns", "communications", "measurements"):
        assert f'href="/o/nordhaven/{slug}/"' in shown


def test_map_offers_an_auditor_no_forms(system: Actor, client_of: Callable[..., Client]) -> None:
    make("ai-systems", system)
    for url in (MAP, f"{MAP}?show=documents", START):
        shown = page(client_of("internal-auditor"), url)
        assert "/new" not in shown
        assert "Do this" not in shown


def test_filters_narrow_and_refuse_what_they_do_not_know(system: Actor, client_of: Callable[..., Client]) -> None:
    world, client = World.of(system), client_of("compliance-officer")
    make("parties", system, met_by="All of it.")
    world.adopt()
    clauses, missing = page(client, MAP), page(client, f"{MAP}?missing=1")
    heading = "4.2 Understanding the needs"
    assert heading in clauses
    assert heading not in missing
    assert "4.3 Determining the scope" in missing
    documents = page(client, f"{MAP}?show=documents")
    assert heading not in documents
    assert "A.6.2.8 AI system recording of event logs" in documents
    for wrong in ("show=all", "missing=yes"):
        assert client.get(f"{MAP}?{wrong}").status_code == 400


def test_index_holds_the_47_and_is_noted(system: Actor, client_of: Callable[..., Client]) -> None:
    world, client = World.of(system), client_of("approver")
    document(world, "AI policy of Nordhaven", "policy")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{MAP}/index.xlsx")))).active  # type: ignore[arg-type]
    rows = list(sheet.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(rows) == 48
    assert {row[0] for row in rows} >= {"4.3", "10.2", "A.9.3"}
    policy = next(row for row in rows if row[0] == "5.2")
    assert policy[3] == "Documented"
    assert "AI policy of Nordhaven" in policy[4]
    word = docx.Document(io.BytesIO(b"".join(client.get(f"{MAP}/index.docx"))))
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert "A.9.3" in cells
    assert any("AI policy of Nordhaven" in cell for cell in cells)
    assert b"".join(client.get(f"{MAP}/index.pdf")).startswith(b"%PDF")
    assert client.get(f"{MAP}/index.exe").status_code == 404
    noted = ActivityEvent.unscoped.filter(verb=ActivityEvent.Verb.EXPORTED).values_list("detail", flat=True)
    assert sorted(noted) == [f"documented-information ({kind})" for kind in ("docx", "pdf", "xlsx")]


def test_pages_do_not_exist_for_who_may_not_see_every_register(client_of: Callable[..., Client]) -> None:
    for role in ("reader", "procurement-responder", "platform-engineer"):
        for url in (MAP, START, f"{MAP}/index.pdf"):
            assert client_of(role).get(url).status_code == 404


def test_start_ticks_what_the_records_show_and_marks_the_next(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    empty = page(client, START)
    assert "0 of 25 are done" in empty
    assert empty.count('aria-current="step"') == 1
    assert 'href="/o/nordhaven/ai-systems/new"' in empty
    one = make("ai-systems", system)
    later = page(client, START)
    assert "1 of 25 are done" in later
    assert f'href="/o/nordhaven/ai-roles/new?system={one.reference}"' in later


def test_form_takes_choices_from_its_address_and_only_those(client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    shown = page(client, "/o/nordhaven/issues/new?kind=internal&topic=climate&name=Injected")
    assert '<option value="internal" selected>' in shown
    assert '<option value="climate" selected>' in shown
    assert "Injected" not in shown
    assert '<option value="nonsense"' not in page(client, "/o/nordhaven/issues/new?kind=nonsense")


def test_home_leads_an_officer_step_by_step_and_leaves_others_alone(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    officer = actor_of("compliance-officer")
    first, *rest = next_steps(officer)
    assert (str(first.text), first.url) == ("Add your first AI system", "/o/nordhaven/ai-systems/new")
    assert [todo.url for todo in rest] == [
        "/o/nordhaven/issues/new?kind=external",
        "/o/nordhaven/issues/new?topic=climate&kind=external",
    ]
    assert all(todo.why and todo.url for todo in rest)
    for role in ("contributor", "internal-auditor", "approver", "reader"):
        assert list(next_steps(actor_of(role))) == []
    assert "Add your first AI system" in page(client_of("compliance-officer"), "/o/nordhaven/")
    assert len(queries_of(lambda: list(next_steps(officer)))) <= 8


def test_home_does_not_say_of_a_risk_twice(system: Actor, actor_of: Callable[..., Actor]) -> None:
    officer = actor_of("compliance-officer")
    make("ai-roles", system, system=None)
    for fields in ({"kind": "external"}, {"kind": "internal"}, {"topic": "climate"}):
        make("issues", system, **fields)
    make("parties", system, met_by="All of it.")
    first = next(iter(next_steps(officer)))
    assert first.url == "/o/nordhaven/ai-systems/new"
    make("ai-systems", system, in_scope="in")
    world = World.of(system)
    world.approve(make("scope", system))
    make("commitments", system)
    make("responsibilities", system, duty="both", holder=world.other.person, told_on="2026-03-02")
    world.approve(document(world, "AI policy", "policy"))
    world.approve(make("risk-criteria", system))
    risk = make("risks", system, system=None, likelihood=None, impact=None)
    make("risks", system, system=None, review_on="2027-01-01")
    urls = [todo.url for todo in next_steps(officer)]
    assert urls[0].startswith("/o/nordhaven/risks/new?system=")
    assert f"/o/nordhaven/risks/{risk.reference}/edit" not in urls


def test_scope_lists_systems_and_is_not_sent_while_one_is_undecided(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    scope = make("scope", system)
    make("ai-systems", system, name="Triage", in_scope="in")
    make("ai-systems", system, name="Old one", stage="retired", retired_on="2026-01-01")
    open_one = make("ai-systems", system, name="Fraud signals")
    out = make("ai-systems", system, name="Chat", in_scope="out", scope_reason="Not used on claims.")
    shown = page(client_of("compliance-officer"), scope.get_absolute_url())
    assert "Not used on claims." in shown
    assert f"/o/nordhaven/ai-systems/{open_one.reference}/edit#id_in_scope" in shown
    assert f"/o/nordhaven/ai-systems/{out.reference}/edit#id_in_scope" in shown
    assert "Old one" not in shown
    assert "/edit#id_in_scope" not in page(client_of("internal-auditor"), scope.get_absolute_url())
    officer, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    with pytest.raises(NotSendable, match="in scope: Fraud signals"):
        sent(scope, officer, approver)
    open_one.in_scope = "in"
    World.of(system).change(open_one, in_scope="in")
    assert sent(scope, officer, approver).state == "in-review"


def test_processes_are_a_picture_with_their_owners(
    system: Actor, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    client = client_of("approver")
    url = "/o/nordhaven/processes/picture"
    assert "There are no processes yet" in page(client, url)
    one = make("processes", system, name="Intake", owner=somebody(system, "contributor", name="Jonas").person)
    two = make("processes", system, name="Release")
    make("processes", Actor.system(other_organisation), name="Foreign")
    link_records(source=one, reference=two.reference, by=system, note="a checked system")
    shown = page(client, url)
    for words in ("Intake", "Release", "Jonas", "no owner", "a checked system"):
        assert words in shown
    assert "Foreign" not in shown
    assert url in page(client, "/o/nordhaven/processes/")
    table = b"".join(client.get("/o/nordhaven/pictures/processes.csv")).decode()
    assert '"Intake","a checked system","Release"' in table


def test_requirement_of_the_standard_says_what_answers_it(system: Actor, client_of: Callable[..., Client]) -> None:
    from controls.models import Requirement

    world = World.of(system)
    world.adopt()
    make("issues", system, name="The works council asks")
    row = Requirement.objects.within(system.organisation).get(code="4.1")
    shown = page(client_of("compliance-officer"), row.get_absolute_url())
    assert "What answers it here" in shown
    assert "The works council asks" in shown
    assert "What answers it here" not in page(client_of("reader"), row.get_absolute_url())
    above = Requirement.objects.within(system.organisation).get(code="4")
    assert "What answers it here" not in page(client_of("compliance-officer"), above.get_absolute_url())
