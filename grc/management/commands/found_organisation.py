from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.urls import reverse

from grc.access.actor import Actor
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person


class Command(BaseCommand):
    help = "Makes an organisation and its first administrator, and prints the path by which they set a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("address", help="how it is called in addresses, such as nordhaven")
        parser.add_argument("email", help="the administrator's")

    @transaction.atomic
    def handle(self, *args: Any, name: str, address: str, email: str, **options: Any) -> None:
        try:
            validate_slug(address)
            validate_email(email)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        if Organisation.objects.filter(slug=address).exists():
            raise CommandError(f"There is an organisation called {address} already.")
        organisation = Organisation.objects.create(name=name, slug=address)
        person = Person.objects.filter(email=email.lower()).first() or Person.objects.create_user(email, name=email)
        with Actor.system(organisation, way="command").working():
            Membership.objects.create(organisation=organisation, person=person, role="administrator")
        key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        self.stdout.write(f"{name} is there. {email} sets a password at {path}")
