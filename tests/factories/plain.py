"""A factory for a register whose records need no more than some values."""

import datetime as dt
import itertools
from typing import Any

from grc.access.actor import Actor
from grc.actions.records import create_record
from grc.models.record import Record
from tests.factories import factory, make

numbers = itertools.count(1)
DAY = dt.date(2026, 3, 2)


def plainly(slug: str, model: type[Record], pointing: dict[str, str] | None = None, /, **usual: Any) -> None:
    """A factory that saves ``model`` with these values. ``{n}`` in a text is a number; ``pointing``: fields that point
    at another register, and which."""

    @factory(slug)
    def made(by: Actor, **fields: Any) -> Any:
        number = next(numbers)
        values = {name: value.format(n=number) if isinstance(value, str) else value for name, value in usual.items()}
        for name, other in (pointing or {}).items():
            if name not in fields:
                fields[name] = make(other, by)
        return create_record(record=model(organisation=by.organisation, **values | fields), by=by)
