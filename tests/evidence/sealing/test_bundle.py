"""The sealed log in a stranger's hands: ``verify.pyz`` alone, without Assay, says what holds."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from evidence.bundles.verifier import verifier
from evidence.sealing import sealer
from evidence.sealing.bundle import NotSealed, sealed_log
from evidence.sealing.key import key_of
from evidence.sealing.sealer import seal_activity
from evidence.tlog import activity_bundle, archive, manifest
from evidence.tlog.examine import verify
from evidence.tlog.trust import from_pin
from grc.access.actor import Actor
from grc.models import ActivityEvent
from tests.evidence.sealing.test_sealing import head, write

pytestmark = pytest.mark.django_db
URL = "/o/nordhaven/activity/seal/bundle"


@pytest.fixture
def log(system: Actor) -> Actor:
    write(system, *(f"event {number}" for number in range(1, 11)))
    seal_activity(system.organisation)
    return system


def bundle(system: Actor, after: int = 0) -> bytes:
    with system.working():
        return sealed_log(head(system), after=after)


def run(tmp_path: Path, raw: bytes, *arguments: str) -> tuple[int, str]:
    """``verify.pyz`` as a process of its own, isolated from everything that is installed."""
    program, file = tmp_path / "verify.pyz", tmp_path / "activity.zip"
    program.write_bytes(verifier())
    file.write_bytes(raw)
    done = subprocess.run(
        [sys.executable, "-I", "-S", program, *arguments, file],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def test_whole_log_with_the_pinned_key(log: Actor, tmp_path: Path) -> None:
    code, said = run(tmp_path, bundle(log), "--key", key_of(head(log)).fingerprint)
    assert code == 0, said
    assert "Good: these events are as they were sealed" in said
    assert "Events 1 to 10 are as they were sealed" in said


def test_without_a_pinned_key_it_says_so_and_names_the_fingerprint(log: Actor, tmp_path: Path) -> None:
    code, said = run(tmp_path, bundle(log))
    assert code == 0
    assert "Consistent, key not pinned" in said.splitlines()[-1]
    assert key_of(head(log)).fingerprint in said.splitlines()[-1]
    assert "Good" not in said.splitlines()[-1]


def test_another_key_is_refused(log: Actor, tmp_path: Path) -> None:
    code, said = run(tmp_path, bundle(log), "--key", "SHA256:" + "0" * 64)
    assert code == 1
    assert "REFUSED" in said


def test_a_flipped_bit_anywhere_is_refused(log: Actor) -> None:
    raw = activity_bundle.build(**parts(log))
    assert verify(raw).good
    step = max(len(raw) // 400, 1)
    for position in range(0, len(raw), step):
        changed = bytearray(raw)
        changed[position] ^= 1 << (position % 8)
        assert not verify(bytes(changed)).good, position


def parts(log: Actor, after: int = 0) -> dict[str, Any]:
    """What the log's bundle is made of, without the verifier."""
    members = archive.unpack(bundle(log, after))
    hashes = members[activity_bundle.HASHES]
    return {
        "log_id": head(log).log_id,
        "first_key": key_of(head(log)),
        "checkpoint_note": members[manifest.CHECKPOINT],
        "first": after,
        "entries": members[activity_bundle.EVENTS].splitlines(),
        "hashes": [hashes[at : at + 32] for at in range(0, len(hashes), 32)],
    }


@pytest.mark.parametrize("forgery", ["changed", "dropped", "doubled", "swapped", "added", "moved on"])
def test_a_bundle_that_is_built_anew_around_other_events_is_refused(log: Actor, forgery: str) -> None:
    made = parts(log)
    entries: list[bytes] = made["entries"]
    if forgery == "changed":
        entries[4] = entries[4].replace(b"event 5", b"event !")
    elif forgery == "dropped":
        del entries[4]
    elif forgery == "doubled":
        entries.insert(4, entries[4])
    elif forgery == "swapped":
        entries[4], entries[5] = entries[5], entries[4]
    elif forgery == "added":
        entries.append(entries[-1])
    else:
        made["first"] = 1
    report = verify(activity_bundle.build(**made))
    assert not report.good
    assert "REFUSED" in report.text()


def test_a_page_that_says_something_else_is_refused(log: Actor) -> None:
    members = archive.unpack(activity_bundle.build(**parts(log)))
    files = {name: raw for name, raw in members.items() if name not in (manifest.MANIFEST, manifest.SEAL)}
    plan = activity_bundle.decode(members[manifest.MANIFEST], members[manifest.SEAL], files)
    files[manifest.PAGE] = files[manifest.PAGE].replace(b"event 5", b"event 6")
    listing = activity_bundle.encode(plan, files)
    forged = [(manifest.MANIFEST, listing), (manifest.SEAL, manifest.seal(listing)), *sorted(files.items())]
    report = verify(archive.pack(forged))
    assert "page.html does not say what the events say" in report.text()
    assert report.exit_code == 1


