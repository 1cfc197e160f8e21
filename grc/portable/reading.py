"""Opening an archive that anybody may have made: nothing in it is believed before it was checked.

Member names are looked up in what the manifest and the code know, and are never paths. Every member is read as a
stream, against its size, its ratio and its SHA-256, so that memory stays small whatever it claims.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from grc import strict_json
from grc.portable.export import FORMAT, PERSON_COLUMNS, VERSION
from grc.portable.tables import Table, carried_tables
from grc.uploads.refusal import ContentRefused
from grc.uploads.zip_directory import Entry, read_directory
from grc.uploads.zip_members import Budget, unpacked

MOST_ENTRIES = 200_000
MOST_DIRECTORY_BYTES = 32 * 1024 * 1024
MOST_MANIFEST = 64 * 1024 * 1024
MOST_LINE = 32 * 1024 * 1024
MOST_RATIO = 200
RATIO_FREE = 16 * 1024 * 1024


class ArchiveRefused(Exception):
    """The archive is not taken in; ``str()`` says what is wrong where. Nothing of it was kept."""


class _Budget(Budget):
    """An archive may be large, and may not unpack to many times its size."""

    def spend_unpacked(self, size: int) -> None:
        self.unpacked += size
        if self.unpacked > RATIO_FREE and self.unpacked > MOST_RATIO * self.packed:
            raise ContentRefused(f"unpacks to more than {MOST_RATIO} times its size, as bombs do", "")


@dataclass(frozen=True)
class Part:
    """A table's rows in the archive; ``columns`` is what each line holds."""

    table: Table
    member: str
    columns: list[str]
    rows: int
    sha256: str


