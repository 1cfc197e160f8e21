"""Reading the starters (``starters.json``), once a process."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "starters.json"


@dataclass(frozen=True)
class Starter:
    """``requirements``: catalogue key → codes; ``evidence`` and ``tests``: fields of what is made with the control."""

    key: str
    name: str
    objective: str
    how: str
    frequency: str
    nature: str
    kind: str
    requirements: dict[str, list[str]]
    evidence: list[dict[str, Any]]
    tests: list[dict[str, Any]]

    @property
    def serves(self) -> list[tuple[str, str]]:
        """(catalogue key, code) of each requirement."""
        return [(key, code) for key, codes in self.requirements.items() for code in codes]

    @property
    def by_itself(self) -> int:
        """How many of its tests run by themselves."""
        return sum(test["way"] == "records" for test in self.tests)


@cache
def starters() -> dict[str, Starter]:
    """Every starter by its key, in their order."""
    return {said["key"]: Starter(**said) for said in json.loads(FILE.read_text())}
