"""Events as sentences: who did what to which record, told only as far as the reader may see that record."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.models.activity import ActivityEvent
from grc.models.person import Person
from grc.registers.register import registers
from grc.registers.sight import about_seen

WAY_NAMES = {
    "page": gettext_lazy("in the app"),
    "api": gettext_lazy("by API"),
    "task": gettext_lazy("in the background"),
    "command": gettext_lazy("by a command"),
    "link": gettext_lazy("from outside, by a link"),
}
CHUNK = 2000


@dataclass(frozen=True)
class Line:
    """An event as its reader is told it. ``hidden``: its record is one that the reader may not see, so nothing of it is
    said: no reference, no title, no detail."""

    event: ActivityEvent
    who: str
    did: str
    reference: str = ""
    title: str = ""
    register: str = ""
    url: str = ""
    detail: str = ""
    hidden: bool = False

    @property
    def what(self) -> str:
        """The record in words; empty where the event is about none."""
        if self.hidden:
            return _("a record that you may not see")
        return f"{self.reference} {self.title}".strip()

    @property
    def sentence(self) -> str:
        said = " ".join(part for part in (self.who, self.did, self.what) if part)
        return f"{said}: {self.detail}" if self.detail else said

    @property
    def way(self) -> str:
        return str(WAY_NAMES.get(self.event.way, self.event.way))

    def as_json(self) -> dict[str, Any]:
        """The event for programs; instants in UTC, nothing of the database's own keys."""
        return {
            "at": self.event.at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
            "person": str(self.event.person) if self.event.person else None,
            "who": self.who,
            "verb": self.event.verb,
            "register": self.register or None,
            "reference": self.reference or None,
            "title": self.title or None,
            "hidden": self.hidden,
            "detail": self.detail,
            "way": self.event.way,
            "address": self.event.address,
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class Day:
    """The lines of one day in the reader's zone. ``name``: today, yesterday, or empty."""

    date: dt.date
    name: str
    lines: list[Line]


def lines_of(events: Sequence[ActivityEvent], actor: Actor) -> list[Line]:
    """The events as ``actor`` is told them. Two queries, however many they are."""
    named = {event.person for event in events if event.person}
    people = {person.public_id: str(person) for person in Person.objects.filter(public_id__in=named)}
    about = [event.pk for event in events if event.record_id is not None]
    rows = ActivityEvent.objects.within(actor.organisation).filter(pk__in=about)
    seen = set(about_seen(rows, actor, "record").values_list("pk", flat=True)) if about else set()
    return [_line(event, actor, people, event.pk in seen) for event in events]


def iterate_lines(events: Iterable[ActivityEvent], actor: Actor) -> Iterator[Line]:
    """``lines_of`` for any number of events, some thousands at a time."""
    chunk: list[ActivityEvent] = []
    for event in events:
        chunk.append(event)
        if len(chunk) == CHUNK:
            yield from lines_of(chunk, actor)
            chunk = []
    yield from lines_of(chunk, actor)


def days_of(lines: list[Line]) -> list[Day]:
    """The lines (newest first) by day."""
    today = timezone.localdate()
    names = {today: _("Today"), today - dt.timedelta(days=1): _("Yesterday")}
    groups = groupby(lines, key=lambda line: timezone.localdate(line.event.at))
    return [Day(date, names.get(date, ""), list(group)) for date, group in groups]


def _line(event: ActivityEvent, actor: Actor, people: dict[uuid.UUID, str], seen: bool) -> Line:
    who, did = _who(event, people), event.get_verb_display()
    if event.record is None:
        return Line(event, who, did, detail=event.detail)
    if not seen:
        return Line(event, who, did, hidden=True)
    key = event.record
    register = registers.by_slug(key.register)
    return Line(
        event,
        who,
        did,
        reference=key.reference,
        title=key.title,
        register=key.register,
        url=register.detail_url(actor.organisation.slug, key.reference),
        detail=event.detail,
    )


def _who(event: ActivityEvent, people: dict[uuid.UUID, str]) -> str:
    if event.person is not None:
        return people.get(event.person, _("Somebody who was removed"))
    if event.way == "link":
        return _("Somebody outside")
    return _("Assay") if event.way in ("task", "command") else _("Somebody")
