"""The plan of each starting point, and what is asked about each clause and control: data, in our own words."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aims.programme.schedule import Schedule, Task, schedule

HERE = Path(__file__).parent


@dataclass(frozen=True)
class PlanLine:
    """A step of a plan: ``after`` are keys of other lines, ``covers`` numbers of ISO/IEC 42001."""

    key: str
    name: str
    phase: str
    done: str
    covers: tuple[str, ...]
    days: int
    after: tuple[str, ...]


@dataclass(frozen=True)
class StartingPoint:
    """``usual``: how long it takes by those who did it. ``certificate``: whether the plan ends in one."""

    key: str
    name: str
    about: str
    usual: str
    certificate: bool
    lines: tuple[PlanLine, ...]

    def dated(self, starts_on: dt.date) -> Schedule:
        """The plan as it would run from that day on."""
        return schedule([Task(line.key, starts_on, line.days, line.after) for line in self.lines], starts_on)


@cache
def starting_points() -> dict[str, StartingPoint]:
    read = json.loads((HERE / "plans.json").read_text())
    steps = read["steps"]
    return {
        plan["key"]: StartingPoint(
            key=plan["key"],
            name=plan["name"],
            about=plan["about"],
            usual=plan["usual"],
            certificate=plan["certificate"],
            lines=tuple(_line(key, days, after, steps[key]) for key, days, after in plan["steps"]),
        )
        for plan in read["plans"]
    }


@cache
def questions() -> dict[str, tuple[str, ...]]:
    """What is asked about each clause and control, by its number."""
    return {code: tuple(asked) for code, asked in json.loads((HERE / "questions.json").read_text()).items()}


def _line(key: str, days: int, after: Sequence[str], said: dict[str, object]) -> PlanLine:
    covers: Sequence[str] = said["covers"]  # type: ignore[assignment]
    return PlanLine(key, str(said["name"]), str(said["phase"]), str(said["done"]), tuple(covers), days, tuple(after))
