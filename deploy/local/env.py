"""The environment of a running local stack, so that a command beside it finds its database.

A supervisor holds a lock on its folder's `lock` for as long as it lives, however it dies, and `env` is believed
only then.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shlex
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = Path(os.environ.get("ASSAY_DEMO_FOLDER") or ROOT / ".demo")


class Occupied(Exception):
    """Another supervisor runs in this folder; the message is its address."""


class FolderLock:
    """Held from `take` to the end of the process; the kernel lets go of it, even after kill -9."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"

    def take(self) -> None:
        """Raises Occupied when another process holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise Occupied(str(self.path.parent)) from None

    def release(self) -> None:
        os.close(self._descriptor)

    def is_held(self) -> bool:
        """True if some process holds it; asked with a shared lock, so that askers don't hinder each other."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False


def write_env(folder: Path, values: Mapping[str, str]) -> None:
    """Writes NAME=value lines, quoted for a shell, readable by their owner only and never half."""
    making = folder / "env.new"
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    making.rename(folder / "env")


def read_env(folder: Path) -> dict[str, str]:
    """The environment of the stack that runs in `folder`; empty when none runs."""
    path = folder / "env"
    if not FolderLock(folder).is_held() or not path.is_file():
        return {}
    pairs = (shlex.split(line)[0].partition("=") for line in path.read_text().splitlines())
    return {name: value for name, _, value in pairs}


def load() -> None:
    """Takes over the running demo's environment; what is set wins, and a set DATABASE_URL turns it off."""
    if "DATABASE_URL" not in os.environ:
        for name, value in read_env(DEMO).items():
            os.environ.setdefault(name, value)


def keys(folder: Path) -> dict[str, str]:
    """SECRET_KEY and ASSAY_SECRETS_KEY (a Fernet key: 32 random bytes, url-safe base64), made once a folder."""
    path = folder / "keys.json"
    if path.is_file():
        return dict(json.loads(path.read_text()))
    made = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ASSAY_SECRETS_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    making = path.with_suffix(".new")
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(made, file)
    making.rename(path)
    return made
