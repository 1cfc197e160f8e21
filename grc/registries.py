"""What a lower layer shows though an upper one knows it: apps register here, nobody imports upward.

Each registry is a list of functions, filled when the apps are loaded (modules ``home``, ``demo``, ``alarms``).
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.models.activity import ActivityEvent
from grc.models.approval import Review
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.models.record import Record, RecordKey

if TYPE_CHECKING:
    from django.urls import URLPattern

    from grc.models.approval import Review
    from grc.registers.history import Step
    from grc.registers.register import Action, Register
    from grc.room.contents import Room

F = TypeVar("F", bound=Callable[..., object])


class Registry(Generic[F]):
    """Functions in the order of their ``order`` number, lowest first."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, F]] = []

    def add(self, order: int = 100) -> Callable[[F], F]:
        def remember(function: F) -> F:
            self._entries.append((order, function))
            self._entries.sort(key=lambda entry: entry[0])
            return function

        return remember

    def __iter__(self) -> Iterator[F]:
        return (function for _, function in self._entries)


class Work(models.TextChoices):
    """Kinds of work, by which one's own can be narrowed."""

    TASK = "task", _("Tasks")
    ACTION = "action", _("Actions")
    REVIEW = "review", _("Reviews")
    APPROVAL = "approval", _("Approvals")
    EVIDENCE = "evidence", _("Evidence")
    OTHER = "other", _("Everything else")


@dataclass(frozen=True)
class Todo:
    """One thing to do next. ``why`` says what it is good for; ``tone`` is red, yellow, blue or empty.

    ``waiting``: others have to do it, and the reader waits for them.
    """

    text: str | Promise
    why: str | Promise
    url: str
    icon: str
    tone: str = ""
    due_on: dt.date | None = None
    kind: Work = Work.OTHER
    waiting: bool = False


@dataclass(frozen=True)
class Figure:
    """A number on the home page, which leads to the records behind it."""

    label: str | Promise
    value: str
    note: str | Promise
    url: str
    icon: str
    tone: str = ""


@dataclass(frozen=True)
class Hit:
    """A search result."""

    title: str
    kind: str | Promise
    url: str
    extract: str = ""


@dataclass(frozen=True)
class Part:
    """A part of a record's page. ``place`` is top (above the facts), main (below them) or rail (beside them)."""

    template: str
    context: dict[str, Any]
    place: str = "main"


@dataclass(frozen=True)
class NamedSystem:
    """What the organisation calls an AI system, and the page of its record."""

    name: str
    url: str


@dataclass(frozen=True)
class RoomPart:
    """A further part of an outsider's room, beside its records: where it is and how much it holds."""

    title: str | Promise
    url: str
    count: int
    icon: str


@dataclass(frozen=True)
class Alarm:
    """Something is wrong that somebody must look at: what, where, and what to do."""

    organisation: Organisation
    record: RecordKey
    code: str
    summary: str
    advice: str


keys: Registry[Callable[[Person, int], None]] = Registry()
"""What else lets somebody in without logging in: each revokes a person's in one organisation, given by its key."""

todos: Registry[Callable[[Actor], Iterable[Todo]]] = Registry()
figures: Registry[Callable[[Actor], Iterable[Figure]]] = Registry()
searches: Registry[Callable[[Actor, str], Iterable[Hit]]] = Registry()
system_names: Registry[Callable[[Actor, Collection[str]], dict[str, NamedSystem]]] = Registry()
"""By their id in decision records: those systems that the organisation knows and the actor may see."""

record_parts: Registry[Callable[["Register", Record, Actor], Iterable[Part]]] = Registry()
"""What the kernel's parts (approvals, comments, tasks, ...) add to the page of every record."""

record_actions: Registry[Callable[["Register", Record, Actor], Iterable["Action"]]] = Registry()
"""Buttons on the page of every record, beside the register's own."""

list_actions: Registry[Callable[["Register", Actor], Iterable["Action"]]] = Registry()
"""Links on the list of every register, beside export and the button for a new record."""

record_pages: Registry[Callable[["Register"], Iterable["URLPattern"]]] = Registry()
"""Further addresses of every register, below ``/o/<organisation>/<slug>/``."""

saved: Registry[Callable[[Record, Actor], None]] = Registry()
"""Told of every record that was created, changed, archived or restored, in the same transaction."""

happenings: Registry[Callable[[Record, Actor, "dt.datetime | None", "dt.datetime | None"], Iterable["Step"]]] = (
    Registry()
)
"""Steps of a record's history that are not in its own row: after the first instant (None: since ever), up to the
second (None: until now)."""

deeds: Registry[Callable[[ActivityEvent, Actor], None]] = Registry()
"""Told of every activity event as it is written, in the same transaction."""

reviewed: Registry[Callable[["Review"], None]] = Registry()
"""Told of every review that was begun or has ended, in the same transaction."""

activity_parts: Registry[Callable[[Actor], Iterable[Part]]] = Registry()
"""What stands above the activity log: how it is sealed."""

seeders: Registry[Callable[[], None]] = Registry()
room_parts: Registry[Callable[["Room"], Iterable[RoomPart]]] = Registry()
alarm_handlers: Registry[Callable[[Alarm], None]] = Registry()


def raise_alarm(alarm: Alarm) -> None:
    """Hand ``alarm`` to everybody who registered for alarms, in the caller's transaction."""
    for handle in alarm_handlers:
        handle(alarm)
