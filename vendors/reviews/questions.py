"""The ten questions of a review, with what a good answer says: read from ``questions.json``."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "questions.json"


@dataclass(frozen=True)
class Question:
    """``topics``: values of ``VendorFact.Topic`` that answer it, the first that is known first."""

    number: int
    short: str
    ask: str
    good: str
    topics: tuple[str, ...]


@cache
def questions() -> tuple[Question, ...]:
    """In their order."""
    return tuple(
        Question(row["number"], row["short"], row["ask"], row["good"], tuple(row["topics"]))
        for row in _read()["questions"]
    )


@cache
def source_note() -> str:
    """Where they come from, and what they are not."""
    return str(_read()["note"])


def question_of(number: int) -> Question:
    """Raises ``KeyError`` for a number that is none."""
    return {question.number: question for question in questions()}[number]


@cache
def _read() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))
