"""How a test makes a record of each register: one function per register slug, in a module per app.

A register without a factory fails ``tests/test_registers.py``.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from grc.access.actor import Actor
from grc.models.record import Record

Factory = Callable[..., Record]
factories: dict[str, Factory] = {}


def factory(slug: str) -> Callable[[Factory], Factory]:
    """``make(by, **fields)`` saves a record through the kernel; ``by`` decides the organisation."""

    def remember(make: Factory) -> Factory:
        factories[slug] = make
        return make

    return remember


def make(slug: str, by: Actor, **fields: Any) -> Any:
    return factories[slug](by, **fields)


for app in ("grc", "evidence", "vendors", "controls", "aims", "management", "audits"):
    import_module(f"tests.factories.{app}")
