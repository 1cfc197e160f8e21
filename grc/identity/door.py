"""What a session must be, beside its person's roles, to open an organisation's pages, API or room."""

from collections.abc import Collection
from typing import Any

from grc.access.gate import NotVisible
from grc.identity.second_factor import demand_second_factor
from grc.identity.sessions import is_good_for, note_entered
from grc.models.organisation import Organisation
from grc.models.person import Person


def demand_session(request: Any, *, person: Person, organisation: Organisation, roles: Collection[str]) -> None:
    """``request``: Django's, or the API's, whose ``auth`` is the personal token where one was sent.

    Raises ``NotVisible`` in a session that another organisation's provider vouched for, ``SecondFactorNeeded``.
    """
    token = getattr(request, "auth", None) is not None
    if not token and not is_good_for(request, organisation):
        raise NotVisible
    demand_second_factor(request, person=person, organisation=organisation, roles=roles, token=token)
    if not token:
        note_entered(request, organisation)
