"""Taking an archive in as a new organisation: new keys, everything else as it was; all of it or nothing."""

import os
import secrets
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg
from django.core.exceptions import ValidationError
from django.core.files import File as DjangoFile
from django.core.files.storage import default_storage
from django.core.validators import validate_email, validate_slug
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm

from grc.access.actor import Actor
from grc.access.roles import ROLES
from grc.access.room import READ_SCOPE
from grc.actions.activity import record_activity
from grc.jobs.runners import Progress
from grc.models.activity import ActivityEvent
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person
from grc.models.scope import GrantPeriod
from grc.portable.reading import Archive, ArchiveRefused, Part
from grc.portable.tables import Column, tables_named
from grc.portable.values import BadValue, from_json
from grc.registers.register import registers
from grc.search.index import reindex

OWNER_ROLE = "assay_owner"
EVERY = 2000


@dataclass
class TakenIn:
    """What came of it. ``left_out``: secrets that are to be entered again."""

    organisation: Organisation
    rows: int = 0
    files: int = 0
    people_known: int = 0
    people_made: int = 0
    left_out: list[str] = field(default_factory=list)


def silent(done: int, total: int | None = None, step: str = "") -> None:
    pass


def take_in(
    stream: IO[bytes], *, slug: str, name: str, with_members: bool = False, progress: Progress = silent
) -> TakenIn:
    """Make the organisation ``slug`` of an archive (a seekable binary file).

    People are matched by their address; who is new here is made without a password, and cannot log in unless
    ``with_members``. Without it all roles are ended. Raises ``ArchiveRefused``; nothing is kept then.
    """
    archive = Archive(stream)
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise ArchiveRefused("; ".join(error.messages)) from None
    if Organisation.objects.filter(slug=slug).exists():
        raise ArchiveRefused(_("There is an organisation called %(slug)s already.") % {"slug": slug})
    taking = _Taking(archive, with_members, progress)
    try:
        with transaction.atomic():
            return taking.run(slug, name or archive.organisation["name"])
    except (DatabaseError, psycopg.Error) as error:
        taking.forget_files()
        raise ArchiveRefused(_("The database refuses it: %(why)s") % {"why": str(error).partition("\n")[0]}) from None
    except BaseException:
        taking.forget_files()
        raise


