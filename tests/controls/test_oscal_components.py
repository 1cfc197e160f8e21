"""The organisation's controls as a component definition."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from controls.actions.frameworks import adopt_framework
from controls.models import Control, Requirement
from controls.transfer.exports import export_components, export_framework
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.records import archive_record
from grc.models import ActivityEvent
from tests.controls.bringing import bring
from tests.controls.schemas import errors
from tests.controls.test_oscal_foreign import document as foreign
from tests.factories import make

pytestmark = pytest.mark.django_db


def linked(control: Control, catalogue: str, *codes: str, by: Actor) -> None:
    for code in codes:
        row = Requirement.unscoped.get(framework__catalogue=catalogue, code=code)
        link_records(source=control, reference=row.reference, by=by)


@pytest.fixture
def controls(system: Actor, actor_of: Callable[..., Actor]) -> list[Control]:
    for key in ("iso42001", "eu-ai-act"):
        adopt_framework(key=key, by=system)
    owner = actor_of("contributor").person
    one = make(
        "controls", system, name="Logs\nare kept", objective="Nothing\nruns unseen.", how="The proxy\n\nwrites.",
        state="operating", operating_since=dt.date(2026, 1, 2), owner=owner, frequency="continuous", nature="automated",
    )  # fmt: skip
    other = make("controls", system, name="Reviews")
    make("controls", system, name="Alone", owner=owner)
    linked(one, "iso42001", "A.6.2.8", "4.1", by=system)
    linked(one, "eu-ai-act", "Art 26(5)", by=system)
    linked(other, "iso42001", "A.6.2.8", by=system)
    return [one, other]


def components(by: Actor) -> list[dict[str, Any]]:
    document = export_components(by=by)
    assert errors(document) == []
    found: list[dict[str, Any]] = document["component-definition"].get("components", [])
    return found


def test_each_control_is_a_component(system: Actor, controls: list[Control]) -> None:
    document = export_components(by=system)
    assert errors(document) == []
    first, second, third = document["component-definition"]["components"]
    assert (first["title"], first["purpose"], first["description"]) == (
        "Logs are kept", "Nothing runs unseen.", "The proxy\n\nwrites.",
    )  # fmt: skip
    assert {prop["name"]: prop["value"] for prop in first["props"]} == {
        "label": "CTL-0001", "state": "operating", "frequency": "continuous", "nature": "automated",
        "kind": "preventive", "since": "2026-01-02",
    }  # fmt: skip
    parties = {party["uuid"]: party["name"] for party in document["component-definition"]["metadata"]["parties"]}
    assert parties[first["responsible-roles"][0]["party-uuids"][0]] == "Contributor"
    assert "responsible-roles" not in second
    assert "control-implementations" not in third


def test_requirements_are_named_by_the_ids_of_their_catalog(system: Actor, controls: list[Control]) -> None:
    document = export_components(by=system)["component-definition"]
    resources = {resource["uuid"]: resource for resource in document["back-matter"]["resources"]}
    first = document["components"][0]["control-implementations"]
    said = {
        resources[one["source"][1:]]["title"]: [each["control-id"] for each in one["implemented-requirements"]]
        for one in first
    }
    assert list(said.values()) == [["_4.1", "A.6.2.8"], ["Art-26-5"]]
    for framework in {row.framework for row in Requirement.unscoped.select_related("framework__organisation")}:
        catalog = export_framework(framework=framework, by=system)
        resource = next(one for one in resources.values() if one["title"] == framework.name)
        assert resource["props"][0]["value"] == catalog["catalog"]["uuid"]
        for ident in said[framework.name]:
            assert f"'id': '{ident}'" in str(catalog)
    implemented = first[0]["implemented-requirements"][0]
    assert implemented["description"] == "The proxy\n\nwrites."
    assert implemented["props"] == [{"name": "implementation-status", "value": "implemented"}]


def test_ended_links_and_archived_controls_are_left_out(system: Actor, controls: list[Control]) -> None:
    archive_record(record=controls[0], by=system)
    assert [one["title"] for one in components(system)] == ["Reviews", "Alone"]
    archive_record(record=Requirement.unscoped.get(framework__catalogue="iso42001", code="A.6.2.8"), by=system)
    assert "control-implementations" not in components(system)[0]


def test_imported_catalog_keeps_its_ids(system: Actor) -> None:
    bring(foreign("rich"), system)
    control = make("controls", system)
    link_records(source=control, reference=Requirement.unscoped.get(code="F-1(1)").reference, by=system)
    only = components(system)[0]["control-implementations"][0]["implemented-requirements"]
    assert [one["control-id"] for one in only] == ["f-1.1"]


def test_no_controls_is_a_valid_document(system: Actor) -> None:
    assert components(system) == []


def test_export_is_the_same_twice_and_noted(system: Actor, controls: list[Control]) -> None:
    assert export_components(by=system) == export_components(by=system)
    events = ActivityEvent.unscoped.filter(verb="exported", detail__startswith="OSCAL component-definition")
    assert events.count() == 2
