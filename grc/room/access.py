"""Letting a visitor in: one function for pages and API, which judges, opens and writes down."""

import uuid

from django.http import HttpRequest

from grc.access.gate import NotVisible
from grc.access.room import running_periods
from grc.context import Context, client_address, set_context, working_in
from grc.identity.door import demand_session
from grc.identity.second_factor import OUTSIDER
from grc.models.activity import ActivityEvent
from grc.models.person import Person
from grc.models.record import RecordKey
from grc.room.contents import Room


def enter(request: HttpRequest, person: Person, scope: uuid.UUID, *, way: str) -> Room:
    """The room of ``scope``, if a grant period of this person's runs right now. Raises ``NotVisible``."""
    address = client_address(request)
    with working_in(Context(None, person.pk, way, address)):
        period = running_periods(person).filter(scope__public_id=scope).select_related("scope", "organisation").first()
    if period is None:
        raise NotVisible
    demand_session(request, person=person, organisation=period.organisation, roles=[OUTSIDER])
    set_context(Context(period.organisation.pk, person.pk, way, address))
    return Room.open(period)


def note_view(
    room: Room,
    *,
    what: str,
    request: HttpRequest,
    way: str,
    verb: ActivityEvent.Verb = ActivityEvent.Verb.VIEWED,
    record: RecordKey | None = None,
) -> None:
    """Every view of an outsider stands in the activity log, with the record or, failing one, what the room is about."""
    ActivityEvent.unscoped.create(
        organisation=room.period.organisation,
        person=room.period.person.public_id,
        verb=verb,
        record=record or room.period.scope.about,
        detail=what[:500],
        way=way,
        address=client_address(request),
    )
