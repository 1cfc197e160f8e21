"""Files that are durable before anything refers to them, through Django's storage (a folder, or a bucket)."""

import os
import uuid
from contextlib import suppress
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def save_durably(folder: str, name: str, content: bytes) -> str:
    """Write a new file under a name that nothing else has, and return its path once it is on the disk.

    A crash leaves at most a file that nothing refers to (``evidence.storage.orphans`` sweeps those).
    """
    path = str(default_storage.save(f"{folder}/{name}-{uuid.uuid4().hex}", ContentFile(content)))
    with suppress(NotImplementedError):  # a bucket has no local path, and acknowledges what is durable
        _sync(Path(default_storage.path(path)))
    return path


def _sync(file: Path) -> None:
    for place in (file, file.parent, file.parent.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_whole(path: str) -> bytes:
    """Every byte of a stored file. Raises OSError."""
    with default_storage.open(path, "rb") as file:
        return bytes(file.read())


def read_part(path: str, offset: int, length: int) -> bytes:
    """``length`` bytes from ``offset`` on, fewer at the end of the file. Raises OSError."""
    with default_storage.open(path, "rb") as file:
        file.seek(offset)
        return bytes(file.read(length))
