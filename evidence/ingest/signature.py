"""Ed25519 by libsodium."""

from nacl.bindings import crypto_sign_open
from nacl.exceptions import CryptoError


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` over ``message`` is by ``public_key``; ``tlog.dsse.Verify``. Never raises."""
    if len(public_key) != 32 or len(signature) != 64:
        return False  # the binding would read beyond a shorter key
    try:
        crypto_sign_open(signature + message, public_key)
    except CryptoError:
        return False
    return True


def covered(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Stands in for ``verify`` where a signed checkpoint vouches for the records by their Merkle hashes."""
    return True
