"""One value of a row as JSON, and back. Everything that a column can hold has one form, which docs/archive.md lists."""

import base64
import binascii
import datetime as dt
import json
import uuid
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


class BadValue(ValueError):
    """This is no value of that column; ``str()`` says what was expected."""


def to_json(field: Any, value: Any) -> Any:
    """``value`` as the database gave it."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(field, models.JSONField):
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(field, ArrayField):
        return [to_json(field.base_field, one) for one in value]
    if isinstance(value, bytes | memoryview | bytearray):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return [value.days, value.seconds, value.microseconds]
    if isinstance(value, float):
        return value
    return str(value)


def from_json(field: Any, value: Any) -> Any:
    """What is to be stored. Raises ``BadValue``."""
    if value is None:
        if not field.null:
            raise BadValue("a value, and found none")
        return None
    for kinds, read in _READERS:
        if isinstance(field, kinds):
            return read(field, value)
    return _text(field, value)


def _text(field: Any, value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise BadValue("a text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadValue("a text") from None
    if field.max_length is not None and len(value) > field.max_length:
        raise BadValue(f"a text of at most {field.max_length} characters")
    return value


def _integer(field: Any, value: Any) -> int:
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise BadValue("a whole number")
    return value


def _boolean(field: Any, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue("true or false")
    return value


def _float(field: Any, value: Any) -> float:
    if type(value) not in (int, float):
        raise BadValue("a number")
    return float(value)


def _bytes(field: Any, value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise BadValue("bytes as base64") from None


def _parsed(parse: Callable[[str], Any], what: str) -> Callable[[Any, Any], Any]:
    def read(field: Any, value: Any) -> Any:
        try:
            if not isinstance(value, str):
                raise BadValue(what)
            return parse(value)
        except (ValueError, InvalidOperation, OverflowError):
            raise BadValue(what) from None

    return read


def _instant(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _list(field: Any, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadValue("a list")
    return [from_json(field.base_field, one) for one in value]


def _json(field: Any, value: Any) -> Any:
    from psycopg.types.json import Jsonb

    return Jsonb(value)


def _duration(field: Any, value: Any) -> dt.timedelta:
    if not isinstance(value, list) or len(value) != 3 or any(type(part) is not int for part in value):
        raise BadValue("days, seconds and microseconds")
    try:
        return dt.timedelta(*value)
    except OverflowError:
        raise BadValue("a shorter time") from None


_READERS: list[tuple[Any, Callable[[Any, Any], Any]]] = [
    (models.JSONField, _json),
    (ArrayField, _list),
    (models.BooleanField, _boolean),
    (models.IntegerField, _integer),
    (models.FloatField, _float),
    (models.DecimalField, _parsed(Decimal, "a number as text")),
    (models.BinaryField, _bytes),
    (models.DateTimeField, _parsed(_instant, "an instant with its zone")),
    (models.DateField, _parsed(dt.date.fromisoformat, "a date")),
    (models.TimeField, _parsed(dt.time.fromisoformat, "a time")),
    (models.DurationField, _duration),
    (models.UUIDField, _parsed(uuid.UUID, "a UUID")),
]
