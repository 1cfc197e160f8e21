"""kill -9 in the middle of writing: nothing acknowledged is lost, and every restart says what it may have missed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.recorder.writer import Recorder
from evidence.tlog import keys
from tests.evidence.recorder.conftest import LOG_ID
from tests.evidence.recorder.log_reader import LogReader

_CHILD = """
import json, sys, threading, time
from pathlib import Path
from evidence.recorder.writer import Recorder
from tests.evidence.recorder.conftest import decision

recorder = Recorder(Path(sys.argv[1]))
said = threading.Lock()

def work():
    while True:
        fields = decision()
        receipt = recorder.append("decision", fields)
        with said:
            print(json.dumps([receipt.seq, receipt.leaf, fields["decision_id"]]), flush=True)

for _ in range(8):
    threading.Thread(target=work, daemon=True).start()
time.sleep(60)
"""


def _killed_after(folder: Path, seconds: float) -> list[list[str]]:
    with subprocess.Popen([sys.executable, "-c", _CHILD, str(folder)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(seconds)
        os.kill(child.pid, signal.SIGKILL)
        lines = [first, *child.stdout.read().splitlines()]
    return [json.loads(line) for line in lines if line.strip().endswith(b"]")]


def check_kills(folder: Path, key: keys.Key, serve: Callable[..., str], rounds: int) -> None:
    chance = random.Random(rounds)
    acknowledged: list[list[str]] = []
    for _ in range(rounds):
        acknowledged += _killed_after(folder, chance.uniform(0.0, 0.15))
    reader = LogReader(serve(), key, LOG_ID)
    with Recorder(folder):  # the last restart publishes what the last victim had written
        assert reader.pull() is None
    held = {one.seq: one for one in reader.records}
    assert len(acknowledged) > 10 * rounds
    for seq, leaf, decision_id in acknowledged:
        assert held[int(seq)].leaf.hex() == leaf and held[int(seq)].record.decision_id == decision_id
    gaps = [one.record for one in reader.records if one.record.kind == "gap"]
    boots = [one.record.boot_id for one in reader.records]
    assert len(gaps) == rounds == len(set(boots)) - 1
    assert all("in flight" in gap.data["gap"]["reason"] or "under way" in gap.data["gap"]["reason"] for gap in gaps)


def test_killed_writers_lose_nothing_that_was_acknowledged(
    folder: Path, key: keys.Key, serve: Callable[..., str]
) -> None:
    check_kills(folder, key, serve, 6)


@pytest.mark.assurance
@pytest.mark.timeout(0)
def test_nothing_is_lost_over_many_kills(folder: Path, key: keys.Key, serve: Callable[..., str]) -> None:
    check_kills(folder, key, serve, int(os.environ.get("ASSURANCE_ROUNDS") or 100))
