"""The writer: order, durability, restarts, and what happens when the disk or the clock fails."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.recorder import durable, keystore, segments
from evidence.recorder.book import RecordRejected
from evidence.recorder.durable import InUse
from evidence.recorder.segments import LogDamaged
from evidence.recorder.settings import FILE, NotInitialised, Settings
from evidence.recorder.setup import initialise
from evidence.recorder.writer import Recorder, Unavailable
from evidence.tlog import keys, moment
from tests.evidence.recorder.conftest import LOG_ID, decision
from tests.evidence.recorder.log_reader import LogReader


def read(serve: Callable[..., str], key: keys.Key, recorder: Recorder | None = None) -> LogReader:
    reader = LogReader(serve(recorder), key, LOG_ID)
    assert reader.pull() is None
    return reader


def kinds(reader: LogReader) -> list[str]:
    return [one.record.kind for one in reader.records]


def test_record_is_readable_by_another_process_when_append_returns(recorder: Recorder, folder: Path) -> None:
    fields = decision()
    receipt = recorder.append("decision", fields)
    held = segments.segment_path(folder, 0).read_bytes()
    assert fields["decision_id"].encode() in held
    assert receipt.seq == 1 and recorder.size == 2


def test_fifty_threads_give_one_gapless_chain(recorder: Recorder, key: keys.Key, serve: Callable[..., str]) -> None:
    acknowledged: list[tuple[int, str]] = []

    def work() -> None:
        for _ in range(20):
            fields = decision()
            acknowledged.append((recorder.append("decision", fields).seq, fields["decision_id"]))

    threads = [threading.Thread(target=work) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader = read(serve, key, recorder)
    held = {(one.seq, one.record.decision_id) for one in reader.records if one.record.kind == "decision"}
    assert held == set(acknowledged) and len(held) == 1000


def test_concurrent_records_share_an_fsync(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    real = os.fsync

    def counted(handle: int) -> None:
        calls.append(handle)
        time.sleep(0.01)
        real(handle)

    monkeypatch.setattr(os, "fsync", counted)
    for future in [recorder.submit("decision", decision()) for _ in range(200)]:
        future.result(10)
    assert len(calls) < 40


def test_second_writer_is_refused_with_a_sentence(recorder: Recorder, folder: Path) -> None:
    with pytest.raises(InUse, match=f"process {os.getpid()}.*A log has one writer"):
        Recorder(folder)
    code = "import sys, pathlib, evidence.recorder.writer as w; w.Recorder(pathlib.Path(sys.argv[1]))"
    other = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    assert other.returncode == 1 and "A log has one writer" in other.stderr


def test_restart_begins_with_a_gap_record_of_the_boot_before(
    folder: Path, key: keys.Key, serve: Callable[..., str]
) -> None:
    for _ in range(3):
        with Recorder(folder) as recorder:
            recorder.append("decision", decision())
    reader = read(serve, key)
    assert kinds(reader) == ["heartbeat", "decision", "gap", "decision", "gap", "decision"]
    gap = reader.records[2].record
    assert gap.data["gap"]["previous_boot_id"] == reader.records[1].record.boot_id
    assert gap.data["gap"]["lost"] == 0 and "stopped in order" in gap.data["gap"]["reason"]


@pytest.mark.parametrize("torn", [b"\x00", b"\x01\x00\x01", b"\x00" * 700, os.urandom(900)])
def test_torn_tail_is_cut_to_the_last_whole_entry_and_kept_beside(
    folder: Path, key: keys.Key, serve: Callable[..., str], torn: bytes
) -> None:
    with Recorder(folder) as recorder:
        recorder.append("decision", decision())
    (folder / "stopped").unlink()
    with segments.segment_path(folder, 0).open("ab") as log:
        log.write(torn)
    with Recorder(folder) as recorder:
        recorder.append("decision", decision())
    reader = read(serve, key)
    assert kinds(reader) == ["heartbeat", "decision", "gap", "decision"]
    assert "without stopping in order" in reader.records[2].record.data["gap"]["reason"]
    assert "lost" not in reader.records[2].record.data["gap"]
    assert [path.read_bytes() for path in (folder / "log").glob("*.torn")] == [torn]


def test_half_of_a_signed_entry_at_the_end_is_cut(folder: Path, key: keys.Key, serve: Callable[..., str]) -> None:
    with Recorder(folder) as recorder:
        recorder.append("decision", decision())
    path = segments.segment_path(folder, 0)
    whole = path.read_bytes()
    first = 2 + int.from_bytes(whole[:2], "big")
    (folder / "checkpoint").unlink()
    path.write_bytes(whole[: first + 100])
    with Recorder(folder):
        pass
    assert kinds(read(serve, key)) == ["heartbeat", "gap"]


def test_log_shorter_than_what_was_published_is_not_continued(folder: Path, key: keys.Key) -> None:
    with Recorder(folder) as recorder:
        recorder.append("decision", decision())
    path = segments.segment_path(folder, 0)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(LogDamaged, match="1 records, but 2 were published"):
        Recorder(folder)


def test_files_of_several_segments_are_one_log(
    folder: Path, key: keys.Key, serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("segments", "reader"):
        monkeypatch.setattr(f"evidence.recorder.{module}.PER_SEGMENT", 256)
    for _ in range(3):
        with Recorder(folder) as recorder:
            for future in [recorder.submit("decision", decision()) for _ in range(255)]:
                future.result(10)
    assert len(list((folder / "log").glob("*.entries"))) == 3
    assert len(read(serve, key).records) == 768
    with Recorder(folder) as recorder:
        recorder.append("decision", decision())
    assert len(read(serve, key).records) == 770


def test_write_failure_is_refused_and_declared_afterwards(
    recorder: Recorder, key: keys.Key, serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.append("decision", decision())
    real = durable.write_all

    def full(handle: int, content: bytes) -> None:
        real(handle, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("evidence.recorder.durable.write_all", full)
    for _ in range(2):
        with pytest.raises(Unavailable, match="No space left on device"):
            recorder.append("decision", decision())
    monkeypatch.setattr("evidence.recorder.durable.write_all", real)
    recorder.append("decision", decision())
    reader = read(serve, key, recorder)
    assert kinds(reader) == ["heartbeat", "decision", "gap", "decision"]
    assert reader.records[2].record.data["gap"]["lost"] == 2


def test_record_that_no_reader_would_accept_is_refused_alone(
    recorder: Recorder, key: keys.Key, serve: Callable[..., str]
) -> None:
    good, bad = recorder.submit("decision", decision()), recorder.submit("decision", decision(outcome="maybe"))
    too_long = recorder.submit("decision", decision(unknown=["x" * 500] * 80))
    after = recorder.submit("decision", decision())
    assert good.result(5).seq == 1 and after.result(5).seq == 2
    with pytest.raises(RecordRejected, match="outcome"):
        bad.result(5)
    with pytest.raises(RecordRejected, match="32,768"):
        too_long.result(5)
    assert kinds(read(serve, key, recorder)) == ["heartbeat", "decision", "decision"]


def test_clock_that_is_set_back_a_day_begins_a_boot_that_says_so(
    folder: Path, key: keys.Key, serve: Callable[..., str]
) -> None:
    initialised = keystore.read_ring(folder)[0]._replace(not_before=0)
    keystore.write_ring(folder, [initialised])
    offset = [0]
    with Recorder(folder, clock=lambda: time.time_ns() // 1000 + offset[0]) as recorder:
        recorder.append("decision", decision())
        offset[0] = -moment.DAY
        recorder.append("decision", decision())
        offset[0] -= moment.SECOND  # a small step is no event: instants stand still
        recorder.append("decision", decision())
    reader = read(serve, initialised)
    assert kinds(reader) == ["heartbeat", "decision", "gap", "decision", "decision"]
    assert "clock was set back" in reader.records[2].record.data["gap"]["reason"]


def test_heartbeat_counts_what_was_written_since_the_last(folder: Path, serve: Callable[..., str]) -> None:
    key = initialise(folder, Settings(LOG_ID, heartbeat_seconds=1))
    with Recorder(folder) as recorder:
        first = decision()
        recorder.append("decision", first)
        recorder.append("completion", {"decision_id": first["decision_id"], "outcome": "allow"})
        time.sleep(2.7)
    beats = [one.record.data["counts"] for one in read(serve, key).records if one.record.kind == "heartbeat"]
    assert beats[1:3] == [{"decisions": 1, "completions": 1}, {"decisions": 0, "completions": 0}]


@pytest.mark.parametrize("compromised", [False, True])
def test_rotation_is_a_record_that_the_old_key_signs(
    folder: Path, key: keys.Key, serve: Callable[..., str], compromised: bool
) -> None:
    with Recorder(folder) as recorder:
        recorder.append("decision", decision())
        time.sleep(0.01)
        recorder.rotate(moment.to_text(time.time_ns() // 1000) if compromised else "")
        recorder.append("decision", decision())
    with Recorder(folder) as recorder:
        recorder.append("decision", decision())
    reader = read(serve, key)
    assert kinds(reader) == ["heartbeat", "decision", "key_rotation", "decision", "gap", "decision"]
    signers = [one.kid for one in reader.records]
    assert signers[:3] == [key.kid] * 3 and key.kid not in signers[3:]


def test_rotation_that_crashed_before_the_ring_was_written_is_finished(
    folder: Path, key: keys.Key, serve: Callable[..., str]
) -> None:
    before = (folder / keystore.RING).read_bytes()
    with Recorder(folder) as recorder:
        recorder.rotate()
    (folder / keystore.RING).write_bytes(before)
    with Recorder(folder) as recorder:
        recorder.append("decision", decision())
    assert kinds(read(serve, key)) == ["heartbeat", "key_rotation", "gap", "decision"]


def test_private_key_open_to_others_is_refused(folder: Path, key: keys.Key) -> None:
    path = folder / "keys" / f"{key.kid}.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(NotInitialised, match="chmod 600"):
        Recorder(folder)


def test_folder_without_recorder_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(NotInitialised, match=r"evidence\.recorder init"):
        Recorder(tmp_path)


def test_second_init_is_refused(folder: Path, key: keys.Key) -> None:
    with pytest.raises(FileExistsError, match="already holds a recorder"):
        initialise(folder, Settings(LOG_ID))
    assert keystore.read_ring(folder) == [key] and (folder / FILE).exists()
