"""A framework that is called as the standard is, with some of its controls, and a statement for it."""

from collections.abc import Sequence
from typing import Any

from django.test import Client

from aims.models import SoA, SoADecision
from aims.soa.actions import decide
from controls.catalogues.shipped import catalogue
from controls.models import Framework, Requirement
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.many import create_records
from grc.actions.records import create_record
from tests.factories import make

IN, OUT = SoADecision.Applies.IN, SoADecision.Applies.OUT
BASE = "/o/nordhaven/soa"


def framework_like(by: Actor, key: str = "iso42001", codes: Sequence[str] | None = None) -> Framework:
    """The shipped catalogue ``key``, with those of its controls that ``codes`` names (None: all), and their areas."""
    shipped = catalogue(key)
    framework = Framework(
        organisation=by.organisation, origin=Framework.Origin.SHIPPED, catalogue=key, sha256=shipped.sha256,
        **shipped.facts,
    )  # fmt: skip
    create_record(record=framework, by=by)
    made: dict[str, Requirement] = {}
    for position, item in enumerate(shipped.items):
        if item.kind == "control" and codes is not None and item.code not in codes:
            continue
        line = Requirement(
            organisation=by.organisation, framework=framework, code=item.code, name=item.name, kind=item.kind,
            parent=made.get(item.parent), position=position, says=item.says,
        )  # fmt: skip
        line.derive()
        made[item.code] = line
    for level in range(3):
        create_records(records=[line for line in made.values() if depth(line) == level], by=by)
    return framework


def depth(line: Requirement) -> int:
    return 0 if line.parent is None else 1 + depth(line.parent)


def statement(by: Actor, codes: Sequence[str] | None = None, *, key: str = "iso42001") -> SoA:
    return soa_of(framework_like(by, key, codes), by)


def soa_of(framework: Framework, by: Actor) -> SoA:
    soa = create_record(record=SoA(organisation=by.organisation, framework=framework, name="Our statement"), by=by)
    rows = SoA.objects.within(by.organisation).select_related("key", "organisation", "framework", "owner")
    return rows.get(pk=soa.pk)


def decision(soa: SoA, code: str) -> SoADecision:
    rows = SoADecision.objects.within(soa.organisation).filter(soa=soa)
    return rows.select_related("requirement", "key", "organisation").get(requirement__code=code)


def decide_as(by: Actor, soa: SoA, applies: str, *codes: str, reason: str = "As we work.", **more: Any) -> None:
    rows = SoADecision.objects.within(soa.organisation).filter(soa=soa, archived_at=None)
    rows = rows.filter(requirement__code__in=codes) if codes else rows
    decide(soa=soa, locks={row.reference: row.lock for row in rows}, applies=applies, reason=reason, by=by, **more)


def serve(by: Actor, soa: SoA, code: str, **fields: Any) -> Any:
    """A control of ours that serves the control ``code`` of the framework; in operation unless said otherwise."""
    values = {"state": "operating", "operating_since": "2026-01-01", "how": "As described."} | fields
    control = make("controls", by, **values)
    requirement = Requirement.objects.within(by.organisation).get(framework=soa.framework, code=code)
    link_records(source=control, reference=requirement.reference, by=by)
    return control


def treat(by: Actor, control: Any, **risk: Any) -> Any:
    """A risk whose treatment uses ``control``."""
    made = make("risks", by, **risk)
    make("treatments", by, risk=made, control=control)
    return made


def url(soa: SoA, rest: str = "decisions") -> str:
    return f"{BASE}/{soa.reference}/{rest}"


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()
