"""Known providers (``providers.json``): what public pages said of them, each with its source, read once a process.

Nothing of it is current. A fact's day is the newest one that its sources name; where they name none, it is unverified.
"""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vendors.models.fact import VendorFact

FILE = Path(__file__).resolve().parent / "providers.json"


@dataclass(frozen=True)
class KnownFact:
    """``tier``: of that tier's plan alone; empty: of the offering. Other fields are those of a ``VendorFact``."""

    key: str
    topic: str
    tier: str
    says: str
    days: int | None
    source: list[str]
    verified_on: dt.date | None
    confidence: str
    conflict: str

    @property
    def topic_words(self) -> str:
        return str(VendorFact.Topic(self.topic).label)

    @property
    def confidence_words(self) -> str:
        return str(VendorFact.Confidence(self.confidence).label)


@dataclass(frozen=True)
class Claim:
    """An assurance of which a source speaks, and nobody has seen the certificate or report."""

    standard: str
    scope: str
    source: str


@dataclass(frozen=True)
class Provider:
    """``vendor`` and ``offering``: values of their fields. ``free_plan``: what its plan for consumers is called."""

    key: str
    vendor: dict[str, str]
    offering: dict[str, str]
    free_plan: str
    about: str
    facts: list[KnownFact]
    claims: list[Claim]

    @property
    def name(self) -> str:
        return f"{self.vendor['name']}: {self.offering['name']}"

    @property
    def newest(self) -> dt.date | None:
        """When the newest of its sources was looked at."""
        return max((fact.verified_on for fact in self.facts if fact.verified_on), default=None)

    @property
    def undated(self) -> int:
        """How many facts have sources without a date."""
        return sum(fact.verified_on is None for fact in self.facts)

    @property
    def contradicted(self) -> int:
        return sum(bool(fact.conflict) for fact in self.facts)


@dataclass(frozen=True)
class Library:
    """``newest_page``: the month of the newest page; ``good_for_days``: how long what is taken over counts."""

    as_of: dt.date
    newest_page: dt.date
    good_for_days: int
    providers: dict[str, Provider]


@cache
def library() -> Library:
    said = json.loads(FILE.read_text())
    return Library(
        as_of=dt.date.fromisoformat(said["as_of"]),
        newest_page=dt.date.fromisoformat(f"{said['newest_page']}-01"),
        good_for_days=said["good_for_days"],
        providers={one["key"]: _provider(one) for one in said["providers"]},
    )


def _provider(said: dict[str, Any]) -> Provider:
    facts = [KnownFact(**fact | {"verified_on": _day(fact["verified_on"])}) for fact in said["facts"]]
    return Provider(**said | {"facts": facts, "claims": [Claim(**claim) for claim in said["claims"]]})


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