class Archive:
    """An archive whose directory and manifest were checked. Raises ``ArchiveRefused`` from every method."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._budget = _Budget(entries=MOST_ENTRIES)
        try:
            size = stream.seek(0, 2)
            entries = read_directory(stream, size, MOST_ENTRIES, MOST_DIRECTORY_BYTES)
        except ContentRefused as error:
            raise ArchiveRefused(_("The archive %(problem)s.") % {"problem": error.problem}) from None
        self._entries = {entry.name: entry for entry in entries}
        if len(self._entries) != len(entries):
            raise ArchiveRefused(_("The archive holds two members of one name."))
        self._manifest = self._read_manifest()
        self.organisation = self._read_organisation()
        self.parts = [self._part(described) for described in self._list("tables")]
        self.files = dict(self._files())
        self._refuse_more()

    def people(self) -> Iterator[dict[str, str]]:
        described = self._manifest.get("people")
        if not isinstance(described, dict):
            raise ArchiveRefused(_("The manifest does not say who the people are."))
        for number, row in self._lines("people.jsonl", described.get("sha256"), described.get("rows")):
            if set(row) != set(PERSON_COLUMNS) or not all(isinstance(value, str) for value in row.values()):
                raise ArchiveRefused(_("people.jsonl, line %(line)d: this is no person.") % {"line": number})
            yield row

    def rows(self, part: Part) -> Iterator[tuple[int, dict[str, Any]]]:
        """Line number and row, for each row of a table, with exactly the columns that the manifest names."""
        wanted = set(part.columns)
        for number, row in self._lines(part.member, part.sha256, part.rows):
            if set(row) != wanted:
                raise ArchiveRefused(
                    _("%(member)s, line %(line)d: these are not the columns that the manifest names.")
                    % {"member": part.member, "line": number}
                )
            yield number, row

    def file(self, digest: str) -> Iterator[bytes]:
        """The bytes of a file, in pieces; the last one comes only if all of them were right."""
        name = f"files/{digest}"
        size, total, held = 0, hashlib.sha256(), b""
        for piece in self._unpacked(name):
            total.update(piece)
            size += len(piece)
            if size > self.files[digest]:
                raise ArchiveRefused(_("%(member)s is larger than the manifest says.") % {"member": name})
            if held:
                yield held
            held = piece
        if total.hexdigest() != digest or size != self.files[digest]:
            raise ArchiveRefused(_("%(member)s is not what its name says: its SHA-256 differs.") % {"member": name})
        yield held

    def left_out(self) -> list[str]:
        """Secrets that are to be entered again, as table and column."""
        return [
            f"{entry.get('table')}: {entry.get('column')} ({entry.get('rows')})"
            for entry in self._list("left_out")
            if isinstance(entry, dict)
        ]

    def _read_manifest(self) -> dict[str, Any]:
        raw = b"".join(self._up_to("manifest.json", MOST_MANIFEST))
        try:
            found = strict_json.loads(raw, max_bytes=MOST_MANIFEST, max_depth=8, floats=False)
        except strict_json.JSONRefused as error:
            raise ArchiveRefused(_("manifest.json cannot be read: %(why)s.") % {"why": error}) from None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ArchiveRefused(_("This is no archive of an organisation."))
        if found.get("version") != VERSION:
            raise ArchiveRefused(_("This archive is of another version than %(n)d.") % {"n": VERSION})
        return found

    def _read_organisation(self) -> dict[str, Any]:
        found = self._manifest.get("organisation")
        if (
            not isinstance(found, dict)
            or not isinstance(found.get("name"), str)
            or not isinstance(found.get("slug"), str)
            or not isinstance(found.get("mfa_roles"), list)
            or not all(isinstance(role, str) for role in found["mfa_roles"])
        ):
            raise ArchiveRefused(_("The manifest does not say whose archive this is."))
        return found

    def _list(self, name: str) -> list[Any]:
        found = self._manifest.get(name)
        if not isinstance(found, list):
            raise ArchiveRefused(_("The manifest has no list of %(name)s.") % {"name": name})
        return found

    def _part(self, described: Any) -> Part:
        known = {table.label: table for table in carried_tables()}
        label = described.get("table") if isinstance(described, dict) else None
        table = known.get(label) if isinstance(label, str) else None
        if table is None:
            raise ArchiveRefused(_("There is no table %(name)s here.") % {"name": str(label)[:80]})
        columns, rows, digest = described.get("columns"), described.get("rows"), described.get("sha256")
        readable = {name for name, column in table.columns.items() if not column.secret}
        if not isinstance(columns, list) or len(set(map(str, columns))) != len(columns):
            raise ArchiveRefused(_("The manifest does not name the columns of %(table)s.") % {"table": label})
        for name in columns:
            if name not in readable:
                raise ArchiveRefused(
                    _("%(table)s has no column %(name)s here.") % {"table": label, "name": str(name)[:80]}
                )
        for name in readable - set(columns):
            field = table.columns[name].field
            if not (field.null or field.has_default() or field.blank):
                raise ArchiveRefused(_("%(table)s lacks the column %(name)s.") % {"table": label, "name": name})
        if type(rows) is not int or not isinstance(digest, str):
            raise ArchiveRefused(_("The manifest does not count the rows of %(table)s.") % {"table": label})
        return Part(table, f"tables/{label}.jsonl", columns, rows, digest)

    def _files(self) -> Iterator[tuple[str, int]]:
        for described in self._list("files"):
            digest = described.get("sha256") if isinstance(described, dict) else None
            size = described.get("size") if isinstance(described, dict) else None
            if not isinstance(digest, str) or type(size) is not int or f"files/{digest}" not in self._entries:
                raise ArchiveRefused(_("The manifest names a file that is not in the archive."))
            yield digest, size

    def _refuse_more(self) -> None:
        members = [part.member for part in self.parts]
        if len(set(members)) != len(members):
            raise ArchiveRefused(_("The manifest names a table twice."))
        expected = {"manifest.json", "people.jsonl", *members, *(f"files/{digest}" for digest in self.files)}
        if more := sorted(self._entries.keys() - expected):
            raise ArchiveRefused(_("The manifest does not name the member %(name)s.") % {"name": more[0][:80]})

    def _lines(self, member: str, digest: Any, rows: Any) -> Iterator[tuple[int, dict[str, Any]]]:
        total, held, number = hashlib.sha256(), b"", 0
        for piece in self._unpacked(member):
            total.update(piece)
            *whole, held = (held + piece).split(b"\n")
            for line in whole:
                number += 1
                yield number, self._object(member, number, line)
            if len(held) > MOST_LINE:
                raise ArchiveRefused(_("%(member)s holds a line that is too long.") % {"member": member})
        if held or total.hexdigest() != digest or number != rows:
            raise ArchiveRefused(
                _("%(member)s is not what the manifest says: its rows or its SHA-256 differ.") % {"member": member}
            )

    def _object(self, member: str, number: int, line: bytes) -> dict[str, Any]:
        try:
            found = strict_json.loads(line, max_bytes=MOST_LINE, max_depth=40)
        except strict_json.JSONRefused as error:
            where = {"member": member, "line": number, "why": error}
            raise ArchiveRefused(_("%(member)s, line %(line)d: %(why)s.") % where) from None
        if not isinstance(found, dict):
            raise ArchiveRefused(_("%(member)s, line %(line)d is no row.") % {"member": member, "line": number})
        return found

    def _up_to(self, member: str, limit: int) -> Iterator[bytes]:
        size = 0
        for piece in self._unpacked(member):
            size += len(piece)
            if size > limit:
                raise ArchiveRefused(_("%(member)s is too large.") % {"member": member})
            yield piece

    def _unpacked(self, member: str) -> Iterator[bytes]:
        entry: Entry | None = self._entries.get(member)
        if entry is None:
            raise ArchiveRefused(_("The archive lacks %(member)s.") % {"member": member})
        try:
            yield from unpacked(self._stream, entry, self._budget)
        except ContentRefused as error:
            what = {"member": member, "problem": error.problem}
            raise ArchiveRefused(_("%(member)s: the archive %(problem)s.") % what) from None
