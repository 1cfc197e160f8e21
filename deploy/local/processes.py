"""A supervisor for a handful of processes on one machine: started together, stopped together.

It restarts nothing: when one process dies, the others are stopped too and the dead one is named, because half
a system looks like a working one. Each is a direct child tied to us by the kernel (lifeline.py).
"""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from deploy.local.lifeline import child_setup

STOP_GRACE = 6.0  # seconds from the polite signal to SIGKILL
POLL = 0.1  # seconds


class Died(Exception):
    """A process ended by itself or never became ready; the message names it and ends with its last words."""


class StopRequested(BaseException):
    """SIGINT, SIGTERM or SIGHUP came. Not an Exception, so that no handler on the way swallows it."""


@dataclass(frozen=True)
class Service:
    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    folder: Path
    stop: signal.Signals = signal.SIGTERM
    death: signal.Signals = signal.SIGKILL  # what the kernel sends when the supervisor is gone
    user: pwd.struct_passwd | None = None
    stdin: bytes = b""


@dataclass
class Supervisor:
    logs: Path
    running: dict[str, tuple[Service, subprocess.Popen[bytes]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def start(self, service: Service) -> None:
        """Starts it in a session of its own: the terminal's Ctrl-C reaches us alone, and we choose the order."""
        with self.log(service.name).open("wb") as log:
            process = subprocess.Popen(
                service.command,
                cwd=service.folder,
                env=dict(service.env),
                stdin=subprocess.PIPE if service.stdin else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=child_setup(os.getpid(), service.death, service.user),  # noqa: PLW1509 - no threads here
            )
        self.running[service.name] = (service, process)
        if process.stdin is not None:
            process.stdin.write(service.stdin)
            process.stdin.close()

    def last_words(self, name: str, lines: int = 15) -> str:
        text = self.log(name).read_text(errors="replace") if self.log(name).exists() else ""
        return "\n".join(f"  {name} | {line}" for line in text.splitlines()[-lines:])

    def check(self) -> None:
        for name, (_, process) in self.running.items():
            code = process.poll()
            if code is not None:
                how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
                raise Died(f"{name} ended {how}. Its log is {self.log(name)}:\n{self.last_words(name)}")

    def wait_until(self, ready: Callable[[], bool], *, name: str, seconds: float) -> None:
        """Waits until `ready()`; a dead process or the time limit raises Died."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise Died(f"{name} was not ready after {seconds:.0f} s. Its log:\n{self.last_words(name)}")
            time.sleep(POLL)

    def watch(self) -> None:
        """Returns never: raises Died when a process ends, StopRequested when we are told to stop."""
        while True:
            self.check()
            time.sleep(POLL)

    def stop(self, names: Sequence[str], grace: float = STOP_GRACE) -> None:
        """Stops these together: each service's own signal, then SIGKILL to what is left of its session."""
        chosen = [self.running.pop(name) for name in names if name in self.running]
        for service, process in chosen:
            if process.poll() is None:
                process.send_signal(service.stop)
        deadline = time.monotonic() + grace
        for _, process in chosen:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            kill_session(process.pid)
            process.wait()

    def stop_all(self, last: Sequence[str] = ()) -> None:
        """Stops everything, those named in `last` after the others: whoever uses a database goes before it."""
        self.stop([name for name in self.running if name not in last])
        self.stop(last)


def kill_session(pid: int) -> None:
    """Kills a session leader and the children it left behind in its process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def raise_on_signals() -> None:
    """Makes SIGINT, SIGTERM and SIGHUP raise StopRequested, once: the way down is not interrupted."""

    def handler(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise StopRequested(signal.Signals(number).name)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, handler)


def run_tied(command: Sequence[str], *, env: Mapping[str, str], folder: Path, capture: bool = False) -> tuple[int, str]:
    """Runs one command to its end, tied to us like a service; gives exit code and, with `capture`, its output."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.STDOUT if capture else None,
        start_new_session=True,
        preexec_fn=child_setup(os.getpid(), signal.SIGTERM, None),  # noqa: PLW1509 - no threads here
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        kill_session(process.pid)
        process.wait()
        raise
    return process.returncode, (output or b"").decode(errors="replace")
