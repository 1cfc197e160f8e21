"""One line of a catalog: a group or a control, with what our fields hold of it and what was kept beside them."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from controls.models.framework import Requirement
from controls.oscal.names import NS, OSCAL_NS
from controls.oscal.said import (
    Item,
    is_named,
    label_of,
    part_of,
    prose_of,
    set_label,
    set_part,
    set_values,
    value_of,
    values_of,
)

Kind = Requirement.Kind
GROUP_KINDS = Requirement.GROUPING
ORDER = ("id", "class", "title", "params", "props", "links", "parts", "groups", "controls")

PARTS = {"documents": ("documented-information", "doc"), "note": ("note", "note")}
"""Fields of several lines that OSCAL has no part for: the part's name in our namespace, and the end of its id."""

PROPS = {"source": "source", "applies_on": "applies-on", "applies": "applies"}
"""Fields that are one property in our namespace."""

WITHHELD = {"name": "text", "ns": NS, "value": "not-included"}
"""Stands in a statement whose words are not handed on: OSCAL wants each control to have a statement."""


@dataclass
class Line:
    """``code`` is unique in the document; ``parent``: the code of the line that it stands in, or empty.

    ``item``: the group or control as the document has it, without what stands in it; empty for a line from elsewhere.
    ``read_as``: the code by which that item was read. ``path``: where it stood.
    """

    code: str
    name: str
    kind: str = Kind.REQUIREMENT
    parent: str = ""
    is_group: bool = False
    says: str = ""
    text: str = ""
    documents: str = ""
    note: str = ""
    source: str = ""
    roles: tuple[str, ...] = ()
    applies_on: str = ""
    applies: str = ""
    item: Item = field(default_factory=dict)
    read_as: str = ""
    path: str = ""

    @property
    def ident(self) -> str:
        return str(self.item.get("id", ""))


def fields_of(item: Item, *, is_group: bool) -> dict[str, Any]:
    """What our fields hold of a group or control, but for its code: that depends on the others of the document."""
    given = item.get("class", "")
    usual = Kind.GROUP if is_group else Kind.CONTROL
    said: dict[str, Any] = {
        "name": item["title"],
        "kind": given if given in Kind.values else usual.value,
        "says": str(part_of(item, "overview").get("prose", "")),
        "text": prose_of(part_of(item, "statement", _ns_of_statement(is_group))),
        "roles": tuple(role for role in values_of(item, "role") if role in Requirement.Role.values),
    }
    said |= {name: str(part_of(item, part, NS).get("prose", "")) for name, (part, _end) in PARTS.items()}
    return said | {name: value_of(item, prop) for name, prop in PROPS.items()}


def _ns_of_statement(is_group: bool) -> str:
    return NS if is_group else OSCAL_NS  # OSCAL gives groups an overview and no statement


def item_of(line: Line, *, ident: str, with_texts: bool) -> Item:
    """The group or control of a line: as it was kept, but for what was changed here since.

    ``with_texts``: the original words go along though they were entered here, and not by the document's author.
    """
    item = deepcopy(line.item) or {"id": ident, "title": line.name}
    is_new = not line.item
    said = fields_of(item, is_group=line.is_group)
    if is_new or line.code not in (line.read_as or item.get("id"), label_of(item)):
        set_label(item, line.code)
    if line.name != said["name"]:
        item["title"] = " ".join(line.name.split())
    if line.kind != said["kind"] or is_new:
        item["class"] = str(line.kind)
    if line.says != said["says"]:
        set_part(item, "overview", line.says, ident=f"{ident}_ovw")
    _set_statement(item, line, said, ident, with_texts)
    for name, (part, end) in PARTS.items():
        if getattr(line, name) != said[name]:
            set_part(item, part, getattr(line, name), ns=NS, ident=f"{ident}_{end}")
    for name, prop in PROPS.items():
        if getattr(line, name) != said[name]:
            set_values(item, prop, [getattr(line, name)])
    if tuple(line.roles) != said["roles"]:
        set_values(item, "role", list(line.roles))
    return {key: item[key] for key in ORDER if key in item}


def _set_statement(item: Item, line: Line, said: dict[str, Any], ident: str, with_texts: bool) -> None:
    ns, at = _ns_of_statement(line.is_group), f"{ident}_smt"
    if with_texts and line.text != said["text"]:
        set_part(item, "statement", line.text, ns=ns, ident=at)
    if line.item or line.is_group or any(is_named(part, "statement", ns) for part in item.get("parts", ())):
        return
    item["parts"] = [*item.get("parts", []), {"id": at, "name": "statement", "props": [dict(WITHHELD)]}]
