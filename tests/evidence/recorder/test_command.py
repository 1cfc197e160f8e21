"""The command line: what an operator does by hand, and the sample proxy."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evidence.recorder.__main__ import main
from evidence.recorder.contents import Content
from evidence.recorder.sample import write_history
from evidence.recorder.sample_traffic import KNOWN_REFERENCE
from evidence.recorder.settings import Settings
from evidence.recorder.setup import initialise
from evidence.recorder.writer import Recorder
from evidence.tlog import keys, moment
from tests.evidence.recorder.conftest import LOG_ID, decision
from tests.evidence.recorder.log_reader import LogReader


def test_init_prints_the_key_to_pin(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(folder), "--log-id", LOG_ID]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["log_id"] == LOG_ID and keys.Key.from_json(said).fingerprint == said["fingerprint"]
    assert main(["init", str(folder), "--log-id", LOG_ID]) == 1
    assert "already holds a recorder" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--log-id", "Has Spaces"], ["--log-id", LOG_ID, "--heartbeat", "0"]])
def test_init_refuses_what_cannot_be(folder: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(folder), *arguments]) == 1
    assert capsys.readouterr().err and not folder.exists()


def test_rotate_works_beside_a_running_recorder_and_without_one(
    recorder: Recorder, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rotate", str(folder)]) == 0
    recorder.append("decision", decision())
    recorder.close()
    assert main(["rotate", str(folder)]) == 0
    assert main(["status", str(folder)]) == 0
    out = capsys.readouterr().out
    status = json.loads(out[out.rindex('{\n  "log_id"') :])
    assert len(status["keys"]) == 3 and status["writing"] is False and status["records"] == recorder.size + 2


def test_rotate_refuses_an_instant_that_is_none(
    recorder: Recorder, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rotate", str(folder), "--compromised", "yesterday"]) == 1
    assert "is not an instant" in capsys.readouterr().err


def test_erased_person_has_neither_key_nor_content(
    recorder: Recorder, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = decision()
    kept = Content.new(fields["decision_id"], "input", recorder.persons.digest("CLM-1"), b"a secret text")
    known = recorder.persons.reference("CLM-1")
    recorder.append("decision", {**fields, "subject_ref": known, "input_commit": kept.commit}, [kept])
    assert main(["open", str(folder), fields["decision_id"]]) == 0
    assert json.loads(capsys.readouterr().out)["content"] == "a secret text"
    assert main(["erase", str(folder), "CLM-1"]) == 0
    assert main(["open", str(folder), fields["decision_id"]]) == 1
    assert main(["erase", str(folder), "CLM-1"]) == 1
    assert recorder.persons.find("CLM-1") is None
    recorder.close()
    assert not [path for path in folder.rglob("*") if path.is_file() and b"a secret text" in path.read_bytes()]


def test_history_obeys_every_rule_and_has_its_known_reference(folder: Path) -> None:
    now = time.time_ns() // 1000
    key = initialise(folder, Settings(LOG_ID), at=now - 31 * moment.DAY)
    count = write_history(folder, Settings.load(folder), days=30, count=400)
    with Recorder(folder) as recorder:
        assert recorder.size == count + 1  # and the gap record of this boot
        known = recorder.persons.find(KNOWN_REFERENCE)
    from evidence.recorder.server import Contract, LogServer

    server = LogServer(("127.0.0.1", 0), Contract(folder)).start()
    try:
        reader = LogReader(f"http://127.0.0.1:{server.port}", key, LOG_ID)
        assert reader.pull() is None
    finally:
        server.stop()
    decisions = [one.record for one in reader.records if one.record.kind == "decision"]
    assert len(decisions) == 400 and known in {one.subject_ref for one in decisions}
    assert {one.system_id for one in decisions} == {
        "claims-triage", "customer-assistant", "underwriting-summary", "fraud-signals",
    }  # fmt: skip
    assert {one.outcome for one in decisions} >= {"allow", "deny", "redact"}
    assert len({one.policy_version for one in decisions}) == 2
    days = {one.ts[:10] for one in decisions}
    assert len(days) > 15


def test_sample_serves_adds_and_stops_in_order(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "evidence.recorder.sample", "--data", str(tmp_path / "s"), "--port", "0",
               "--per-minute", "6000", "--history", "2", "--count", "50"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        ready = json.loads(process.stdout.readline())
        try:
            reader = LogReader(ready["ready"], keys.Key.from_json(ready["key"]), ready["log_id"])
            assert reader.pull() is None
            first, deadline = len(reader.records), time.monotonic() + 20
            while len(reader.records) == first and time.monotonic() < deadline:
                time.sleep(0.2)
                assert reader.pull() is None
            assert len(reader.records) > first
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0, process.stderr.read()
        finally:
            process.kill()  # or leaving the block would wait for it for ever, whatever failed
    assert (tmp_path / "s" / "stopped").exists()
