from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from grc.access.actor import Actor
from grc.identity.emergency import renew_emergency_account
from grc.models.organisation import Organisation


class Command(BaseCommand):
    help = "Makes or renews an organisation's emergency account, and prints its password once: keep it in a safe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, help="its address, such as nordhaven")

    def handle(self, *args: Any, organisation: str, **options: Any) -> None:
        found = Organisation.objects.filter(slug=organisation).first()
        if found is None:
            raise CommandError(f"There is no organisation called {organisation}.")
        actor = Actor.system(found, way="command")
        with actor.working(), transaction.atomic():
            person, password = renew_emergency_account(by=actor)
        self.stdout.write(f"Address:  {person.email}")
        self.stdout.write(f"Password: {password}")
        self.stdout.write("It is shown this once. Print it, seal it, and put it into a safe.")
