"""One shape for every refusal: ``{"error": sentence, "fields": {name: [sentences]}}``, the status says the kind."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from grc.access.gate import Denied, NotVisible
from grc.actions.records import StaleRecord
from grc.db.conflicts import conflict
from grc.registers.query import BadQuery


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler."""
    if isinstance(error, Denied):
        return _refusal(403, error.reason)
    if isinstance(error, NotVisible):
        return _refusal(404, "Not found.")
    if isinstance(error, StaleRecord):
        return _refusal(409, str(error), {"lock": [f"The current lock is {error.current.lock}."]})
    if isinstance(error, BadQuery):
        return _refusal(400, str(error), {error.name: [error.message]})
    if isinstance(error, RequestDataTooBig):
        texts, files = settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.UPLOAD_LIMIT_BYTES
        return _refusal(413, f"A body may have at most {texts:,} bytes, an upload {files:,}.")
    if isinstance(error, ValidationError):
        fields = error.message_dict if hasattr(error, "error_dict") else {}
        return _refusal(400, "; ".join(error.messages), fields)
    if (sentence := conflict(error)) is not None:
        return _refusal(409, sentence)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        fields = response.data if isinstance(response.data, dict) else {"": response.data}
        response.data = {"error": "Some fields are not acceptable.", "fields": fields}
    else:
        response.data = {"error": str(response.data.get("detail", response.data))}
    return response


def _refusal(code: int, sentence: str, fields: dict[str, list[str]] | None = None) -> Response:
    set_rollback()
    body: dict[str, Any] = {"error": sentence}
    if fields:
        body["fields"] = fields
    return Response(body, status=code)
