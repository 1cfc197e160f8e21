"""What a dry run found, and an import did: counted, with every bad row named."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

KEPT_PROBLEMS = 2_000
"""So many are kept to be paged through; the file of problems holds all of them."""

KEPT_SAMPLES = 100


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be taken. ``column`` is empty where the row as a whole is meant."""

    row: int
    column: str
    value: str
    reason: str

    def as_list(self) -> list[Any]:
        return [self.row, self.column, self.value, self.reason]


@dataclass(frozen=True)
class Difference:
    heading: str
    before: str
    after: str


@dataclass
class Verdict:
    """What becomes of one row. ``kind`` is create, change, same or bad.

    ``record`` is unsaved and whole; ``mark`` recognises the row when it comes again; ``file`` a file of the archive.
    """

    row: int
    kind: str
    record: Any = None
    lock: int = 0
    differences: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    mark: str = ""
    file: str = ""
    made: str = ""


@dataclass
class Outcome:
    """All verdicts of a table. ``ask`` are fields whose dates can be read in two ways; then nothing else was judged."""

    verdicts: list[Verdict] = field(default_factory=list)
    ask: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    general: list[Problem] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        return [*self.general, *(problem for verdict in self.verdicts for problem in verdict.problems)]

    @property
    def is_good(self) -> bool:
        return not self.ask and not self.general and all(verdict.kind != "bad" for verdict in self.verdicts)

    def of_kind(self, kind: str) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.kind == kind]

    def as_result(self) -> dict[str, Any]:
        """Plain JSON for a job's result: counts, samples, problems, and what the import needs to recognise rows."""
        counts = Counter(verdict.kind for verdict in self.verdicts)
        problems = self.problems
        changed, created = self.of_kind("change"), self.of_kind("create")
        return {
            "rows": len(self.verdicts),
            "create": counts["create"],
            "change": counts["change"],
            "same": counts["same"],
            "bad": counts["bad"],
            "problem_count": len(problems),
            "problems": [problem.as_list() for problem in problems[:KEPT_PROBLEMS]],
            "changes": [_changed(verdict) for verdict in changed[:KEPT_SAMPLES]],
            "creates": [{"row": v.row, "title": v.record.title} for v in created[:KEPT_SAMPLES]],
            "ask": self.ask,
            "notes": self.notes,
            "locks": {v.record.reference: v.lock for v in self.verdicts if v.lock and v.record is not None},
            "made": {v.mark: v.made for v in self.verdicts if v.mark and v.made},
        }


def _changed(verdict: Verdict) -> dict[str, Any]:
    return {
        "row": verdict.row,
        "reference": verdict.record.reference,
        "title": verdict.record.title,
        "differences": [vars(difference) for difference in verdict.differences],
    }
