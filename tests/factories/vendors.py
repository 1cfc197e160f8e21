import datetime as dt
from typing import Any

from grc.access.actor import Actor
from grc.actions.records import archive_record, create_record
from tests.factories import factory, make
from tests.factories.plain import DAY, plainly
from vendors import models

plainly("vendors", models.Vendor, name="Vendor {n}", kind="model")
plainly("offerings", models.Offering, {"vendor": "vendors"}, name="Offering {n}")
plainly("vendor-plans", models.VendorPlan, {"offering": "offerings"}, name="Plan {n}", tier="business")
plainly("routes", models.Route, {"plan": "vendor-plans"}, name="Route {n}", model_ids=["sample-1"])
plainly("agreements", models.Agreement, {"vendor": "vendors"}, name="Agreement {n}", kind="msa")
plainly("agreement-points", models.AgreementPoint, {"agreement": "agreements"}, point="a")
plainly(
    "vendor-facts", models.VendorFact, {"offering": "offerings"}, topic="retention", says="30 days.", source="DPA, § 4",
    verified_on=DAY,
)  # fmt: skip
plainly("assurances", models.Assurance, {"vendor": "vendors"}, standard="iso27001")
plainly("vendor-reviews", models.VendorReview, {"vendor": "vendors"})


@factory("review-answers")
def review_answer(by: Actor, **fields: Any) -> models.ReviewAnswer:
    """A new answer: a review has its ten already, so what stands there makes place; a review of its own has no other,
    as if nobody had asked yet."""
    fields = {"question": 6} | fields
    if "review" not in fields:
        fields["review"] = make("vendor-reviews", by)
        models.ReviewAnswer.unscoped.filter(review=fields["review"]).delete()
    there = models.ReviewAnswer.objects.within(by.organisation).filter(
        review=fields["review"], question=fields["question"], archived_at=None
    )
    for answer in there.select_related("key", "organisation"):
        archive_record(record=answer, by=by)
    return create_record(record=models.ReviewAnswer(organisation=by.organisation, **fields), by=by)


plainly("vendor-findings", models.VendorFinding, {"vendor": "vendors"}, name="Finding {n}")
plainly(
    "vendor-asks", models.VendorAsk, {"review": "vendor-reviews"}, name="Person {n}", email="person{n}@vendor.example",
    expires_on=dt.date(2099, 1, 1),
)  # fmt: skip
plainly("exit-plans", models.ExitPlan, {"vendor": "vendors"}, name="Exit {n}", alternative="Another model.")
plainly("vendor-incidents", models.VendorIncident, {"vendor": "vendors"}, name="Incident {n}")
plainly("vendor-notices", models.VendorNotice, {"vendor": "vendors"}, name="Notice {n}", received_on=DAY)
plainly("customer-commitments", models.CustomerCommitment, name="Customer {n}")
plainly("subprocessors", models.Subprocessor, name="Company {n}", service="Hosting", location="Ireland")
plainly(
    "subprocessor-changes", models.SubprocessorChange, {"subprocessor": "subprocessors"}, name="Change {n}",
    effective_on=dt.date(2099, 1, 1),
)  # fmt: skip
plainly("subscribers", models.Subscriber, email="subscriber{n}@customer.example")
plainly(
    "subprocessor-notices", models.SubprocessorNotice, {"change": "subprocessor-changes"},
    email="customer{n}@customer.example", days=30, object_until=DAY,
)  # fmt: skip
plainly(
    "subprocessor-lists", models.SubprocessorList, note="Edition {n}", published_on=DAY,
    lines=[{"name": "Company", "service": "Hosting", "state": "current"}],
)  # fmt: skip
