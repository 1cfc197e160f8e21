"""The points of a DPA: made with it, ticked on one form and through the API, all or none, by whoever may."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.many import create_records
from grc.actions.records import StaleRecord, archive_record, change_record, restore_record
from grc.models import Organisation
from tests.factories import make
from tests.vendors.complete import TERMS, text_item
from vendors.agreements.actions import NotTicked, Tick, tick_points
from vendors.agreements.guide import ASKS
from vendors.models import Agreement, AgreementPoint

pytestmark = pytest.mark.django_db
Point = AgreementPoint.Point


def points(agreement: Agreement) -> dict[str, AgreementPoint]:
    rows = AgreementPoint.unscoped.filter(agreement=agreement).order_by("pk")
    return {row.point: row for row in rows}


def test_points_are_made_with_a_dpa_and_only_once(system: Actor) -> None:
    agreement = make("agreements", system, kind="dpa")
    assert list(points(agreement)) == [point.value for point in Point] and len(Point) == 15
    agreement.name = "Another name"
    change_record(record=agreement, by=system, lock=agreement.lock)
    archive_record(record=agreement, by=system)
    restore_record(record=agreement, by=system)
    assert len(points(agreement)) == 15
    assert not points(make("agreements", system, kind="nda"))


def test_points_come_when_an_agreement_becomes_a_dpa(system: Actor) -> None:
    agreement = make("agreements", system, kind="msa")
    make("agreement-points", system, agreement=agreement, point="g", finding="met", clause="§ 9")
    agreement.kind = "dpa"
    change_record(record=agreement, by=system, lock=agreement.lock)
    assert len(points(agreement)) == 15 and points(agreement)["g"].clause == "§ 9"


def test_points_of_many_come_in_one_statement(system: Actor) -> None:
    vendor = make("vendors", system)
    rows = [Agreement(vendor=vendor, name=f"DPA {n}", kind="dpa" if n % 2 else "msa") for n in range(20)]
    with CaptureQueriesContext(connection) as done:
        create_records(records=rows, by=system)
    assert sum(query["sql"].startswith('INSERT INTO "vendors_agreementpoint"') for query in done) == 1
    assert AgreementPoint.unscoped.count() == 150


def test_points_each_have_what_they_ask() -> None:
    assert set(ASKS) == set(Point)
    assert all(str(ask.what) and str(ask.hint) for ask in ASKS.values())


def ticks(agreement: Agreement, **said: tuple[str, str]) -> dict[str, Tick]:
    found = points(agreement)
    return {point: Tick(finding, clause, "", found[point].lock) for point, (finding, clause) in said.items()}


def test_tick_keeps_all_or_none(system: Actor) -> None:
    agreement = make("agreements", system, kind="dpa")
    with pytest.raises(NotTicked, match="Name the clause") as refused:
        tick_points(agreement=agreement, ticks=ticks(agreement, a=("met", "§ 3"), b=("met", "  ")), by=system)
    assert refused.value.point == "b" and points(agreement)["a"].finding == "open"
    assert tick_points(agreement=agreement, ticks=ticks(agreement, a=("met", " § 3 "), b=("open", "")), by=system) == 1
    assert (points(agreement)["a"].clause, points(agreement)["b"].lock) == ("§ 3", 1)
    with pytest.raises(NotTicked, match="no point"):
        tick_points(agreement=agreement, ticks={"z": Tick("met", "§ 1", "", 1)}, by=system)
    with pytest.raises(NotTicked):
        tick_points(agreement=agreement, ticks={"c": Tick("perhaps", "§ 1", "", 1)}, by=system)


def test_tick_of_what_somebody_changed_meanwhile_is_refused(system: Actor) -> None:
    agreement = make("agreements", system, kind="dpa")
    mine = ticks(agreement, a=("met", "§ 3"), b=("met", "§ 4"))
    tick_points(agreement=agreement, ticks=ticks(agreement, b=("missing", "")), by=system)
    with pytest.raises(StaleRecord):
        tick_points(agreement=agreement, ticks=mine, by=system)
    assert points(agreement)["a"].finding == "open"


def test_tick_in_an_archived_agreement_is_refused(system: Actor) -> None:
    agreement = archive_record(record=make("agreements", system, kind="dpa"), by=system)
    with pytest.raises(Denied):
        tick_points(agreement=agreement, ticks=ticks(agreement, a=("met", "§ 3")), by=system)


def filled(agreement: Agreement, **changed: str) -> dict[str, str]:
    sent = {}
    for name, row in points(agreement).items():
        sent |= {f"{name}-finding": "met", f"{name}-clause": f"§ {row.pk}", f"{name}-note": "", f"{name}-lock": "1"}
    return sent | {name.replace("_", "-", 1): value for name, value in changed.items()}


def test_page_ticks_all_points_on_one_form(system: Actor, client_of: Callable[..., Client]) -> None:
    agreement = make("agreements", system, **TERMS | {"file": text_item(system)})
    client, url = client_of("vendor-manager"), f"{agreement.get_absolute_url()}/points"
    shown = client.get(url).content.decode()
    assert "0 of 15 points are met" in shown and "Art. 28(3)" in shown and shown.count("dpa-point-asks") == 15
    answer = client.post(url, filled(agreement), follow=True).content.decode()
    assert "15 points are kept. 15 of 15 are met. It counts as a DPA." in answer
    assert "15 of 15 points met" in answer and "Counts as a DPA" in answer


def test_page_loses_nothing_on_an_error_or_anothers_save(system: Actor, client_of: Callable[..., Client]) -> None:
    agreement = make("agreements", system, kind="dpa")
    client, url = client_of("vendor-manager"), f"{agreement.get_absolute_url()}/points"
    wrong = client.post(url, filled(agreement, a_clause="", b_note="kept as typed"))
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "Name the clause that says it." in text and "kept as typed" in text
    assert {row.finding for row in points(agreement).values()} == {"open"}
    tick_points(agreement=agreement, ticks=ticks(agreement, h=("missing", "")), by=system)
    stale = client.post(url, filled(agreement, h_clause="mine"))
    assert stale.status_code == 409
    text = stale.content.decode()
    assert "It stands there now: Does not say it, no clause" in text and 'value="mine"' in text
    assert client.post(url, filled(agreement, h_clause="mine", h_lock="2")).status_code == 302
    assert points(agreement)["h"].clause == "mine"


def test_page_and_api_refuse_who_may_not(
    system: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    agreement = make("agreements", system, kind="dpa")
    mine = make("agreements", system, kind="dpa", owner=actor_of("contributor").person)
    page, api = f"{agreement.get_absolute_url()}/points", f"/api/v1/o/nordhaven/agreements/{agreement.reference}/points"
    for role, read, write in (("reader", 404, 404), ("approver", 200, 403), ("contributor", 200, 403)):
        assert client_of(role).get(page).status_code == read
        assert client_of(role).post(page, filled(agreement)).status_code == write
        assert client_of(role).post(api).status_code == write
    assert "Save all" not in client_of("approver").get(page).content.decode()
    assert client_of("contributor").post(f"{mine.get_absolute_url()}/points", filled(mine)).status_code == 302
    foreign = make("agreements", Actor.system(other_organisation), kind="dpa")
    assert client_of("vendor-manager").get(f"/o/nordhaven/agreements/{foreign.reference}9/points").status_code == 404
    msa = make("agreements", system, kind="msa")
    assert client_of("vendor-manager").get(f"{msa.get_absolute_url()}/points").status_code == 404


def test_api_ticks_points_and_says_how_it_stands(system: Actor, client_of: Callable[..., Client]) -> None:
    agreement = make("agreements", system, **TERMS | {"file": text_item(system)})
    client, url = client_of("vendor-manager"), f"/api/v1/o/nordhaven/agreements/{agreement.reference}"
    found = client.get(f"{url}/standing").json()
    assert (found["counts_as_dpa"], found["points_met"], len(found["points"])) == (False, 0, 15)
    said = [{"point": one["point"], "finding": "met", "clause": "§ 1", "lock": one["lock"]} for one in found["points"]]
    for body, status in (
        ({"points": []}, 400),
        ({"points": [said[0], said[0]]}, 400),
        ({"points": [said[0] | {"clause": ""}]}, 400),
        ({"points": [said[0] | {"lock": 9}]}, 409),
        ({"points": [said[0] | {"clauze": "x"}]}, 400),
        ({"points": [said[0] | {"point": "z"}]}, 400),
        ({"points": said, "more": 1}, 400),
        ([1], 400),
    ):
        assert client.post(f"{url}/points", json.dumps(body), content_type="application/json").status_code == status
    answer = client.post(f"{url}/points", json.dumps({"points": said}), content_type="application/json").json()
    assert (answer["counts_as_dpa"], answer["points_met"], answer["missing"]) == (True, 15, [])


def test_api_says_how_it_stands_where_its_reader_is(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = {"kind": "msa", "signed_on": dt.date(2028, 1, 1), "ends_on": dt.date(2028, 2, 29), "renewal": "fixed"}
    agreement = make("agreements", system, **terms)
    client, person = client_of("vendor-manager"), actor_of("vendor-manager").person
    assert person is not None
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2028, 2, 29, 23, 30, tzinfo=dt.UTC))
    for zone, day, holds in (("UTC", "2028-02-29", True), ("Pacific/Auckland", "2028-03-01", False)):
        person.time_zone = zone
        person.save()
        found = client.get(f"/api/v1/o/nordhaven/agreements/{agreement.reference}/standing").json()
        assert (found["on"], found["in_force"], found["ends_on"]) == (day, holds, "2028-02-29")


def test_end_early_by_page_and_api(system: Actor, client_of: Callable[..., Client]) -> None:
    day = dt.date(2027, 3, 31)
    agreement = make("agreements", system, kind="msa", signed_on=dt.date(2026, 1, 1))
    client, page = client_of("vendor-manager"), f"{agreement.get_absolute_url()}/end"
    assert client.get(page).status_code == 200
    sent = {"on": day.isoformat(), "reason": "notice given", "lock": str(agreement.lock)}
    for wrong, status in (({"reason": ""}, 422), ({"on": "2025-12-31"}, 422), ({"lock": "7"}, 409), ({"on": "x"}, 422)):
        assert client.post(page, sent | wrong).status_code == status
    assert list(client.post(page, sent | {"on": "2025-12-31"}).context["form"].errors) == ["on"]
    assert client.post(page, sent).status_code == 302
    assert Agreement.unscoped.get(pk=agreement.pk).ended_on == day
    fixed = make("agreements", system, kind="msa", renewal="fixed", ends_on=day)
    api = f"/api/v1/o/nordhaven/agreements/{fixed.reference}/end"
    body = {"on": day.isoformat(), "reason": "sold", "lock": fixed.lock}
    refused = client.post(api, json.dumps(body), content_type="application/json")
    assert refused.status_code == 400 and "ends by itself on" in refused.json()["fields"]["on"][0]
    answer = client.post(api, json.dumps(body | {"on": "2027-03-30"}), content_type="application/json")
    assert answer.json()["ends_on"] == "2027-03-30"
    assert client_of("approver").get(page).status_code == 403
    assert client_of("approver").post(api).status_code == 403
