"""When the steps of a plan begin and end, which of them decide on its end, and how late it is. Pure.

Days are calendar days. A step of n days that begins on a Monday ends n - 1 days later; what waits for it begins on the
day after. What has begun or is done stands as it happened; what has not begun does not begin in the past.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LAST = dt.date.max.toordinal()


class Circle(ValueError):
    """Steps wait for each other; ``keys`` are those that do, or wait for one that does."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = list(keys)


class State(StrEnum):
    DONE = "done"
    RUNNING = "running"
    READY = "ready"
    WAITING = "waiting"


@dataclass(frozen=True)
class Task:
    """A step as it is planned and as it went. ``after`` names steps that end before; unknown ones are passed over."""

    key: str
    starts_on: dt.date
    days: int
    after: tuple[str, ...] = ()
    started_on: dt.date | None = None
    done_on: dt.date | None = None
    first_planned: dt.date | None = None

    @property
    def due_on(self) -> dt.date:
        """The day on which it ends by its own plan, whatever it waits for."""
        return _date(self.starts_on.toordinal() + self.days - 1)


@dataclass(frozen=True)
class Planned:
    """Where a step stands.

    ``latest_end`` and ``float_days``: how far it may move without moving the plan's end. ``slip``: days behind the end
    as first planned, below zero if ahead. ``own_slip``: how much of that came about in the step itself. ``late_by``:
    days since it should have begun or ended by its own plan; of what waits for others, nothing is late. ``leads``:
    whether the goal waits for it, or it is one of the goal's own steps.
    """

    key: str
    state: State
    start: dt.date
    end: dt.date
    latest_end: dt.date
    slip: int
    own_slip: int
    late_by: int
    leads: bool

    @property
    def float_days(self) -> int:
        return (self.latest_end - self.end).days

    @property
    def critical(self) -> bool:
        return self.leads and self.state != State.DONE and not self.float_days


@dataclass(frozen=True)
class Schedule:
    """``steps`` by key, none before what it waits for. ``chain``: the steps that led to the end, in order.

    ``end`` and ``first_end`` are those of the goal.
    """

    steps: Mapping[str, Planned]
    chain: Sequence[str]
    end: dt.date | None
    first_end: dt.date | None

    @property
    def slip(self) -> int:
        return (self.end - self.first_end).days if self.end and self.first_end else 0

    @property
    def late(self) -> list[Planned]:
        return [step for step in self.steps.values() if step.late_by]

    @property
    def causes(self) -> list[Planned]:
        """The steps that the end was led to by and that lost days themselves, the greatest loss first."""
        lost = [self.steps[key] for key in self.chain if self.steps[key].own_slip > 0]
        return sorted(lost, key=lambda step: -step.own_slip)


def schedule(tasks: Iterable[Task], today: dt.date, goal: Collection[str] = ()) -> Schedule:
    """Work out every step. ``goal``: the steps of which the end counts, such as certification; all of them if none.

    A step that leads to the goal may move as far as the goal's end stays; another, as far as the last of all steps
    stays where it is. Raises ``Circle``.
    """
    by_key = {task.key: task for task in tasks}
    before = {key: [one for one in task.after if one in by_key] for key, task in by_key.items()}
    order = _order(before)
    times: dict[str, tuple[int, int]] = {}
    for key in order:
        times[key] = _time(by_key[key], [times[one][1] for one in before[key]], today.toordinal())
    wanted = [key for key in order if key in goal] or order
    leads = {key for one in wanted for key in _waited_for(one, before)}
    latest = dict.fromkeys(order, max((end for _start, end in times.values()), default=0))
    latest |= dict.fromkeys(wanted, max((times[key][1] for key in wanted), default=0))
    apart = {key: [one for one in those if key in leads or one not in leads] for key, those in before.items()}
    _tighten(latest, order, apart, by_key, times)
    steps: dict[str, Planned] = {}
    for key in order:
        steps[key] = _planned(
            by_key[key], [steps[one] for one in before[key]], times[key], latest[key], today, leads=key in leads
        )
    first = [task.first_planned for key in wanted if (task := by_key[key]).first_planned]
    end = max((steps[key].end for key in wanted), default=None)
    return Schedule(steps, _chain(wanted, steps, before), end, max(first, default=None))  # type: ignore[type-var]


def followers(key: str, after: Mapping[str, Iterable[str]]) -> list[str]:
    """``key`` and every step that waits for it, directly or through others. ``after``: what each step waits for."""
    found = {key: None}
    waiting = [key]
    while waiting:
        one = waiting.pop()
        for other, those in after.items():
            if one in those and other not in found:
                found[other] = None
                waiting.append(other)
    return list(found)


def _order(before: Mapping[str, Sequence[str]]) -> list[str]:
    left = {key: set(those) for key, those in before.items()}
    order: list[str] = []
    while left:
        free = [key for key, those in left.items() if not those]
        if not free:
            raise Circle(sorted(left))
        order += free
        for key in free:
            del left[key]
        for those in left.values():
            those.difference_update(free)
    return order


def _time(task: Task, ends: Sequence[int], today: int) -> tuple[int, int]:
    """First and last day, as early as it can be."""
    if task.done_on:
        return (task.started_on or task.done_on).toordinal(), task.done_on.toordinal()
    if task.started_on:
        start = task.started_on.toordinal()
        return start, max(start + task.days - 1, today)
    start = max([task.starts_on.toordinal(), today, *(end + 1 for end in ends)])
    return start, start + task.days - 1


def _tighten(
    latest: dict[str, int],
    order: Sequence[str],
    before: Mapping[str, Sequence[str]],
    tasks: Mapping[str, Task],
    times: Mapping[str, tuple[int, int]],
) -> None:
    """Bring ``latest``, the last day on which each may end, forward to where it holds nobody up.

    What has begun is held up by nothing that it should have waited for.
    """
    for key in reversed(order):
        if tasks[key].started_on or tasks[key].done_on:
            continue
        start = latest[key] - (times[key][1] - times[key][0])
        for one in before[key]:
            latest[one] = min(latest[one], start - 1)


def _planned(
    task: Task, before: Sequence[Planned], time: tuple[int, int], latest: int, today: dt.date, *, leads: bool
) -> Planned:
    free = all(step.state == State.DONE for step in before)
    if task.done_on:
        state = State.DONE
    elif task.started_on:
        state = State.RUNNING
    else:
        state = State.READY if free else State.WAITING
    end = _date(time[1])
    slip = (end - task.first_planned).days if task.first_planned else 0
    handed_down = max([0, *(step.slip for step in before)])
    should = task.due_on if state == State.RUNNING else task.starts_on
    late = (today - should).days if state in (State.RUNNING, State.READY) else 0
    return Planned(
        task.key, state, _date(time[0]), end, _date(latest), slip, max(slip - handed_down, 0), max(late, 0), leads
    )


def _chain(wanted: Iterable[str], steps: Mapping[str, Planned], before: Mapping[str, Sequence[str]]) -> list[str]:
    """From the step that ends last, back along the one that each waited for longest."""
    chain: list[str] = []
    while found := max(wanted, key=lambda one: steps[one].end, default=None):
        chain.append(found)
        wanted = before[found]
    return chain[::-1]


def _waited_for(key: str, before: Mapping[str, Iterable[str]]) -> set[str]:
    """``key``, and every step that it waits for."""
    found, waiting = {key}, [key]
    while waiting:
        more = set(before[waiting.pop()]) - found
        found |= more
        waiting += more
    return found


def _date(ordinal: int) -> dt.date:
    return dt.date.fromordinal(min(ordinal, LAST))
