"""Nine vendors with what they supply. The companies are real where their public facts are; every contract, person
and figure between them and the demo firm is invented."""

import datetime as dt
from typing import Any

from django.utils import timezone

from grc.access.actor import Actor
from grc.actions.records import create_record
from grc.demo import HOME, OTHER, demo_actor, person_of
from grc.models.record import Record
from grc.registries import seeders
from vendors.models import Offering, Route, Vendor, VendorPlan

VERA = "vera@nordhaven.example"

# name, kind, contracting entity, country, what for, functions, criticality, its reason, next review in so many days
VENDORS = (
    ("OpenAI", "model", "OpenAI Ireland Ltd", "IE", "Maker of the models that claims triage calls through Azure.", "",
     "low", "No contract of its own: its models are reached through Microsoft.", 150),
    ("Anthropic", "model", "Anthropic Ireland, Limited", "IE", "Maker of the models that are called through Bedrock.",
     "", "low", "No contract of its own: its models are reached through Amazon.", 150),
    ("Google Cloud", "model", "Google Cloud EMEA Limited", "IE", "Asked for by the fraud team, for a comparison.", "",
     "undecided", "", None),
    ("Microsoft", "host", "Microsoft Ireland Operations Limited", "IE", "GPT models for triage and assistant.",
     "Claims handling, customer service", "critical",
     "Without it no claim is sorted and the assistant is silent; people can take over for two days.", 96),
    ("Amazon Web Services", "host", "Amazon Web Services EMEA SARL", "LU", "Claude models, object storage.",
     "Claims handling, underwriting", "high", "Underwriters wait; claims triage loses its second opinion.", 41),
    ("Mistral AI", "model", "Mistral AI SAS", "FR", "Summaries of broker submissions.", "Underwriting", "medium",
     "Summaries stop; underwriters read the submissions themselves.", -12),
    ("Vectorhaus", "tool", "Vectorhaus GmbH", "DE", "Vector store of the claims index.", "Claims handling", "high",
     "The index cannot be searched; triage falls back to rules.", 18),
    ("Clarion Annotation", "labeler", "Clarion Annotation OÜ", "EE", "Labels claims for training and tests.", "",
     "medium", "Training of fraud signals waits.", 60),
    ("Telmo Data", "data", "Telmo Data S.L.", "ES", "Prices of vehicle parts.", "Claims handling", "low",
     "Proposed amounts are less exact until prices are typed in.", 200),
)  # fmt: skip

# vendor, offering, kind, purpose, GDPR role, what its output decides,
# plans: (name, tier, may be used, routes: (name, through, host, region, country, models, data))
OFFERINGS: tuple[tuple[Any, ...], ...] = (
    ("OpenAI", "OpenAI API", "model", "Not used directly. Listed so that nobody calls it past the proxy.", "processor",
     "none", (("API, pay as you go", "business", False, ()), ("ChatGPT Free", "free", False, ()))),
    ("Anthropic", "Claude API (first party)", "model", "Not used directly.", "processor", "none",
     (("API", "business", False, ()),)),
    ("Google Cloud", "Vertex AI", "model", "A comparison of fraud signals, if it is approved.", "undecided",
     "influences", (("Pay as you go", "business", True,
      (("Frankfurt", "", "europe-west3-aiplatform.googleapis.com", "Frankfurt", "DE", ["google/gemini-2.5-pro*"],
        ["internal"]),)),)),
    ("Microsoft", "Azure OpenAI / Microsoft Foundry", "model",
     "Proposals for claims; answers of the assistant.", "processor", "influences",
     (("Standard, EU data zone", "enterprise", True,
       (("Sweden Central", "", "nordhaven-ai.openai.azure.com", "Sweden Central", "SE",
         ["openai/gpt-4o-2024-11-20"], ["customer", "personal"]),)),)),
    ("Amazon Web Services", "Amazon Bedrock", "model", "A second opinion on claims; summaries.", "processor",
     "influences",
     (("On demand", "business", True,
       (("Ireland", "", "bedrock-runtime.eu-west-1.amazonaws.com", "Ireland (eu-west-1)", "IE",
         ["anthropic/claude-sonnet-4-5-20250929"], ["customer", "personal"]),)),)),
    ("Mistral AI", "La Plateforme / AI Studio", "model", "Summaries of broker submissions.", "processor", "reviewed",
     (("Scale", "business", True,
       (("Paris", "", "api.mistral.ai", "EU (Paris)", "FR", ["mistral/mistral-large-2411"], ["confidential"]),)),
      ("Experiment (free)", "free", False, ()))),
    ("Vectorhaus", "Vectorhaus Cloud", "tool", "Stores the embeddings of claims.", "processor", "none",
     (("Dedicated", "enterprise", True,
       (("Frankfurt", "", "nordhaven.vectorhaus.example", "Frankfurt", "DE", [], ["customer", "personal"]),)),)),
    ("Clarion Annotation", "Labelling of claims", "labelling", "Labels for fraud signals.", "processor", "none",
     (("Project", "enterprise", True, (("Tallinn", "", "", "Tallinn", "EE", [], ["personal"]),)),)),
    ("Telmo Data", "Parts prices", "data", "Prices for proposed amounts.", "none", "none",
     (("Feed", "business", True, (("Feed", "", "feed.telmo.example", "Madrid", "ES", [], ["public"]),)),)),
)  # fmt: skip


