"""Who works here, as the pages, the export and the API show it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import CharField, Q, QuerySet, Value
from django.utils import timezone

from grc.access.roles import ROLES, Role
from grc.identity.second_factor import kinds_of
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person
from grc.registers.register import Register, registers


@dataclass
class Member:
    """A person with the roles they hold (none: they have left) and how they sign in."""

    person: Person
    roles: list[Role] = field(default_factory=list)
    factors: set[str] = field(default_factory=set)

    @property
    def is_emergency(self) -> bool:
        return self.person.break_glass_for_id is not None

    @property
    def is_locked(self) -> bool:
        until = self.person.locked_until
        return until is not None and until > timezone.now()

    def lacks_factor(self, organisation: Organisation) -> bool:
        """Whether a role demands a second step that this person has not set up here."""
        demanding = {role.key for role in self.roles} & set(organisation.mfa_roles)
        return bool(demanding) and not self.factors and not self.is_emergency


def members(organisation: Organisation, *, text: str = "", role: str = "") -> list[Member]:
    """Who holds a role now, by name. ``text``: in name or address; ``role``: a key, whoever holds it."""
    running = Membership.objects.filter(organisation=organisation, ended_at=None)
    people = Person.objects.filter(pk__in=running.values("person"))
    if text:
        people = people.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if role:
        people = people.filter(pk__in=running.filter(role=role).values("person"))
    return _with_roles(people.order_by("name", "pk"), running)


def member(organisation: Organisation, person: Person) -> Member:
    """One person, whether they still hold a role or have left."""
    running = Membership.objects.filter(organisation=organisation, ended_at=None)
    return _with_roles(Person.objects.filter(pk=person.pk), running)[0]


def people_ever(organisation: Organisation) -> "QuerySet[Person]":
    """Everybody who holds or held a role."""
    return Person.objects.filter(pk__in=Membership.objects.filter(organisation=organisation).values("person"))


def records_owned(organisation: Organisation, person: Person) -> list[tuple[Register, int]]:
    """How many records in use of each register ``person`` owns; registers without any are left out."""
    counted = Counter(slug for slug, _owner in _owners(organisation, Q(owner=person)))
    return [(register, counted[register.slug]) for register in registers if counted[register.slug]]


def owners_who_left(organisation: Organisation) -> list[Person]:
    """People who own records in use and hold no role any more."""
    here = Membership.objects.filter(organisation=organisation, ended_at=None).values("person")
    owners = {owner for _slug, owner in _owners(organisation, Q(owner__isnull=False) & ~Q(owner__in=here))}
    return list(Person.objects.filter(pk__in=owners).order_by("name", "pk"))


def _owners(organisation: Organisation, which: Q) -> Iterable[tuple[str, int]]:
    # one query for all registers
    parts = [
        register.model.objects.within(organisation)
        .filter(which, archived_at=None)
        .order_by()
        .annotate(register_slug=Value(register.slug, output_field=CharField()))
        .values_list("register_slug", "owner_id")
        for register in registers
    ]
    return parts[0].union(*parts[1:], all=True)


def _with_roles(people: "QuerySet[Person]", running: "QuerySet[Membership]") -> list[Member]:
    found = list(people)
    held = defaultdict(set)
    for person, role in running.filter(person__in=found).values_list("person_id", "role"):
        held[person].add(role)
    factors = kinds_of(found)
    return [
        Member(person, [role for key, role in ROLES.items() if key in held[person.pk]], factors[person.pk])
        for person in found
    ]
