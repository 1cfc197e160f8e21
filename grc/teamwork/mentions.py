"""Names in a text: ``@Ana Silva`` or ``@ana@firm.example`` calls somebody who may see what the text is about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grc.access.actor import Actor
from grc.access.roles import Reach
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.models.record import RecordKey
from grc.registers.register import registers
from grc.registers.sight import may_see


@dataclass(frozen=True)
class Mention:
    """``start`` and ``end``: where it stands in the text, with its @."""

    start: int
    end: int
    person: Person


def people_seeing(key: RecordKey) -> list[Person]:
    """Everybody in the record's organisation who may open it, by name."""
    register, organisation = registers.by_slug(key.register), key.organisation
    roles: dict[int, set[str]] = {}
    people: dict[int, Person] = {}
    memberships = Membership.objects.filter(organisation=organisation, ended_at=None, person__is_active=True)
    for membership in memberships.select_related("person").order_by("person__name", "person_id"):
        people[membership.person_id] = membership.person
        roles.setdefault(membership.person_id, set()).add(membership.role)
    told: dict[frozenset[str], bool] = {}
    found = []
    for pk, person in people.items():
        actor = Actor(organisation, person, frozenset(roles[pk]))
        if actor.reach(register.view) is Reach.OWN:
            seen = may_see(actor, key)
        else:  # the same for everybody with these roles
            seen = told[actor.roles] if actor.roles in told else told.setdefault(actor.roles, may_see(actor, key))
        if seen:
            found.append(person)
    return found


def handles(people: Iterable[Person]) -> dict[str, Person]:
    """By what each is called in lower case: the email, and the name where no other has it."""
    named: dict[str, Person] = {}
    twice = set()
    for person in people:
        name = person.name.strip().lower()
        if name in named:
            twice.add(name)
        if name:
            named[name] = person
    return {name: person for name, person in named.items() if name not in twice} | {p.email: p for p in people}


def handle_of(person: Person, people: Iterable[Person]) -> str:
    """What calls ``person`` and nobody else among ``people``."""
    name = person.name.strip()
    return name if handles(people).get(name.lower()) == person else person.email


def mentions(text: str, people: Iterable[Person]) -> Iterator[Mention]:
    """The mentions of ``people`` in ``text``, each the longest that fits, in order."""
    called = handles(list(people))
    longest = sorted(called, key=len, reverse=True)
    lower, position = text.lower(), 0
    if len(lower) != len(text):  # a few letters grow when they are made small: then places would not fit
        lower = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    while (start := lower.find("@", position)) >= 0:
        position = start + 1
        if start and (lower[start - 1].isalnum() or lower[start - 1] in "._-"):
            continue  # the middle of an address
        name = next((name for name in longest if _stands(lower, position, name)), None)
        if name is not None:
            position = start + 1 + len(name)
            yield Mention(start, position, called[name])


def _stands(text: str, at: int, name: str) -> bool:
    end = at + len(name)
    return text.startswith(name, at) and not text[end : end + 1].isalnum()
