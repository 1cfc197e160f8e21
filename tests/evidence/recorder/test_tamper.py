"""Every attack on a real log is named by a reader, whether it comes new or knows the log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.recorder.durable import InUse
from evidence.recorder.tamper import ATTACKS, main, tamper
from evidence.recorder.writer import Recorder
from evidence.tlog import keys
from tests.evidence.recorder.conftest import LOG_ID, decision
from tests.evidence.recorder.log_reader import LogReader


@pytest.fixture
def stopped(folder: Path, key: keys.Key) -> keys.Key:
    with Recorder(folder) as recorder:
        for future in [recorder.submit("decision", decision()) for _ in range(300)]:
            future.result(10)
    return key


@pytest.mark.parametrize("kind", sorted(ATTACKS))
def test_attack_is_named_by_a_reader_who_knew_the_log(
    folder: Path, stopped: keys.Key, serve: Callable[..., str], kind: str
) -> None:
    url = serve()
    reader = LogReader(url, stopped, LOG_ID)
    assert reader.pull() is None
    tamper(folder, kind, 200)
    reader.url = serve()
    found = reader.pull()
    assert found is not None and found.reason == ATTACKS[kind].found_again
    assert len(reader.records) >= 301  # what was good is kept


@pytest.mark.parametrize("kind", sorted(kind for kind, attack in ATTACKS.items() if attack.found_new))
def test_attack_is_named_by_a_new_reader(folder: Path, stopped: keys.Key, serve: Callable[..., str], kind: str) -> None:
    tamper(folder, kind, 200)
    found = LogReader(serve(), stopped, LOG_ID).pull()
    assert found is not None and found.reason == ATTACKS[kind].found_new


def test_running_recorder_is_not_tampered_with(
    recorder: Recorder, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder.append("decision", decision())
    with pytest.raises(InUse):
        tamper(folder, "fork", 1)
    assert main([str(folder), "fork"]) == 1 and "A log has one writer" in capsys.readouterr().err
