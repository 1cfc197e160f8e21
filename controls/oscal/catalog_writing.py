"""A catalog, written from lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from controls.oscal.catalog import POSITION, Catalog
from controls.oscal.checking import MOST_NESTED
from controls.oscal.facts import metadata_of
from controls.oscal.line import GROUP_KINDS, ORDER, Line, item_of
from controls.oscal.names import VERSION, tokens
from controls.oscal.said import Item, set_values, value_of


@dataclass(frozen=True)
class Writing:
    """What a document is written with. ``who``: whose it is, for UUIDs; ``modified``: the instant of its last change.

    ``with_texts``: original words that were entered here go along.
    """

    who: str
    modified: str
    with_texts: bool = False


def idents(lines: Sequence[Line]) -> dict[str, str]:
    """The id of each line, by its code: the one that it came with, or one made of its number."""
    given = {line.code: line.ident for line in lines if line.ident}
    return given | tokens([line.code for line in lines if line.code not in given], given.values())


def written_catalog(catalog: Catalog, writing: Writing) -> Item:
    """``{"catalog": …}``, valid against NIST's schema."""
    body: dict[str, Any] = {
        "uuid": catalog.uuid,
        "metadata": metadata_of(catalog.facts, modified=writing.modified, version=VERSION, who=writing.who),
    }
    body |= {name: catalog.kept[name] for name in ("params",) if name in catalog.kept}
    body |= _Tree(catalog.lines, writing).below("")
    body |= {name: catalog.kept[name] for name in ("back-matter",) if name in catalog.kept}
    return {"catalog": body}


def _parents(lines: Sequence[Line]) -> dict[str, str]:
    """What each line stands in. Deeper than a document may be nested, it stands beside what it is part of."""
    said = {line.code: line.parent for line in lines}
    chains: dict[str, list[str]] = {"": []}
    for line in lines:
        chain: list[str] = []
        code = line.code
        while code in said and code not in chain and code not in chains and len(chain) < len(said):
            chain.append(code)
            code = said[code]
        above = chains.get(code, [])
        for each in reversed(chain):
            above = [*above, each][:MOST_NESTED]
            chains[each] = above
    return {
        code: next((each for each in reversed(chain[: MOST_NESTED - 1]) if each != code), "")
        for code, chain in chains.items() if code
    }  # fmt: skip


class _Tree:
    """Lines as groups and controls that stand in each other. OSCAL allows in a group either groups or controls, and
    no group in a control: where lines are mixed, such groups are written as controls."""

    def __init__(self, lines: Sequence[Line], writing: Writing) -> None:
        self._writing = writing
        self._idents = idents(lines)
        self._children: dict[str, list[Line]] = {}
        parents = _parents(lines)
        for line in lines:
            self._children.setdefault(parents[line.code], []).append(line)

    def below(self, code: str, *, in_group: bool = True) -> Item:
        """The ``groups`` and ``controls`` below a line; of the document itself for no code."""
        children = self._children.get(code, [])
        groups = [self._is_group(line) and in_group for line in children]
        if code and not all(groups):
            groups = [False] * len(children)
        mixed = any(groups) and not all(groups)
        found: Item = {}
        for number, (line, is_group) in enumerate(zip(children, groups, strict=True)):
            item = self._item(line, is_group=is_group)
            if mixed and self._needs_position(children, groups):
                set_values(item, POSITION, [str(number)])
                item = {key: item[key] for key in ORDER if key in item}
            found.setdefault("groups" if is_group else "controls", []).append(item)
        return found

    def _item(self, line: Line, *, is_group: bool) -> Item:
        ident = self._idents[line.code]
        item = item_of(replace(line, is_group=is_group), ident=ident, with_texts=self._writing.with_texts)
        if not is_group:
            item.setdefault("id", ident)
        item |= self.below(line.code, in_group=is_group)
        return {key: item[key] for key in ORDER if key in item}

    @staticmethod
    def _is_group(line: Line) -> bool:
        return line.is_group if line.item else line.kind in GROUP_KINDS

    @staticmethod
    def _needs_position(children: Sequence[Line], groups: Sequence[bool]) -> bool:
        """Whether two lists would lose the order, or whether it was said before."""
        turns = sum(one != other for one, other in pairwise(groups))
        return turns > 1 or any(value_of(line.item, POSITION) for line in children)