@seeders.add(order=15)
def seed_vendors() -> None:
    manager = demo_actor(VERA, HOME)
    if Vendor.objects.within(manager.organisation).exists():
        return
    with manager.working():
        for number, row in enumerate(VENDORS):
            _vendor(row, manager, days_ago=380 - 20 * number)
        for number, row in enumerate(OFFERINGS):
            _offering(row, manager, days_ago=370 - 20 * number)
    stranger = demo_actor("rosa@brightwell.example", OTHER)
    with stranger.working():
        saved(Vendor(name="Mistral AI", kind="model"), stranger, 90)


def saved(record: Any, by: Actor, days_ago: int) -> Any:
    """``record`` in the organisation of ``by``, owned by them where it has no owner, as if made so long ago."""
    record.organisation = by.organisation
    record.owner = record.owner or by.person
    record._history_date = timezone.now() - dt.timedelta(days=days_ago)
    return create_record(record=record, by=by)


def named(model: type[Record], name: str, by: Actor) -> Any:
    """The demo's vendor, offering, plan or route of that name."""
    return model.objects.within(by.organisation).select_related("key", "organisation").get(name=name)


def _vendor(row: tuple[Any, ...], by: Actor, days_ago: int) -> None:
    name, kind, entity, country, purpose, functions, criticality, reason, review_in = row
    vendor = Vendor(
        name=name, kind=kind, legal_name=entity, country=country, purpose=purpose, functions=functions,
        criticality=criticality, criticality_reason=reason, owner=person_of(VERA),
    )  # fmt: skip
    if review_in is not None:
        vendor.review_on = timezone.localdate() + dt.timedelta(days=review_in)
    saved(vendor, by, days_ago)


def _offering(row: tuple[Any, ...], by: Actor, days_ago: int) -> None:
    vendor, name, kind, purpose, role, decisions, plans = row
    offering = Offering(
        vendor=named(Vendor, vendor, by), name=name, kind=kind, purpose=purpose, gdpr_role=role, decisions=decisions
    )
    saved(offering, by, days_ago)
    for plan_name, tier, allowed, routes in plans:
        plan = saved(VendorPlan(offering=offering, name=plan_name, tier=tier, allowed=allowed), by, days_ago)
        for route, through, host, region, country, models, data in routes:
            carrier = named(Vendor, through, by) if through else None
            way = Route(plan=plan, name=route, through=carrier, host=host, region=region, country=country)
            way.model_ids, way.data = models, data
            saved(way, by, days_ago)
