"""DSSE v1: what is signed is not the payload alone but PAE(type, payload), so that no signature fits two
purposes."""

from __future__ import annotations

from collections.abc import Callable

DECISION_TYPE = b"application/vnd.assay.decision+json"
"""Payload type of every record of a decision log."""

Verify = Callable[[bytes, bytes, bytes], bool]
"""An Ed25519 check, ``(public_key, message, signature) -> bool``; 32, any and 64 bytes.

It must not raise, and must refuse other lengths itself: libsodium's bindings do not all look at them.
"""

Sign = Callable[[bytes], bytes]
"""An Ed25519 signature, ``message -> signature``; any and 64 bytes. The private key stays with the caller."""


def pae(payload: bytes, payload_type: bytes = DECISION_TYPE) -> bytes:
    """The pre-authentication encoding: the exact bytes that are signed."""
    return b"DSSEv1 %d %b %d %b" % (len(payload_type), payload_type, len(payload), payload)


def sign(payload: bytes, sign_bytes: Sign, payload_type: bytes = DECISION_TYPE) -> bytes:
    """Signature (64 bytes) over the payload and its type."""
    return sign_bytes(pae(payload, payload_type))


def verify(
    public_key: bytes,
    payload: bytes,
    signature: bytes,
    verify_bytes: Verify,
    payload_type: bytes = DECISION_TYPE,
) -> bool:
    """Whether ``signature`` was made over exactly this payload and type by the owner of ``public_key``."""
    return verify_bytes(public_key, pae(payload, payload_type), signature)
