"""What the organisation's registers know of the AI systems that decision records name.

The register of AI systems lies above controls; it tells what it knows by registering here.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from grc.models.organisation import Organisation
from grc.registries import Registry


@dataclass(frozen=True)
class KnownSystem:
    """One registered AI system. ``models``: each approved model version, and the instant from which it was approved."""

    key_id: int
    runtime_id: str
    name: str
    risk_class: str
    stage: str
    models: dict[str, dt.datetime] = field(default_factory=dict)

    def approved(self, names: Iterable[str], at: dt.datetime) -> bool:
        """Whether one of ``names`` (a model's name, its version, both) was approved before ``at``."""
        return any(name in self.models and self.models[name] <= at for name in names if name)


known_systems: Registry[Callable[[Organisation], Iterable[KnownSystem]]] = Registry()


def systems_of(organisation: Organisation) -> dict[str, KnownSystem]:
    """Every registered system that decision records can name, by its id in them."""
    return {system.runtime_id: system for tell in known_systems for system in tell(organisation) if system.runtime_id}
