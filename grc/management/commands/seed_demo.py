from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from grc.access.actor import Actor
from grc.demo import HOME, ORGANISATIONS
from grc.models.organisation import Organisation
from grc.registries import seeders


class Command(BaseCommand):
    help = "Fills the demo organisations. What is there already stays; run it as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        strangers = Organisation.objects.exclude(slug__in=ORGANISATIONS)
        if strangers.exists():
            raise CommandError("This database holds organisations that are not the demo's: nothing was added.")
        for seed in seeders:
            home = Organisation.objects.filter(slug=HOME).first()  # the first seeder makes it
            work = Actor.system(home, way="command").working() if home else nullcontext()
            with work, transaction.atomic():
                seed()
