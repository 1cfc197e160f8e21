"""``Idempotency-Key``: the same write sent twice is done once, and answered the same."""

import hashlib
from collections.abc import Callable

from django.db import IntegrityError, transaction
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from grc.api.errors import Conflict
from grc.models.person import Person
from grc.models.token import IdempotencyKey

MAX_KEY_LENGTH = 200


def once(request: Request, write: Callable[[], Response]) -> Response:
    """Answer with ``write()``, or with what it answered before to the same key and body.

    The key is stored in the same transaction as the write. Raises ``Conflict`` where the key was used for another
    body, or is in use by a request that runs right now.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return write()
    if len(key) > MAX_KEY_LENGTH or not key.isprintable():
        raise ValidationError({"Idempotency-Key": [f"Send at most {MAX_KEY_LENGTH} printable characters."]})
    person: Person = request.user  # type: ignore[assignment]
    body = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request._request.body).hexdigest()
    known = IdempotencyKey.objects.filter(person=person, key=key).first()
    if known is None:
        try:
            with transaction.atomic():
                known = IdempotencyKey.objects.create(person=person, key=key, request_sha256=body, status=0)
        except IntegrityError:
            raise Conflict("A request with this Idempotency-Key is being worked on. Try again in a moment.") from None
        response = write()
        known.status, known.answer = response.status_code, response.data
        known.save(update_fields=["status", "answer"])
        return response
    if known.request_sha256 != body:
        raise Conflict("This Idempotency-Key was used for another request.")
    return Response(known.answer, status=known.status)
