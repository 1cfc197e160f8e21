"""Archives that somebody made or changed: each is refused with its place, and leaves nothing behind."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from grc.access.actor import Actor
from grc.actions.versions import make_version
from grc.models import Organisation, Person
from grc.portable.reading import ArchiveRefused
from grc.portable.taking_in import take_in
from tests.factories import make
from tests.portable.conftest import archived
from tests.portable.test_archive import members

pytestmark = pytest.mark.django_db(transaction=True)
Files = dict[str, bytes]
Change = Callable[[Files, dict[str, Any]], None]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def honest(system: Actor, actor_of: Callable[..., Actor]) -> Files:
    by = actor_of("administrator")
    with by.working():
        for slug in ("ai-systems", "risks", "webhooks"):
            make_version(record=make(slug, by), by=by)
    return members(archived(system))


def packed(files: Files) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream


def table(label: str, change: Callable[[dict[str, Any]], None]) -> Change:
    """A change to the first row of a table, with the manifest's hash made to fit."""

    def apply(files: Files, manifest: dict[str, Any]) -> None:
        name = f"tables/{label}.jsonl"
        first, *rest = files[name].splitlines(keepends=True)
        row = json.loads(first)
        change(row)
        files[name] = json.dumps(row).encode() + b"\n" + b"".join(rest)
        entry = next(entry for entry in manifest["tables"] if entry["table"] == label)
        entry["sha256"] = hashlib.sha256(files[name]).hexdigest()

    return apply


def described(label: str, **values: Any) -> Change:
    return lambda _files, manifest: next(e for e in manifest["tables"] if e["table"] == label).update(values)


def add_member(name: str) -> Change:
    return lambda files, _manifest: files.__setitem__(name, b"x")


def unnamed_column(files: Files, manifest: dict[str, Any]) -> None:
    entry = next(e for e in manifest["tables"] if e["table"] == "aims.Risk")
    entry["columns"] = [*entry["columns"], 'name") FROM STDIN; DROP TABLE grc_person; --']


