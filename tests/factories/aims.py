import itertools
from typing import Any

from aims.models import AISystem, Component, Document, Risk, RiskCriteria
from grc.access.actor import Actor
from grc.actions.records import create_record
from tests.factories import factory, make

numbers = itertools.count(1)


@factory("ai-systems")
def ai_system(by: Actor, **fields: Any) -> AISystem:
    values = {
        "name": f"System {next(numbers)}",
        "purpose": "Sorts claims",
        "role": AISystem.Role.DEPLOYER,
        "stage": AISystem.Stage.OPERATION,
    }
    return create_record(record=AISystem(organisation=by.organisation, **values | fields), by=by)


@factory("components")
def component(by: Actor, **fields: Any) -> Component:
    values: dict[str, Any] = {
        "name": f"Model {next(numbers)}",
        "kind": Component.Kind.MODEL,
        "pinned_version": "2026-01-01",
    }
    if "system" not in fields:
        fields["system"] = make("ai-systems", by)
    return create_record(record=Component(organisation=by.organisation, **values | fields), by=by)


@factory("risks")
def risk(by: Actor, **fields: Any) -> Risk:
    values = {"name": f"Risk {next(numbers)}", "event": "It decides wrongly.", "likelihood": 3, "impact": 4}
    return create_record(record=Risk(organisation=by.organisation, **values | fields), by=by)


@factory("risk-criteria")
def risk_criteria(by: Actor, **fields: Any) -> RiskCriteria:
    scale = "\n".join(f"step {n}" for n in range(1, 6))
    values = {"name": f"Criteria {next(numbers)}", "likelihood_scale": scale, "impact_scale": scale}
    return create_record(record=RiskCriteria(organisation=by.organisation, **values | fields), by=by)


@factory("documents")
def document(by: Actor, **fields: Any) -> Document:
    values = {"name": f"Document {next(numbers)}", "kind": Document.Kind.POLICY, "text": "What we do."}
    return create_record(record=Document(organisation=by.organisation, **values | fields), by=by)
