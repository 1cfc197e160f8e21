"""Files that are either wholly there after a crash or not at all, and the lock that keeps a folder to one
writer."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class InUse(RuntimeError):
    """Another process holds the folder; ``str()`` is a sentence for the operator."""


def sync_folder(folder: Path) -> None:
    """Make the folder's list of names durable: a rename or a new file is lost with it otherwise."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes, *, mode: int = 0o644, durable: bool = True) -> None:
    """Replace ``path`` by ``content``; a reader sees the old bytes or the new ones.

    ``durable=False`` leaves out the fsync, for what can be made again. Raises OSError.
    """
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        write_all(handle, content)
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)
    temporary.replace(path)
    if durable:
        sync_folder(path.parent)


def write_all(handle: int, content: bytes) -> None:
    """``os.write`` until every byte is written. Raises OSError."""
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


class FolderLock:
    """An exclusive lock on a recorder's folder, held until ``release`` or the end of the process."""

    def __init__(self, folder: Path) -> None:
        """Raises ``InUse`` when another process, or another recorder of this one, holds it."""
        self._handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._handle)
            raise InUse(
                f"Another recorder (process {holder}) already writes to {folder}. A log has one writer: "
                "give each proxy replica, and each of its worker processes, a folder of its own."
            ) from None
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        os.close(self._handle)
