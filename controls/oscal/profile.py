"""A profile: what it picks from a catalog, and how it changes that."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from django.utils.translation import gettext as _

from controls.oscal.altering import altered
from controls.oscal.document import Document
from controls.oscal.facts import Facts, facts_of
from controls.oscal.line import Line, fields_of
from controls.oscal.refusal import OSCALRefused
from controls.oscal.resources import Resource, resource_for
from controls.oscal.said import Item

LONGEST_PATTERN = 100


@dataclass
class Profile:
    """``source``: the catalog or profile that it picks from. ``imports``, ``merge``, ``modify``: as the document says.

    ``kept``: what belongs to the document as a whole, those three among it.
    """

    uuid: str
    facts: Facts
    source: Resource
    imports: list[Item]
    modify: Item
    keeps_groups: bool
    kept: Item = field(default_factory=dict)


def read_profile(document: Document) -> Profile:
    """Raises ``OSCALRefused`` for a profile of several catalogs, of itself, or of one that it does not name."""
    body = document.body
    sources = [resource_for(document, item["href"], f"profile.imports[{n}].href")
               for n, item in enumerate(body["imports"])]  # fmt: skip
    for number, source in enumerate(sources):
        path = f"profile.imports[{number}].href"
        if document.uuid in source.uuids:
            raise OSCALRefused(path, _("The profile picks from itself."))
        if source.href != sources[0].href:
            raise OSCALRefused(path, _("A profile picks from one catalog here; this is another one."))
    _refuse_twice(body)
    return Profile(
        uuid=document.uuid,
        facts=Facts(**facts_of(document.metadata), metadata=document.metadata),
        source=sources[0],
        imports=body["imports"],
        modify=body.get("modify", {}),
        keeps_groups=bool(body.get("merge", {}).get("as-is")),
        kept={name: body[name] for name in ("imports", "merge", "modify", "back-matter") if name in body},
    )


def _refuse_twice(body: Item) -> None:
    seen: dict[str, int] = {}
    for number, alter in enumerate(body.get("modify", {}).get("alters", ())):
        earlier = seen.setdefault(alter["control-id"], number)
        if earlier != number:
            path = f"profile.modify.alters[{number}].control-id"
            raise OSCALRefused(path, _("This control is altered at alters[%(n)d] already.") % {"n": earlier})


def resolve(profile: Profile, lines: Iterable[Line], idents: Mapping[str, str]) -> list[Line]:
    """The lines that the profile makes of those of its catalog, in the catalog's order.

    ``lines`` have their items whole; ``idents``: their ids by code. Raises ``OSCALRefused`` for a control that the
    catalog has not.
    """
    known = list(lines)
    by_ident = {idents[line.code]: line for line in known if not line.is_group}
    picked: set[str] = set()
    for number, item in enumerate(profile.imports):
        picked |= _picked(item, by_ident, known, f"profile.imports[{number}]")
    if not picked:
        raise OSCALRefused("profile.imports", _("It picks no control."))
    alters = {alter["control-id"]: (n, alter) for n, alter in enumerate(profile.modify.get("alters", ()))}
    for ident, (number, _alter) in alters.items():
        if by_ident.get(ident) is None or by_ident[ident].code not in picked:
            path = f"profile.modify.alters[{number}].control-id"
            raise OSCALRefused(path, _("The profile does not pick a control “%(id)s”.") % {"id": ident[:60]})
    by_code = {line.code: line for line in known}
    kept = picked | (_groups_of(picked, by_code) if profile.keeps_groups else set())
    found = []
    for line in known:
        if line.code in kept:
            number, alter = alters.get(idents[line.code], (0, {}))
            found.append(_taken(line, kept, by_code, alter, f"profile.modify.alters[{number}]"))
    return found


def _taken(line: Line, kept: set[str], by_code: Mapping[str, Line], alter: Item, path: str) -> Line:
    above = by_code.get(line.parent)
    while above is not None and above.code not in kept:
        above = by_code.get(above.parent)
    parent = above.code if above is not None else ""
    if not alter:
        return replace(line, parent=parent, item=deepcopy(line.item))
    item = altered(line.item, alter, path)
    said = fields_of(item, is_group=line.is_group)
    return replace(line, parent=parent, item=item, path=path, **said)


def _groups_of(codes: set[str], by_code: Mapping[str, Line]) -> set[str]:
    found: set[str] = set()
    for code in codes:
        above = by_code.get(by_code[code].parent)
        while above is not None and above.code not in found:
            if above.is_group:
                found.add(above.code)
            above = by_code.get(above.parent)
    return found


def _picked(item: Item, by_ident: Mapping[str, Line], lines: list[Line], path: str) -> set[str]:
    if "include-all" in item:
        found = {line.code for line in by_ident.values()}
    else:
        found = _selected(item["include-controls"], by_ident, lines, f"{path}.include-controls")
    return found - _selected(item.get("exclude-controls", ()), by_ident, lines, f"{path}.exclude-controls")


def _selected(selections: Iterable[Item], by_ident: Mapping[str, Line], lines: list[Line], path: str) -> set[str]:
    found: set[str] = set()
    for number, selection in enumerate(selections):
        chosen = _named(selection, by_ident, f"{path}[{number}]")
        if selection.get("with-child-controls") == "yes":
            for line in lines:  # in order, so that a child follows what it stands in
                if line.parent in chosen and not line.is_group:
                    chosen.add(line.code)
        found |= chosen
    return found


def _named(selection: Item, by_ident: Mapping[str, Line], path: str) -> set[str]:
    found = set()
    for number, ident in enumerate(selection.get("with-ids", ())):
        if ident not in by_ident:
            text = _("The catalog has no control “%(id)s”.")
            raise OSCALRefused(f"{path}.with-ids[{number}]", text % {"id": ident[:60]})
        found.add(by_ident[ident].code)
    for number, matching in enumerate(selection.get("matching", ())):
        pattern: Any = matching.get("pattern", "")
        if len(pattern) > LONGEST_PATTERN:
            text = _("A pattern has at most %(n)d characters.")
            raise OSCALRefused(f"{path}.matching[{number}].pattern", text % {"n": LONGEST_PATTERN})
        found |= {line.code for ident, line in by_ident.items() if fnmatchcase(ident, pattern)}
    return found
