"""The bundle: what is in it, who may have it, and that a stranger's Python alone checks it."""

import io
import json
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from evidence.actions.items import add_file
from evidence.bundles.assemble import NotBundled, assemble, disclose
from evidence.bundles.documents import files_to_disclose
from evidence.bundles.verifier import verifier
from evidence.find.lookup import Found, find_decision
from evidence.find.reach import DecisionReach
from evidence.models import DecisionRow, EvidenceItem, Source, SourceHead
from evidence.tlog import note
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.models import ActivityEvent, Organisation
from tests.conftest import make_organisation
from tests.evidence.decisions.proxy import POLICY, Proxy, pull
from tests.evidence.decisions.tampering import update_as_owner
from tests.evidence.decisions.witness import witnessed_source
from tests.factories import make


def found_at(source: Source, seq: int) -> Found:
    row = DecisionRow.objects.within(source.organisation).get(source=source, seq=seq)
    assert row.decision_id is not None
    found = find_decision(DecisionReach(source.organisation), row.decision_id)
    assert found is not None
    return found


def checked(raw: bytes, folder: Path, *arguments: str, tool: bytes | None = None) -> tuple[int, str]:
    """What a stranger sees: a bare Python in an empty folder, with the verifier and the bundle and nothing else."""
    folder.mkdir(exist_ok=True)
    (folder / "verify.pyz").write_bytes(tool or verifier())
    (folder / "bundle.zip").write_bytes(raw)
    command = [sys.executable, "-I", "verify.pyz", *arguments, "bundle.zip"]
    done = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def names(raw: bytes) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(raw)).namelist())


def test_bundle_verifies_where_assay_is_not_installed(source: Source, system: Actor, tmp_path: Path) -> None:
    raw = disclose(found_at(source, 1), by=system)
    code, text = checked(raw, tmp_path / "stranger", "--key", source.fingerprint)
    assert (code, text.splitlines()[-1]) == (0, "Good, at assurance level B.")
    code, text = checked(raw, tmp_path / "stranger")
    assert code == 0
    assert "key not pinned" in text
    assert source.fingerprint in text


def test_bundle_carries_its_completion_and_a_verifier(source: Source, system: Actor, tmp_path: Path) -> None:
    raw = disclose(found_at(source, 1), by=system)
    assert {"entries/1.entry", "entries/2.entry", "checkpoint", "page.html", "verify.pyz"} <= names(raw)
    inside = zipfile.ZipFile(io.BytesIO(raw)).read("verify.pyz")
    assert inside == verifier()
    assert checked(raw, tmp_path / "inside", tool=inside)[0] == 0
    assert "entries/2.entry" not in names(disclose(found_at(source, 3), by=system))


