"""The recorder: one thread that gives each record its place, chains and signs it, and makes it durable before
anyone goes on.

Records that arrive together share one fsync. A record that could not be made durable is taken back, and the
next one that can is preceded by a ``gap`` record that says how many were lost.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple

from evidence.recorder import keystore
from evidence.recorder.book import Book, Clock, RecordRejected
from evidence.recorder.contents import Content, ContentStore
from evidence.recorder.durable import FolderLock
from evidence.recorder.persons import PersonKeys
from evidence.recorder.settings import Settings
from evidence.tlog import moment

MAX_BATCH = 512
TICK = 0.25
"""Seconds between looks at what is due: heartbeat, checkpoint, a rotation asked for by the command line."""

ROTATE = "rotate.request"

_log = logging.getLogger(__name__)


class Unavailable(RuntimeError):
    """The record could not be made durable; ``str()`` is a sentence. The request must not go on."""


class Receipt(NamedTuple):
    """A record that is durable: its position, its leaf hash (hex) and its instant."""

    seq: int
    leaf: str
    ts: str


class _Job(NamedTuple):
    kind: str
    fields: Mapping[str, Any]
    contents: Sequence[Content]
    done: Future[Receipt]


class Recorder:
    """The single writer of one log. Open it once in a process; ``append`` and ``submit`` from any thread.

    Raises ``durable.InUse``, ``settings.NotInitialised``, ``segments.LogDamaged``.
    """

    def __init__(self, folder: Path, *, clock: Clock = lambda: time.time_ns() // 1000) -> None:
        self.folder = folder
        self.settings = Settings.load(folder)
        self._lock = FolderLock(folder)
        try:
            self.persons = PersonKeys(folder)
            self.contents = ContentStore(folder) if self.settings.keep_content else None
            self._book = Book(folder, self.settings, clock)
        except BaseException:
            self._lock.release()
            raise
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._beat_at = time.monotonic() + self.settings.heartbeat_seconds
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def size(self) -> int:
        """Durable records."""
        return self._book.size

    @property
    def log_id(self) -> str:
        return self.settings.log_id

    def submit(self, kind: str, fields: Mapping[str, Any], contents: Sequence[Content] = ()) -> Future[Receipt]:
        """Hand over a record; the future gives its ``Receipt`` once it is durable, or raises ``Unavailable``
        or ``RecordRejected``. Never blocks."""
        done: Future[Receipt] = Future()
        if self._closed:
            done.set_exception(Unavailable("The recorder is closed"))
        else:
            self._jobs.put(_Job(kind, fields, contents, done))
        return done

    def append(
        self, kind: str, fields: Mapping[str, Any], contents: Sequence[Content] = (), timeout: float = 30
    ) -> Receipt:
        """``submit`` and wait at most ``timeout`` seconds."""
        try:
            return self.submit(kind, fields, contents).result(timeout)
        except TimeoutError:
            raise Unavailable(f"The record was not written within {timeout:g} seconds") from None

    def publish(self) -> None:
        """Bring the published checkpoint up to the last durable record now."""
        self._book.publish()

    def erase(self, reference: str) -> bool:
        """Destroy one person's key, content and salts. False where the person is unknown."""
        person = self.persons.digest(reference)
        if self.contents is not None:
            self.contents.erase_person(person)
        return self.persons.erase(reference)

    def rotate(self, compromised_at: str = "") -> None:
        """Bring a new signing key, by a record that the old one signs. ``compromised_at``: the instant from
        which the old key is no longer to be believed. Raises ``Unavailable``."""
        if not request_rotation(self.folder, compromised_at):
            raise Unavailable("The key was not rotated: the log could not be written in time")

    def close(self) -> None:
        """Write what was handed over, publish, and note that the stop was in order."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        self._thread.join()
        try:
            self._book.close()
        finally:
            self.persons.close()
            if self.contents is not None:
                self.contents.close()
            self._lock.release()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        going = True
        while going:
            jobs, going = self._take()
            if jobs:
                self._write(jobs)
            self._guarded(self._due)
        while not self._jobs.empty():
            late = self._jobs.get()
            if late is not None:
                late.done.set_exception(Unavailable("The recorder is closed"))

    def _take(self) -> tuple[list[_Job], bool]:
        jobs: list[_Job] = []
        try:
            job = self._jobs.get(timeout=TICK)
            while job is not None:
                jobs.append(job)
                if len(jobs) == MAX_BATCH:
                    return jobs, True
                job = self._jobs.get_nowait()
        except queue.Empty:
            return jobs, True
        return jobs, False

    def _write(self, jobs: list[_Job]) -> None:
        try:
            if self.contents is not None:
                self.contents.add(content for job in jobs for content in job.contents)
            results = self._book.write([(job.kind, job.fields) for job in jobs])
        except Exception as error:  # whatever went wrong, nobody may take the record for written
            self._book.lost += len(jobs)
            sentence = f"The decision log cannot be written: {error}"
            for job in jobs:
                job.done.set_exception(Unavailable(sentence))
            return
        for job, result in zip(jobs, results, strict=True):
            if isinstance(result, RecordRejected):
                job.done.set_exception(result)
            else:
                job.done.set_result(Receipt(result.seq, result.leaf.hex(), result.ts))

    def _due(self) -> None:
        request = self.folder / ROTATE
        if request.exists():
            self._rotate(request)
        if time.monotonic() >= self._beat_at:
            self._beat_at = time.monotonic() + self.settings.heartbeat_seconds
            self._book.heartbeat()
        self._book.publish_if_due()

    def _rotate(self, request: Path) -> None:
        text = request.read_text("ascii").strip()
        request.unlink()
        self._book.rotate(keystore.create(self.folder), moment.from_text(text) if text else None)

    @staticmethod
    def _guarded(action: Callable[[], None]) -> None:
        try:
            action()
        except Exception:  # a full disk, say: the next record or the next tick tries again
            _log.exception("The decision log's upkeep failed")
            time.sleep(TICK)


def request_rotation(folder: Path, compromised_at: str = "", timeout: float = 10) -> bool:
    """Ask the running recorder to rotate its key; False when it did not within ``timeout`` seconds."""
    request = folder / ROTATE
    request.write_text(compromised_at, "ascii")
    before = keystore.read_ring(folder)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if len(keystore.read_ring(folder)) > len(before):
            return True
        time.sleep(0.05)
    request.unlink(missing_ok=True)
    return False
