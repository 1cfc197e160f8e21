from typing import Any

from django.core.management.base import BaseCommand

from grc.access.actor import Actor
from grc.models.organisation import Organisation
from vendors.shadow.seen import count_again


class Command(BaseCommand):
    help = "Count anew, from all decision records, which AI system called which model."

    def handle(self, *args: Any, **options: Any) -> None:
        for organisation in Organisation.objects.order_by("pk"):
            with Actor.system(organisation, way="command").working():
                self.stdout.write(f"{organisation.slug}: {count_again(organisation)} records counted")
