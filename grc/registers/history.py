"""Who changed what, when and why, field by field."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grc.access.actor import Actor
from grc.models.record import Record
from grc.registers.cells import cell
from grc.registers.register import Register
from grc.registries import happenings


@dataclass(frozen=True)
class Difference:
    heading: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One entry of a record's history.

    ``kind`` is created, changed, archived or restored; linked, unlinked, attached or detached for what happened to it.
    """

    at: dt.datetime
    who: str
    kind: str
    reason: str
    differences: list[Difference]


def changes(register: Register, rows: Sequence[Any]) -> list[Step]:
    """The steps of ``rows``: history rows, newest first, the last being the one before the page or None."""
    for row in rows:
        if row is not None:
            row.organisation = rows[0].organisation  # one object, so that what hangs on it is asked for once
    return [_step(register, later, earlier) for later, earlier in itertools.pairwise(rows)]


def with_happenings(
    steps: list[Step], record: Record, actor: Actor, after: dt.datetime | None, before: dt.datetime | None
) -> list[Step]:
    """``steps`` with what else happened to ``record`` in that time, newest first."""
    more = [step for find in happenings for step in find(record, actor, after, before)]
    return sorted([*steps, *more], key=lambda step: step.at, reverse=True) if more else steps


def _step(register: Register, later: Any, earlier: Any) -> Step:
    differences = []
    for name in register.fields:
        after = cell(register, later, name).text
        before = cell(register, earlier, name).text if earlier is not None else ""
        if before != after:
            differences.append(Difference(register.heading(name), before, after))
    return Step(
        at=later.history_date,
        who=str(later.history_user) if later.history_user else "",
        kind=_kind(later, earlier),
        reason=later.history_change_reason or "",
        differences=differences,
    )


def _kind(later: Any, earlier: Any) -> str:
    if earlier is None:
        return "created"
    if (later.archived_at is None) != (earlier.archived_at is None):
        return "restored" if later.archived_at is None else "archived"
    return "changed"
