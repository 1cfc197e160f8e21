"""The Merkle tree of RFC 6962 section 2.1 (SHA-256), with the proof checks of RFC 9162 section 2.1.

A tree is never held whole: proofs are computed over a *hash reader*, a function ``(level, index)`` that gives
the hash of the full subtree over the leaves ``index * 2**level`` up to ``(index + 1) * 2**level``.
``MemoryTree.hash_at`` is one, ``tiles.TileReader.hash_at`` another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

HashReader = Callable[[int, int], bytes]


class ProofRefused(ValueError):
    """A proof does not show what it claims; ``str()`` says why in one sentence."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one leaf: SHA-256(0x00 || entry), 32 bytes."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right), 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the full subtrees that a tree of ``size`` leaves falls into, largest (leftmost) first.

    That is all one needs to append and to know the root: at most 64 hashes, one per bit set in ``size``.
    """

    __slots__ = ("_hashes", "size")

    def __init__(self) -> None:
        self.size = 0
        self._hashes: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add the next leaf by its hash (32 bytes). On average one node hash."""
        hashes = self._hashes
        size = self.size
        while size & 1:
            leaf = sha256(b"\x01" + hashes.pop() + leaf).digest()
            size >>= 1
        hashes.append(leaf)
        self.size += 1

    def append_subtree(self, level: int, root: bytes) -> None:
        """Add ``2**level`` leaves at once by the root of their full subtree; ``size`` must be a multiple of
        that."""
        if self.size & ((1 << level) - 1):
            raise ValueError(f"A subtree of 2^{level} leaves cannot start at leaf {self.size}")
        bits = self.size >> level
        while bits & 1:
            root = node_hash(self._hashes.pop(), root)
            bits >>= 1
        self._hashes.append(root)
        self.size += 1 << level

    def root(self) -> bytes:
        """Root hash of the tree so far, 32 bytes; ``EMPTY_ROOT`` for no leaves."""
        if not self._hashes:
            return EMPTY_ROOT
        root = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            root = node_hash(left, root)
        return root

    def copy(self) -> Frontier:
        other = Frontier()
        other.size = self.size
        other._hashes = list(self._hashes)
        return other

    def to_hex(self) -> list[str]:
        return [value.hex() for value in self._hashes]

    @classmethod
    def from_hashes(cls, size: int, hashes: Sequence[bytes]) -> Frontier:
        """Frontier of ``size`` leaves from its hashes, largest first; raises ValueError when they do not
        fit."""
        if size < 0 or len(hashes) != (size).bit_count():
            raise ValueError(f"A tree of {size} leaves has {max(size, 0).bit_count()} hashes, not {len(hashes)}")
        if any(len(value) != HASH_SIZE for value in hashes):
            raise ValueError(f"A hash of the frontier is not {HASH_SIZE} bytes long")
        frontier = cls()
        frontier.size = size
        frontier._hashes = list(hashes)
        return frontier

    @classmethod
    def from_hex(cls, size: int, hashes: Sequence[str]) -> Frontier:
        return cls.from_hashes(size, [bytes.fromhex(value) for value in hashes])


class MemoryTree:
    """A whole tree in memory, for small logs and for tests: every full subtree's hash, by level."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add the next leaf by its hash."""
        level = 0
        self._levels[0].append(leaf)
        while len(self._levels[level]) % 2 == 0:
            left, right = self._levels[level][-2:]
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(node_hash(left, right))

    def hash_at(self, level: int, index: int) -> bytes:
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """Root of the first ``size`` leaves (all of them by default)."""
        return root_at(self.size if size is None else size, self.hash_at)


def subtrees(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The fewest full subtrees ``(level, index)`` that cover the leaves from ``begin`` up to ``end``, left to
    right."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        yield level, begin >> level
        begin += 1 << level


def frontier_at(size: int, read: HashReader) -> Frontier:
    """The frontier of the first ``size`` leaves."""
    return Frontier.from_hashes(size, [read(level, index) for level, index in subtrees(0, size)])


def root_at(size: int, read: HashReader) -> bytes:
    """Root of the first ``size`` leaves."""
    return frontier_at(size, read).root()


def inclusion_proof(index: int, size: int, read: HashReader) -> list[bytes]:
    """RFC 6962 section 2.1.1: the path from leaf ``index`` to the root of ``size`` leaves, leaf's sibling
    first."""
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} in a tree of {size} leaves")
    begin, end = 0, size
    path = []
    while end - begin > 1:
        split = begin + _largest_power_below(end - begin)
        if index < split:
            path.append(_range_root(split, end, read))
            end = split
        else:
            path.append(_range_root(begin, split, read))
            begin = split
    return path[::-1]


