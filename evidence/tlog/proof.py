"""One entry's proof as a file (C2SP tlog-proof): its index, its inclusion proof, and the checkpoint it leads
to."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import NamedTuple

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})")
_HASH = re.compile(r"[A-Za-z0-9+/]{43}=")


class ProofFileRefused(ValueError):
    """The file is not a proof; ``str()`` says why in one sentence."""


class ProofFile(NamedTuple):
    """Position (leaf index), inclusion proof (leaf's sibling first), and the signed checkpoint's bytes,
    none of it
    checked."""

    seq: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def encode(seq: int, path: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The file's bytes. No extra line is written: nothing would authenticate it."""
    lines = [_HEADER, f"index {seq}", *(b64encode(value).decode() for value in path), "", ""]
    return "\n".join(lines).encode() + checkpoint


def decode(raw: bytes) -> ProofFile:
    """Read such a file. Raises ``ProofFileRefused``."""
    head, separator, checkpoint = raw.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ProofFileRefused("The proof is not text") from None
    match = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
    if not separator or lines[0] != _HEADER or match is None:
        raise ProofFileRefused("The proof does not begin with its header and an index")
    if len(lines) > 66 or not all(_HASH.fullmatch(line) for line in lines[2:]):
        raise ProofFileRefused("The proof holds lines that are no hashes")
    proof = ProofFile(int(match[1]), tuple(b64decode(line) for line in lines[2:]), checkpoint)
    if encode(*proof) != raw:
        raise ProofFileRefused("The proof is not written in the one proper way")
    return proof
