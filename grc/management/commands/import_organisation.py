from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grc.portable.reading import ArchiveRefused
from grc.portable.taking_in import take_in


class Command(BaseCommand):
    help = "Takes an archive in as a new organisation: all of it or nothing (docs/archive.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", metavar="FILE")
        parser.add_argument("--slug", required=True, help="how it is called in addresses here")
        parser.add_argument("--name", default="", help="its name here; without it, the one in the archive")
        parser.add_argument(
            "--with-members",
            action="store_true",
            help="roles and outsiders' grants go on as they were; without it they are ended, and nobody gets in",
        )

    def handle(self, *args: Any, archive: str, slug: str, name: str, with_members: bool, **options: Any) -> None:
        try:
            with Path(archive).open("rb") as file:
                taken = take_in(file, slug=slug, name=name, with_members=with_members)
        except OSError as error:
            raise CommandError(f"{archive} cannot be read: {error.strerror}") from None
        except ArchiveRefused as error:
            raise CommandError(f"Nothing was taken in. {error}") from None
        self.stdout.write(f"{taken.organisation.name} is there as {slug}: {taken.rows:,} rows, {taken.files:,} files")
        self.stdout.write(f"People: {taken.people_known} were known by their address, {taken.people_made} are new")
        for entry in taken.left_out:
            self.stdout.write(f"enter again: {entry}")
