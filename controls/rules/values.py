"""A record's fields as a question names them, its other half and the organisation's registers included."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from controls.rules.systems import KnownSystem

Record = dict[str, Any]
Read = Callable[[Record], Any]


def reader(name: str) -> Read:
    """Gives field ``name`` of a record's JSON; None where it is not there."""
    group, dot, part = name.partition(".")
    if not dot:
        return lambda record: record.get(name)

    def read(record: Record) -> Any:
        found = record.get(group)
        return found.get(part) if type(found) is dict else None

    return read


BESIDE = ("system.id", "model.name", "model.version", "model.provider")
"""What the registers' fields are found by."""


def needed(fields: Iterable[str]) -> dict[str, Read]:
    """Readers of everything that must be known of a record to answer about ``fields``."""
    names = {name for name in fields if not name.startswith("register.")}
    if len(names) < len(frozenset(fields)):
        names.update(BESIDE)
    return {name: reader(name) for name in sorted(names)}


def values_of(readers: Mapping[str, Read], record: Record) -> Record:
    """What of ``readers`` is set in ``record``, by field."""
    return {name: value for name, read in readers.items() if (value := read(record)) is not None}


def from_register(name: str, values: Mapping[str, Any], ts: str, systems: Mapping[str, KnownSystem]) -> Any:
    """A field that the registers add, for a record with ``values`` that is dated ``ts``."""
    system = systems.get(values.get("system.id", ""))
    match name:
        case "register.known":
            return system is not None
        case "register.risk_class":
            return system.risk_class if system else None
        case "register.stage":
            return system.stage if system else None
        case _:
            return _model_approved(values, ts, system)


def _model_approved(values: Mapping[str, Any], ts: str, system: KnownSystem | None) -> bool | None:
    model, version = values.get("model.name"), values.get("model.version")
    if not model:
        return None
    if system is None:
        return False
    provider = values.get("model.provider")
    names = [model, version or "", f"{model}@{version}" if version else "", f"{provider}/{model}" if provider else ""]
    return system.approved(names, dt.datetime.fromisoformat(ts))
