"""XML from strangers is parsed in a child process, so that what it does to a parser it does not do to us."""

import contextlib
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from grc.uploads.refusal import ContentRefused

MEMORY_BYTES = 256 * 1024 * 1024
CPU_SECONDS = 30
WALL_SECONDS = 60

_CHILD = Path(__file__).with_name("xml_child.py")
_ADVICE = "Open it in its program, save it under a new name and upload that."


class XMLCheck:
    """A child that reads XML documents one after the other; use as a context manager and call ``finish``.

    A document that is refused, or that makes the child crash, run out of memory or time, raises
    ``ContentRefused``.
    """

    def __init__(
        self,
        *,
        memory_bytes: int = MEMORY_BYTES,
        cpu_seconds: int = CPU_SECONDS,
        wall_seconds: float = WALL_SECONDS,
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_CHILD), str(memory_bytes), str(cpu_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            close_fds=True,
        )
        self._timer = threading.Timer(wall_seconds, self._process.kill)
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> "XMLCheck":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._process.kill()
        with contextlib.suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()

    def document(self, pieces: Iterable[bytes]) -> None:
        """Send one document; raises as soon as the child is known to have stopped."""
        for piece in pieces:
            if piece:
                self._send(struct.pack(">I", len(piece)) + piece)
        self._send(struct.pack(">I", 0))

    def finish(self) -> None:
        """Wait for the verdict on everything sent; raises ``ContentRefused`` unless all of it is good."""
        answer = self._answer()
        if answer != "ok":
            raise ContentRefused(f"cannot be accepted: a part of it {answer}", _ADVICE)

    def _send(self, framed: bytes) -> None:
        stdin = self._process.stdin
        if stdin is None:
            raise ContentRefused("could not be checked", _ADVICE)
        try:
            stdin.write(framed)
        except OSError:
            self.finish()

    def _answer(self) -> str:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return "could not be read"
        with contextlib.suppress(OSError):
            stdin.close()
        answer = stdout.read(500).decode("utf-8", "replace").strip()
        code = self._process.wait()
        if code == 0 and answer:
            return answer
        return "took too much time or memory to read, or made the reader fail"
