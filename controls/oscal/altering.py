"""The alterations of a profile: what they make of a control, and which ones lead from one control to another."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from controls.oscal.names import OSCAL_NS
from controls.oscal.refusal import OSCALRefused
from controls.oscal.said import Item

LISTS = ("params", "props", "links", "parts")
_NAMES = {"params": "param", "props": "prop", "links": "link", "parts": "part"}


def altered(item: Item, alter: Item, path: str) -> Item:
    """``item`` with what ``alter`` removes taken out and what it adds put in. Raises ``OSCALRefused``."""
    made = deepcopy(item)
    for number, removal in enumerate(alter.get("removes", ())):
        _remove(made, removal, f"{path}.removes[{number}]")
    for number, addition in enumerate(alter.get("adds", ())):
        _add(made, addition, f"{path}.adds[{number}]")
    return made


def _remove(item: Item, removal: Item, path: str) -> None:
    criteria = {name: value for name, value in removal.items() if name != "remarks"}
    if not criteria:
        raise OSCALRefused(path, _("It does not say what is removed."))
    for holder in _holders(item):
        for name in LISTS:
            kept = [each for each in holder.get(name, ()) if not _matches(each, name, criteria)]
            if name in holder and len(kept) < len(holder[name]):
                if kept:
                    holder[name] = kept
                else:
                    del holder[name]


def _holders(item: Item) -> Iterator[Item]:
    yield item
    for part in item.get("parts", ()):
        yield from _holders(part)


def _matches(each: Item, name: str, criteria: Item) -> bool:
    said = {
        "by-name": each.get("name"),
        "by-class": each.get("class"),
        "by-id": each.get("id"),
        "by-ns": each.get("ns", OSCAL_NS),
        "by-item-name": _NAMES[name],
    }
    return all(said[criterion] == value for criterion, value in criteria.items())


def _add(item: Item, addition: Item, path: str) -> None:
    if "title" in addition:
        item["title"] = addition["title"]
    position = addition.get("position", "ending")
    if position in ("before", "after"):
        _add_beside(item, addition, after=position == "after", path=path)
        return
    holder = item
    if "by-id" in addition and addition["by-id"] != item.get("id"):
        holder = next((each for each in _holders(item) if each.get("id") == addition["by-id"]), {})
        if not holder:
            raise OSCALRefused(f"{path}.by-id", _unknown(addition["by-id"]))
    for name in LISTS:
        if name in addition:
            new, old = deepcopy(addition[name]), holder.get(name, [])
            holder[name] = [*new, *old] if position == "starting" else [*old, *new]


def _add_beside(item: Item, addition: Item, *, after: bool, path: str) -> None:
    for holder in _holders(item):
        for name in ("params", "parts"):
            for at, each in enumerate(holder.get(name, ())):
                if each.get("id") == addition.get("by-id", "") and name in addition:
                    at += after
                    holder[name][at:at] = deepcopy(addition[name])
                    return
    raise OSCALRefused(f"{path}.by-id", _unknown(addition.get("by-id", "")))


def _unknown(ident: str) -> str:
    return _("The control has no part or parameter “%(id)s”.") % {"id": ident[:60]}


def alteration(before: Item, after: Item, ident: str) -> Item:
    """What leads from one control to another; empty where they are alike. Links are left as they are."""
    adds: dict[str, Any] = {}
    if before.get("title") != after.get("title"):
        adds["title"] = after["title"]
    removes = []
    differing = [name for name in ("props", "parts", "params") if before.get(name, []) != after.get(name, [])]
    if "props" in differing and any("props" in part for part in list(_holders(before))[1:]):
        differing = list(dict.fromkeys([*differing, "parts"]))  # a removal by name reaches into the parts as well
    for name in differing:
        old, new = before.get(name, []), after.get(name, [])
        removes += _removals(name, old)
        if new:
            adds[name] = new
    made: dict[str, Any] = {"control-id": ident}
    made |= {"removes": removes} if removes else {}
    made |= {"adds": [adds]} if adds else {}
    return made if len(made) > 1 else {}


def _removals(name: str, old: list[Item]) -> list[Item]:
    """By which every one of ``old`` goes: they are added again as they are to be."""
    found: list[Item] = []
    for each in old:
        removal: Item = {"by-item-name": _NAMES[name]}
        if "name" in each:
            removal |= {"by-name": each["name"]}
        if "ns" in each:
            removal |= {"by-ns": each["ns"]}
        if name == "params":
            removal |= {"by-id": each["id"]}
        if removal not in found:
            found.append(removal)
    return found
