"""manage.py verify_store [--source LOG-0001 ...]: is what is stored still what was signed?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evidence.ingest.keeping import verify_store
from evidence.models.source import Source
from grc.access.actor import Actor
from grc.models.organisation import Organisation


class Command(BaseCommand):
    help = "Reads stored records again and compares files, rows and tree with the signed checkpoint."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", action="append", metavar="REFERENCE", help="only this source; may be repeated")
        parser.add_argument("--organisation", metavar="ADDRESS", help="only this organisation")

    def handle(self, *args: Any, **options: Any) -> None:
        bad, seen = 0, 0
        organisations = Organisation.objects.order_by("pk")
        if options["organisation"]:
            organisations = organisations.filter(slug=options["organisation"])
        for organisation in organisations:
            with Actor.system(organisation, way="command").working():
                sources = Source.objects.within(organisation).select_related("key", "organisation").order_by("pk")
                if options["source"]:
                    sources = sources.filter(reference__in=options["source"])
                for source in sources:
                    seen += 1
                    bad += self._verify(source)
        if not seen:
            raise CommandError("There is no such source.")
        if bad:
            raise CommandError(f"{bad} places are not as they were signed.")

    def _verify(self, source: Source) -> int:
        problems = verify_store(source)
        name = f"{source.organisation.slug} {source.reference} {source.origin}"
        for problem in problems:
            self.stdout.write(f"BAD   {name} at {problem.seq}: {problem.sentence} ({problem.place})")
        if not problems:
            self.stdout.write(f"GOOD  {name}")
        return len(problems)
