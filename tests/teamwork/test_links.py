"""Links between any two records, through their pages, through the register, and past both."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.links import NotLinkable, link_records, links_of, unlink_records
from grc.actions.records import archive_record, create_record, restore_record
from grc.models import ActivityEvent, Link, Organisation
from tests.factories import make
from tests.test_registers import form_data

pytestmark = pytest.mark.django_db
API = "/api/v1/o/nordhaven/links"


@pytest.fixture
def pair(system: Actor) -> tuple[Any, Any]:
    return make("risks", system), make("documents", system)


def test_link_that_is_there_is_a_form_error_from_either_side(
    pair: tuple[Any, Any], system: Actor, client_of: Callable[..., Client]
) -> None:
    link_records(source=pair[0], reference=pair[1].reference, by=system)
    client = client_of("administrator")
    for one, other in (pair, pair[::-1]):
        ends = {"source": one.reference, "target": other.reference}
        page = client.post("/o/nordhaven/links/new", ends)
        assert page.status_code == 422
        assert "linked already" in page.content.decode()
        answer = client.post(API, ends, "application/json")
        assert answer.status_code == 400
        assert "linked already" in answer.content.decode()
    assert Link.unscoped.count() == 1


def test_link_to_itself_to_a_link_and_to_nothing_are_refused(
    pair: tuple[Any, Any], system: Actor, client_of: Callable[..., Client]
) -> None:
    link = link_records(source=pair[0], reference=pair[1].reference, by=system)
    client = client_of("administrator")
    for reference in (pair[0].reference, link.reference, "RSK-9999", ""):
        with pytest.raises(NotLinkable):
            link_records(source=pair[0], reference=reference, by=system)
        ends = {"source": pair[0].reference, "target": reference}
        assert client.post("/o/nordhaven/links/new", ends).status_code == 422, reference
        assert client.post(API, ends, "application/json").status_code == 400, reference
    assert Link.unscoped.count() == 1


def test_ends_of_a_link_stay_what_they_are(
    pair: tuple[Any, Any], system: Actor, client_of: Callable[..., Client]
) -> None:
    from grc.registers.register import registers

    link = link_records(source=pair[0], reference=pair[1].reference, by=system)
    other, client = make("ai-systems", system), client_of("administrator")
    register = registers.of(Link)
    unchanged = form_data(register, link, system)
    for name in ("source", "target"):
        posted = client.post(register.url("edit", link), unchanged | {name: other.reference})
        assert posted.status_code == 422
        assert "Stays as it is" in posted.content.decode() or "stays as it is" in posted.content.decode()
        patched = client.patch(f"{API}/{link.reference}", {"lock": 1, name: other.reference}, "application/json")
        assert patched.status_code == 400
    assert client.post(register.url("edit", link), unchanged | {"note": "because"}).status_code == 302
    link.refresh_from_db()
    assert (link.source_id, link.target_id, link.note) == (pair[0].pk, pair[1].pk, "because")


def test_restore_of_a_link_that_was_made_anew_is_refused(
    pair: tuple[Any, Any], system: Actor, client_of: Callable[..., Client]
) -> None:
    first = link_records(source=pair[0], reference=pair[1].reference, by=system)
    unlink_records(link=first, by=system)
    second = link_records(source=pair[1], reference=pair[0].reference, by=system)
    with pytest.raises(Denied, match="linked already"):
        restore_record(record=first, by=system)
    client = client_of("administrator")
    assert client.post(f"{first.get_absolute_url()}/restore").status_code == 403
    assert client.post(f"{API}/{first.reference}/restore", {}, "application/json").status_code == 403
    archive_record(record=second, by=system)
    assert client.post(f"{first.get_absolute_url()}/restore").status_code == 302
    assert [linked.key for linked in links_of(record=pair[0].key, actor=system)] == [pair[1].key]


def test_both_ends_tell_of_a_link_made_by_the_register(
    pair: tuple[Any, Any], system: Actor, actor_of: Callable[..., Actor]
) -> None:
    by = actor_of("administrator")
    link = create_record(record=Link(organisation=system.organisation, source=pair[0].key, target=pair[1].key), by=by)
    archive_record(record=link, by=by, reason="A mistake")
    for one in pair:
        events = ActivityEvent.unscoped.filter(record=one.key, detail__contains="linked").order_by("pk")
        details = list(events.values_list("detail", flat=True))
        assert details == ["linked with another record", "unlinked from another record"], "and not which"


def test_why_a_link_ended_is_in_both_histories(
    pair: tuple[Any, Any], system: Actor, client_of: Callable[..., Client]
) -> None:
    link = link_records(source=pair[0], reference=pair[1].reference, note="Same cause", by=system)
    unlink_records(link=link, by=system, reason="Another cause after all")
    client = client_of("administrator")
    for one, other in (pair, pair[::-1]):
        page = client.get(f"{one.get_absolute_url()}/history").content.decode()
        for text in ("Same cause", "Another cause after all", other.reference, "took a link away"):
            assert text in page


def test_link_across_organisations_does_not_exist(
    pair: tuple[Any, Any], other_organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    there = Actor.system(other_organisation)
    with there.working():
        for _ in range(3):
            foreign = make("risks", there)
    for by, source in ((system, pair[0]),):
        with pytest.raises(NotLinkable):
            link_records(source=source, reference=foreign.reference, by=by)
    ends = {"source": pair[0].reference, "target": foreign.reference}
    assert client_of("administrator").post(API, ends, "application/json").status_code == 400


def test_records_are_offered_by_a_few_letters(system: Actor, client_of: Callable[..., Client]) -> None:
    risk, gone = make("risks", system, name="Bias in claims"), make("risks", system, name="Bias of old")
    archive_record(record=gone, by=system)
    url = "/o/nordhaven/records-named"
    client = client_of("administrator")
    assert risk.reference in client.get(url, {"q": "claims bi"}).content.decode()
    assert risk.reference in client.get(url, {"q": risk.reference[:6].lower()}).content.decode()
    assert gone.reference not in client.get(url, {"q": "bias"}).content.decode()
    assert risk.reference not in client.get(url, {"q": "bias", "without": risk.reference}).content.decode()
    assert risk.reference not in client_of("reader").get(url, {"q": "bias"}).content.decode()
    assert client.get(url, {"q": "\x00"}).status_code == 404


def test_task_about_a_hidden_record_is_linked_by_nobody_who_does_not_see_it(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    """What a task is about decides who sees the task: so it does for the links of the task."""
    risk, seen = make("risks", system), make("ai-systems", system)
    task = make("tasks", system, about=risk.key, name="A hidden thing")
    link = link_records(source=seen, reference=task.reference, by=system)
    for client in (client_of("reader"), client_of("platform-engineer")):
        assert client.get(task.get_absolute_url()).status_code == 404
        assert client.get(link.get_absolute_url()).status_code == 404
        assert "A hidden thing" not in client.get(seen.get_absolute_url()).content.decode()
        assert client.get("/o/nordhaven/records-named", {"q": "hidden"}).content.decode().strip() == ""
        assert "A hidden thing" not in client.get("/o/nordhaven/links/").content.decode()
    assert "A hidden thing" in client_of("contributor").get(seen.get_absolute_url()).content.decode()


def test_who_comes_second_by_a_moment_is_told_so(
    pair: tuple[Any, Any], system: Actor, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both were told that the pair is free: the database lets one of them, and the other gets no broken page."""
    link_records(source=pair[0], reference=pair[1].reference, by=system)
    monkeypatch.setattr(Link, "validate_constraints", lambda self, exclude=None: None)
    ends, client = {"source": pair[1].reference, "target": pair[0].reference}, client_of("administrator")
    page, answer = client.post("/o/nordhaven/links/new", ends), client.post(API, ends, "application/json")
    assert (page.status_code, answer.status_code) == (409, 409)
    assert "linked already" in page.content.decode()
    assert answer.json()["error"] == "These two records are linked already."
