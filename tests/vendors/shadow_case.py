"""An organisation that uses one approved route, and records that show what its systems call."""

from dataclasses import dataclass
from typing import Any

import pytest

from aims.models import AISystem
from grc.access.actor import Actor
from tests.approvals.making import approved, sent, somebody
from tests.controls.records import TimedLog
from tests.evidence.tlog.honest_log import completion, decision
from tests.factories import make
from vendors.models import Offering, Route
from vendors.registers.vendors import OfferingRegister

PINNED = "openai/gpt-4o-2024-11-20"
PLANTED = "openai/gpt-4o-mini-2024-07-18"


@dataclass
class Case:
    """``assistant`` uses ``route``; ``other`` is a second system that sends records and uses nothing."""

    by: Actor
    assistant: AISystem
    other: AISystem
    offering: Offering
    route: Route


def case_of(by: Actor, monkeypatch: pytest.MonkeyPatch, *, models: tuple[str, ...] = (PINNED,)) -> Case:
    """``models``: that the approved route names."""
    # what an offering needs before it is sent is tested beside those rules
    monkeypatch.setattr(OfferingRegister, "not_ready", lambda self, record: "")
    vendor = make("vendors", by, name="OpenAI")
    offering = make("offerings", by, vendor=vendor, name="API")
    plan = make("vendor-plans", by, offering=offering, name="Business")
    route = make("routes", by, plan=plan, name="Direct", model_ids=list(models))
    assistant = make("ai-systems", by, name="Assistant", runtime_id="assistant")
    other = make("ai-systems", by, name="Other", runtime_id="other")
    make("uses", by, system=assistant, route=route)
    approve(offering, by)
    return Case(by, assistant, other, offering, route)


def approve(offering: Offering, by: Actor) -> None:
    """Top management approves the offering as it stands, and it is in use from then on."""
    review = sent(read(offering), somebody(by, "compliance-officer"), approver := somebody(by, "approver"))
    approved(review, approver)
    Offering.objects.within(by.organisation).filter(pk=offering.pk).update(state=Offering.State.APPROVED)


def read(record: Any) -> Any:
    return type(record).objects.within(record.organisation).select_related("key", "organisation").get(pk=record.pk)


def call(number: int, system: str = "assistant", model: str = PINNED, **fields: Any) -> dict[str, Any]:
    """A decision of ``system`` that asks for ``model``."""
    return decision(number, system={"id": system, "version": "1"}, model=named(model), **fields)


def answer(number: int, model: str = PINNED) -> dict[str, Any]:
    return completion(number, model=named(model))


def named(model: str) -> dict[str, str]:
    base, _at, version = model.partition("@")
    provider, _slash, name = base.partition("/")
    return {"provider": provider, "name": name} | ({"version": version} if version else {})


def honest(count: int = 8) -> TimedLog:
    """Decisions with their answers, each by the model that is approved."""
    log = TimedLog()
    for number in range(count):
        log.add(300 - 2 * number, call(number))
        log.add(299 - 2 * number, answer(number, f"{PINNED}@{PINNED.partition('/')[2]}"))
    return log
