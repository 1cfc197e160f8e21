from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grc.models.organisation import Organisation
from grc.portable.export import ArchiveFailed, write_archive
from grc.portable.taking_in import silent


class Command(BaseCommand):
    help = "Writes everything that an organisation has here as one archive (docs/archive.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", metavar="ADDRESS", help="how it is called in addresses")
        parser.add_argument("output", metavar="FILE", help="where to write the zip file; it must not exist")

    def handle(self, *args: Any, organisation: str, output: str, **options: Any) -> None:
        found = Organisation.objects.filter(slug=organisation).first()
        if found is None:
            raise CommandError(f"There is no organisation “{organisation}”.")
        target = Path(output)
        try:
            with target.open("xb") as file:
                manifest = write_archive(file, organisation=found, progress=silent)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}") from None
        except ArchiveFailed as error:
            target.unlink()
            raise CommandError(str(error)) from None
        rows = sum(table["rows"] for table in manifest["tables"])
        self.stdout.write(f"{target}: {rows:,} rows, {len(manifest['files']):,} files")
        for entry in manifest["left_out"]:
            self.stdout.write(f"left out: {entry['table']}: {entry['column']} ({entry['rows']})")
