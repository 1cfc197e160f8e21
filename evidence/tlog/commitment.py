"""What a record says about content and people without holding either.

Content is committed to with a random salt, so that nobody can guess it from the record, yet its owner can
open it a year later. A person is named by an HMAC under that person's own key, so that destroying the key
erases the person.
"""

from __future__ import annotations

import hmac
import unicodedata
from hashlib import sha256

SALT_SIZE = 32
KEY_SIZE = 32
_CONTENT = b"assay/commitment/v1\x00"
_SUBJECT = b"assay/subject/v1\x00"


def commit(salt: bytes, content: bytes) -> str:
    """SHA-256("assay/commitment/v1" || 0x00 || salt || content) in hex; ``salt`` is 32 random bytes."""
    if len(salt) != SALT_SIZE:
        raise ValueError(f"A salt has {SALT_SIZE} bytes, not {len(salt)}")
    return sha256(_CONTENT + salt + content).hexdigest()


def opens(commitment: str, salt: bytes, content: bytes) -> bool:
    """Whether this salt and content are what was committed to."""
    return len(salt) == SALT_SIZE and hmac.compare_digest(commit(salt, content).encode(), commitment.encode())


def subject_ref(person_key: bytes, reference: str) -> str:
    """HMAC-SHA-256(person_key, "assay/subject/v1" || 0x00 || reference) in hex.

    ``person_key``: 32 random bytes, one per person; ``reference``: the customer's own name for that person,
    brought to Unicode NFC with surrounding white space removed, so that the same reference always gives the
    same value.
    """
    if len(person_key) != KEY_SIZE:
        raise ValueError(f"A person's key has {KEY_SIZE} bytes, not {len(person_key)}")
    text = unicodedata.normalize("NFC", reference.strip())
    return hmac.new(person_key, _SUBJECT + text.encode(), sha256).hexdigest()