def test_bundle_that_was_tampered_with_fails_wherever_the_bit_lies(
    source: Source, system: Actor, tmp_path: Path
) -> None:
    raw = disclose(found_at(source, 3), by=system)
    for place in range(0, len(raw), len(raw) // 12):
        torn = bytearray(raw)
        torn[place] ^= 1
        code, text = checked(bytes(torn), tmp_path / "stranger", "--key", source.fingerprint)
        assert code == 1, place
        assert "FAILS" in text


def test_bundle_under_another_key_fails(source: Source, system: Actor, tmp_path: Path) -> None:
    raw = disclose(found_at(source, 1), by=system)
    code, text = checked(raw, tmp_path / "stranger", "--key", "SHA256:" + "0" * 64)
    assert code == 1
    assert "not the key that you trust" in text


def test_bundle_is_the_same_each_time(source: Source, system: Actor) -> None:
    files = files_to_disclose(system)
    assert assemble(found_at(source, 1), files=files) == assemble(found_at(source, 1), files=files)


def test_bundle_after_key_rotations_verifies_from_the_first_key(proxy: Proxy, system: Actor, tmp_path: Path) -> None:
    proxy.decide()
    for _ in range(2):
        proxy.recorder.rotate()
        proxy.clock[0] += 1_000_000
        proxy.decide()
    source = proxy.source(system)
    pull(source)
    last = DecisionRow.objects.within(source.organisation).filter(kind=1).latest("seq")
    for seq in (1, last.seq):
        raw = disclose(found_at(source, seq), by=system)
        code, text = checked(raw, tmp_path / "stranger", "--key", source.fingerprint)
        assert code == 0, text
        assert "2 key rotation(s) lead from the first key" in text


def test_bundle_with_a_witness_reaches_level_a_for_who_trusts_it(proxy: Proxy, system: Actor, tmp_path: Path) -> None:
    source = witnessed_source(proxy, system)
    raw = disclose(found_at(source, 1), by=system)
    assert note.parse(zipfile.ZipFile(io.BytesIO(raw)).read("checkpoint")).signatures[-1].name == "witness.example/w1"
    trust = tmp_path / "trust.json"
    log = {
        "origin": source.origin,
        "key": source.fingerprint,
        "operator": "Nordhaven",
        "separate_write_path": True,
    }
    witness = {"key": source.witness_key, "operator": "Independent Ltd"}
    trust.write_text(json.dumps({"format": "assay-trust/1", "logs": [log], "witnesses": [witness]}))
    code, text = checked(raw, tmp_path / "stranger", "--trust", str(trust))
    assert (code, text.splitlines()[-1]) == (0, "Good, at assurance level A.")


# Documents


def policy_item(system: Actor, **fields: Any) -> EvidenceItem:
    item: EvidenceItem = make("evidence", system, name="Claims policy", **fields)
    add_file(item=item, upload=io.BytesIO(POLICY), name="claims-policy.txt", by=system)
    return item


def test_bundle_holds_the_policy_that_the_record_names(source: Source, system: Actor, tmp_path: Path) -> None:
    policy_item(system)
    raw = disclose(found_at(source, 1), by=system)
    assert zipfile.ZipFile(io.BytesIO(raw)).read("documents/001-claims-policy.txt") == POLICY
    code, text = checked(raw, tmp_path / "stranger")
    assert code == 0
    assert "is the policy claims-policy, version 2026.10.3 that the record names" in text


@pytest.mark.parametrize("kept", ["confidential", "restricted"])
def test_bundle_leaves_out_what_is_confidential(source: Source, system: Actor, tmp_path: Path, kept: str) -> None:
    policy_item(system, classification=kept)
    raw = disclose(found_at(source, 1), by=system)
    assert not any(name.startswith("documents/") for name in names(raw))
    assert "named by the record, not in this bundle" in checked(raw, tmp_path / "stranger")[1]


def test_bundle_never_holds_another_organisations_file(
    source: Source, system: Actor, other_organisation: Organisation
) -> None:
    policy_item(Actor.system(other_organisation))
    assert not any(name.startswith("documents/") for name in names(disclose(found_at(source, 1), by=system)))


# Refusals


def test_bundle_is_refused_without_the_permission_and_nothing_is_logged(
    source: Source, actor_of: Callable[..., Actor]
) -> None:
    with pytest.raises(Denied):
        disclose(found_at(source, 1), by=actor_of("contributor"))
    assert not ActivityEvent.objects.within(source.organisation).filter(verb="disclosed").exists()


def test_bundle_is_written_to_the_activity_log(source: Source, actor_of: Callable[..., Actor]) -> None:
    actor, found = actor_of("procurement-responder"), found_at(source, 1)
    disclose(found, by=actor)
    event = ActivityEvent.objects.within(source.organisation).get(verb="disclosed")
    assert actor.person is not None
    assert (event.person, event.record_id) == (actor.person.public_id, source.pk)
    assert str(found.decision.decision_id) in event.detail


def test_bundle_of_bytes_that_do_not_hold_is_refused(source: Source, system: Actor) -> None:
    update_as_owner("UPDATE evidence_segment SET frames = frames || 'x'::bytea WHERE source_id = %s", source.pk)
    with pytest.raises(NotBundled):
        disclose(found_at(source, 1), by=system)
    assert not ActivityEvent.objects.within(source.organisation).filter(verb="disclosed").exists()


def test_bundle_is_made_from_the_record_though_the_index_was_changed(
    source: Source, system: Actor, tmp_path: Path
) -> None:
    update_as_owner("UPDATE evidence_decision SET outcome = 1 WHERE seq = 3")
    code, text = checked(disclose(found_at(source, 3), by=system), tmp_path / "stranger")
    assert code == 0
    assert "outcome: deny" in text


def test_bundle_before_a_checkpoint_covers_the_record_is_refused(source: Source, system: Actor) -> None:
    with update_of_head(source, checkpoint="", checkpoint_size=0), pytest.raises(NotBundled, match="No checkpoint"):
        disclose(found_at(source, 1), by=system)


class update_of_head:  # noqa: N801  (reads as a verb in the tests)
    """A head as it stands while a long first pull runs."""

    def __init__(self, source: Source, **fields: Any) -> None:
        self._rows, self._fields = SourceHead.objects.within(source.organisation).filter(source=source), fields
        self._before = self._rows.values(*fields).get()

    def __enter__(self) -> None:
        self._rows.update(**self._fields)

    def __exit__(self, *_: object) -> None:
        self._rows.update(**self._before)


# manage.py bundle


def test_command_writes_the_latest(source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "latest.zip"
    call_command("bundle", "--latest", "--output", str(target))
    said = capsys.readouterr().out
    assert str(found_at(source, 4).decision.decision_id) in said
    assert f"--key {source.fingerprint}" in said
    assert checked(target.read_bytes(), tmp_path / "stranger", "--key", source.fingerprint)[0] == 0
    event = ActivityEvent.objects.within(source.organisation).get(verb="disclosed")
    assert (event.way, event.person) == ("command", None)


def test_command_writes_the_one_asked_for(source: Source, tmp_path: Path) -> None:
    target, decision = tmp_path / "one.zip", str(found_at(source, 3).decision.decision_id)
    call_command("bundle", decision, "--output", str(target), "--organisation", "nordhaven")
    assert "entries/3.entry" in names(target.read_bytes())


def test_command_refuses_with_a_sentence(source: Source, tmp_path: Path) -> None:
    make_organisation("Third", "third")
    target = str(tmp_path / "x.zip")
    decision = str(found_at(source, 1).decision.decision_id)
    for arguments, sentence in (
        (["nonsense"], "no decision id"),
        ([str(uuid.uuid4())], "no such decision"),
        ([decision, "--organisation", "third"], "no such decision"),
        ([decision, "--organisation", "fourth"], "no organisation"),
        (["--latest", "--organisation", "third"], "no such decision"),
    ):
        with pytest.raises(CommandError, match=sentence):
            call_command("bundle", *arguments, "--output", target)
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("bundle", decision, "--output", str(tmp_path / "missing" / "x.zip"))
    assert not Path(target).exists()


# For everybody


def test_verifier_is_handed_to_anybody(db: None) -> None:
    response = Client().get("/verify.pyz")
    assert response.status_code == 200
    assert response.content == verifier()
    assert response["Content-Disposition"] == 'attachment; filename="verify.pyz"'
    assert Client().get("/check-a-bundle").status_code == 200
    assert Client().post("/verify.pyz").status_code == 405