@pytest.mark.parametrize("after", [1, 2, 3, 7, 9])
def test_a_stretch_from_any_event_on(log: Actor, after: int) -> None:
    raw = bundle(log, after)
    report = verify(raw, trust=from_pin(key_of(head(log)).fingerprint))
    assert report.good, report.text()
    assert f"Events {after + 1} to 10" in report.text()
    with zipfile.ZipFile(io.BytesIO(raw)) as opened:
        lines = opened.read("events.jsonl").splitlines()
    assert f"event {after + 1}" in lines[0].decode()


def test_a_stretch_leads_on_from_the_bundle_before(log: Actor, tmp_path: Path) -> None:
    older = tmp_path / "older.zip"
    older.write_bytes(bundle(log))
    write(log, "event 11", "event 12")
    seal_activity(log.organisation)
    for raw in (bundle(log), bundle(log, 10), bundle(log, 4)):
        code, said = run(tmp_path, raw, "--since", str(older))
        assert code == 0, said
        assert "The 10 events of the older checkpoint are all there still, unchanged." in said
    code, said = run(tmp_path, bundle(log, 11), "--since", str(older))
    assert code == 1
    assert "cannot be compared" in said


def test_a_dropped_tail_is_found_by_an_older_bundle(log: Actor, tmp_path: Path) -> None:
    shorter = bundle(log)
    write(log, "event 11")
    seal_activity(log.organisation)
    later = tmp_path / "later.zip"
    later.write_bytes(bundle(log))
    code, said = run(tmp_path, shorter, "--since", str(later))
    assert code == 1
    assert "its tail was dropped" in said


def test_a_log_that_was_written_anew_under_the_same_key_is_found(log: Actor, tmp_path: Path) -> None:
    """Even who holds the key cannot make other events fit an older checkpoint."""
    older = tmp_path / "older.zip"
    older.write_bytes(bundle(log))
    made = parts(log)
    made["entries"][3] = made["entries"][3].replace(b"event 4", b"event X")
    tree = activity_bundle.tiles.Frontier()
    for entry in made["entries"]:
        tree.append(sealer.merkle.leaf_hash(entry))
    made["checkpoint_note"] = sealer.signed(head(log), 10, tree.root()).encode()
    forged = activity_bundle.build(**made)
    assert run(tmp_path, forged)[0] == 0, "by itself it looks good"
    code, said = run(tmp_path, forged, "--since", str(older))
    assert code == 1
    assert "are not those that the older bundle's checkpoint was signed for" in said


def test_more_than_a_tile_of_events(system: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "BATCH", 200)
    with system.working():
        ActivityEvent.unscoped.bulk_create(
            ActivityEvent(organisation=system.organisation, verb="viewed", way="page", detail=str(number))
            for number in range(700)
        )
    assert seal_activity(system.organisation) == 700
    for after in (0, 255, 256, 300, 699):
        report = verify(bundle(system, after), trust=from_pin(key_of(head(system)).fingerprint))
        assert report.good, (after, report.text())


def test_nothing_comes_after_the_end(log: Actor) -> None:
    for after in (10, 11, 10**12):
        with pytest.raises(NotSealed):
            bundle(log, after)


def test_the_page_hands_it_out_and_notes_that(log: Actor, client_of: Callable[..., Client]) -> None:
    response = client_of("compliance-officer").get(f"{URL}?after=4")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith('attachment; filename="activity-nordhaven-')
    assert verify(response.content).good
    with log.working():
        event = ActivityEvent.objects.within(log.organisation).get(verb="disclosed")
    assert event.detail == "sealed activity log: events 5 to 10"


@pytest.mark.parametrize("role", ["internal-auditor", "approver"])
def test_who_may_not_see_every_register_does_not_get_it(
    log: Actor, client_of: Callable[..., Client], role: str
) -> None:
    assert client_of(role).get("/o/nordhaven/activity").status_code == 200
    assert client_of(role).get(URL).status_code == 403
    assert client_of(role).get(f"/api/v1{URL}").status_code == 403


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "99999999999999999999", "10", "１"])
def test_a_number_that_is_none_gets_a_sentence(log: Actor, client_of: Callable[..., Client], after: str) -> None:
    client = client_of("administrator")
    response = client.get(URL, {"after": after})
    assert response.status_code == 302
    assert "alert-danger" in client.get("/o/nordhaven/activity").content.decode()
    assert client.get(f"/api/v1{URL}", {"after": after}).status_code in (400, 409)