def people(change: Callable[[dict[str, Any]], None]) -> Change:
    def apply(files: Files, manifest: dict[str, Any]) -> None:
        rows = [json.loads(line) for line in files["people.jsonl"].splitlines()]
        change(rows[0])
        files["people.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        manifest["people"]["sha256"] = hashlib.sha256(files["people.jsonl"]).hexdigest()

    return apply


HOSTILE: list[tuple[str, Change, str]] = [
    ("unknown table", described("aims.Risk", table="grc.Person"), "no table grc.Person"),
    ("schema in a table", described("aims.Risk", table='public"."x'), "no table"),
    ("table twice", lambda f, m: m["tables"].append(m["tables"][0]), "table twice"),
    ("SQL as a column", unnamed_column, "has no column"),
    ("secret as a column", lambda f, m: next(e for e in m["tables"] if e["table"] == "grc.Webhook")["columns"].append(
        "secret"), "has no column secret"),
    ("organisation as a column", lambda f, m: m["tables"][0]["columns"].append("organisation_id"), "has no column"),
    ("column missing from rows", table("aims.Risk", lambda row: row.pop("name")), "not the columns"),
    ("more in a row", table("aims.Risk", lambda row: row.update(organisation_id=1)), "not the columns"),
    ("key out of the archive", table("aims.Risk", lambda row: row.update(id=987654321)), "a row of this archive"),
    ("owner out of the archive", table("aims.Risk", lambda row: row.update(owner_id="x")), "a person of this archive"),
    ("a list as a key", table("aims.Risk", lambda row: row.update(id=[1])), "a row of this archive"),
    ("number as text", table("aims.Risk", lambda row: row.update(lock="1")), "lock: expected a whole number"),
    ("too large a number", table("aims.Risk", lambda row: row.update(lock=2**40)), "database refuses"),
    ("text too long", table("aims.Risk", lambda row: row.update(name="x" * 201)), "at most 200"),
    ("NUL in a text", table("aims.Risk", lambda row: row.update(event="a\x00b")), "aims.Risk.jsonl, line 1"),
    ("no choice", table("aims.Risk", lambda row: row.update(state="lost")), "values that it may have"),
    ("naive time", table("aims.Risk", lambda row: row.update(created_at="2026-01-01T00:00:00")), "with its zone"),
    ("rule of the row broken", table("aims.Risk", lambda row: row.update(impact=None)), "database refuses"),
    ("unknown register", table("grc.RecordKey", lambda row: row.update(register="persons")), "no such register"),
    ("unknown role", table("grc.Membership", lambda row: row.update(role="king")), "values that it may have"),
    ("two rows of one reference", table("grc.RecordKey", lambda row: row.update(reference="RSK-0001")), "refuses"),
    ("another version's body", table("grc.Version", lambda row: row.update(body="e30=")), "SHA-256 is not that"),
    ("no base64", table("grc.Version", lambda row: row.update(body="?")), "bytes as base64"),
    ("wrong hash of a table", described("aims.Risk", sha256="0" * 64), "not what the manifest says"),
    ("wrong count", described("aims.Risk", rows=2), "not what the manifest says"),
    ("traversal", add_member("../../etc/passwd"), "archive"),
    ("absolute name", add_member("/etc/passwd"), "archive"),
    ("member that nobody names", add_member("tables/x.jsonl"), "does not name the member"),
    ("file that is not there", lambda f, m: m["files"].append({"sha256": "0" * 64, "size": 1}), "not in the archive"),
    ("no address", people(lambda row: row.update(email="nobody")), "names nobody"),
    ("password for a person", people(lambda row: row.update(password="x")), "no person"),
    ("superuser", people(lambda row: row.update(is_superuser=True)), "no person"),
    ("other format", lambda f, m: m.update(format="zip"), "no archive of an organisation"),
    ("later version", lambda f, m: m.update(version=2), "another version"),
    ("no organisation", lambda f, m: m.pop("organisation"), "whose archive"),
]  # fmt: skip


def state() -> tuple[Any, ...]:
    """How many rows there are of everything, and which files."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM grc_recordkey")
        keys = cursor.fetchone()[0]
    folders = default_storage.listdir("")[0] if default_storage.exists("") else []
    return Organisation.objects.count(), Person.objects.count(), keys, sorted(folders)


def test_hostile_archives_are_refused_with_a_reason_and_leave_nothing(honest: Files) -> None:
    taken = take_in(packed(honest), slug="honest", name="")
    assert taken.rows > 10
    before = state()
    for name, change, reason in HOSTILE:
        files = dict(honest)
        manifest = json.loads(files["manifest.json"])
        change(files, manifest)
        files["manifest.json"] = json.dumps(manifest).encode()
        with pytest.raises(ArchiveRefused) as refused:
            take_in(packed(files), slug="hostile", name="", with_members=True)
        assert reason in str(refused.value), name
        assert state() == before, name
    for raw in (b"", b"no zip", b"PK\x05\x06" + b"\x00" * 18):
        with pytest.raises(ArchiveRefused):
            take_in(io.BytesIO(raw), slug="hostile", name="")
    for slug in ("honest", "with space", ""):
        with pytest.raises(ArchiveRefused):
            take_in(packed(honest), slug=slug, name="")
    assert state() == before


BOMB = """
import io, json, resource, sys, zipfile
resource.setrlimit(resource.RLIMIT_AS, (1536 * 1024 * 1024,) * 2)
import django
django.setup()
from grc.portable.reading import ArchiveRefused
from grc.portable.taking_in import take_in
stream = io.BytesIO()
kind = sys.argv[1]
line = b'{"x":"' + b"0" * 900 + b'"}' + (b"" if kind == "line" else b"\\n")
with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
    member = "manifest.json" if kind == "manifest" else "tables/aims.Risk.jsonl"
    with archive.open(member, "w", force_zip64=True) as out:
        for _ in range(700):
            out.write(line * 1100)
    if kind != "manifest":
        manifest = {
            "format": "assay-organisation", "version": 1, "files": [], "left_out": [],
            "organisation": {"name": "x", "slug": "x", "mfa_roles": []},
            "people": {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "rows": 0},
            "tables": [{"table": "aims.Risk", "columns": json.loads(sys.argv[2]), "rows": 1, "sha256": ""}],
        }
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("people.jsonl", b"")
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    take_in(stream, slug="bomb", name="")
except ArchiveRefused as error:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base, len(stream.getvalue()), error)
"""


@pytest.mark.parametrize("kind", ["manifest", "lines", "line"])
def test_bomb_is_refused_in_little_memory(kind: str, honest: Files) -> None:
    import os

    from tests.worker import database_url

    manifest = json.loads(honest["manifest.json"])
    columns = next(entry["columns"] for entry in manifest["tables"] if entry["table"] == "aims.Risk")
    done = subprocess.run(
        [sys.executable, "-c", BOMB, kind, json.dumps(columns)],
        env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "grc.settings"},
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    kilobytes, size, reason = done.stdout.split(" ", 2)
    assert int(size) < 5_000_000
    assert int(kilobytes) < 256 * 1024
    assert reason.strip()
    assert not Organisation.objects.filter(slug="bomb").exists()
