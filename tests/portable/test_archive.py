"""Out and in again: the same organisation, whatever registers there are."""

import base64
import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from evidence.ingest.keeping import verify_store
from evidence.models import DecisionRow, Segment, Source
from grc.access.actor import Actor
from grc.models import ActivityEvent, File, Membership, Organisation, Person, RecordKey, Version
from grc.portable.tables import carried_tables
from grc.portable.taking_in import take_in
from grc.registers.register import registers
from grc.search.finding import search
from tests.portable.conftest import archived

pytestmark = pytest.mark.django_db(transaction=True)
NEW_ANYWHERE = {"public_id", "paused", "mailed_at", "digest"}
"""Columns that are another's in a copy beside the original: identifiers, and what keeps a copy from reaching out."""


def members(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(raw: bytes, label: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in members(raw)[f"tables/{label}.jsonl"].splitlines()]


def content(raw: bytes, slug: str) -> dict[str, Any]:
    """What an archive says, each key replaced by its place in its table."""
    tables = {table.label: table for table in carried_tables()}
    places: dict[str, dict[int, int]] = {}
    for label, table in tables.items():
        if table.own_key:
            places[label] = {row[table.own_key]: place for place, row in enumerate(rows(raw, label))}
    found = {}
    for label, table in tables.items():
        found[label] = [
            {
                name: places[column.target._meta.label][row[name]]
                if column.target is not None and row[name] is not None
                else row[name].replace(f"/o/{slug}/", "/o/-/")
                if isinstance(row[name], str)
                else row[name]
                for name, column in table.columns.items()
                if name in row and name not in NEW_ANYWHERE and name != table.own_key
            }
            for row in rows(raw, label)
            if row.get("verb") != "imported"
        ]
    return found


def test_what_is_taken_in_is_exported_again_as_it_was(full: Actor) -> None:
    first = archived(full)
    taken = take_in(io.BytesIO(first), slug="copy", name="Copy", with_members=True)
    second = archived(Actor.system(taken.organisation))
    before, after = content(first, full.organisation.slug), content(second, "copy")
    assert before.keys() == after.keys()
    for label in before:
        assert after[label] == before[label], label
        assert before[label] or label.startswith(("grc.NoticeSetting",)), f"nothing of {label} was tried"
    hashes = [{name for name in members(raw) if name.startswith("files/")} for raw in (first, second)]
    assert hashes[0] == hashes[1] != set()
    assert members(first)["people.jsonl"] == members(second)["people.jsonl"]


def test_everything_verifies_again(full: Actor) -> None:
    taken = take_in(io.BytesIO(archived(full)), slug="copy", name="Copy")
    here = taken.organisation
    with Actor.system(here).working():
        versions = list(Version.unscoped.all())
        assert versions and all(hashlib.sha256(bytes(v.body)).hexdigest() == v.sha256 for v in versions)
        for file in File.unscoped.all():
            with file.content.open("rb") as stored:
                assert hashlib.sha256(stored.read()).hexdigest() == file.sha256
        source = Source.unscoped.select_related("key", "organisation").get(name="The proxy")
        assert DecisionRow.unscoped.filter(source=source).count() > 3
        assert verify_store(source) == []
        mine = set(Segment.unscoped.values_list("path", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM grc_recordkey")
            assert cursor.fetchone()[0] == RecordKey.unscoped.filter(organisation=here).count() > 0
    assert not mine & set(Segment.unscoped.filter(organisation=full.organisation).values_list("path", flat=True))
    theirs = ActivityEvent.unscoped.filter(organisation=full.organisation).count()
    assert ActivityEvent.unscoped.filter(organisation=here).exclude(verb="imported").count() == theirs > 0


def test_nobody_gets_in_unless_it_is_said(full: Actor) -> None:
    raw = archived(full)
    jonas = Person.objects.get(email="jonas@nordhaven.example")
    Person.objects.filter(pk=jonas.pk).update(email="moved@nordhaven.example")
    quiet = take_in(io.BytesIO(raw), slug="quiet", name="")
    assert quiet.organisation.name == full.organisation.name
    assert (quiet.people_made, Person.objects.get(email="jonas@nordhaven.example").is_active) == (1, False)
    assert not Membership.objects.filter(organisation=quiet.organisation, ended_at=None).exists()
    open_ = take_in(io.BytesIO(raw), slug="open", name="Open", with_members=True)
    known = Membership.objects.filter(organisation=full.organisation, ended_at=None)
    assert Membership.objects.filter(organisation=open_.organisation, ended_at=None).count() == known.count() > 2
    made = Person.objects.get(email="jonas@nordhaven.example")
    assert not made.has_usable_password()


def test_references_go_on_and_records_are_found(full: Actor) -> None:
    taken = take_in(io.BytesIO(archived(full)), slug="copy", name="Copy")
    by = Actor.system(taken.organisation)
    with by.working():
        for register in registers:
            assert register.model.objects.within(taken.organisation).exists(), register.slug
        system = registers.by_slug("ai-systems").model.objects.within(taken.organisation).first()
        assert system is not None and system.history.exists()
    assert search is not None


def test_archive_holds_no_secret_and_names_what_is_to_be_entered_again(full: Actor) -> None:
    raw = archived(full)
    manifest = json.loads(members(raw)["manifest.json"])
    left = {(entry["table"], entry["column"]) for entry in manifest["left_out"]}
    assert ("grc.Webhook", "secret") in left
    assert ("grc.Invitation", "digest") in left
    for table in manifest["tables"]:
        assert not {"secret", "password", "private_key", "read_token", "digest"} & set(table["columns"])
    assert b"password" not in members(raw)["people.jsonl"]
    whole = b"".join(members(raw).values())
    assert b"gAAAAA" not in whole  # how an encrypted secret begins


def test_archive_is_one_organisations(full: Actor) -> None:
    from tests.attacks.planting import CANARY

    with Actor.system(Organisation.objects.create(name="Elsewhere", slug="elsewhere")).working():
        pass
    from tests.attacks.planting import plant_organisation

    plant_organisation(f"{CANARY}else")
    assert f"{CANARY}else".encode() not in b"".join(members(archived(full)).values())


def test_commands_write_and_take_in(full: Actor, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.zip"
    call_command("export_organisation", full.organisation.slug, str(target))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_organisation", full.organisation.slug, str(target))
    call_command("import_organisation", str(target), "--slug", "copy", "--name", "Copy")
    said = capsys.readouterr().out
    assert "enter again: grc.Webhook: secret" in said and "Copy is there as copy" in said
    with pytest.raises(CommandError, match=r"Nothing was taken in\. There is an organisation called copy"):
        call_command("import_organisation", str(target), "--slug", "copy")


def test_a_damaged_file_is_named_and_no_archive_made(full: Actor, tmp_path: Any) -> None:
    file = File.unscoped.filter(organisation=full.organisation).exclude(content="").first()
    assert file is not None
    default_storage.delete(str(file.content.name))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("export_organisation", full.organisation.slug, str(tmp_path / "out.zip"))
    assert not (tmp_path / "out.zip").exists()


def test_values_have_one_form(full: Actor) -> None:
    version = rows(archived(full), "grc.Version")[0]
    assert hashlib.sha256(base64.b64decode(version["body"])).hexdigest() == version["sha256"]
    event = rows(archived(full), "grc.ActivityEvent")[0]
    assert event["at"].endswith("+00:00")
