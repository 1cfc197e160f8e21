"""What a dry run found of a document or a table, and what an import did."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from grc.imports.outcome import Outcome, Problem

KEPT_WARNINGS = 200


@dataclass
class Question:
    """What somebody has to say before it goes on: which framework ``title`` is. ``name`` is what the answer is for."""

    name: str
    title: str


@dataclass
class Findings(Outcome):
    """An import's outcome, with what is worth a look (``warnings``) and what must be answered first (``questions``).

    ``model``: what the file is; ``target``: the framework that it goes into, if that is there already.
    """

    model: str = ""
    title: str = ""
    short: str = ""
    target: str = ""
    framework: Any = None
    framework_change: bool = False
    warnings: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return super().is_good and not self.questions

    @property
    def writes(self) -> int:
        return len(self.of_kind("create")) + len(self.of_kind("change")) + self.framework_change

    def as_result(self) -> dict[str, Any]:
        return super().as_result() | {
            "model": self.model,
            "title": self.title,
            "short": self.short,
            "target": self.target,
            "writes": self.writes,
            "warning_count": len(self.warnings),
            "warnings": [warning.as_list() for warning in self.warnings[:KEPT_WARNINGS]],
            "questions": [vars(question) for question in self.questions],
            "mark": self.mark,
        }

    @property
    def mark(self) -> str:
        """The same while the same would be done."""
        said = [
            [one.kind, one.record.title, one.lock, [vars(each) for each in one.differences]]
            for one in self.verdicts
            if one.kind in ("create", "change")
        ]
        told = json.dumps([self.model, self.target, self.title, self.short, said], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()

    def refuse(self, where: str, value: str, reason: str, row: int = 0) -> None:
        """Note why something cannot be taken. ``where``: the place in a document, or the column of a table."""
        self.general.append(Problem(row, where, value[:80], reason))
