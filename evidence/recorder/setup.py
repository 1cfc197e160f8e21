"""Making a new recorder's folder."""

from __future__ import annotations

import time
from pathlib import Path

from evidence.recorder import durable, keystore, settings
from evidence.tlog import keys


def initialise(folder: Path, chosen: settings.Settings, *, at: int | None = None) -> keys.Key:
    """Make ``folder`` with a first key, in force from ``at`` (microseconds since 1970; now by default).

    Gives that key: its fingerprint is what the reader pins. Raises ValueError for settings that cannot be, and
    FileExistsError where the folder already holds a recorder: a second first key would look like a forgery.
    """
    chosen.check()
    if (folder / settings.FILE).exists() or (folder / keystore.RING).exists():
        raise FileExistsError(f"{folder} already holds a recorder; choose another folder.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    signer = keystore.create(folder)
    first = keys.Key(signer.public_key, time.time_ns() // 1000 if at is None else at)
    keystore.write_ring(folder, [first])
    chosen.save(folder)
    durable.sync_folder(folder)
    return first
