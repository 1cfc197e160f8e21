"""Commitments and references: only their owner can open or make them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.tlog import commitment

SALT, KEY = bytes(range(32)), bytes(range(32, 64))


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_commitment_opens_with_its_own_salt_and_content_only(content, other):
    made = commitment.commit(SALT, content)
    assert commitment.opens(made, SALT, content)
    assert commitment.opens(made, SALT, other) is (content == other)
    assert not commitment.opens(made, KEY, content)
    assert not commitment.opens("", SALT, content)
    assert not commitment.opens(made.upper() + "ä", SALT, content)


def test_salt_cannot_lend_bytes_to_the_content():
    assert not commitment.opens(commitment.commit(SALT, b"abc"), SALT + b"a", b"bc")
    for salt in (b"", SALT[:-1], SALT + b"a"):
        with pytest.raises(ValueError, match="32 bytes"):
            commitment.commit(salt, b"abc")


def test_reference_is_the_same_however_it_is_typed_and_another_for_another_person():
    made = commitment.subject_ref(KEY, "Andr\u00e9 7")
    assert commitment.subject_ref(KEY, " Andre\u0301 7\n") == made
    assert commitment.subject_ref(SALT, "Andr\u00e9 7") != made
    assert commitment.subject_ref(KEY, "Andr\u00e9 8") != made
    assert len(made) == 64
    with pytest.raises(ValueError, match="32 bytes"):
        commitment.subject_ref(KEY[:-1], "x")
