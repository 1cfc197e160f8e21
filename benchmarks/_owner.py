"""Filling tables at the database's speed: as their owner, who is not asked for an organisation."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection


@contextmanager
def as_owner() -> Iterator[Any]:
    """A cursor of the owner's; afterwards the connection is the application's again."""
    own = settings.DATABASES["default"]["OPTIONS"]["assume_role"]
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE assay_owner")
        try:
            yield cursor
        finally:
            cursor.execute(f"SET ROLE {connection.ops.quote_name(own)}")
