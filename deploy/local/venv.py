"""Builds .venv from the lock files, with nothing but the standard library of the Python that runs it.

pip does the installing, because it already knows this machine's index, mirror, proxy and certificates.
A stamp of the lock files' hashes makes the second run free, and survives a checkout that touches every file.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"app": ("app", "local"), "dev": ("dev",)}
PINS = {"dev": ("schemas",)}
"""Packages that are wanted for their data alone, by hand."""

NO_VENV = (
    "Python {version} here cannot make a virtual environment: it has neither ensurepip nor pip 22.3 or newer.\n"
    "Install one (Debian, Ubuntu: apt-get install python3-venv; Fedora: dnf install python3-pip) and run make again."
)


class Unready(Exception):
    """The virtual environment cannot be built; the message says what to do."""


def lock_files(group: str) -> list[Path]:
    return [ROOT / "requirements" / f"{name}.txt" for name in LOCKS[group]]


def requirement_files(group: str) -> list[Path]:
    """All that is installed for a group: the lock files, and what is pinned beside them."""
    return lock_files(group) + [ROOT / "requirements" / f"{name}.pin" for name in PINS.get(group, ())]


def wanted_stamp(group: str) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in requirement_files(group):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_ready(group: str) -> bool:
    stamp = VENV / f".{group}.stamp"
    return stamp.is_file() and stamp.read_text() == wanted_stamp(group)


def works() -> bool:
    """False also for a .venv whose interpreter was upgraded away or whose making was interrupted."""
    if not os.access(PYTHON, os.X_OK):
        return False
    ask = "import sys; print(sys.version)"
    said = subprocess.run([str(PYTHON), "-c", ask], check=False, capture_output=True, text=True)
    return said.stdout.strip() == sys.version.strip()


def pip_command() -> list[str]:
    """pip of the venv, or this Python's own pip working on it where a distribution left ensurepip out."""
    if subprocess.run([str(PYTHON), "-c", "import pip"], check=False, capture_output=True).returncode == 0:
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def own_pip_suffices() -> bool:
    """pip learned --python in 22.3."""
    if importlib.util.find_spec("pip") is None:
        return False
    asked = [sys.executable, "-m", "pip", "--python", sys.executable, "--version"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def create() -> None:
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    if importlib.util.find_spec("venv") is None or not (has_ensurepip or own_pip_suffices()):
        raise Unready(NO_VENV.format(version=sys.version.split()[0]))
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if not has_ensurepip:
        command.insert(-1, "--without-pip")
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()
        raise Unready(NO_VENV.format(version=sys.version.split()[0]) + "\n" + said)


def install(group: str) -> None:
    """Installs exactly the locked files, and wheels only, so that no package runs code while it is installed."""
    command = [*pip_command(), "install", "-qq", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    for path in requirement_files(group):
        command += ["--requirement", str(path)]
    # Any of these, set for the user's other work, would send the packages somewhere else than .venv.
    stray = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME")
    env = {name: value for name, value in os.environ.items() if name not in stray}
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    if subprocess.run(command, check=False, env=env).returncode != 0:
        raise Unready("pip could not install the locked packages; its message stands above.")


def make_ready(groups: list[str]) -> None:
    """Makes .venv hold the locked packages of these groups; safe when two makes run at once."""
    root = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(root, fcntl.LOCK_EX)
        if not works():
            print("Making .venv", flush=True)
            create()
        for group in groups:
            if is_ready(group):
                continue
            names = " and ".join(str(path.relative_to(ROOT)) for path in requirement_files(group))
            print(f"Installing {names} into .venv", flush=True)
            install(group)
            (VENV / f".{group}.stamp").write_text(wanted_stamp(group))
    finally:
        os.close(root)


def main() -> int:
    groups = sys.argv[1:] or ["app"]
    try:
        make_ready(groups)
    except Unready as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
