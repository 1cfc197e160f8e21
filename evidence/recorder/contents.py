"""What commitments commit to: inputs, outputs and tool parameters with their salts, kept by the operator
alone."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from evidence.tlog import commitment

FILE = "contents.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS content (
    commit_hex TEXT PRIMARY KEY, decision_id TEXT NOT NULL, what TEXT NOT NULL, person BLOB,
    salt BLOB NOT NULL, body BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS content_decision ON content (decision_id);
CREATE INDEX IF NOT EXISTS content_person ON content (person) WHERE person IS NOT NULL;
"""


class Content(NamedTuple):
    """One committed text: whose decision, what (``input``, ``output`` or ``params``), the person's blinded
    reference or None, the salt (32 bytes) and the bytes."""

    decision_id: str
    what: str
    person: bytes | None
    salt: bytes
    body: bytes

    @classmethod
    def new(cls, decision_id: str, what: str, person: bytes | None, body: bytes) -> Content:
        return cls(decision_id, what, person, os.urandom(commitment.SALT_SIZE), body)

    @property
    def commit(self) -> str:
        """The commitment that goes into the record, hex."""
        return commitment.commit(self.salt, self.body)


class ContentStore:
    """The store in a recorder's folder; safe for threads and for several processes. Methods raise
    ``sqlite3.Error``."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_SCHEMA)

    def add(self, contents: Iterable[Content]) -> None:
        """Keep these, durably, in one transaction."""
        rows = [(one.commit, *one) for one in contents]
        if not rows:
            return
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.executemany("INSERT OR IGNORE INTO content VALUES (?, ?, ?, ?, ?, ?)", rows)
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    def of_decision(self, decision_id: str) -> list[Content]:
        """Everything kept for a decision."""
        query = "SELECT decision_id, what, person, salt, body FROM content WHERE decision_id = ? ORDER BY rowid"
        with self._lock:
            return [Content(*row) for row in self._database.execute(query, (decision_id,))]

    def erase_person(self, person: bytes) -> int:
        """Destroy the content and salts of one person (blinded reference); gives how many there were."""
        with self._lock:
            done = self._database.execute("DELETE FROM content WHERE person = ?", (person,))
            # Until then the deleted bytes still stand in the write-ahead log.
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return done.rowcount

    def close(self) -> None:
        self._database.close()