def consistency_proof(old_size: int, new_size: int, read: HashReader) -> list[bytes]:
    """RFC 6962 section 2.1.2: that the first ``old_size`` leaves are the same in the tree of ``new_size``
    leaves."""
    if not 0 <= old_size <= new_size:
        raise ValueError(f"A tree of {new_size} leaves does not contain one of {old_size}")
    if old_size in (0, new_size):
        return []
    begin, end = 0, new_size
    path = []
    while end != old_size:
        split = begin + _largest_power_below(end - begin)
        if old_size <= split:
            path.append(_range_root(split, end, read))
            end = split
        else:
            path.append(_range_root(begin, split, read))
            begin = split
    if begin:
        path.append(_range_root(begin, end, read))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf hash ``leaf`` is leaf ``index`` of the tree of ``size`` leaves with this root.

    RFC 9162 section 2.1.3.2. Raises ``ProofRefused``.
    """
    if not 0 <= index < size:
        raise ProofRefused(f"Leaf {index} does not exist in a tree of {size} leaves")
    _check_lengths((leaf, root, *proof))
    inner = (index ^ (size - 1)).bit_length()
    expected = inner + (index >> inner).bit_count()
    if len(proof) != expected:
        raise ProofRefused(f"The inclusion proof has {len(proof)} hashes; this leaf needs {expected}")
    value = leaf
    for position, sibling in enumerate(proof):
        if position < inner and not index >> position & 1:
            value = node_hash(value, sibling)
        else:
            value = node_hash(sibling, value)
    if value != root:
        raise ProofRefused(f"The inclusion proof of leaf {index} leads to another root than the checkpoint's")


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of ``old_size`` leaves is the beginning of the tree of ``new_size`` leaves.

    RFC 9162 section 2.1.4.2. Every tree begins with the empty one, whose root must be ``EMPTY_ROOT`` and
    whose proof is empty. Raises ``ProofRefused``.
    """
    if not 0 <= old_size <= new_size:
        raise ProofRefused(f"A tree of {new_size} leaves does not contain one of {old_size}")
    _check_lengths((old_root, new_root, *proof))
    if old_size in (0, new_size):
        if proof:
            raise ProofRefused(f"Between {old_size} and {new_size} leaves there is nothing to prove, yet a proof came")
        if (old_root != new_root) if old_size == new_size else (old_root != EMPTY_ROOT):
            raise ProofRefused(f"Two different roots were given for a tree of {old_size} leaves")
        return
    old, new = _roots_from_consistency_proof(old_size, old_root, new_size, proof)
    if old != old_root:
        raise ProofRefused(f"The consistency proof does not lead to the old root at {old_size} leaves")
    if new != new_root:
        raise ProofRefused(f"The consistency proof does not lead to the new root at {new_size} leaves")


def _roots_from_consistency_proof(
    old_size: int, old_root: bytes, new_size: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    complete = old_size & (old_size - 1) == 0  # then the old root itself is the first hash and is left out
    path = [old_root, *proof] if complete else list(proof)
    if not path:
        raise ProofRefused("The consistency proof is empty")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofRefused("The consistency proof is too long")
        if node & 1 or node == last:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        node >>= 1
        last >>= 1
    if last:
        raise ProofRefused("The consistency proof is too short")
    return old, new


def range_proof(first: int, last: int, size: int, read: HashReader) -> tuple[list[bytes], list[bytes]]:
    """The hashes left and right of the leaves ``first`` to ``last`` (both included) that lead to the root."""
    if not 0 <= first <= last < size:
        raise ValueError(f"Leaves {first} to {last} do not lie in a tree of {size} leaves")
    left = [read(level, index) for level, index in subtrees(0, first)]
    right = [read(level, index) for level, index in subtrees(last + 1, size)]
    return left, right


def verify_range(
    leaves: Sequence[bytes], first: int, size: int, left: Sequence[bytes], right: Sequence[bytes], root: bytes
) -> None:
    """Check that these leaf hashes stand side by side from leaf ``first`` on. Raises ``ProofRefused``."""
    after = first + len(leaves)
    if not leaves or first < 0 or after > size:
        raise ProofRefused(f"Leaves {first} to {after - 1} do not lie in a tree of {size} leaves")
    _check_lengths((root, *leaves, *left, *right))
    spans = list(subtrees(after, size))
    if len(right) != len(spans) or len(left) != (first).bit_count():
        raise ProofRefused("The range proof has the wrong number of hashes")
    frontier = Frontier.from_hashes(first, left)
    for leaf in leaves:
        frontier.append(leaf)
    for (level, _), value in zip(spans, right, strict=False):
        frontier.append_subtree(level, value)
    if frontier.root() != root:
        raise ProofRefused(
            f"The range proof of leaves {first} to {after - 1} leads to another root than the checkpoint's"
        )


def _check_lengths(hashes: Sequence[bytes]) -> None:
    for value in hashes:
        if len(value) != HASH_SIZE:
            raise ProofRefused(f"A hash of the proof is {len(value)} bytes long instead of {HASH_SIZE}")


def _largest_power_below(number: int) -> int:
    return 1 << ((number - 1).bit_length() - 1)


def _range_root(begin: int, end: int, read: HashReader) -> bytes:
    # Only called for ranges that RFC 6962's splits produce, whose subtrees shrink from left to right.
    hashes = [read(level, index) for level, index in subtrees(begin, end)]
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root
