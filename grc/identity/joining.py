"""Becoming somebody here: an account by an invitation's link, and the first session with it."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from grc.identity.invitations import NotOpen, accept_invitation, invitation_of
from grc.models.organisation import Organisation
from grc.models.person import Person


def join_as_new_person(*, secret: str, name: str, password: str, address: str = "") -> Person:
    """Make the account that the invitation is for, and let it in: both, or nothing. The link proves the address.

    Raises ``NotOpen``, ``NotPossible``.
    """
    found = invitation_of(secret)
    if found is None:
        raise NotOpen(_("This link is not valid (any more)."))
    try:
        with transaction.atomic():
            person = Person.objects.create_user(found.email, password, name=name.strip())
            accept_invitation(secret=secret, person=person, address=address)
    except IntegrityError:
        raise NotOpen(_("There is an account with this address by now: sign in, and open the link again.")) from None
    return person


def sign_in_new_person(request: HttpRequest, person: Person, organisation: Organisation) -> HttpResponse:
    """The session of somebody who has just chosen their password."""
    record_authentication(request, person, "password", email=person.email)
    login = Login(user=person, redirect_url=reverse("home", args=[organisation.slug]))
    answer: HttpResponse = perform_login(request, login)
    return answer
