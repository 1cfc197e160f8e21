"""A log's signing keys: the first is pinned out of band, every other is brought by a record that a key in
force signed.

A key is judged by the time of the record it signed. Only Ed25519 exists here; any other algorithm is refused
by name.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from evidence.tlog import moment
from evidence.tlog.entry import key_id
from evidence.tlog.finding import Reason
from evidence.tlog.record import Record

ALGORITHM = "Ed25519"


class KeyRefused(ValueError):
    """A key may not be used or added; ``reason`` is the finding's code, ``str()`` the sentence."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class Key(NamedTuple):
    """An Ed25519 public key (32 bytes) and when it is in force; instants in microseconds since 1970, None for
    open.

    In force from ``not_before`` up to, and without, ``not_after`` or ``revoked_at``.
    """

    public_key: bytes
    not_before: int = 0
    not_after: int | None = None
    revoked_at: int | None = None

    @property
    def kid(self) -> str:
        """The key's name: 32 hex digits."""
        return key_id(self.public_key).hex()

    @property
    def fingerprint(self) -> str:
        """What two people compare by voice: ``SHA256:`` and 64 hex digits of the public key's hash."""
        return "SHA256:" + sha256(self.public_key).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The form of ``/.well-known/decision-log`` and of bundles."""
        value: dict[str, Any] = {
            "kid": self.kid,
            "alg": ALGORITHM,
            "public_key": b64encode(self.public_key).decode(),
            "not_before": moment.to_text(self.not_before),
        }
        for name, instant in (("not_after", self.not_after), ("revoked_at", self.revoked_at)):
            if instant is not None:
                value[name] = moment.to_text(instant)
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Key:
        """Read that form. Raises ``KeyRefused``."""
        if value.get("alg") != ALGORITHM:
            raise KeyRefused(
                Reason.ALGORITHM,
                f"The key's algorithm is {str(value.get('alg'))[:40]!r}; only Ed25519 is accepted",
            )
        try:
            public_key = b64decode(value["public_key"], validate=True)
            instants = [
                None if value.get(name) is None else moment.from_text(value[name])
                for name in ("not_before", "not_after", "revoked_at")
            ]
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise KeyRefused(Reason.ROTATION, "The key lacks its public key or a date, or one is malformed") from None
        if len(public_key) != 32 or value.get("kid") != key_id(public_key).hex():
            raise KeyRefused(Reason.ROTATION, "The key's kid does not belong to its public key")
        return cls(public_key, instants[0] or 0, instants[1], instants[2])


class KeyRing:
    """The keys of one log, grown from the pinned one."""

    def __init__(self, pinned: Key) -> None:
        self._keys = {key_id(pinned.public_key): pinned}

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys.values())

    def get(self, identifier: bytes) -> Key | None:
        """The key of this 16-byte id, whether in force or not."""
        return self._keys.get(identifier)

    def judge(self, key: Key, ts_us: int, latest_us: int = 0) -> None:
        """Raise ``KeyRefused`` unless ``key`` was in force for a record dated ``ts_us``.

        ``latest_us``: the latest date already seen in the log; a key that has ended by then signs no more,
        whatever date its holder writes.
        """
        now = max(ts_us, latest_us)
        if key.revoked_at is not None and now >= key.revoked_at:
            raise KeyRefused(Reason.KEY_REVOKED, f"The key {key.kid} was revoked at {moment.to_text(key.revoked_at)}")
        if key.not_after is not None and now >= key.not_after:
            raise KeyRefused(Reason.KEY_EXPIRED, f"The key {key.kid} ended at {moment.to_text(key.not_after)}")
        if ts_us < key.not_before:
            raise KeyRefused(
                Reason.KEY_NOT_YET_VALID,
                f"The key {key.kid} is in force only from {moment.to_text(key.not_before)}",
            )

    def public_keys(self, latest_us: int = 0) -> list[bytes]:
        """The keys of which one must have signed a checkpoint: not revoked, and not ended by ``latest_us``.

        ``latest_us``: the latest date of the records that the checkpoint covers, as far as known.
        """
        return [
            key.public_key
            for key in self._keys.values()
            if key.revoked_at is None and (key.not_after is None or key.not_after > latest_us)
        ]

    def rotated(self, record: Record) -> KeyRing:
        """The ring after a ``key_rotation`` record (whose signature was checked). Raises ``KeyRefused``."""
        ring = self.copy()
        if "key" in record.data:
            ring._add(Key.from_json(record.data["key"]), record.ts_us)
        for item in record.data.get("ended", ()):
            ring._end(bytes.fromhex(item["kid"]), moment.from_text(item["at"]), item["why"], record.ts_us)
        if not any(_outlives(key, record.ts_us) for key in ring):
            raise KeyRefused(Reason.ROTATION, "The rotation leaves no key in force")
        return ring

    def _add(self, key: Key, ts_us: int) -> None:
        identifier = key_id(key.public_key)
        if identifier in self._keys:
            raise KeyRefused(Reason.ROTATION, f"The rotation brings the key {key.kid}, which the log already had")
        if key.not_before < ts_us:
            raise KeyRefused(Reason.ROTATION, f"The rotation dates the key {key.kid} back, before the rotation itself")
        self._keys[identifier] = key._replace(revoked_at=None)

    def _end(self, identifier: bytes, at: int, why: str, ts_us: int) -> None:
        key = self._keys.get(identifier)
        if key is None:
            raise KeyRefused(Reason.ROTATION, f"The rotation ends the key {identifier.hex()}, which the log never had")
        if why == "compromised":
            revoked = at if key.revoked_at is None else min(at, key.revoked_at)
            self._keys[identifier] = key._replace(revoked_at=revoked)
        elif at < ts_us:
            raise KeyRefused(Reason.ROTATION, f"The rotation ends the key {key.kid} before the rotation itself")
        else:
            ended = at if key.not_after is None else min(at, key.not_after)
            self._keys[identifier] = key._replace(not_after=ended)

    def revoke(self, kid: str, at: int) -> None:
        """Revoke a key by a person's word, from the instant ``at`` on. Raises KeyError for an unknown key."""
        identifier = bytes.fromhex(kid)
        self._keys[identifier] = self._keys[identifier]._replace(revoked_at=at)

    def copy(self) -> KeyRing:
        ring = object.__new__(KeyRing)
        ring._keys = dict(self._keys)
        return ring

    def to_json(self) -> list[dict[str, Any]]:
        return [key.to_json() for key in self._keys.values()]

    @classmethod
    def from_json(cls, value: list[dict[str, Any]]) -> KeyRing:
        """A ring that ``to_json`` wrote; the first key is the pinned one. Raises ``KeyRefused``."""
        keys = [Key.from_json(item) for item in value]
        ring = cls(keys[0])
        ring._keys = {key_id(key.public_key): key for key in keys}
        return ring


def _outlives(key: Key, ts_us: int) -> bool:
    return all(end is None or end > ts_us for end in (key.not_after, key.revoked_at))
