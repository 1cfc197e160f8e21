"""The tree against the RFC's own recursive definition, and proofs that must not convince anyone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.tlog import merkle
from evidence.tlog.merkle import ProofRefused
from tests.evidence.tlog import naive_merkle

ENTRIES = [bytes([number]) * (number % 7) + b"entry" for number in range(70)]
TREE = merkle.MemoryTree()
for _entry in ENTRIES:
    TREE.append(merkle.leaf_hash(_entry))
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
SIZES = range(len(ENTRIES) + 1)
OTHER = merkle.leaf_hash(b"something else")


def included(index, size):
    return merkle.inclusion_proof(index, size, TREE.hash_at)


def consistent(old, new):
    return merkle.consistency_proof(old, new, TREE.hash_at)


def damaged(proof):
    """Every way a transport or a forger may bend a proof: (name, proof)."""
    yield "one more at the end", [*proof, OTHER]
    yield "one more at the start", [OTHER, *proof]
    yield "empty hash", [*proof, b""]
    yield "long hash", [*proof[:-1], proof[-1] + b"\x00"] if proof else [b"\x00"]
    if proof:
        yield "last cut", proof[:-1]
        yield "first cut", proof[1:]
        yield "emptied", []
        for position in range(len(proof)):
            changed = bytes([proof[position][0] ^ 1]) + proof[position][1:]
            yield f"bit flipped in {position}", [*proof[:position], changed, *proof[position + 1 :]]
            yield f"{position} doubled", [*proof[: position + 1], *proof[position:]]
    for position in range(len(proof) - 1):
        swapped = [*proof[:position], proof[position + 1], proof[position], *proof[position + 2 :]]
        yield f"{position} and the next swapped", swapped


def test_root_and_frontier_equal_the_recursive_definition():
    frontier = merkle.Frontier()
    for size in SIZES:
        expected = naive_merkle.root(ENTRIES[:size])
        assert frontier.root() == expected == merkle.root_at(size, TREE.hash_at) == TREE.root(size)
        assert frontier.to_hex() == merkle.frontier_at(size, TREE.hash_at).to_hex()
        assert merkle.Frontier.from_hex(size, frontier.to_hex()).root() == expected
        if size < len(ENTRIES):
            frontier.append(LEAVES[size])


def test_inclusion_proof_of_every_leaf_at_every_size_equals_the_definition_and_holds():
    for size in SIZES:
        for index in range(size):
            proof = included(index, size)
            assert proof == naive_merkle.path(index, ENTRIES[:size])
            merkle.verify_inclusion(LEAVES[index], index, size, proof, TREE.root(size))


def test_consistency_proof_between_all_sizes_equals_the_definition_and_holds():
    for new in SIZES:
        for old in range(new + 1):
            proof = consistent(old, new)
            assert proof == naive_merkle.consistency(old, ENTRIES[:new])
            merkle.verify_consistency(old, TREE.root(old), new, TREE.root(new), proof)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 70])
def test_inclusion_proof_damaged_in_any_way_is_refused(size):
    for index in range(size):
        proof = included(index, size)
        for name, bent in damaged(proof):
            with pytest.raises(ProofRefused):
                merkle.verify_inclusion(LEAVES[index], index, size, bent, TREE.root(size))
                pytest.fail(f"{name} at {index} of {size} was accepted")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 33, 70])
def test_inclusion_for_another_index_size_leaf_or_root_is_refused(size):
    root = TREE.root(size)
    for index in range(size):
        proof = included(index, size)
        wrong = [(LEAVES[index], other, size, proof, root) for other in range(-1, size + 3) if other != index]
        wrong += [(OTHER, index, size, proof, root), (LEAVES[index], index, size, proof, OTHER)]
        wrong += [(LEAVES[index], index, size, proof, merkle.EMPTY_ROOT), (b"", index, size, proof, root)]
        wrong += [(LEAVES[index], index, size, proof, b"")]
        wrong += [(LEAVES[index], index, other, proof, TREE.root(other)) for other in (0, size - 1, size * 2)
                  if other <= 70 and other != size]  # fmt: skip
        for case in wrong:
            with pytest.raises(ProofRefused):
                merkle.verify_inclusion(*case)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (5, 5), (6, 5), (-1, 5), (2**70, 5)])
def test_inclusion_of_a_leaf_outside_the_tree_is_refused(index, size):
    with pytest.raises(ProofRefused, match="does not exist"):
        merkle.verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize("pair", [(1, 2), (1, 70), (2, 3), (3, 7), (4, 7), (6, 8), (7, 8), (8, 9), (32, 64), (33, 70)])
def test_consistency_proof_damaged_in_any_way_is_refused(pair):
    old, new = pair
    for name, bent in damaged(consistent(old, new)):
        with pytest.raises(ProofRefused):
            merkle.verify_consistency(old, TREE.root(old), new, TREE.root(new), bent)
            pytest.fail(f"{name} between {old} and {new} was accepted")


@pytest.mark.parametrize("pair", [(1, 2), (3, 7), (6, 8), (8, 9), (33, 70)])
def test_consistency_for_other_roots_or_sizes_is_refused(pair):
    old, new = pair
    proof = consistent(old, new)
    roots = TREE.root(old), TREE.root(new)
    wrong = [(old, OTHER, new, roots[1]), (old, roots[0], new, OTHER), (old, roots[1], new, roots[0])]
    wrong += [(new, roots[1], old, roots[0]), (old - 1, roots[0], new, roots[1]), (0, roots[0], new, roots[1])]
    wrong += [(old, roots[0], old, roots[1]), (old, b"", new, roots[1]), (-1, roots[0], new, roots[1])]
    for old_size, old_root, new_size, new_root in wrong:
        with pytest.raises(ProofRefused):
            merkle.verify_consistency(old_size, old_root, new_size, new_root, proof)


def test_consistency_from_nothing_and_to_itself_needs_no_proof_and_allows_none():
    root = TREE.root(5)
    merkle.verify_consistency(0, merkle.EMPTY_ROOT, 5, root, [])
    merkle.verify_consistency(0, merkle.EMPTY_ROOT, 0, merkle.EMPTY_ROOT, [])
    merkle.verify_consistency(5, root, 5, root, [])
    for case in [(0, merkle.EMPTY_ROOT, 5, root, [OTHER]), (5, root, 5, root, [OTHER]), (5, root, 5, OTHER, [])]:
        with pytest.raises(ProofRefused):
            merkle.verify_consistency(*case)
    with pytest.raises(ProofRefused):
        merkle.verify_consistency(0, OTHER, 5, root, [])
    with pytest.raises(ProofRefused):
        merkle.verify_consistency(0, OTHER, 0, merkle.EMPTY_ROOT, [])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_range_of_any_leaves_holds_and_with_one_changed_does_not(data):
    size = data.draw(st.integers(1, 70))
    first = data.draw(st.integers(0, size - 1))
    last = data.draw(st.integers(first, size - 1))
    left, right = merkle.range_proof(first, last, size, TREE.hash_at)
    leaves = LEAVES[first : last + 1]
    merkle.verify_range(leaves, first, size, left, right, TREE.root(size))
    position = data.draw(st.integers(0, len(leaves) - 1))
    bent = [*leaves[:position], OTHER, *leaves[position + 1 :]]
    for case in [
        (bent, left, right),
        (leaves[1:], left, right),
        (leaves, [*left, OTHER], right),
        (leaves, left, right[1:] or [OTHER]),
    ]:
        with pytest.raises(ProofRefused):
            merkle.verify_range(case[0], first, size, case[1], case[2], TREE.root(size))
    for other in {first - 1, first + 1}:
        with pytest.raises(ProofRefused):
            merkle.verify_range(leaves, other, size, left, right, TREE.root(size))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=20), max_size=300))
def test_frontier_of_any_entries_equals_the_definition(entries):
    frontier = merkle.Frontier()
    for entry in entries:
        frontier.append(merkle.leaf_hash(entry))
    assert frontier.root() == naive_merkle.root(entries)


def test_frontier_refuses_hashes_that_do_not_fit_its_size():
    for size, hashes in [(3, ["00" * 32]), (1, []), (0, ["00" * 32]), (1, ["00" * 31]), (-1, [])]:
        with pytest.raises(ValueError, match="hash"):
            merkle.Frontier.from_hex(size, hashes)
    with pytest.raises(ValueError, match="cannot start"):
        merkle.Frontier.from_hex(1, ["00" * 32]).append_subtree(1, OTHER)


def test_proofs_of_what_is_not_there_cannot_be_asked_for():
    for call in (lambda: included(5, 5), lambda: included(-1, 5), lambda: consistent(6, 5), lambda: consistent(-1, 5)):
        with pytest.raises(ValueError, match="tree of 5"):
            call()
    with pytest.raises(ValueError, match="do not lie"):
        merkle.range_proof(3, 2, 5, TREE.hash_at)
