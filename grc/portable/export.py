"""Writing the archive: every table as it stood at one instant, then the files that the rows name."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import IsolationLevel

from grc.access.actor import Actor
from grc.jobs.runners import Progress
from grc.models.file import File
from grc.models.organisation import Organisation
from grc.portable.tables import Column, Table, carried_tables, columns_naming_files
from grc.portable.values import to_json

FORMAT, VERSION = "assay-organisation", 1
EVERY = 2000
CHUNK = 1024 * 1024
PERSON_COLUMNS = ("public_id", "email", "name", "time_zone", "region")


class ArchiveFailed(Exception):
    """The archive cannot be made whole; ``str()`` says what is missing."""


@contextmanager
def snapshot() -> Iterator[Any]:
    """A connection of its own, on which every query sees the same instant, whatever is written meanwhile."""
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        own.ensure_connection()
        own.connection.isolation_level = IsolationLevel.REPEATABLE_READ
        own.set_autocommit(False)
        yield own
    finally:
        own.close()


def write_archive(stream: IO[bytes], *, organisation: Organisation, progress: Progress) -> dict[str, Any]:
    """Write the archive to ``stream`` (seekable); returns its manifest. Raises ``ArchiveFailed``."""
    with Actor.system(organisation).working(), snapshot() as reading:
        writer = _Writer(stream, organisation, reading, progress)
        with writer.zip:
            return writer.write()


class _Writer:
    def __init__(self, stream: IO[bytes], organisation: Organisation, reading: Any, progress: Progress) -> None:
        self.zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.organisation = organisation
        self.reading = reading
        self.progress = progress
        self.done = 0
        self.people: dict[int, str] = {}
        self.files: dict[str, int] = {}
        self.paths: dict[str, str] = {}
        self.left_out: list[dict[str, Any]] = []

    def write(self) -> dict[str, Any]:
        tables = carried_tables()
        self.progress(0, self._count(tables), _("Counting"))
        described = [self._table(table, self._only_named(tables) if table.model is File else "") for table in tables]
        self._write_files()
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": timezone.now().isoformat(),
            "organisation": {
                "name": self.organisation.name,
                "slug": self.organisation.slug,
                "mfa_roles": self.organisation.mfa_roles,
            },
            "people": self._people(),
            "tables": described,
            "files": [{"sha256": digest, "size": size} for digest, size in sorted(self.files.items())],
            "left_out": self.left_out,
        }
        self._member("manifest.json", [json.dumps(manifest, ensure_ascii=False, indent=1).encode()])
        return manifest

    def _count(self, tables: list[Table]) -> int:
        with self.reading.cursor() as cursor:
            total = 0
            for table in tables:
                sql = f"SELECT count(*) FROM {table.name} WHERE organisation_id = %s"  # noqa: S608  (our tables)
                cursor.execute(sql, [self.organisation.pk])
                total += cursor.fetchone()[0]
        return total

    def _only_named(self, tables: list[Table]) -> str:
        """Files that nothing carried names (an export of last year, say) stay behind."""
        named = [
            f"SELECT {column.name} FROM {table.name} WHERE organisation_id = {self.organisation.pk:d}"  # noqa: S608
            for table, column in columns_naming_files(tables)
        ]
        return f" AND id IN ({' UNION '.join(named)})"

    def _table(self, table: Table, condition: str) -> dict[str, Any]:
        columns = list(table.columns.values())
        member = f"tables/{table.label}.jsonl"
        rows = 0
        secrets = dict.fromkeys((column.name for column in columns if column.secret), 0)
        self.progress(self.done, step=str(table.model._meta.verbose_name_plural))

        def lines() -> Iterator[bytes]:
            nonlocal rows
            for values in self._rows(table, columns, condition):
                row = {}
                for column, value in zip(columns, values, strict=True):
                    if column.secret:
                        secrets[column.name] += bool(value)
                    else:
                        row[column.name] = self._value(column, value)
                rows += 1
                yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

        digest = self._member(member, lines())
        self.left_out += [{"table": table.label, "column": name, "rows": n} for name, n in secrets.items() if n]
        names = [column.name for column in columns if not column.secret]
        return {"table": table.label, "member": member, "columns": names, "rows": rows, "sha256": digest}

    def _rows(self, table: Table, columns: list[Column], condition: str) -> Iterator[tuple[Any, ...]]:
        quote = self.reading.ops.quote_name
        names = ", ".join(quote(column.name) for column in columns)
        where = f"WHERE organisation_id = %s{condition}"
        sql = f"SELECT {names} FROM {table.name} {where} ORDER BY {table.order()}"  # noqa: S608  (names of ours)
        with self.reading.chunked_cursor() as cursor:
            cursor.execute(sql, [self.organisation.pk])
            while batch := cursor.fetchmany(EVERY):
                self._meet(batch, columns)
                yield from batch
                self.done += len(batch)
                self.progress(self.done)

    def _meet(self, batch: list[tuple[Any, ...]], columns: list[Column]) -> None:
        """Learn who the people are whom these rows name."""
        places = [place for place, column in enumerate(columns) if column.person]
        new = {row[place] for row in batch for place in places} - self.people.keys() - {None}
        if new:
            with self.reading.cursor() as cursor:
                cursor.execute("SELECT id, public_id FROM grc_person WHERE id = ANY (%s)", [list(new)])
                self.people |= {key: str(public) for key, public in cursor.fetchall()}

    def _value(self, column: Column, value: Any) -> Any:
        if column.person:
            return None if value is None else self.people[value]
        if column.file:
            return self._file(value) if value else ""
        return to_json(column.field, value)

    def _file(self, path: str) -> str:
        """The digest of a stored file, by which the archive names it. Its bytes follow after all rows."""
        digest, size = hashlib.sha256(), 0
        for piece in self._read(path):
            digest.update(piece)
            size += len(piece)
        name = digest.hexdigest()
        self.files[name], self.paths[name] = size, path
        return name

    def _write_files(self) -> None:
        for number, (name, path) in enumerate(sorted(self.paths.items())):
            if number % 20 == 0:
                self.progress(self.done, step=_("Files: %(n)d of %(all)d") % {"n": number, "all": len(self.paths)})
            if self._member(f"files/{name}", self._read(path), zipfile.ZIP_STORED) != name:
                raise ArchiveFailed(_("The stored file %(path)s changed while it was read.") % {"path": path})

    def _read(self, path: str) -> Iterator[bytes]:
        try:
            with default_storage.open(path, "rb") as file:
                while piece := file.read(CHUNK):
                    yield piece
        except OSError as error:
            reason = _("The stored file %(path)s cannot be read: %(why)s") % {"path": path, "why": error}
            raise ArchiveFailed(reason) from None

    def _member(self, name: str, pieces: Iterable[bytes], method: int = zipfile.ZIP_DEFLATED) -> str:
        """Write one member; returns the SHA-256 of what it holds."""
        digest, info = hashlib.sha256(), zipfile.ZipInfo(name)
        info.compress_type = method
        with self.zip.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                member.write(piece)
        return digest.hexdigest()

    def _people(self) -> dict[str, Any]:
        with self.reading.cursor() as cursor:
            names = ", ".join(PERSON_COLUMNS)
            sql = f"SELECT {names} FROM grc_person WHERE id = ANY (%s) ORDER BY email"  # noqa: S608
            cursor.execute(sql, [list(self.people)])
            rows = [dict(zip(PERSON_COLUMNS, map(str, row), strict=True)) for row in cursor.fetchall()]
        lines = [json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows]
        return {"member": "people.jsonl", "rows": len(rows), "sha256": self._member("people.jsonl", lines)}
