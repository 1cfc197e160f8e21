"""A component definition, written from an organisation's controls: one component each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from controls.oscal.catalog_writing import Writing
from controls.oscal.facts import Facts, metadata_of
from controls.oscal.names import OSCAL_NS, VERSION, identity, one_line
from controls.oscal.said import Item, prop

ROLE = {"id": "control-owner", "title": "Control owner"}


@dataclass
class Implementation:
    """Which requirements of one framework a control serves: ``resource`` names it, ``idents`` are their ids there."""

    resource: Item
    idents: list[str]


@dataclass
class Component:
    """A control. ``described``: how it works here, or what it is for where that is not said yet.

    ``owner``: (an opaque id, a name), or None. ``props``: further facts, by their name.
    """

    reference: str
    name: str
    purpose: str
    described: str
    state: str
    owner: tuple[str, str] | None = None
    props: dict[str, str] = field(default_factory=dict)
    serves: list[Implementation] = field(default_factory=list)


STATUS = {"planned": "planned", "operating": "implemented"}
"""A control's state as OSCAL's implementation status; one that is no longer in use has none of them."""


def written_components(facts: Facts, components: Sequence[Component], writing: Writing) -> Item:
    """``{"component-definition": …}``, valid against NIST's schema."""
    metadata = metadata_of(facts, modified=writing.modified, version=VERSION, who=writing.who)
    owners = {component.owner: _party(component.owner, writing) for component in components if component.owner}
    if owners:
        metadata["roles"] = [*metadata.get("roles", []), ROLE]
        metadata["parties"] = [*metadata.get("parties", []), *owners.values()]
    body: dict[str, Any] = {"uuid": identity(writing.who, "component-definition"), "metadata": metadata}
    if components:
        body["components"] = [_component(component, writing) for component in components]
    resources = {one.resource["uuid"]: one.resource for component in components for one in component.serves}
    if resources:
        body["back-matter"] = {"resources": list(resources.values())}
    return {"component-definition": body}


def _party(owner: tuple[str, str], writing: Writing) -> Item:
    return {"uuid": identity(writing.who, "person", owner[0]), "type": "person", "name": one_line(owner[1])}


def _component(component: Component, writing: Writing) -> Item:
    made: Item = {
        "uuid": identity(writing.who, component.reference, "component"),
        "type": "process-procedure",
        "title": one_line(component.name),
        "description": component.described,
        "purpose": one_line(component.purpose),
        "props": [prop("label", component.reference, OSCAL_NS), prop("state", component.state)],
    }
    made["props"] += [prop(name, value) for name, value in component.props.items() if value.strip()]
    if component.owner:
        party = _party(component.owner, writing)
        made["responsible-roles"] = [{"role-id": ROLE["id"], "party-uuids": [party["uuid"]]}]
    if component.serves:
        made["control-implementations"] = [_implementation(component, one, writing) for one in component.serves]
    return made


def _implementation(component: Component, serves: Implementation, writing: Writing) -> Item:
    source = serves.resource["uuid"]
    return {
        "uuid": identity(writing.who, component.reference, "implements", source),
        "source": f"#{source}",
        "description": one_line(component.purpose),
        "implemented-requirements": [_requirement(component, ident, source, writing) for ident in serves.idents],
    }


def _requirement(component: Component, ident: str, source: str, writing: Writing) -> Item:
    made: Item = {
        "uuid": identity(writing.who, component.reference, "implements", source, ident),
        "control-id": ident,
        "description": component.described,
    }
    status = STATUS.get(component.state)
    return made | ({"props": [prop("implementation-status", status, OSCAL_NS)]} if status else {})
