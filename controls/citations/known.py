"""What published lists get wrong (``catalogues/data/misnumbered.json``), read once a process."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from controls.catalogues.shipped import FOLDER


@dataclass(frozen=True)
class Misnamed:
    """A number that is often called by another's name. ``in_spite_of_title``: even where its own title stands there."""

    framework: str
    code: str
    called: tuple[str, ...]
    meant: str
    why: str
    in_spite_of_title: bool = False


@dataclass(frozen=True)
class Misnumbered:
    """A number that is often cited and does not exist; ``meant`` may be empty."""

    framework: str
    code: str
    meant: str
    why: str


@dataclass(frozen=True)
class WrongCount:
    """A number of requirements that is often given for a framework and is wrong."""

    framework: str
    said: str
    why: str


@dataclass(frozen=True)
class Law:
    """How far the numbers of a law go, of which the catalogue has a selection. ``paragraphs``: article → how many."""

    articles: int
    annexes: int
    paragraphs: dict[str, int]


@dataclass(frozen=True)
class Older:
    """An earlier edition: ``numbers`` → the codes of today's catalogue; ``highest``: its last group, A.18."""

    edition: str
    highest: int
    numbers: dict[str, tuple[str, ...]]


@cache
def _said() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "misnumbered.json").read_text())
    return found


@cache
def misnamed() -> dict[tuple[str, str], Misnamed]:
    """By framework and code."""
    rows = (Misnamed(**row | {"called": tuple(row["called"])}) for row in _said()["called"])
    return {(row.framework, row.code): row for row in rows}


@cache
def misnumbered() -> dict[tuple[str, str], Misnumbered]:
    """By framework and code."""
    return {(row["framework"], row["code"]): Misnumbered(**row) for row in _said()["numbers"]}


@cache
def also_called() -> dict[tuple[str, str], tuple[str, ...]]:
    """Short names that are common for a requirement, beside its title; by framework and code."""
    return {(row["framework"], row["code"]): tuple(row["names"]) for row in _said()["also"]}


@cache
def wrong_counts() -> tuple[WrongCount, ...]:
    return tuple(WrongCount(**row) for row in _said()["counts"])


@cache
def laws() -> dict[str, Law]:
    """By the key of the catalogue."""
    return {key: Law(**row) for key, row in _said()["laws"].items()}


@cache
def older() -> dict[str, Older]:
    """By the key of the catalogue."""
    return {
        key: Older(row["edition"], row["highest"], {code: tuple(now) for code, now in row["numbers"].items()})
        for key, row in _said()["older"].items()
    }
