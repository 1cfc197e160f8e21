"""What a browser's session is good for, and ending it.

A session that an identity provider vouched for is good for that provider's organisation and nothing else: another
organisation never trusts it, and it changes nothing that belongs to the person wherever they are (password, second
factor, tokens). The emergency account's session ends after an hour.
"""

import time
from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import NotVisible, require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.actions.people import is_member, organisations_of
from grc.context import client_address
from grc.models.activity import ActivityEvent
from grc.models.organisation import Organisation
from grc.models.person import Person

EMERGENCY_SECONDS = 3600
_VOUCHED, _ENDS, _SEEN, _ENTERED = "assay_vouched", "assay_ends", "assay_seen", "assay_entered"
_SEEN_EVERY = 300


@dataclass(frozen=True)
class Vouched:
    """Who said who this is: the provider (its public id) of an organisation, and whether with a second factor."""

    organisation_id: int
    provider: str
    second_factor: bool


def vouched(request: HttpRequest, person: Any = None) -> Vouched | None:
    """The provider's word about ``person`` (who is signed in, if not given) that this session rests on; None where
    they signed in here. A word about one person is none about another who signs in in the same browser."""
    session = getattr(request, "session", None)
    found = session.get(_VOUCHED) if session is not None else None
    if not found or found["person"] != (person or request.user).pk:
        return None
    return Vouched(found["organisation"], found["provider"], found["second_factor"])


def set_vouched(request: HttpRequest, word: Vouched | None, person: Person | None = None) -> None:
    """Write down, for the session that begins, whose word about ``person`` it rests on."""
    if word is None or person is None:
        request.session.pop(_VOUCHED, None)
    else:
        request.session[_VOUCHED] = {
            "person": person.pk,
            "organisation": word.organisation_id,
            "provider": word.provider,
            "second_factor": word.second_factor,
        }


def is_good_for(request: HttpRequest, organisation: Organisation) -> bool:
    """Whether this session may open ``organisation`` at all."""
    word = vouched(request)
    return word is None or word.organisation_id == organisation.pk


def is_bound(request: HttpRequest) -> bool:
    """Whether this session must leave alone what belongs to the person everywhere: password, factors, tokens."""
    return vouched(request) is not None or getattr(request.user, "break_glass_for_id", None) is not None


def limit(request: HttpRequest, seconds: int) -> None:
    """End this session ``seconds`` from now, whatever happens in it."""
    request.session[_ENDS] = time.time() + seconds


def is_over(request: HttpRequest) -> bool:
    ends = request.session.get(_ENDS)
    return ends is not None and time.time() >= ends


def note_seen(request: HttpRequest) -> None:
    """Keep the list of sessions current, every few minutes."""
    if not _is_listed(request) or time.time() - request.session.get(_SEEN, 0) < _SEEN_EVERY:
        return
    request.session[_SEEN] = time.time()
    seen = {"last_seen_at": timezone.now()}
    if address := client_address(request):
        seen["ip"] = address  # type: ignore[assignment]
    UserSession.objects.filter(session_key=request.session.session_key).update(**seen)


def note_entered(request: HttpRequest, organisation: Organisation) -> None:
    """Write down that this session has opened ``organisation``: from then on its administrators may end it."""
    entered = request.session.get(_ENTERED, [])
    if organisation.pk in entered or not _is_listed(request):
        return
    request.session[_ENTERED] = [*entered, organisation.pk]
    UserSession.objects.filter(session_key=request.session.session_key).update(
        data={"organisations": request.session[_ENTERED]}
    )


def _is_listed(request: HttpRequest) -> bool:
    return bool(get_authentication_records(request, request.user))  # type: ignore[arg-type]


def sessions_here(person: Person, organisation: Organisation) -> list[UserSession]:
    """The open sessions that matter to ``organisation``: all of somebody who belongs nowhere else, otherwise those in
    which it was opened."""
    sessions = UserSession.objects.purge_and_list(person)
    if {found.pk for found in organisations_of(person)} <= {organisation.pk}:
        return list(sessions)
    return [session for session in sessions if organisation.pk in session.data.get("organisations", [])]


@transaction.atomic
def end_sessions(*, person: Person, by: Actor) -> int:
    """End the sessions of a member that matter to this organisation; returns how many those were.

    Raises ``NotVisible`` for a stranger, ``Denied``.
    """
    require(by, Permission.PEOPLE_EDIT)
    if not is_member(person, by.organisation):
        raise NotVisible
    sessions = sessions_here(person, by.organisation)
    for session in sessions:
        session.end()
    detail = f"{person.email}: {len(sessions)} sessions ended"
    record_activity(by=by, verb=ActivityEvent.Verb.REVOKED, detail=detail)
    return len(sessions)
