"""Every address of the product, read from the URL resolver, with real objects to fill it."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from grc.access.actor import Actor
from grc.registers.register import Register, registers
from tests.access.declared import parts
from tests.factories import make


@dataclass(frozen=True)
class Address:
    name: str
    route: str

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")

    def fill(self, values: dict[str, Any]) -> str:
        """The address with ``values`` for its parameters, by name. Raises ``KeyError`` for one that nobody knows."""
        route = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", self.route)
        route = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), route)
        return "/" + route.replace("^", "").replace("$", "").replace("\\Z", "")


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], prefix: str) -> Iterator[Address]:
    for entry in patterns:
        route = prefix + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield Address(entry.name or "", route)


def register_of(route: str) -> Register | None:
    """Whose address it is: ``o/<organisation>/risks/<reference>/tasks`` is one of risks."""
    parts = route.split("/")
    return next((register for part in parts for register in registers if part == register.slug), None)


def filled(some: Iterable[Address], system: Actor, **more: Any) -> dict[Address, str]:
    """A real address of each, those of a register all of one record; ``more`` are values that go before."""
    made: dict[str, str] = {}
    return {address: address.fill(values_for(address, system, made) | more) for address in some}


def values_for(address: Address, system: Actor, made: dict[str, str] | None = None) -> dict[str, Any]:
    """Real values for an address's parameters, made in the actor's organisation. ``made``: references of records that
    are there already, by register, to which it adds."""
    register = register_of(address.route)
    slug = register.slug if register else "ai-systems"
    values: dict[str, Any] = {"organisation": system.organisation.slug, "kind": "csv", "number": 1}
    values |= {"decision": uuid.uuid4(), "run": uuid.uuid4()}
    values |= {"person": uuid.uuid4(), "role": "reader"}
    values |= {"token": uuid.uuid4(), "scope": uuid.uuid4(), "file": uuid.uuid4()}
    if "<" in address.route and "reference" in address.route:
        known = {} if made is None else made
        values["reference"] = known[slug] if slug in known else known.setdefault(slug, make(slug, system).reference)
        values["other"] = values["reference"]
    for part in parts:
        if hasattr(part, "values"):
            values |= part.values(address.name, system)
    return values
