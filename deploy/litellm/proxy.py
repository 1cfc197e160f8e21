"""A running LiteLLM proxy with the recorder in it, and what it recorded, verified."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from deploy.litellm.environment import PROXY, ROOT
from deploy.local.lifeline import child_setup
from evidence.recorder import keystore, settings
from evidence.recorder.segments import verify
from evidence.recorder.setup import initialise
from evidence.tlog import checkpoint, entry, follow, keys
from evidence.tlog.chain import Accepted, Chain

HERE = Path(__file__).resolve().parent
LOG_ID = "nordhaven.example/litellm-1"
CALLERS = ("claims-service", "customer-portal", "underwriting-desk", "fraud-service")
_START_SECONDS = 120


class ProxyFailed(RuntimeError):
    """The proxy did not start, or its log does not verify; the message says what it said last."""


class Reply(NamedTuple):
    """Status, the decision's id ("" where none was given), and the body, as far as it was read."""

    status: int
    decision_id: str
    body: bytes


class Proxy:
    """A context that holds the proxy. ``port`` and ``recorder_port`` 0 choose free ones."""

    def __init__(
        self,
        data: Path,
        port: int = 0,
        recorder_port: int = 0,
        *,
        policy: Path = HERE / "policy.json",
        config: Path = HERE / "config.yaml",
        recorded: bool = True,
    ) -> None:
        """``recorded``: whether ``config`` has the recorder's hooks, so that its log must answer too."""
        self.data = data
        self.port = port or _free_port()
        self.recorder_port = recorder_port or _free_port()
        self.policy = policy
        self.config = config
        self.recorded = recorded
        self.tokens = {name: f"sk-{secrets.token_hex(16)}" for name in CALLERS}
        self.lookup_token = secrets.token_hex(16)
        self.recorder_url = f"http://127.0.0.1:{self.recorder_port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        """The recorder's folder."""
        return self.data / "recorder"

    @property
    def log(self) -> Path:
        return self.data / "litellm.log"

    def __enter__(self) -> Proxy:
        self.data.mkdir(parents=True, exist_ok=True)
        if not (self.folder / settings.FILE).exists():
            initialise(self.folder, settings.Settings(LOG_ID))
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers. Raises ``ProxyFailed``."""
        command = [str(PROXY), "--config", str(self.config), "--host", "127.0.0.1", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=child_setup(os.getpid(), signal.SIGKILL, None),  # noqa: PLW1509 - no threads here
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ProxyFailed(f"The proxy did not start:\n{self.last_words()}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop it in order, so that its last records and its end are written."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-25:])

    def ask(
        self, caller: str, body: dict[str, Any], path: str = "/v1/chat/completions", *, hang_up_after: int = 0
    ) -> Reply:
        """Send a request as ``caller`` (any other name than ``CALLERS`` has a token that nobody knows).
        ``hang_up_after``: close the connection after that many bytes of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        token = self.tokens.get(caller, "sk-unknown")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        said = answer.read(hang_up_after) if hang_up_after else answer.read()
        if hang_up_after and connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
        answer.close()
        connection.close()
        return Reply(answer.status, answer.headers.get("x-decision-id", ""), said)

    def verified_records(self) -> list[Accepted]:
        """The whole log over HTTP, checked against the key that ``init`` made. Raises ``ProxyFailed``."""
        pinned = keystore.read_ring(self.folder)[0]
        chain = Chain(LOG_ID, keys.KeyRing(pinned), verify)
        records: list[Accepted] = []
        while True:
            *lines, last = self._page(chain.next_seq - 1)
            for line in lines:
                answer = chain.feed(*entry.from_line(line))
                if not isinstance(answer, Accepted):
                    raise ProxyFailed(str(answer))
                records.append(answer)
            signed = json.loads(last)["checkpoint"].encode()
            opened = checkpoint.open_signed(signed, LOG_ID, chain.ring.public_keys(), verify)
            if chain.next_seq == opened.checkpoint.size:
                break
        finding = follow.check_covered(chain, opened.checkpoint)
        if finding is not None:
            raise ProxyFailed(str(finding))
        return records

    def _page(self, after: int) -> list[bytes]:
        with urllib.request.urlopen(f"{self.recorder_url}/v1/decisions?after_seq={after}", timeout=30) as answer:  # noqa: S310
            return list(answer.read().splitlines())

    def _answers(self) -> bool:
        urls = [f"http://127.0.0.1:{self.port}/health/liveliness"]
        if self.recorded:
            urls.append(f"{self.recorder_url}/checkpoint")
        for url in urls:
            try:
                urllib.request.urlopen(url, timeout=2).close()  # noqa: S310
            except OSError:
                return False
        return True

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_MASTER_KEY": f"sk-{secrets.token_hex(32)}",
            "DEMO_CALLERS": json.dumps(self.tokens),
            "RECORDER_DIR": str(self.folder),
            "RECORDER_POLICY": str(self.policy),
            "RECORDER_LISTEN": f"127.0.0.1:{self.recorder_port}",
            "RECORDER_LOOKUP_TOKEN": self.lookup_token,
        }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
