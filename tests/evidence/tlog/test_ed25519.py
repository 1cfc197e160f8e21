"""Both Ed25519 implementations on the RFC's vectors, and on the inputs where implementations are known to differ."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from evidence.tlog import ed25519
from tests.evidence.tlog.honest_log import fast_verify, slow_verify

BOTH = pytest.mark.parametrize("verify", [fast_verify, slow_verify], ids=["pynacl", "pure"])
ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19

# RFC 8032 section 7.1: secret, public key, message, signature (TEST 1, 2, 3 and SHA(abc)).
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        ("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
         "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        ("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        ("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
         "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        ("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
         "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
        ("dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
         "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
    ),
]  # fmt: skip

SECRET = bytes(range(32))
PUBLIC = ed25519.public_key(SECRET)
SIGNATURE = ed25519.sign(SECRET, b"message")


def torsion():
    """The eight points of small order, from the first point found whose multiple by the group's order has order 8."""
    candidate = 2
    while True:
        point = ed25519._decompress(candidate.to_bytes(32, "little"))
        candidate += 1
        if point is None:
            continue
        eighth = ed25519._times(ORDER, point)
        if not ed25519._same(ed25519._times(4, eighth), ed25519._NEUTRAL):
            return [ed25519._times(number, eighth) for number in range(8)]


SMALL = torsion()


@BOTH
@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_vectors_of_rfc_8032(verify, secret, public, message, signature):
    secret, public, message, signature = map(bytes.fromhex, (secret, public, message, signature))
    assert ed25519.public_key(secret) == public
    assert ed25519.sign(secret, message) == signature == SigningKey(secret).sign(message).signature
    assert verify(public, message, signature)
    assert not verify(public, message + b"\x00", signature)


@BOTH
@pytest.mark.parametrize("bit", range(0, 512, 9))
def test_signature_with_any_bit_changed_is_refused(verify, bit):
    bent = bytearray(SIGNATURE)
    bent[bit // 8] ^= 1 << bit % 8
    assert verify(PUBLIC, b"message", SIGNATURE)
    assert not verify(PUBLIC, b"message", bytes(bent))


@BOTH
def test_wrong_lengths_are_refused_and_raise_nothing(verify):
    for public, signature in [(b"", SIGNATURE), (PUBLIC[:31], SIGNATURE), (PUBLIC + b"\x00", SIGNATURE),
                              (PUBLIC, b""), (PUBLIC, SIGNATURE[:63])]:  # fmt: skip
        assert not verify(public, b"message", signature)
    assert not slow_verify(PUBLIC, b"message", SIGNATURE + b"\x00")


@BOTH
def test_scalar_not_reduced_is_refused(verify):
    scalar = int.from_bytes(SIGNATURE[32:], "little")
    for many in range(1, 15):
        raised = scalar + many * ORDER
        if raised < 2**256:
            assert not verify(PUBLIC, b"message", SIGNATURE[:32] + raised.to_bytes(32, "little"))


def odd_points():
    """Small-order points, and every encoding that is not the one proper one of its point."""
    yield from (ed25519._compress(point) for point in SMALL)
    for number in range(FIELD, 2**255):
        yield from (number.to_bytes(32, "little"), (number | 1 << 255).to_bytes(32, "little"))
    yield from ((number | 1 << 255).to_bytes(32, "little") for number in (1, FIELD - 1))


@BOTH
def test_small_order_and_improper_points_are_refused_as_key_and_as_commitment(verify):
    for point in odd_points():
        for scalar in (0, 1):
            encoded = scalar.to_bytes(32, "little")
            assert not verify(point, b"message", point + encoded)
            assert not verify(point, b"message", PUBLIC + encoded)
        assert not verify(PUBLIC, b"message", point + SIGNATURE[32:])


def test_keys_and_commitments_of_mixed_order_are_judged_alike():
    scalar, _ = ed25519._expand(SECRET)
    seen = Counter()
    for key_part in SMALL:
        public = ed25519._compress(ed25519._add(ed25519._times(scalar, ed25519._BASE), key_part))
        for commitment_part in SMALL:
            point = ed25519._add(ed25519._times(12_345, ed25519._BASE), commitment_part)
            commitment = ed25519._compress(point)
            for message in (b"a", b"b", b"c"):
                challenge = ed25519._challenge(commitment, public, message)
                answer = ((12_345 + challenge * scalar) % ORDER).to_bytes(32, "little")
                verdicts = (
                    fast_verify(public, message, commitment + answer),
                    slow_verify(public, message, commitment + answer),
                )
                seen[verdicts] += 1
    assert set(seen) == {(True, True), (False, False)}  # both happen, and never one without the other


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_signature_by_one_is_accepted_by_the_other(secret, message):
    key = SigningKey(secret)
    signature = key.sign(message).signature
    assert ed25519.sign(secret, message) == signature
    assert slow_verify(bytes(key.verify_key), message, signature)
    assert not slow_verify(bytes(key.verify_key), message + b"x", signature)
    assert not slow_verify(PUBLIC, message, signature)


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_any_bytes_are_refused_by_both(public, signature):
    assert not fast_verify(public, b"message", signature)
    assert not slow_verify(public, b"message", signature)


def test_secret_of_wrong_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        ed25519.sign(b"short", b"message")
