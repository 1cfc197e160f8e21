"""The log's signing keys on disk: private halves in files that only their owner may read, public ones in
``keys.json``.

The last key of the ring that has not ended is the one that signs.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from evidence.recorder import durable
from evidence.recorder.settings import NotInitialised
from evidence.tlog import keys, moment
from grc import strict_json

RING = "keys.json"
FOLDER = "keys"


class Signer:
    """One Ed25519 key pair that can sign."""

    def __init__(self, seed: bytes) -> None:
        self.public_key, self._secret = crypto_sign_seed_keypair(seed)

    @property
    def kid(self) -> str:
        return keys.Key(self.public_key).kid

    @property
    def key_id(self) -> bytes:
        return bytes.fromhex(self.kid)

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return bytes(crypto_sign(message, self._secret)[:64])


def read_ring(folder: Path) -> list[keys.Key]:
    """The public keys, oldest first. Raises ``NotInitialised``."""
    try:
        raw = (folder / RING).read_bytes()
        return [keys.Key.from_json(item) for item in strict_json.loads(raw, floats=False)]
    except FileNotFoundError:
        raise NotInitialised(f"{folder / RING} is missing; without it nobody can check this log.") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise NotInitialised(f"{folder / RING} cannot be used: {error}") from None


def write_ring(folder: Path, ring: list[keys.Key]) -> None:
    text = json.dumps([key.to_json() for key in ring], indent=2)
    durable.write_whole(folder / RING, text.encode() + b"\n")


def create(folder: Path) -> Signer:
    """A new key pair; the private half is durable, mode 0600, before this returns. It signs nothing yet."""
    home = folder / FOLDER
    home.mkdir(mode=0o700, exist_ok=True)
    seed = os.urandom(32)
    signer = Signer(seed)
    durable.write_whole(home / f"{signer.kid}.key", seed.hex().encode() + b"\n", mode=0o600)
    return signer


def load(folder: Path) -> tuple[list[keys.Key], Signer]:
    """The ring and the key in force. Raises ``NotInitialised`` for keys that are missing or open to others."""
    ring = read_ring(folder)
    open_ended = [key for key in ring if key.not_after is None and key.revoked_at is None]
    if not open_ended:
        raise NotInitialised(f"No key in {folder / RING} is in force.")
    kid = open_ended[-1].kid
    path = folder / FOLDER / f"{kid}.key"
    try:
        if path.stat().st_mode & 0o077:
            raise NotInitialised(f"{path} may be read by others; run: chmod 600 {path}")
        seed = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError:
        raise NotInitialised(f"The private key {path} is missing; restore it from its backup.") from None
    except ValueError:
        raise NotInitialised(f"The private key {path} is not 64 hex digits.") from None
    if len(seed) != 32 or Signer(seed).kid != kid:
        raise NotInitialised(f"The private key {path} does not belong to {kid}.")
    return ring, Signer(seed)


def rotation_fields(old: Signer, new: Signer, ts_us: int, *, compromised_at: int | None) -> dict[str, Any]:
    """What a ``key_rotation`` record dated ``ts_us`` (microseconds since 1970) says: the new key, and the old
    one's end."""
    if compromised_at is None:
        ended = {"kid": old.kid, "at": moment.to_text(ts_us), "why": "rotated"}
    else:
        ended = {"kid": old.kid, "at": moment.to_text(compromised_at), "why": "compromised"}
    return {"key": keys.Key(new.public_key, ts_us).to_json(), "ended": [ended]}


def rotated(ring: list[keys.Key], fields: dict[str, Any]) -> list[keys.Key]:
    """The ring after such a record."""
    ended = {item["kid"]: item for item in fields["ended"]}
    result = []
    for key in ring:
        item = ended.get(key.kid)
        if item is not None:
            at = moment.from_text(item["at"])
            key = key._replace(not_after=at) if item["why"] == "rotated" else key._replace(revoked_at=at)
        result.append(key)
    return [*result, keys.Key.from_json(fields["key"])]
