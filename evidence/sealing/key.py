"""The key that signs an organisation's activity log: kept encrypted, with a key that is not in the database."""

from nacl.signing import SigningKey

from evidence.models.seal import ActivitySeal
from evidence.tlog import checkpoint
from evidence.tlog.keys import Key
from grc.models.organisation import Organisation
from grc.models.secret import Sealed


class KeyMismatch(RuntimeError):
    """The stored private key is not that of the public key beside it: one of them was replaced."""


def new_seal(organisation: Organisation) -> ActivitySeal:
    """An unsaved head with a new key. The log's name holds the key's, so that two installations never share one."""
    secret = SigningKey.generate()
    public = bytes(secret.verify_key)
    log_id = f"{organisation.slug.lower()}/activity/{Key(public).kid[:16]}"
    checkpoint.check_origin(log_id)
    return ActivitySeal(organisation=organisation, log_id=log_id, key=bytes(secret).hex(), public_key=public.hex())


def key_of(seal: ActivitySeal) -> Key:
    return Key(bytes.fromhex(seal.public_key))


def signing_key(seal: ActivitySeal) -> SigningKey:
    """Raises ``SecretUnreadable`` or ``KeyMismatch``."""
    stored = seal.key
    if not isinstance(stored, Sealed):
        raise KeyMismatch("The key of the activity log is gone.")
    secret = SigningKey(bytes.fromhex(stored.open()))
    if bytes(secret.verify_key).hex() != seal.public_key:
        raise KeyMismatch("The key of the activity log was replaced.")
    return secret


def signed(seal: ActivitySeal, size: int, root: bytes) -> str:
    """The signed checkpoint. Raises ``SecretUnreadable`` or ``KeyMismatch``."""
    secret = signing_key(seal)

    def sign(message: bytes) -> bytes:
        return bytes(secret.sign(message).signature)

    point = checkpoint.Checkpoint(seal.log_id, size, root)
    return checkpoint.sign(point, [(bytes(secret.verify_key), sign)]).decode()
