"""Who asks: a person with their roles in one organisation, or the system itself."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from grc.access.roles import ROLES, Permission, Reach
from grc.context import Context, working_in
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person


@dataclass(frozen=True)
class Actor:
    """``person`` is None for the system (tasks and commands), which the gate lets do everything in its organisation.

    ``way``: page, api, task or command; ``address``: the client's IP address.
    """

    organisation: Organisation
    person: Person | None
    roles: frozenset[str] = field(default_factory=frozenset)
    way: str = "page"
    address: str = ""

    @classmethod
    def of(cls, person: Person, organisation: Organisation, *, way: str = "page", address: str = "") -> "Actor | None":
        """The actor that a person is in an organisation; None where they have no running membership or are disabled."""
        if not person.is_active:
            return None
        with working_in(Context(organisation.pk, person.pk, way, address)):
            roles = frozenset(
                Membership.objects.filter(person=person, organisation=organisation, ended_at=None).values_list(
                    "role", flat=True
                )
            )
        return cls(organisation, person, roles, way, address) if roles else None

    @classmethod
    def system(cls, organisation: Organisation, *, way: str = "task") -> "Actor":
        return cls(organisation, None, frozenset(), way)

    def reach(self, permission: Permission) -> Reach | None:
        """How far this actor holds a permission: the widest that any of their roles gives; None where none does."""
        if self.person is None:
            return Reach.ALL
        reaches = {ROLES[role].grants.get(permission) for role in self.roles if role in ROLES}
        if Reach.ALL in reaches:
            return Reach.ALL
        return Reach.OWN if Reach.OWN in reaches else None

    def can(self, permission: Permission) -> bool:
        """Whether they hold the permission at all, on every record or on their own."""
        return self.reach(permission) is not None

    @property
    def context(self) -> Context:
        """What the database, history and activity are told of this actor."""
        return Context(self.organisation.pk, self.person.pk if self.person else None, self.way, self.address)

    def working(self) -> AbstractContextManager[None]:
        """Work as this actor until the block ends (tasks, commands, tests)."""
        return working_in(self.context)
