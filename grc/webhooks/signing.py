"""Standard Webhooks: the headers that say which message it is, when it was sent, and that it is ours."""

import base64
import hashlib
import hmac

from grc.models.webhook import secret_bytes


def headers(secret: str, message_id: str, at: int, body: bytes) -> dict[str, str]:
    """``at``: seconds since 1970; the signature is HMAC-SHA256 over id, time and body."""
    signed = f"{message_id}.{at}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret_bytes(secret), signed, hashlib.sha256)).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{signature}",
    }
