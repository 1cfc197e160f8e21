"""Beginning, finishing and reopening a review; what follows from it: findings, the next one, todos."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import StaleRecord, archive_record, change_record
from grc.cadence import nth
from tests.factories import make
from tests.vendors.ready import fresh, judged, reviewed
from vendors.home.reviews import vendors_that_changed
from vendors.models import Vendor, VendorFinding, VendorReview
from vendors.reviews.actions import (
    NotReviewable,
    begin_review,
    finish_finding,
    finish_review,
    make_findings,
    reopen_review,
)
from vendors.reviews.beginning import begin_due_reviews, changes_to_review, kind_for
from vendors.reviews.tasks import begin_reviews

pytestmark = pytest.mark.django_db
Actors = Callable[..., Actor]
GOOD = {"outcome": "good", "conclusion": "Fine.", "conditions": ""}
API = "/api/v1/o/nordhaven"


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def test_a_review_ends_with_ten_judged_answers_and_a_conclusion(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    review = judged(make("vendor-reviews", manager), manager, "gggg.gg.gg")
    for values, words in (
        (GOOD, "question 5, 8"), ({**GOOD, "outcome": "open"}, "what came of it"), ({**GOOD, "outcome": "x"}, "what"),
    ):  # fmt: skip
        with pytest.raises(NotReviewable, match=words):
            finish_review(review=review, lock=review.lock, by=manager, **values)
    review = judged(review, manager)
    for values, words in (
        ({**GOOD, "conclusion": " "}, "Write the conclusion"), ({**GOOD, "outcome": "conditions"}, "which conditions"),
    ):  # fmt: skip
        with pytest.raises(NotReviewable, match=words):
            finish_review(review=review, lock=review.lock, by=manager, **values)
    with pytest.raises(NotReviewable, match="not come"):
        finish_review(review=review, lock=review.lock, by=manager, on=day(1), **GOOD)
    with pytest.raises(StaleRecord):
        finish_review(review=fresh(review), lock=99, by=manager, **GOOD)
    review = fresh(review)
    finish_review(review=review, lock=review.lock, by=manager, **GOOD)
    assert (fresh(review).outcome, fresh(review).done_on, fresh(review).score) == ("good", day(0), 100)
    with pytest.raises(NotReviewable, match="done already"):
        finish_review(review=review, lock=review.lock, by=manager, **GOOD)


def test_a_review_where_nothing_applies_does_not_end(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    review = judged(make("vendor-reviews", manager), manager, "x" * 10)
    with pytest.raises(NotReviewable, match="one of them at least applies"):
        finish_review(review=review, lock=review.lock, by=manager, **GOOD)


def test_the_outcome_is_set_by_finishing_alone(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    review = make("vendor-reviews", actor_of("vendor-manager"))
    client = client_of("vendor-manager")
    body = {"lock": review.lock, "outcome": "good", "done_on": "2026-01-01", "conclusion": "Fine."}
    answer = client.patch(f"{API}/vendor-reviews/{review.reference}", body, "application/json")
    assert answer.status_code == 400
    assert fresh(review).outcome == "open"


def test_the_next_look_is_a_year_on_at_what_was_reviewed(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    one = make("offerings", manager)
    other = make("offerings", manager, vendor=one.vendor)
    leap = dt.date(2024, 2, 29)
    reviewed(manager, vendor=one.vendor, offering=one, on=leap)
    assert (fresh(one).review_on, fresh(other).review_on) == (dt.date(2025, 2, 28), None)
    assert fresh(one.vendor).review_on is None
    reviewed(manager, vendor=one.vendor, on=day(-3))
    assert {fresh(row).review_on for row in (one, other, one.vendor)} == {nth(day(-3), "yearly", 1)}


def test_reopening_asks_why_and_lets_answers_change(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    review = reviewed(manager)
    with pytest.raises(NotReviewable, match="why"):
        reopen_review(review=review, reason=" ", lock=review.lock, by=manager)
    reopen_review(review=review, reason="A new report came", lock=review.lock, by=manager)
    assert (fresh(review).outcome, fresh(review).done_on) == ("open", None)
    assert judged(review, manager, "bgggggggg" + "g").score == 90
    with pytest.raises(NotReviewable, match="under way"):
        reopen_review(review=fresh(review), reason="Again", lock=fresh(review).lock, by=manager)


def test_findings_come_of_bad_answers_once(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    review = judged(make("vendor-reviews", manager), manager, "bgggpbgggg")
    made = make_findings(review=review, by=manager)
    assert [(one.question, one.severity, one.vendor) for one in made] == [
        (1, "medium", review.vendor), (6, "high", review.vendor),
    ]  # fmt: skip
    made[0].name = "Called otherwise"
    change_record(record=made[0], by=manager, lock=made[0].lock)
    with pytest.raises(NotReviewable, match="has its finding"):
        make_findings(review=review, by=manager)
    archive_record(record=made[1], by=manager)
    assert [one.question for one in make_findings(review=review, by=manager)] == [6]
    with pytest.raises(NotReviewable, match="No answer"):
        make_findings(review=judged(make("vendor-reviews", manager), manager), by=manager)


def test_a_finding_is_done_with_what_came_of_it(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    manager = actor_of("vendor-manager")
    finding = make("vendor-findings", manager)
    with pytest.raises(NotReviewable, match="what came"):
        finish_finding(finding=finding, result="", by=manager)
    answer = client_of("vendor-manager").post(
        f"{API}/vendor-findings/{finding.reference}/done", {"result": "Amended."}, "application/json"
    )
    assert (answer.status_code, answer.json()["result"]) == (200, "Amended.")
    with pytest.raises(NotReviewable, match="done already"):
        finish_finding(finding=fresh(finding), result="Again", by=manager)
    assert VendorFinding.objects.within(manager.organisation).get().done_on == day(0)


def test_yearly_reviews_begin_a_month_before_and_once(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    for days, name in ((31, "Later"), (30, "Soon"), (-5, "Late"), (10, "Gone"), (10, "Ended")):
        vendor = make("vendors", manager, name=name, review_on=day(days), ended_on=day(0) if name == "Ended" else None)
        if name == "Gone":
            archive_record(record=vendor, by=manager)
    begin_reviews()
    begin_reviews()
    rows = VendorReview.objects.within(manager.organisation).select_related("vendor", "owner").order_by("pk")
    assert [(row.vendor.name, row.due_on, row.kind) for row in rows] == [
        ("Soon", day(30), "yearly"), ("Late", day(-5), "yearly"),
    ]  # fmt: skip
    assert {row.owner for row in rows} == {manager.person}


def test_an_offering_is_reviewed_by_itself_unless_its_vendor_is(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    both = make("offerings", manager, vendor=make("vendors", manager, review_on=day(9)), review_on=day(9))
    alone = make("offerings", manager, review_on=day(9))
    requested = make("offerings", manager, review_on=day(9))
    type(both).objects.within(manager.organisation).exclude(pk=requested.pk).update(state="approved")
    assert begin_due_reviews(manager.organisation, day(0)) == 2
    found = VendorReview.objects.within(manager.organisation).values_list("vendor", "offering")
    assert set(found) == {(both.vendor_id, None), (alone.vendor_id, alone.pk)}
    assert begin_due_reviews(manager.organisation, day(0)) == 0


def test_a_review_is_not_begun_twice(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    manager = actor_of("vendor-manager")
    offering = make("offerings", manager)
    url = f"{API}/offerings/{offering.reference}/review"
    assert client_of("vendor-manager").post(url).status_code == 201
    refused = client_of("vendor-manager").post(url)
    assert (refused.status_code, "under way" in refused.content.decode()) == (400, True)
    begin_review(vendor=offering.vendor, offering=None, kind="yearly", by=manager)  # of all that it supplies
    with pytest.raises(NotReviewable):
        begin_review(vendor=offering.vendor, offering=None, kind="yearly", by=manager)
    with pytest.raises(Denied):
        begin_review(vendor=offering.vendor, offering=None, kind="yearly", by=actor_of("reader"))


def test_a_change_asks_for_a_review_until_one_begins(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    manager = actor_of("vendor-manager")
    vendor = make("vendors", manager)
    reviewed(manager, vendor=vendor, on=day(-40))
    assert changes_to_review(manager.organisation) == []
    made = {"vendor": vendor, "received_on": day(-30)}
    make("vendor-notices", manager, **made)
    accepted = {"decision": "accepted", "decided_on": day(-20), "reason": "Fine."}
    make("vendor-notices", manager, **made, **accepted, name="A new subprocessor")
    make("vendor-incidents", manager, vendor=vendor, our_data="no", told_at=timezone.now())
    (change,) = changes_to_review(manager.organisation, vendor)
    assert (change.kind, change.on, "A new subprocessor" in change.why) == ("change", day(-20), True)
    assert [todo.why for todo in vendors_that_changed(manager)] == [change.why]
    assert list(vendors_that_changed(actor_of("contributor"))) == []
    assert "Review it on this change" in client_of("vendor-manager").get(vendor.get_absolute_url()).content.decode()
    make(
        "vendor-incidents", manager, vendor=vendor, our_data="yes", told_at=timezone.now() - dt.timedelta(days=2),
        name="A leak",
    )  # fmt: skip
    assert [one.kind for one in changes_to_review(manager.organisation)] == ["incident"]
    assert kind_for(fresh(vendor), None) == "incident"
    assert client_of("vendor-manager").post(f"{vendor.get_absolute_url()}/review").status_code == 302
    assert changes_to_review(manager.organisation) == []
    assert VendorReview.objects.within(manager.organisation).get(outcome="open").kind == "incident"


def test_the_occasion_of_a_review(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    offering = make("offerings", manager)
    assert kind_for(offering.vendor, None) == "first"
    reviewed(manager, vendor=offering.vendor)
    assert (kind_for(offering.vendor, None), kind_for(offering.vendor, offering)) == ("yearly", "first")
    assert Vendor.objects.within(manager.organisation).count() == 1


def test_steps_of_a_review_through_the_api(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    manager = actor_of("vendor-manager")
    review = judged(make("vendor-reviews", manager), manager, "b" + "g" * 9)
    client, url = client_of("vendor-manager"), f"{API}/vendor-reviews/{review.reference}"
    read = client.get(f"{url}/questions").json()
    assert (len(read), read[0]["verdict"], read[5]["number"]) == (10, "bad", 6)
    assert client.post(f"{url}/findings", {}, "application/json").status_code == 201
    assert client.post(f"{url}/findings", {}, "application/json").status_code == 400
    unknown = {"lock": review.lock, **GOOD, "surprise": 1}
    assert client.post(f"{url}/finish", unknown, "application/json").status_code == 400
    done = client.post(f"{url}/finish", {"lock": fresh(review).lock, **GOOD}, "application/json")
    assert (done.status_code, done.json()["score"], done.json()["outcome"]) == (200, 90, "good")
    again = client.post(f"{url}/reopen", {"lock": done.json()["lock"], "reason": "More"}, "application/json")
    assert again.json()["outcome"] == "open"
    assert client.post(f"{url}/prefill", {}, "application/json").status_code == 200


def test_steps_of_a_review_on_its_pages(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    manager = actor_of("vendor-manager")
    review = judged(make("vendor-reviews", manager), manager, "b" + "g" * 9)
    client, url = client_of("vendor-manager"), review.get_absolute_url()
    page = client.get(url).content.decode()
    assert all(words in page for words in ("90 of 100", "Finish the review", "Make findings"))
    refused = client.post(f"{url}/finish", {"lock": review.lock, "outcome": "conditions", "conclusion": "Mine"})
    assert (refused.status_code, "Say which conditions." in refused.content.decode()) == (422, True)
    assert "Mine" in refused.content.decode()
    stale = client.post(f"{url}/finish", {"lock": 99, "outcome": "good", "conclusion": "Mine"})
    assert (stale.status_code, "Mine" in stale.content.decode()) == (409, True)
    lock = fresh(review).lock
    assert client.post(f"{url}/finish", {"lock": lock, "outcome": "good", "conclusion": "Mine"}).status_code == 302
    assert fresh(review).outcome == "good"
    assert client.post(f"{url}/findings").status_code == 302
    assert client.post(f"{url}/reopen", {"lock": fresh(review).lock, "reason": "More"}).status_code == 302
    assert client.post(f"{url}/prefill").status_code == 302
    assert client_of("contributor").get(f"{url}/finish").status_code == 403
    assert "Make findings" not in client_of("contributor").get(url).content.decode()
