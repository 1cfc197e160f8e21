import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.bundles.assemble import NotBundled, disclose
from evidence.find.lookup import Found, find_decision, find_latest
from evidence.find.query import read_decision_id
from evidence.find.reach import DecisionReach
from grc.access.actor import Actor
from grc.models.organisation import Organisation


class Command(BaseCommand):
    help = "Write the bundle of a decision: what a stranger needs to check it offline with verify.pyz."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("decision", nargs="?", metavar="DECISION_ID", help="the decision's id, a UUID")
        which.add_argument("--latest", action="store_true", help="the newest decision that a checkpoint covers")
        parser.add_argument("--output", required=True, metavar="FILE", help="where to write the zip file")
        parser.add_argument(
            "--organisation", metavar="SLUG", help="whose decision; without it, all organisations are searched"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = self._found(self._organisations(options["organisation"]), options)
        if found is None:
            raise CommandError("There is no such decision. One that is in quarantine has no bundle.")
        actor = Actor.system(found.decision.source.organisation, way="command")
        try:
            with actor.working():
                raw = disclose(found, by=actor)
        except NotBundled as error:
            raise CommandError(error.reason) from None
        self._write(Path(options["output"]), raw, found)

    def _found(self, organisations: list[Organisation], options: dict[str, Any]) -> Found | None:
        every = []
        for organisation in organisations:
            actor = Actor.system(organisation, way="command")
            with actor.working():
                every.append(self._find(DecisionReach.whole(actor), options))
        return max((found for found in every if found), key=lambda found: found.decision.ts, default=None)

    def _organisations(self, slug: str | None) -> list[Organisation]:
        rows = Organisation.objects.order_by("pk")
        if slug is None:
            return list(rows)
        found = list(rows.filter(slug=slug))
        if not found:
            raise CommandError(f"There is no organisation “{slug}”.")
        return found

    def _find(self, reach: DecisionReach, options: dict[str, Any]) -> Found | None:
        if options["latest"]:
            return find_latest(reach)
        identifier: uuid.UUID | None = read_decision_id(options["decision"])
        if identifier is None:
            raise CommandError("This is no decision id: it has the form 01939c1e-7d11-7abc-8def-000000000000.")
        return find_decision(reach, identifier)

    def _write(self, target: Path, raw: bytes, found: Found) -> None:
        try:
            target.write_bytes(raw)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}") from None
        source = found.decision.source
        self.stdout.write(f"{target}: decision {found.decision.decision_id}, {len(raw):,} bytes")
        self.stdout.write(f"Check it anywhere: python verify.pyz --key {source.fingerprint} {target}")
