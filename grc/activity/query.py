"""What the activity log was asked for: read once, the same for page, API and export."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.activity import ActivityEvent
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.models.record import RecordKey
from grc.models.scope import GrantPeriod
from grc.registers.query import MAX_SEARCH_LENGTH, BadQuery
from grc.registers.references import PATTERN
from grc.registers.register import registers
from grc.registers.sight import about_seen, may_see

PAGE_SIZE = 50
SYSTEM = "assay"
"""Stands for the system itself where a person is asked for."""

WAYS = {"page": ("page",), "api": ("api",), "task": ("task", "command"), "link": ("link",)}
FILTERS = ("person", "verb", "register", "record", "way", "from", "to", "q")
_CURSOR = re.compile(r"([0-9]{1,17})\.([0-9]{1,5})", re.ASCII)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


class Cursor(NamedTuple):
    """Where the next page goes on: the instant of the last line (UTC), and how many lines of that instant came before.

    Made of what the page shows, and of no key of the database.
    """

    at: dt.datetime
    seen: int

    def encode(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}.{self.seen}"

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Raises ``BadQuery`` for a text that ``encode`` did not write."""
        match = _CURSOR.fullmatch(text)
        try:
            if match is None:
                raise ValueError
            return cls(_EPOCH + int(match[1]) * _MICROSECOND, int(match[2]))
        except (ValueError, OverflowError):
            raise BadQuery("cursor", _("This is no place in the list. Start again from the first page.")) from None


class Listing(NamedTuple):
    """One page of events, newest first; ``next_cursor`` is empty on the last one."""

    events: list[ActivityEvent]
    next_cursor: str


@dataclass
class ActivityQuery:
    """A parsed request. ``first`` and ``last`` are days in the reader's zone, both included."""

    actor: Actor
    person: str = ""
    verb: str = ""
    register: str = ""
    record: str = ""
    way: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    search: str = ""
    cursor: Cursor | None = None
    conditions: list[Q] = field(default_factory=list)

    @classmethod
    def read(cls, actor: Actor, params: QueryDict, *, strict: bool = False) -> "ActivityQuery":
        """Read ``params``; ``strict`` refuses unknown names too (API). Raises ``BadQuery``."""
        for name in params:
            if "\x00" in "".join(params.getlist(name)):
                raise BadQuery(name, _("A NUL character has no place here."))
            if strict and name not in {*FILTERS, "cursor", "page_size"}:
                raise BadQuery(name, _("There is no such filter here."))
        query = cls(actor)
        query._read_who(params.get("person", ""))
        query._read_choices(params)
        query._read_record(params.get("record", "").strip().upper())
        query._read_period(params)
        query.search = params.get("q", "").strip()
        if len(query.search) > MAX_SEARCH_LENGTH:
            raise BadQuery("q", _("Search for at most %(n)d characters.") % {"n": MAX_SEARCH_LENGTH})
        if cursor := params.get("cursor", ""):
            query.cursor = Cursor.decode(cursor)
        return query

    @property
    def narrowed(self) -> bool:
        return bool(self.conditions or self.search)

    def rows(self) -> "QuerySet[ActivityEvent]":
        """The events asked for, newest first, with their records."""
        rows = ActivityEvent.objects.permitted(self.actor, Permission.ACTIVITY_VIEW).filter(*self.conditions)
        if self.search:
            # what a record that one may not see was said to be is not to be guessed letter by letter either
            rows = about_seen(rows.filter(detail__icontains=self.search), self.actor, "record")
        elif self.register or self.record:
            rows = about_seen(rows, self.actor, "record")
        return rows.select_related("record").order_by("-at", "-id")

    def listing(self, size: int = PAGE_SIZE) -> Listing:
        """The page that the cursor leads to, of at most ``size`` events."""
        rows, skip = self.rows(), 0
        if self.cursor:
            rows, skip = rows.filter(at__lte=self.cursor.at), self.cursor.seen
        events = list(rows[skip : skip + size + 1])
        if len(events) <= size:
            return Listing(events, "")
        shown, last = events[:size], events[size - 1].at
        seen = sum(event.at == last for event in shown)
        if self.cursor and self.cursor.at == last:
            seen += skip
        return Listing(shown, Cursor(last, seen).encode())

    def _read_who(self, given: str) -> None:
        if not given:
            return
        if given == SYSTEM:
            self.conditions.append(Q(person=None))
        else:
            try:
                self.conditions.append(Q(person=uuid.UUID(given)))
            except ValueError:
                raise BadQuery("person", _("“%(value)s” is not one of the choices.") % {"value": given[:80]}) from None
        self.person = given

    def _read_choices(self, params: QueryDict) -> None:
        seen = [register.slug for register in registers if self.actor.can(register.view)]
        for name, known in (("verb", ActivityEvent.Verb.values), ("register", seen), ("way", list(WAYS))):
            given = params.get(name, "")
            if given and given not in known:
                raise BadQuery(name, _("“%(value)s” is not one of the choices.") % {"value": given[:80]})
            setattr(self, name, given)
        if self.verb:
            self.conditions.append(Q(verb=self.verb))
        if self.register:
            self.conditions.append(Q(record__register=self.register))
        if self.way:
            self.conditions.append(Q(way__in=WAYS[self.way]))

    def _read_record(self, given: str) -> None:
        if not given:
            return
        key = None
        if re.fullmatch(PATTERN, given):
            key = RecordKey.objects.within(self.actor.organisation).filter(reference=given).first()
        if key is None or not may_see(self.actor, key):
            raise BadQuery("record", _("There is no record “%(reference)s” here.") % {"reference": given[:40]})
        self.record = given
        self.conditions.append(Q(record=key))

    def _read_period(self, params: QueryDict) -> None:
        self.first, self.last = _day("from", params.get("from", "")), _day("to", params.get("to", ""))
        if self.first and self.last and self.first > self.last:
            raise BadQuery("to", _("The last day comes before the first."))
        if self.first:
            self.conditions.append(Q(at__gte=_begin(self.first)))
        if self.last:
            self.conditions.append(Q(at__lt=_begin(self.last + dt.timedelta(days=1))))


def people_named(actor: Actor) -> list[tuple[str, str]]:
    """Everybody who has or had something to do here, by public id and name: members and outsiders."""
    members = Membership.objects.filter(organisation=actor.organisation).values("person")
    outsiders = GrantPeriod.objects.within(actor.organisation).values("person")
    people = Person.objects.filter(Q(pk__in=members) | Q(pk__in=outsiders)).order_by("name", "pk")
    return [(str(person.public_id), str(person)) for person in people]


def _day(name: str, given: str) -> dt.date | None:
    if not given:
        return None
    try:
        day = dt.date.fromisoformat(given)
    except ValueError:
        raise BadQuery(name, _("A day is written 2026-11-21.")) from None
    if not 1970 < day.year < 9999:
        raise BadQuery(name, _("A day is written 2026-11-21."))
    return day


def _begin(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
