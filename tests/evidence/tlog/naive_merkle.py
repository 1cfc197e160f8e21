"""RFC 6962 section 2.1 as it is written there, recursively and slowly: the reference that the package is held to."""

from hashlib import sha256


def split(count: int) -> int:
    """The largest power of two smaller than ``count``."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root(entries: list[bytes]) -> bytes:
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    middle = split(len(entries))
    return sha256(b"\x01" + root(entries[:middle]) + root(entries[middle:])).digest()


def path(index: int, entries: list[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    middle = split(len(entries))
    if index < middle:
        return [*path(index, entries[:middle]), root(entries[middle:])]
    return [*path(index - middle, entries[middle:]), root(entries[:middle])]


def consistency(old: int, entries: list[bytes]) -> list[bytes]:
    return [] if old == 0 else _subproof(old, entries, whole=True)


def _subproof(old: int, entries: list[bytes], *, whole: bool) -> list[bytes]:
    if old == len(entries):
        return [] if whole else [root(entries)]
    middle = split(len(entries))
    if old <= middle:
        return [*_subproof(old, entries[:middle], whole=whole), root(entries[middle:])]
    return [*_subproof(old - middle, entries[middle:], whole=False), root(entries[:middle])]
