"""A recorder in a folder of its own, and its log served."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evidence.recorder.identifiers import uuid7
from evidence.recorder.server import Contract, LogServer, Tokens
from evidence.recorder.settings import Settings
from evidence.recorder.setup import initialise
from evidence.recorder.writer import Recorder
from evidence.tlog import keys

LOG_ID = "nordhaven.example/test-proxy"


def decision(**changes: Any) -> dict[str, Any]:
    """The fields of a good decision record."""
    return {
        "decision_id": uuid7(time.time_ns() // 1000),
        "system": {"id": "claims-triage", "version": "3.4.0"},
        "policy": {"id": "nordhaven-ai-use", "version": "2026.11.1", "sha256": "0" * 64},
        "outcome": "allow",
        **changes,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recorder"


@pytest.fixture
def key(folder: Path) -> keys.Key:
    """The folder is made, and this is the key to pin."""
    return initialise(folder, Settings(LOG_ID))


@pytest.fixture
def recorder(folder: Path, key: keys.Key) -> Iterator[Recorder]:
    with Recorder(folder) as opened:
        yield opened


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., str]]:
    """Serves the folder; gives the address. With a recorder, its checkpoint is always the newest."""
    servers: list[LogServer] = []

    def start(recorder: Recorder | None = None, **tokens: str) -> str:
        publish = recorder.publish if recorder else lambda: None
        contract = Contract(folder, tokens=Tokens(**tokens), publish=publish)
        servers.append(LogServer(("127.0.0.1", 0), contract).start())
        return f"http://127.0.0.1:{servers[-1].port}"

    yield start
    for server in servers:
        server.stop()
