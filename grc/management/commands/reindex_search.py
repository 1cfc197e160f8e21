from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from grc.access.actor import Actor
from grc.models.organisation import Organisation
from grc.registers.register import registers
from grc.search.index import reindex


class Command(BaseCommand):
    help = "Indexes every record for the search again: after an update, or after rows were written past the product."

    def handle(self, *args: Any, **options: Any) -> None:
        for organisation in Organisation.objects.order_by("pk"):
            total = 0
            for register in registers:
                with Actor.system(organisation, way="command").working(), transaction.atomic():
                    total += reindex(organisation, register)
            self.stdout.write(f"{organisation.slug}: {total}")
