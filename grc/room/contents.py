"""What a room holds: the versions of its scope's latest revision, and nothing that was made later."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grc.models.file import File
from grc.models.scope import GrantPeriod, ScopeEntry, ScopeRevision
from grc.models.version import Version

MAX_SEARCH_LENGTH = 200


@dataclass(frozen=True)
class RoomRecord:
    """A shared record as it stood. ``body`` is the parsed version (see ``grc.actions.versions.snapshot``), without its
    links to records outside of the room and without attachments: ``links_withheld`` and ``attachments_withheld`` say
    how many those are."""

    version: Version
    body: dict[str, Any]

    @property
    def reference(self) -> str:
        return str(self.body["reference"])

    @property
    def title(self) -> str:
        return str(self.body["title"])

    @property
    def kind(self) -> str:
        return str(self.body["kind"])

    @property
    def files(self) -> list[dict[str, Any]]:
        return list(self.body.get("files", ()))

    def text(self) -> str:
        """Everything that a reader could search for, in lower case."""
        return "\n".join(_strings(self.body)).lower()


@dataclass(frozen=True)
class Room:
    """One running grant period, with what it opens."""

    period: GrantPeriod
    revision: ScopeRevision
    records: list[RoomRecord]
    stretches: list[ScopeEntry]

    @classmethod
    def open(cls, period: GrantPeriod) -> "Room":
        """The room of a period that runs (the caller has judged that). Four queries, whatever its size."""
        revision = (
            ScopeRevision.unscoped.filter(scope=period.scope, organisation=period.organisation)
            .order_by("-number")
            .first()
        )
        if revision is None:
            raise LookupError(f"scope {period.scope_id} has no revision")
        entries = list(
            ScopeEntry.unscoped.filter(revision=revision)
            .select_related("version", "version__key", "log")
            .order_by("pk")
        )
        versions = [entry.version for entry in entries if entry.version]
        shared = {version.key.reference for version in versions}
        records = [RoomRecord(version, _within(json.loads(bytes(version.body)), shared)) for version in versions]
        return cls(period, revision, sorted(records, key=lambda r: r.reference), [e for e in entries if e.log_id])

    def find(self, text: str = "", kind: str = "") -> list[RoomRecord]:
        """The records that hold ``text`` and are of ``kind`` (a register's slug)."""
        needle = text.strip().lower()[:MAX_SEARCH_LENGTH]
        return [r for r in self.records if (not kind or r.body["register"] == kind) and needle in r.text()]

    def record(self, reference: str) -> RoomRecord | None:
        return next((r for r in self.records if r.reference == reference), None)

    def kinds(self) -> dict[str, str]:
        """The registers that occur, slug to name."""
        return {r.body["register"]: r.kind for r in self.records}

    def file(self, public_id: str) -> tuple[RoomRecord, File] | None:
        """A file that one of the versions lists; None for every other file, however well its id is guessed."""
        for record in self.records:
            if any(entry["id"] == public_id for entry in record.files):
                file = File.unscoped.filter(organisation=self.period.organisation, public_id=public_id).first()
                return (record, file) if file else None
        return None


def _within(body: dict[str, Any], shared: set[str]) -> dict[str, Any]:
    """A version's body, its links as far as they stay among the ``shared`` references, and without attachments."""
    links, attachments = body.get("links", []), body.get("attachments", [])
    kept = [link for link in links if link["reference"] in shared]
    rest = {name: part for name, part in body.items() if name != "attachments"}
    return rest | {
        "links": kept,
        "links_withheld": len(links) - len(kept),
        "attachments_withheld": len(attachments),
    }


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
