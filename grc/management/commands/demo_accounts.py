import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grc.demo import ORGANISATIONS, PEOPLE, demo_password
from grc.models.person import Person


class Command(BaseCommand):
    help = "Prints the demo people as JSON: role, email, password, name and organisation of each."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Person.objects.filter(email=PEOPLE[0].email).exists():
            raise CommandError("There is no demo in this database: run `manage.py seed_demo` first.")
        accounts = [
            {
                "role": person.role,
                "email": person.email,
                "password": demo_password(person.email),
                "name": person.name,
                "organisation": ORGANISATIONS[person.organisation],
            }
            for person in PEOPLE
        ]
        self.stdout.write(json.dumps(accounts, indent=2, ensure_ascii=False))
