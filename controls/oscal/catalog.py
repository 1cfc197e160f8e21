"""A catalog, read into lines."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from controls.oscal.document import Document
from controls.oscal.facts import Facts, facts_of
from controls.oscal.line import Line, fields_of
from controls.oscal.refusal import OSCALRefused
from controls.oscal.said import Item, label_of, value_of

MOST_LINES = 10_000
LONGEST_CODE = 60
POSITION = "position"
"""A property of ours: the order among siblings, where groups and controls are mixed and OSCAL keeps two lists."""


@dataclass
class Catalog:
    """``lines`` in order, each behind the one it stands in. ``kept``: what belongs to the document as a whole."""

    uuid: str
    facts: Facts
    lines: list[Line]
    kept: Item = field(default_factory=dict)

    def by_ident(self) -> dict[str, Line]:
        return {line.ident: line for line in self.lines if line.ident}


@dataclass
class _Place:
    item: Item
    is_group: bool
    parent: int
    path: str


def read_catalog(document: Document) -> Catalog:
    """The lines of a catalog. Raises ``OSCALRefused`` for ids that stand twice, and numbers that no field holds."""
    body = document.body
    places = list(_places(body, "catalog", -1, []))
    _refuse_twice(places)
    codes = _codes(places)
    lines = [_line(place, number, codes) for number, place in enumerate(places)]
    kept: Item = {name: body[name] for name in ("params", "back-matter") if name in body}
    facts = Facts(**facts_of(document.metadata), metadata=document.metadata)
    return Catalog(document.uuid, facts, lines, kept)


def _places(holder: Item, path: str, parent: int, found: list[_Place]) -> Iterator[_Place]:
    for name, number, item in _siblings(holder):
        place = _Place(item, name == "groups", parent, f"{path}.{name}[{number}]")
        found.append(place)
        if len(found) > MOST_LINES:
            text = _("There are more than %(n)s groups and controls. Split the catalog.")
            raise OSCALRefused(place.path, text % {"n": f"{MOST_LINES:,}"})
        yield place
        yield from _places(item, place.path, len(found) - 1, found)


def _siblings(holder: Item) -> list[tuple[str, int, Item]]:
    lists = [name for name in holder if name in ("groups", "controls")]
    found = [(name, number, item) for name in lists for number, item in enumerate(holder[name])]
    places = [value_of(item, POSITION) for _name, _number, item in found]
    if len(lists) == 2 and all(place.isdecimal() and len(place) < 9 for place in places):
        order = sorted(range(len(found)), key=lambda at: int(places[at]))
        return [found[at] for at in order]
    return found


def _refuse_twice(places: list[_Place]) -> None:
    seen: dict[str, str] = {}
    for place in places:
        ident = place.item.get("id")
        if ident is None:
            continue
        if ident in seen:
            text = _("The id “%(id)s” stands at %(where)s already.")
            raise OSCALRefused(f"{place.path}.id", text % {"id": ident[:60], "where": seen[ident]})
        seen[ident] = place.path


def _codes(places: list[_Place]) -> list[str]:
    """What each is numbered by: its label, if no other has the same; else its id; else its place."""
    labels = [label_of(place.item) for place in places]
    count = Counter(labels)
    taken = {place.item["id"] for place in places if "id" in place.item}
    codes: list[str] = []
    for number, (place, label) in enumerate(zip(places, labels, strict=True), start=1):
        ident = place.item.get("id", "")
        unique = label and len(label) <= LONGEST_CODE and count[label] == 1
        code = label if unique and (label == ident or label not in taken) else ident or f"group-{number}"
        if len(code) > LONGEST_CODE:
            text = _("A number has at most %(n)d characters here.")
            raise OSCALRefused(f"{place.path}.id", text % {"n": LONGEST_CODE})
        codes.append(code)
    return codes


def _line(place: _Place, number: int, codes: list[str]) -> Line:
    item: dict[str, Any] = {key: value for key, value in place.item.items() if key not in ("groups", "controls")}
    code = codes[number]
    return Line(
        code=code,
        parent=codes[place.parent] if place.parent >= 0 else "",
        is_group=place.is_group,
        item=item,
        read_as=code,
        path=place.path,
        **fields_of(item, is_group=place.is_group),
    )
