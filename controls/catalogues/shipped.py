"""Reading the catalogues and the crosswalk that come with Assay (``data/*.json``), once a process."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "data"
KEYS = ("iso42001", "nist-ai-rmf", "soc2", "soc2-ai", "iso27001", "eu-ai-act", "gdpr-28")
"""In the order in which they are offered."""


@dataclass(frozen=True)
class Item:
    """One requirement as the catalogue has it; ``parent`` is a code of the same catalogue or empty."""

    code: str
    name: str
    kind: str
    parent: str = ""
    says: str = ""
    documents: str = ""
    note: str = ""
    source: str = ""
    roles: tuple[str, ...] = ()
    applies_on: dt.date | None = None
    applies: str = ""


@dataclass(frozen=True)
class Catalogue:
    """``facts``: the fields of a ``Framework``; ``sha256``: of the file's bytes."""

    key: str
    facts: dict[str, Any]
    items: tuple[Item, ...]
    sha256: str

    @property
    def short(self) -> str:
        return str(self.facts["short"])

    def item(self, code: str) -> Item:
        """Raises ``KeyError`` for a code that this catalogue has not."""
        return _by_code(self.key)[code]


@dataclass(frozen=True)
class CrosswalkRow:
    """That two codes correspond. ``who``: every source, in full; ``how``: ``Mapping.Relationship``."""

    source: tuple[str, str]
    target: tuple[str, str]
    how: str
    confidence: str
    who: str
    note: str


@cache
def catalogue(key: str) -> Catalogue:
    """Raises ``KeyError`` for a key that no catalogue has."""
    if key not in KEYS:
        raise KeyError(key)
    raw = (FOLDER / f"{key}.json").read_bytes()
    said = json.loads(raw)
    items = tuple(_item(one) for one in said.pop("items"))
    said["as_of"] = dt.date.fromisoformat(said["as_of"])
    return Catalogue(said.pop("key"), said, items, hashlib.sha256(raw).hexdigest())


def _item(said: dict[str, Any]) -> Item:
    day = said.get("applies_on")
    roles = tuple(said.get("roles", ()))
    return Item(**said | {"roles": roles, "applies_on": dt.date.fromisoformat(day) if day else None})


@cache
def _by_code(key: str) -> dict[str, Item]:
    return {item.code: item for item in catalogue(key).items}


@cache
def crosswalk() -> tuple[CrosswalkRow, ...]:
    said = json.loads((FOLDER / "crosswalk.json").read_text())
    return tuple(
        CrosswalkRow(
            source=(row["from"], row["source"]),
            target=(row["to"], row["target"]),
            how=row["how"],
            confidence=row["confidence"],
            who="; ".join(said["sources"][who] for who in (row["who"], *row.get("also", ()))),
            note=row.get("note", ""),
        )
        for row in said["rows"]
    )
