"""Decision records in an outsider's room: the stretches that their scope names, through the insiders' own look-up."""

import uuid
from dataclasses import replace

from django.http import QueryDict

from evidence.find.lookup import Found, find_decision
from evidence.find.period import Period
from evidence.find.query import DecisionQuery
from evidence.find.reach import DecisionReach
from grc.models.file import File
from grc.models.record import RecordQuerySet
from grc.room.contents import Room

ASKED_FOR = ("outcome", "policy", "model", "from", "to", "cursor")
"""What a visitor may filter by. Customers' keyed hashes are not among it: they would tell who is a customer."""


def reach_of(room: Room) -> DecisionReach:
    """What a room lets its visitor find."""
    return DecisionReach.of_scope(room.period.organisation, room.stretches)


def query_of(params: QueryDict) -> DecisionQuery:
    """The visitor's filters, over the whole of what is shared unless they name days. Raises ``BadQuery``."""
    asked = QueryDict(mutable=True)
    for name in ASKED_FOR:
        asked.setlist(name, params.getlist(name))
    query = DecisionQuery.read(asked)
    return query if asked.get("from") or asked.get("to") else replace(query, period=Period.last("10y"))


def found_in(room: Room, decision: uuid.UUID) -> Found | None:
    """A decision of the room; None for every other one, however well its id is guessed."""
    found = find_decision(reach_of(room), decision)
    return replace(found, others=[]) if found else None  # what else carries the id may lie outside the scope


def files_in(room: Room) -> "RecordQuerySet[File]":
    """The files that a bundle may carry: those that the room lists anyway."""
    ids = [entry["id"] for record in room.records for entry in record.files]
    return File.objects.within(room.period.organisation).filter(public_id__in=ids)
