"""``.venv-litellm``: the proxy's own environment, built from requirements/litellm.txt with every hash checked."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "litellm.txt"
VENV = ROOT / ".venv-litellm"
PROXY = VENV / "bin" / "litellm"
_STRAY = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME", "PYTHONPATH")


class Unready(Exception):
    """The environment cannot be built; the message says why."""


def make_ready() -> None:
    """Build the environment unless it stands already; safe when two ask at once. Raises ``Unready``."""
    wanted = hashlib.sha256(sys.version.encode() + LOCK.read_bytes()).hexdigest()
    stamp = VENV / ".stamp"
    with (ROOT / "requirements" / "litellm.in").open("rb") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == wanted and os.access(PROXY, os.X_OK):
            return
        print("Building .venv-litellm from requirements/litellm.txt; this takes a minute or two", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
        _run(
            [
                str(VENV / "bin" / "python"), "-m", "pip", "install", "-qq", "--no-deps", "--require-hashes",
                "--only-binary", ":all:", "--no-compile", "--disable-pip-version-check", "--requirement", str(LOCK),
            ]
        )  # fmt: skip
        stamp.write_text(wanted)


def _run(command: list[str]) -> None:
    env = {name: value for name, value in os.environ.items() if name not in _STRAY}
    done = subprocess.run(command, check=False, env=env, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unready((done.stdout + done.stderr).strip())
