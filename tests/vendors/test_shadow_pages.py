"""Shadow use as people meet it: the page, its API twin, alarms, acceptance, home, and parts of other pages."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import change_record
from grc.models import ActivityEvent, Notice
from tests.approvals.making import somebody
from tests.controls.records import taken_in
from tests.vendors.shadow_case import PLANTED, Case, call, case_of, honest, read
from vendors.home.shadow import shadow_use, shadow_use_to_settle
from vendors.models import AcceptedGap, ShadowAlarm
from vendors.overview.attention import SHADOW
from vendors.overview.overview import overview_of
from vendors.shadow.actions import NotAcceptable, accept_gap, take_back_gap, tell_of_shadow_use
from vendors.shadow.findings import shadow_of
from vendors.shadow.seen import count_new
from vendors.shadow.tasks import look_for_shadow_use

pytestmark = pytest.mark.django_db
PAGE, API = "/o/nordhaven/vendors/shadow", "/api/v1/o/nordhaven/vendors/shadow"
USE = {"system": "assistant", "model": PLANTED}


@pytest.fixture
def case(system: Actor, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Case:
    """One planted model among honest records, counted."""
    made, log = case_of(system, monkeypatch), honest()
    log.add(9, call(70, model=PLANTED))
    with system.working(), taken_in(log, system, settings):
        count_new(system.organisation)
    return made


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def test_page_names_the_use_its_records_and_the_way_out(case: Case, client_of: Callable[..., Client]) -> None:
    page = client_of("vendor-manager").get(PAGE).content.decode()
    assert PLANTED in page
    assert "Unknown model" in page
    assert "/o/nordhaven/decisions/?period=90d&amp;model=openai%2Fgpt-4o-mini-2024-07-18&amp;system=assistant" in page
    maker = case.offering.vendor.reference
    assert f"/o/nordhaven/offerings/new?kind=model&amp;vendor={maker}" in page
    assert "Accept for a while" in page
    read_only = client_of("approver").get(PAGE).content.decode()
    assert PLANTED in read_only
    assert "Accept for a while" not in read_only
    assert "Register it" not in read_only
    for role in ("reader", "platform-engineer"):
        assert client_of(role).get(PAGE).status_code == 404
        assert client_of(role).get(API).status_code == 404


def test_records_behind_it_are_those_that_the_link_finds(case: Case, client_of: Callable[..., Client]) -> None:
    client = client_of("vendor-manager")
    (finding,) = client.get(API).json()["findings"]
    found = client.get("/o/nordhaven/decisions/", {"period": "90d", "model": PLANTED, "system": "assistant"})
    assert finding["decisions"] == 1
    assert found.content.decode().count("/o/nordhaven/decisions/01939c1e-7d11-7abc-8def-") >= 1


def test_without_records_nothing_is_said(system: Actor, client_of: Callable[..., Client]) -> None:
    page = client_of("vendor-manager").get(PAGE).content.decode()
    assert "There are no decision records to look at" in page
    assert 'href="/o/nordhaven/sources/"' in page.partition("There are no decision records to look at")[2]
    assert client_of("vendor-manager").get(API).json()["counted"] is False
    assert list(shadow_use(system)) == []


def test_api_says_what_the_page_says(case: Case, client_of: Callable[..., Client]) -> None:
    body = client_of("vendor-manager").get(API).json()
    (finding,) = body["findings"]
    assert (finding["system"], finding["model"], finding["why"]) == ("assistant", PLANTED, "unknown")
    assert finding["ai_system"] == case.assistant.reference
    assert len(body["covered"]) == 1


def test_another_organisation_sees_none_of_it(
    case: Case, other_organisation: Any, client_of: Callable[..., Client]
) -> None:
    foreign = client_of("vendor-manager", other_organisation)
    assert foreign.get(PAGE).status_code == 404
    assert PLANTED not in foreign.get("/o/elsewhere/vendors/shadow").content.decode()
    assert shadow_of(other_organisation).counted is False


def test_alarm_is_raised_once_for_who_looks_after_it(case: Case, actor_of: Callable[..., Actor]) -> None:
    organisation = case.by.organisation
    keeper = actor_of("vendor-manager")
    owner = somebody(case.by, "contributor")
    assistant = read(case.assistant)
    assistant.owner = owner.person
    change_record(record=assistant, by=case.by, lock=assistant.lock)
    look_for_shadow_use()
    look_for_shadow_use()  # delivered twice
    assert tell_of_shadow_use(organisation) == 0
    (alarm,) = ShadowAlarm.objects.within(organisation)
    assert (alarm.system, alarm.model, alarm.why, alarm.closed_at) == ("assistant", PLANTED, "unknown", None)
    for actor in (keeper, owner):
        (notice,) = Notice.objects.within(organisation).filter(person=actor.person, kind="alarm")
        assert notice.text.startswith(f"Assistant calls {PLANTED}: unknown model.")
        assert notice.url == PAGE
    events = ActivityEvent.unscoped.filter(organisation=organisation, verb="alarmed")
    assert [event.record_id for event in events] == [case.assistant.pk]


def test_alarm_closes_when_it_is_settled_and_comes_anew_when_it_is_back(case: Case) -> None:
    organisation = case.by.organisation
    assert tell_of_shadow_use(organisation) == 1
    accept_gap(**USE, reason="A trial", until=day(3), by=case.by)
    assert tell_of_shadow_use(organisation) == 0
    assert not ShadowAlarm.objects.within(organisation).filter(closed_at=None).exists()
    take_back_gap(**USE, reason="", by=case.by)
    assert tell_of_shadow_use(organisation) == 1


def test_gap_is_accepted_until_its_day_and_open_again_by_itself(case: Case) -> None:
    gap = accept_gap(**USE, reason="  A trial  ", until=day(3), by=case.by)
    assert (gap.reason, gap.why) == ("A trial", "unknown")
    for ahead, accepted in ((0, 1), (3, 1), (4, 0)):
        shadow = shadow_of(case.by.organisation, day(ahead))
        assert (len(shadow.accepted), len(shadow.findings)) == (accepted, 1 - accepted)
    event = ActivityEvent.unscoped.filter(organisation=case.by.organisation).latest("pk")
    assert event.detail == f"Shadow use of {PLANTED} is let stand until {day(3).isoformat()}: A trial"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"model": "never/seen"}, "no such use"),
        ({"reason": "  "}, "Say why"),
        ({"until": day(-1)}, "from today on"),
        ({"until": day(400)}, "within a year"),
    ],
)
def test_gap_that_cannot_be_accepted_is_refused_with_its_reason(case: Case, change: dict[str, Any], says: str) -> None:
    with pytest.raises(NotAcceptable, match=says):
        accept_gap(**{**USE, "reason": "A trial", "until": day(3), "by": case.by, **change})
    assert not AcceptedGap.objects.within(case.by.organisation).exists()


def test_page_and_api_accept_for_who_may(
    case: Case, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    given = {**USE, "reason": "A trial", "until": day(5).isoformat()}
    for role, status in (("reader", 404), ("approver", 403), ("contributor", 403)):
        assert client_of(role).post(f"{PAGE}/accept", given).status_code == status
        assert client_of(role).post(f"{API}/accept", given, "application/json").status_code == status
    with pytest.raises(Denied):
        accept_gap(**USE, reason="x", until=day(1), by=actor_of("approver"))
    client = client_of("vendor-manager")
    assert client.get(f"{PAGE}/accept", USE).status_code == 200
    assert client.get(f"{PAGE}/accept", {**USE, "model": "never/seen"}).status_code == 404
    assert client.post(f"{PAGE}/accept", {**given, "until": ""}).status_code == 422
    assert client.post(f"{PAGE}/accept", given)["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert "Accepted for now" in page
    assert "A trial" in page
    assert client.post(f"{PAGE}/accept", {**USE, "take-back": "1"})["Location"] == PAGE
    assert "Accepted for now" not in client.get(PAGE).content.decode()
    answer = client.post(f"{API}/accept", given, "application/json")
    assert (answer.status_code, answer.json()["why"]) == (201, "unknown")
    for wrong, status in (({"model": "never/seen"}, 409), ({"until": "soon"}, 400)):
        assert client.post(f"{API}/accept", given | wrong, "application/json").status_code == status


def test_home_counts_it_and_tells_who_can_settle_it(case: Case, actor_of: Callable[..., Actor]) -> None:
    (figure,) = shadow_use(actor_of("vendor-manager"))
    assert (figure.value, figure.tone, figure.url) == ("1", "red", PAGE)
    assert list(shadow_use(actor_of("reader"))) == []
    (todo,) = shadow_use_to_settle(actor_of("vendor-manager"))
    assert todo.text == f"Assistant calls {PLANTED}"
    assert list(shadow_use_to_settle(actor_of("approver"))) == []


def test_pages_of_system_and_offering_show_what_is_theirs(case: Case, client_of: Callable[..., Client]) -> None:
    client = client_of("vendor-manager")
    system = client.get(case.assistant.get_absolute_url()).content.decode()
    assert "Models that records show" in system
    assert PLANTED in system
    offering = client.get(case.offering.get_absolute_url()).content.decode()
    assert "Models that records show" in offering
    assert PLANTED not in offering
    assert "Models that records show" not in client.get(case.other.get_absolute_url()).content.decode()
    assert PLANTED not in client_of("reader").get(case.assistant.get_absolute_url()).content.decode()


def test_table_is_taken_away(case: Case, client_of: Callable[..., Client]) -> None:
    answer = client_of("vendor-manager").get(f"{PAGE}.csv")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert PLANTED in body
    assert client_of("vendor-manager").get(f"{PAGE}.exe").status_code == 404


def test_overview_names_it_first_among_what_needs_attention(case: Case, actor_of: Callable[..., Actor]) -> None:
    manager = actor_of("vendor-manager")
    (found,) = [one for one in overview_of(manager).attention if one.sort is SHADOW]
    assert (found.count, found.url, found.sort.tone) == (1, PAGE, "red")
    assert found.named == [(f"Assistant: {PLANTED}", PAGE)]
    accept_gap(**USE, reason="A trial", until=day(3), by=case.by)
    assert not [one for one in overview_of(manager).attention if one.sort is SHADOW]