class _Taking:
    def __init__(self, archive: Archive, with_members: bool, progress: Progress) -> None:
        self.archive = archive
        self.with_members = with_members
        self.progress = progress
        self.keys: dict[type[models.Model], dict[int, int]] = {}
        self.people: dict[str, int] = {}
        self.stored: list[str] = []
        self.moved = ("", "")

    def run(self, slug: str, name: str) -> TakenIn:
        said = self.archive.organisation
        roles = [role for role in said["mfa_roles"] if role in ROLES or role == "external-auditor"]
        organisation = Organisation.objects.create(slug=slug, name=name[:200], mfa_roles=roles)
        self.moved = (f"/o/{said['slug']}/", f"/o/{slug}/")
        taken = TakenIn(organisation, left_out=self.archive.left_out())
        total = sum(part.rows for part in self.archive.parts)
        by = Actor.system(organisation, way="command")
        with by.working():
            self._know_people(taken)
            with _as_owner():
                named = tables_named([part.table for part in self.archive.parts])
                for part in self.archive.parts:
                    if part.table.model in named and part.table.own_key:
                        self._give_keys(part)
                for part in self.archive.parts:
                    self.progress(taken.rows, total, str(part.table.model._meta.verbose_name_plural))
                    self._take_table(part, organisation, taken)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            self._finish(organisation, by)
        taken.files = len(self.stored)
        return taken

    def _finish(self, organisation: Organisation, by: Actor) -> None:
        for register in registers:
            reindex(organisation, register)
        if self.with_members:
            for period in GrantPeriod.unscoped.filter(organisation=organisation).select_related("person", "scope"):
                assign_perm(READ_SCOPE, period.person, period.scope)
        detail = _("archive of %(slug)s") % {"slug": self.archive.organisation["slug"]}
        record_activity(by=by, verb=ActivityEvent.Verb.IMPORTED, detail=detail)

    def _know_people(self, taken: TakenIn) -> None:
        for said in self.archive.people():
            try:
                validate_email(said["email"])
                public_id = uuid.UUID(said["public_id"])
            except (ValidationError, ValueError):
                raise ArchiveRefused(
                    _("people.jsonl names nobody by “%(text)s”.") % {"text": said["email"][:80]}
                ) from None
            person = Person.objects.filter(email=said["email"].lower()).first()
            taken.people_known += person is not None
            taken.people_made += person is None
            if person is None:
                free = not Person.objects.filter(public_id=public_id).exists()
                person = Person.objects.create_user(
                    said["email"],
                    None,
                    name=said["name"][:200],
                    time_zone=said["time_zone"][:64],
                    region=said["region"][:10],
                    is_active=self.with_members,
                    **({"public_id": public_id} if free else {}),
                )
            self.people[said["public_id"]] = person.pk

    def _give_keys(self, part: Part) -> None:
        """New keys for the rows of a table that others name, in the order of the old ones."""
        own = part.table.own_key
        old = []
        for number, row in self.archive.rows(part):
            if type(row.get(own)) is not int:
                raise _refused(part, number, own, "a whole number")
            old.append(row[own])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [part.table.name, own, len(old)],
            )
            new = sorted(key for (key,) in cursor.fetchall())
        keys = dict(zip(old, new, strict=True))
        if len(keys) != len(old):
            raise ArchiveRefused(_("%(member)s holds two rows of one key.") % {"member": part.member})
        self.keys[part.table.model] = keys

    def _take_table(self, part: Part, organisation: Organisation, taken: TakenIn) -> None:
        table = part.table
        self._make_partitions(part)
        own = table.own_key if table.model not in self.keys else ""
        columns = [column for column in table.columns.values() if column.name != own]
        taken_ids = self._taken_ids(part)
        names = ", ".join(connection.ops.quote_name(name) for name in ["organisation_id", *(c.name for c in columns)])
        with connection.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for number, row in self.archive.rows(part):
                values = self._values(part, number, row, columns, taken_ids)
                copy.write_row([organisation.pk, *(values[column.name] for column in columns)])
                taken.rows += 1
                if taken.rows % EVERY == 0:
                    self.progress(taken.rows)

    def _make_partitions(self, part: Part) -> None:
        function, column = getattr(part.table.model, "partitions_made_by", ("", ""))
        if not function:
            return
        months = {str(row.get(column))[:7]: row.get(column) for _number, row in self.archive.rows(part)}
        instant = part.table.columns[column].field
        with connection.cursor() as cursor:
            for value in months.values():
                try:
                    cursor.execute(f"SELECT {function}(%s)", [from_json(instant, value)])
                except BadValue as error:
                    raise _refused(part, 0, column, str(error)) from None

    def _taken_ids(self, part: Part) -> set[uuid.UUID]:
        """Of the identifiers that are unique everywhere, those that somebody else has here already."""
        found: set[uuid.UUID] = set()
        for column in part.table.columns.values():
            if isinstance(column.field, models.UUIDField) and column.field.unique and column.name in part.columns:
                said = [str(row[column.name]) for _number, row in self.archive.rows(part)]
                one = column.name
                sql = f"SELECT {one} FROM {part.table.name} WHERE {one}::text = ANY (%s)"  # noqa: S608
                with connection.cursor() as cursor:
                    cursor.execute(sql, [said])
                    found |= {value for (value,) in cursor.fetchall()}
        return found

    def _values(
        self, part: Part, number: int, row: dict[str, Any], columns: list[Column], taken_ids: set[uuid.UUID]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in columns:
            try:
                values[column.name] = self._value(part, column, row, taken_ids)
            except BadValue as error:
                raise _refused(part, number, column.name, str(error)) from None
        if part.table.model is Membership and not self.with_members:
            values["ended_at"] = values["ended_at"] or timezone.now()
        if arrives := getattr(part.table.model, "arrives", None):
            try:
                arrives(values)
            except ValueError as error:
                raise ArchiveRefused(f"{part.member}, line {number}: {error}") from None
        for column in columns:
            if column.file and values[column.name]:
                values[column.name] = self._keep_file(part, number, column, values)
        return values

    def _value(self, part: Part, column: Column, row: dict[str, Any], taken_ids: set[uuid.UUID]) -> Any:
        if column.secret:
            return secrets.token_hex(32) if column.field.unique else ""
        if column.name not in row:
            return column.field.get_db_prep_save(column.field.get_default(), connection)
        value = row[column.name]
        if column.name == part.table.own_key:
            return self.keys[part.table.model][value]
        if value is None and column.field.null:
            return None
        if column.person:
            return _known(self.people, value, "a person of this archive")
        if column.target is not None:
            return _known(self.keys.get(column.target, {}), value, "a row of this archive")
        if column.file:
            return value if value == "" else _known({name: name for name in self.archive.files}, value, "a file")
        return self._plain(column, value, taken_ids)

    def _plain(self, column: Column, value: Any, taken_ids: set[uuid.UUID]) -> Any:
        found = from_json(column.field, value)
        if (
            column.field.choices
            and found not in dict(column.field.flatchoices)
            and not (found == "" and column.field.blank)
        ):
            raise BadValue("one of the values that it may have")
        if isinstance(found, uuid.UUID) and column.field.unique:
            while found in taken_ids:
                found = uuid.uuid4()
            taken_ids.add(found)
        if isinstance(found, str) and found.startswith(self.moved[0]):
            return self.moved[1] + found.removeprefix(self.moved[0])
        return found

    def _keep_file(self, part: Part, number: int, column: Column, values: dict[str, Any]) -> str:
        digest = values[column.name]
        if values.get("sha256", digest) != digest or values.get("size", size := self.archive.files[digest]) != size:
            raise _refused(part, number, column.name, "the file that the row describes")
        model = part.table.model
        if isinstance(column.field, models.FileField):
            path = column.field.generate_filename(model(), "archive")
        else:
            path = f"{model.stored_under(values)}-{uuid.uuid4().hex}"  # type: ignore[attr-defined]
        with tempfile.TemporaryFile() as file:
            for piece in self.archive.file(digest):
                file.write(piece)
            file.seek(0)
            self.stored.append(default_storage.save(path, DjangoFile(file)))
        _sync(self.stored[-1])
        return self.stored[-1]

    def forget_files(self) -> None:
        for path in self.stored:
            default_storage.delete(path)


@contextmanager
def _as_owner() -> Iterator[None]:
    """Work as the tables' owner, who alone may write what is append-only; a rollback ends that too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        own = cursor.fetchone()[0]
        cursor.execute(f"SET LOCAL ROLE {OWNER_ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(own)}")


def _known(known: dict[Any, Any], value: Any, what: str) -> Any:
    try:
        return known[value]
    except (KeyError, TypeError):
        raise BadValue(what) from None


def _refused(part: Part, number: int, column: str, expected: str) -> ArchiveRefused:
    where = {"member": part.member, "line": number, "column": column, "expected": expected}
    return ArchiveRefused(_("%(member)s, line %(line)d, %(column)s: expected %(expected)s.") % where)


def _sync(path: str) -> None:
    with suppress(NotImplementedError):  # a bucket has no local path, and acknowledges what is durable
        handle = os.open(Path(default_storage.path(path)), os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
