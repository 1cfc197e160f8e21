"""A recorder's folder and what stands in its ``recorder.json``: decided once, at ``init``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from evidence.recorder import durable
from evidence.tlog import checkpoint
from grc import strict_json

FILE = "recorder.json"
MAX_MERGE_DELAY = 1
"""Seconds after which a record that was written is covered by the published checkpoint."""


class NotInitialised(RuntimeError):
    """The folder holds no recorder, or one that cannot be used; ``str()`` is a sentence for the operator."""


@dataclass(frozen=True)
class Settings:
    """``log_id``: the log's origin; ``keep_content``: keep inputs, outputs and salts so that a commitment can
    be opened; ``heartbeat_seconds``: time between heartbeats; ``min_index``: first position served."""

    log_id: str
    keep_content: bool = True
    heartbeat_seconds: int = 60
    min_index: int = 0

    def save(self, folder: Path) -> None:
        durable.write_whole(folder / FILE, json.dumps(asdict(self), indent=2).encode() + b"\n")

    @classmethod
    def load(cls, folder: Path) -> Settings:
        """Raises ``NotInitialised``."""
        try:
            value = strict_json.loads((folder / FILE).read_bytes(), floats=False)
            settings = cls(**value)
            settings.check()
        except FileNotFoundError:
            raise NotInitialised(
                f"{folder} holds no recorder yet; run: python -m evidence.recorder init {folder} --log-id NAME"
            ) from None
        except (ValueError, TypeError) as error:
            raise NotInitialised(f"{folder / FILE} cannot be used: {error}") from None
        return settings

    def check(self) -> None:
        """Raises ValueError with a sentence."""
        checkpoint.check_origin(self.log_id)
        if type(self.keep_content) is not bool:
            raise ValueError("keep_content is true or false")
        if type(self.heartbeat_seconds) is not int or not 1 <= self.heartbeat_seconds <= 86_400:
            raise ValueError("heartbeat_seconds is a whole number from 1 to 86400")
        if type(self.min_index) is not int or self.min_index < 0:
            raise ValueError("min_index is a whole number from 0 on")
