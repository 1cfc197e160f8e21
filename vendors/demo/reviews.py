"""Reviews, exit plans and incidents of the demo's vendors, and what was approved for use.

Every word between the demo firm and its vendors is invented. What real companies hold is not claimed here: where the
firm has not seen it, its reviews say so. Mistral's review is overdue, with answers that are not as expected; Google's
is under way; Vectorhaus told of an incident late, and nobody has rehearsed leaving it.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.approvals.demo import APPROVER, send, sign
from grc.demo import HOME, demo_actor
from grc.registries import seeders
from vendors.demo.base import VERA, named, saved
from vendors.models import ExitPlan, Offering, ReviewAnswer, Vendor, VendorFinding, VendorIncident, VendorReview
from vendors.reviews.actions import finish_review, make_findings
from vendors.reviews.answers import answers_of, prefill_answers, save_answers
from vendors.reviews.beginning import begin_due_reviews
from vendors.using.actions import refuse_offering
from vendors.using.exits import rehearse_exit
from vendors.using.incidents import close_incident, make_finding_of

VERDICTS = {"g": "good", "p": "partly", "b": "bad", "x": "out", ".": "open"}
NOT_SEEN = "Named on its trust page; we have not been shown it."
SAID = {
    "good": "As its contract and its documents of that time say.", "partly": NOT_SEEN,
    "bad": "Asked twice; no answer that helps.", "out": "", "open": "",
}  # fmt: skip

# vendor, its offering alone, occasion, due and done (days from today; None: under way), verdicts of the ten questions,
# words where they differ, outcome, conclusion, conditions
REVIEWS: tuple[tuple[Any, ...], ...] = (
    ("Microsoft", "", "yearly", -265, -269, "pppxgggppp", {},
     "conditions", "The contract is sound, and the data stays in the EU. What its reports say we have not read yet.",
     "Its SOC 2 report is read before the next review; until then no special categories go there."),
    ("Amazon Web Services", "", "yearly", -320, -324, "pppxgggppp", {},
     "conditions", "Region and training are settled by contract. Its reports are still to be read.",
     "Its SOC 2 report is read before the next review."),
    ("Vectorhaus", "", "yearly", -340, -347, "pgbggggxpx",
     {1: "The programme has begun; stage 1 is in spring.", 3: "The report says nothing of AI."},
     "good", "Well run, and small: what we would do without it matters more than what it does.", ""),
    ("Clarion Annotation", "", "yearly", -300, -305, "bxxpgggxpx",
     {1: "No programme.", 4: "A self-assessment of every clause, signed by its director."},
     "conditions", "Careful people in one office. No certificate at all.", "Texts without names go there, no others."),
    ("Telmo Data", "", "first", -170, -165, "xxxpgggxxx", {4: "It works by it; an audit is not planned."},
     "good", "A feed of prices. Nothing of ours goes there.", ""),
    ("Mistral AI", "", "yearly", -12, None, "pp.pbbg.b.",
     {5: "Ten days of notice, and an objection ends the contract.",
      6: "Used unless one objects in its console. We did; the DPA does not say so.",
      9: "No time for telling customers of wrong outputs."}, "", "", ""),
    ("Google Cloud", "Vertex AI", "first", 14, None, "..........", {}, "", "", ""),
)  # fmt: skip

WHY_ACCEPTED = (
    "Its reports are named on its trust page and not read by us yet. Until they are, no special categories go there and"
    " a person decides on every proposal; the condition of the last review says by when."
)
# vendor, offering, signed so many days ago, note
APPROVED = (
    (
        "Microsoft",
        "Azure OpenAI / Microsoft Foundry",
        210,
        "As reviewed, on the EU data zone; one model.",
    ),
    ("Amazon Web Services", "Amazon Bedrock", 205, "A second opinion on claims, in Ireland."),
    ("Vectorhaus", "Vectorhaus Cloud", 190, "The index of claims, in Frankfurt."),
    ("Telmo Data", "Parts prices", 150, "Prices in, nothing out."),
)
REFUSED = {
    "OpenAI API": "Reached through Azure alone, under the contract that was reviewed.",
    "Claude API (first party)": "Reached through Bedrock alone, in Ireland.",
}

# vendor, name, alternative, rehearsed so many days ago (None: never), result, learned, next in so many days
EXITS: tuple[tuple[Any, ...], ...] = (
    ("Microsoft", "Claims triage without Azure", "Bedrock in Ireland with the same prompts; handlers for two days.",
     118, "worked", "Four hours to switch. Thresholds differ: 3 % more claims went to a person.", 247),
    ("Amazon Web Services", "Underwriting without Bedrock", "Azure in Sweden Central, with prompts of its own.",
     61, "failed", "Summaries came out half as long, and nobody had access to the second subscription.", 29),
    ("Vectorhaus", "The index without Vectorhaus", "PostgreSQL in our own data centre, rebuilt from the claims ledger.",
     None, "never", "", 25),
)  # fmt: skip


@seeders.add(order=50)
def seed_reviews() -> None:
    manager, approver = demo_actor(VERA, HOME), demo_actor(APPROVER, HOME)
    if VendorReview.objects.within(manager.organisation).exists():
        return
    with manager.working(), transaction.atomic():
        for row in REVIEWS:
            _review(row, manager)
        for row in EXITS:
            _exit(row, manager)
        _incidents(manager)
        for name, reason in REFUSED.items():
            offering = named(Offering, name, manager)
            refuse_offering(offering=offering, reason=reason, lock=offering.lock, by=manager)
        for vendor, name, ago, note in APPROVED:
            _approve(vendor, name, ago, note, manager, approver)
        begin_due_reviews(manager.organisation, timezone.localdate())


def _day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def _review(row: tuple[Any, ...], by: Actor) -> None:
    vendor, offering, kind, due, done, verdicts, words, outcome, conclusion, conditions = row
    review = VendorReview(
        vendor=named(Vendor, vendor, by), offering=named(Offering, offering, by) if offering else None, kind=kind,
        due_on=_day(due),
    )  # fmt: skip
    saved(review, by, days_ago=(-done + 12) if done else 8)
    values, locks = {}, {}
    for answer, letter in zip(answers_of(review), verdicts, strict=True):
        verdict = VERDICTS[letter]
        said = words.get(answer.question, SAID[verdict])
        why = "It does not concern what is supplied here." if letter == "x" else ""
        values[answer.question] = {"answer": said, "verdict": verdict, "why": why}
        locks[answer.question] = answer.lock
    save_answers(review=review, values=values, locks=locks, by=by)
    if not done:
        prefill_answers(review=review, by=by)
        if ReviewAnswer.Verdict.BAD in {value["verdict"] for value in values.values()}:
            make_findings(review=review, by=by)
            _work_on_findings(review, by)
        return
    review._history_date = timezone.now() + dt.timedelta(days=done)  # type: ignore[attr-defined]
    finish_review(
        review=review, outcome=outcome, conclusion=conclusion, conditions=conditions, lock=review.lock, by=by,
        on=_day(done),
    )  # fmt: skip


def _work_on_findings(review: VendorReview, by: Actor) -> None:
    """The finding on training is under way and late; the others have a day that is still to come."""
    rows = VendorFinding.objects.within(by.organisation).filter(review=review).select_related("key")
    for finding, due in zip(rows.order_by("question"), (9, -4, 20), strict=False):
        finding.due_on = _day(due)
        if due < 0:
            finding.action = "Ask for an amendment of the DPA that forbids training."
        change_record(record=finding, by=by, lock=finding.lock)


def _exit(row: tuple[Any, ...], by: Actor) -> None:
    vendor, name, alternative, ago, result, learned, following = row
    plan = ExitPlan(
        vendor=named(Vendor, vendor, by), name=name, alternative=alternative, days_needed=30,
        triggers="It ends the contract, changes its terms against us, or is gone for more than two days.",
        steps="Switch the route in the proxy. Run the evaluation set. Tell claims handling. Ask for deletion.",
        data_return="Exported as files; deletion confirmed in writing, as the DPA says.",
    )  # fmt: skip
    if ago is None:
        plan.review_on = _day(following)
    saved(plan, by, days_ago=240)
    if ago is not None:
        plan._history_date = timezone.now() - dt.timedelta(days=ago)  # type: ignore[attr-defined]
        rehearse_exit(
            plan=plan, on=_day(-ago), result=result, learned=learned, next_on=_day(following), lock=plan.lock, by=by
        )


def _incidents(by: Actor) -> None:
    at = timezone.now().replace(hour=9, minute=40, second=0, microsecond=0)
    known = at - dt.timedelta(days=44)
    late = VendorIncident(
        vendor=named(Vendor, "Vectorhaus", by), name="Backups of our index readable to its support team",
        severity="high", our_data="yes", known_at=known, told_at=known + dt.timedelta(hours=51),
        description="A changed role gave support staff read access to encrypted backups for six days.",
    )  # fmt: skip
    saved(late, by, days_ago=42)
    make_finding_of(incident=late, by=by)
    close_incident(
        incident=late, our_data="yes", impact="No access was seen in the logs that we were shown.",
        done="Role withdrawn, logs read together, our DPO informed. No notification was needed.", lock=late.lock, by=by,
    )  # fmt: skip
    known = at - dt.timedelta(days=3)
    saved(
        VendorIncident(
            vendor=named(Vendor, "Microsoft", by), name="Errors in Sweden Central for 90 minutes", severity="medium",
            known_at=known, told_at=known + dt.timedelta(hours=2), description="Every third request failed.",
            impact="Triage waited; 140 claims went to people.",
        ),
        by,
        days_ago=3,
    )  # fmt: skip


def _approve(vendor: str, name: str, ago: int, note: str, by: Actor, approver: Actor) -> None:
    rows: Any = Offering.objects.within(by.organisation).select_related("key", "organisation")
    offering = rows.get(name=name, vendor__name=vendor)
    if offering.decisions in (Offering.Decisions.INFLUENCES, Offering.Decisions.DECIDES):
        offering.assurance_reason = WHY_ACCEPTED
        change_record(record=offering, by=by, lock=offering.lock)
    sign(send(offering, note, by, approver), approver, days_ago=ago)
    rows.filter(pk=offering.pk).update(approved_on=_day(-ago))
