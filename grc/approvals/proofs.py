"""Proving who one is, once more, for one decision.

The rule: a password is proven in the very request that decides. Every other way (authenticator code, passkey, identity
provider) is begun from the review's page for that one review; what allauth then records counts for five minutes, for
that review only, and for one decision. A login, however fresh, is no proof, and neither is a personal token.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.models.approval import Review
from grc.models.person import Person

LIFE = dt.timedelta(minutes=5)
BEGUN = "approval_proof"

METHODS = {
    "password": gettext_lazy("password"),
    "totp": gettext_lazy("authenticator code"),
    "recovery_codes": gettext_lazy("recovery code"),
    "webauthn": gettext_lazy("passkey"),
    "identity-provider": gettext_lazy("identity provider"),
}
"""How identity may have been proven: what ``Approval.method`` holds, and what people read."""


class NotProven(ValueError):
    """Nobody has shown just now that it is them; ``str()`` says what to do."""


class TooManyTries(NotProven):
    """Wrong too often in a row: wait."""


@dataclass(frozen=True)
class Proof:
    person: Person
    method: str
    at: dt.datetime

    def demand(self, person: Person) -> None:
        """Raise ``NotProven`` unless this proves, freshly, that ``person`` is there."""
        if self.person != person or self.method not in METHODS:
            raise NotProven(_("Confirm that it is you."))
        if not dt.timedelta(0) <= timezone.now() - self.at <= LIFE:
            raise NotProven(_("You confirmed that it is you too long ago. Confirm it once more."))


@dataclass(frozen=True)
class Way:
    """A way other than the password to prove who one is, as allauth offers it to this person."""

    key: str
    text: str


def method_text(method: str) -> str:
    return str(METHODS.get(method, method))


def prove_by_password(request: HttpRequest, person: Person, password: str) -> Proof:
    """The proof that a right password is: asked at the same door as at login, with its limits, lock-out and log.

    Raises ``NotProven``, and ``TooManyTries`` where that door is shut for a while.
    """
    if not person.has_usable_password():
        raise NotProven(_("You have no password here. Use one of the other ways to confirm that it is you."))
    try:
        found = password and get_adapter(request).authenticate(request, email=person.email, password=password)
    except ValidationError as error:
        raise TooManyTries(" ".join(error.messages)) from None
    if not found or found != person:
        raise NotProven(_("That is not your password."))
    return Proof(person, "password", timezone.now())


def ways_of(person: Person) -> list[Way]:
    """The further ways that this person has set up."""
    offered = get_adapter().get_reauthentication_methods(person)
    return [Way(way["id"], str(way["description"])) for way in offered if way["id"] != "reauthenticate"]


def begin_proof(request: HttpRequest, person: Person, review: Review, way: str) -> str:
    """Where to go to prove who one is by ``way``, for ``review`` and nothing else. Raises ``NotProven``."""
    offered = {entry["id"]: entry["url"] for entry in get_adapter().get_reauthentication_methods(person)}
    if way not in offered:
        raise NotProven(_("You have not set up this way to confirm that it is you."))
    request.session[BEGUN] = {"review": str(review.public_id), "at": timezone.now().timestamp()}
    back = reverse("approval", args=[review.organisation.slug, review.public_id])
    glue = "&" if "?" in offered[way] else "?"
    return f"{offered[way]}{glue}{urlencode({'next': back})}"


def proof_begun_for(request: HttpRequest, person: Person, review: Review) -> Proof | None:
    """What ``person`` proved after ``begin_proof`` for this review; None where that is not so, or too long ago."""
    begun = request.session.get(BEGUN)
    if not isinstance(begun, dict) or begun.get("review") != str(review.public_id):
        return None
    for record in reversed(get_authentication_records(request, person)):
        if not record.get("reauthenticated") or record["at"] <= begun["at"]:
            continue
        proof = Proof(person, _method(record), dt.datetime.fromtimestamp(record["at"], dt.UTC))
        return proof if timezone.now() - proof.at <= LIFE else None
    return None


def spend_proof(request: HttpRequest) -> None:
    """A proof is good for one decision."""
    request.session.pop(BEGUN, None)


def _method(record: dict[str, Any]) -> str:
    if record.get("method") == "mfa":
        return str(record.get("type", ""))
    return "identity-provider" if record.get("method") == "socialaccount" else str(record.get("method", ""))
