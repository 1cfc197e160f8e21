"""Our list of subprocessors as customers read it, and its published editions: each stays as it was."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import create_record
from grc.actions.versions import make_version
from grc.models.organisation import Organisation
from grc.models.version import Version
from vendors.changes.recipients import today_of
from vendors.models import Subprocessor, SubprocessorChange, SubprocessorList

Line = dict[str, Any]
CURRENT, PLANNED, LEAVING = "current", "planned", "leaving"
COMPARED = ("service", "location", "data", "safeguard", "state", "since", "from", "until")


class NothingNew(ValueError):
    """The list is what the latest edition says already; ``str()`` says which."""


@dataclass(frozen=True)
class PublicList:
    """``changed_on``: the day of the last change that took effect; None where none has."""

    lines: list[Line]
    changed_on: dt.date | None

    @property
    def current(self) -> list[Line]:
        return [line for line in self.lines if line["state"] != PLANNED]

    @property
    def planned(self) -> list[Line]:
        return [line for line in self.lines if line["state"] == PLANNED]


def read_list(organisation: Organisation) -> PublicList:
    """Who is on it, and what is announced; drafts are nobody's business outside. Three queries."""
    announced = SubprocessorChange.objects.within(organisation).filter(
        state=SubprocessorChange.State.ANNOUNCED, archived_at=None
    )
    comes: dict[int, dt.date] = {}
    goes: dict[int, dt.date] = {}
    for change in announced:
        removal = change.kind == SubprocessorChange.Kind.REMOVE
        (goes if removal else comes)[change.subprocessor_id] = change.effective_on
        if change.replaces_id is not None:
            goes[change.replaces_id] = change.effective_on
    rows = Subprocessor.objects.within(organisation).filter(archived_at=None).order_by("name", "service", "pk")
    lines = []
    for row in rows.exclude(state=Subprocessor.State.REMOVED):
        if row.state == Subprocessor.State.CURRENT:
            lines.append(_line(row, LEAVING if row.pk in goes else CURRENT, until=goes.get(row.pk)))
        elif row.pk in comes:
            lines.append(_line(row, PLANNED, begins=comes[row.pk]))
    lines.sort(key=lambda line: line["state"] == PLANNED)
    return PublicList(lines, _changed_on(organisation))


def _changed_on(organisation: Organisation) -> dt.date | None:
    every = Subprocessor.objects.within(organisation).values_list("since", "until")
    return max((day for days in every for day in days if day), default=None)


def _line(row: Subprocessor, state: str, *, begins: dt.date | None = None, until: dt.date | None = None) -> Line:
    def iso(day: dt.date | None) -> str:
        return day.isoformat() if day else ""

    return {
        "name": row.name, "service": row.service, "location": row.location, "data": list(row.data),
        "safeguard": row.safeguard, "state": state, "since": iso(row.since), "from": iso(begins), "until": iso(until),
    }  # fmt: skip


@dataclass(frozen=True)
class Edition:
    """A published list with the version that proves it."""

    record: SubprocessorList
    version: Version


def editions_of(organisation: Organisation) -> list[Edition]:
    """The latest first. Two queries."""
    rows = SubprocessorList.objects.within(organisation).filter(archived_at=None, published_on__isnull=False)
    records = list(rows.select_related("organisation", "created_by").order_by("-pk"))
    versions = Version.objects.within(organisation).filter(key__in=[row.pk for row in records]).defer("body")
    first = {version.key_id: version for version in versions.order_by("-number")}
    return [Edition(row, first[row.pk]) for row in records if row.pk in first]


def is_new(shown: PublicList, editions: Sequence[Edition]) -> bool:
    """Whether the list says something that the latest edition does not."""
    return not editions or editions[0].record.lines != shown.lines


@transaction.atomic
def publish_list(*, by: Actor, note: str = "", at: dt.datetime | None = None) -> SubprocessorList:
    """Freeze the list as it stands as the next edition, with its SHA-256. Raises ``NothingNew``, ``Denied``."""
    require(by, Permission.CUSTOMERS_EDIT)
    Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation.pk)  # two at once publish one edition
    editions, shown = editions_of(by.organisation), read_list(by.organisation)
    if not is_new(shown, editions):
        raise NothingNew(_("%(edition)s says the same already.") % {"edition": editions[0].record})
    edition = SubprocessorList(
        organisation=by.organisation, note=note.strip()[:300], published_on=today_of(at or timezone.now()),
        lines=shown.lines,
    )  # fmt: skip
    made = create_record(record=edition, by=by)
    make_version(record=made, by=by)
    return made


@dataclass(frozen=True)
class Difference:
    """One company's line: ``kind`` is added, removed or changed; ``what``: (field, before, after)."""

    kind: str
    line: Line
    what: list[tuple[str, Any, Any]]


def differences(before: Sequence[Line], after: Sequence[Line]) -> list[Difference]:
    """What changed from one edition to a later one, by company and service."""
    old, new = _by_company(before), _by_company(after)
    found = [Difference("added", line, []) for key, line in new.items() if key not in old]
    found += [Difference("removed", line, []) for key, line in old.items() if key not in new]
    for key, line in new.items():
        if key in old:
            pairs = [(name, old[key].get(name, ""), line.get(name, "")) for name in COMPARED]
            what = [(name, was, now) for name, was, now in pairs if was != now]
            if what:
                found.append(Difference("changed", line, what))
    return sorted(found, key=lambda one: str(one.line["name"]).lower())


def _by_company(lines: Sequence[Line]) -> dict[tuple[str, str], Line]:
    return {(line["name"], line["service"]): line for line in lines}
