"""The demo's AI proxy: invented traffic on a real recorder, whose log Assay pulls."""

from __future__ import annotations

import http.client
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.processes import Service
from deploy.local.valkey import free_port
from deploy.local.venv import ROOT

HOST = "127.0.0.1"
HISTORY_DAYS, HISTORY_REQUESTS, REQUESTS_A_MINUTE = 30, 3000, 20


@dataclass
class Proxy:
    """One sample proxy whose log lies in `folder`. Its port may change from start to start; its log stays."""

    folder: Path

    def __post_init__(self) -> None:
        self.port = free_port()
        kept = self.folder.with_suffix(".token")
        if not kept.is_file():
            kept.write_text(secrets.token_urlsafe(24))
            kept.chmod(0o600)
        self.lookup_token = kept.read_text()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def env(self) -> dict[str, str]:
        """What Assay must know: where the log is, and that this one private address may be called."""
        return {
            "DEMO_PROXY_URL": self.url,
            "DEMO_PROXY_FOLDER": str(self.folder),
            "DEMO_PROXY_LOOKUP_TOKEN": self.lookup_token,
            "OUTBOUND_ALLOWED": f"{HOST}:{self.port}={HOST}/32",
        }

    def service(self) -> Service:
        command = [sys.executable, "-m", "evidence.recorder.sample", "--data", str(self.folder)]
        command += ["--port", str(self.port), "--per-minute", str(REQUESTS_A_MINUTE)]
        command += ["--history", str(HISTORY_DAYS), "--count", str(HISTORY_REQUESTS)]
        own = {**os.environ, "RECORDER_LOOKUP_TOKEN": self.lookup_token}
        return Service("proxy", command, own, ROOT)

    def answers(self) -> Callable[[], bool]:
        def ask() -> bool:
            connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
            try:
                connection.request("GET", "/checkpoint")
                return connection.getresponse().status == 200
            except OSError:
                return False
            finally:
                connection.close()

        return ask
