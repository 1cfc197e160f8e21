"""What the register of AI systems, which lies above, tells of systems and the routes that they use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from grc.models.organisation import Organisation
from grc.models.record import RecordKey
from grc.registries import Registry


@dataclass(frozen=True)
class UsingSystem:
    """One registered AI system. ``routes``: references of the routes that it uses today → references of those uses."""

    key: RecordKey
    runtime_id: str
    name: str
    owner_id: int | None
    routes: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.key.get_absolute_url()


using_systems: Registry[Callable[[Organisation], Iterable[UsingSystem]]] = Registry()


def systems_of(organisation: Organisation) -> dict[str, UsingSystem]:
    """Every registered system that decision records can name, by its id in them."""
    return {system.runtime_id: system for tell in using_systems for system in tell(organisation) if system.runtime_id}
