"""One random key per person, so that a record can name a person and yet forget them.

The file maps a blinded reference to the person's key; the blinding key stands in the same file, so this hides
references from a casual look only: whoever holds the file can test a reference. It never leaves the operator.
"""

from __future__ import annotations

import hmac
import os
import sqlite3
import threading
import unicodedata
from hashlib import sha256
from pathlib import Path

from evidence.tlog.commitment import KEY_SIZE, subject_ref

FILE = "persons.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS blinding (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS person (digest BLOB PRIMARY KEY, key BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""


class PersonKeys:
    """The store in a recorder's folder; safe for threads and for several processes. Methods raise
    ``sqlite3.Error`` when the disk does not do as told."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
        # A rollback journal that is truncated, and overwriting of what is deleted: an erased key is gone from
        # the file, not only from the table.
        for pragma in ("journal_mode=TRUNCATE", "synchronous=FULL", "secure_delete=ON"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_SCHEMA)
        self._database.execute("INSERT OR IGNORE INTO blinding VALUES (1, ?)", (os.urandom(KEY_SIZE),))
        self._blinding: bytes = self._database.execute("SELECT key FROM blinding").fetchone()[0]

    def digest(self, reference: str) -> bytes:
        """The blinded reference (32 bytes) under which this person's key and content are kept."""
        text = unicodedata.normalize("NFC", reference.strip())
        return hmac.new(self._blinding, text.encode("utf-8", "replace"), sha256).digest()

    def reference(self, reference: str) -> str:
        """The person's ``subject_ref``; makes and durably keeps a key for one not seen before."""
        known = self.find(reference)
        if known is not None:
            return known
        row = (self.digest(reference), os.urandom(KEY_SIZE))
        with self._lock:
            self._database.execute("INSERT OR IGNORE INTO person VALUES (?, ?)", row)
        return self.find(reference) or self.reference(reference)

    def find(self, reference: str) -> str | None:
        """The person's ``subject_ref``, or None where the reference is unknown or was erased."""
        with self._lock:
            row = self._database.execute(
                "SELECT key FROM person WHERE digest = ?", (self.digest(reference),)
            ).fetchone()
        if row is None:
            return None
        return subject_ref(row[0], reference.encode("utf-8", "replace").decode())

    def erase(self, reference: str) -> bool:
        """Destroy the person's key. False where there was none. Records about them stay, and name nobody."""
        with self._lock:
            done = self._database.execute("DELETE FROM person WHERE digest = ?", (self.digest(reference),))
            return done.rowcount == 1

    def count(self) -> int:
        with self._lock:
            return int(self._database.execute("SELECT count(*) FROM person").fetchone()[0])

    def close(self) -> None:
        self._database.close()
