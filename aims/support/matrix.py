"""Who holds which role, what it takes, and what they have shown: read from the registers, judged by the rules."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import Competence, CompetenceNeed, Responsibility
from aims.support.competence import TONES, Judgement, Proof, Standing, judge
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission, Reach
from grc.models.person import Person
from grc.registers.query import people_of
from grc.registers.register import registers

VIEW, EDIT = Permission.AIMS_VIEW, Permission.AIMS_EDIT


@dataclass(frozen=True)
class Cell:
    """One person, one competence. ``url`` leads to the proof, or to a form for it; empty where there is neither."""

    person: Person
    need: Any
    judgement: Judgement
    url: str
    form_url: str

    @property
    def standing(self) -> Standing:
        return self.judgement.standing

    @property
    def tone(self) -> str:
        return TONES[self.standing]

    @property
    def next_step(self) -> str:
        """What closes the gap."""
        proof, level = self.judgement.proof, self.need.level
        if self.standing is Standing.BELOW and proof:
            return _("Bring it from level %(now)d to %(needed)d.") % {"now": proof.level, "needed": level}
        if self.standing in (Standing.EXPIRED, Standing.EXPIRING):
            return _("Renew the proof.")
        if self.need.shown_by:
            return _("Add the proof: %(proof)s") % {"proof": self.need.shown_by}
        return _("Train, or add the proof that is there.")


@dataclass(frozen=True)
class Line:
    """A person with their roles; a cell a column, None where their roles do not need it."""

    person: Person
    roles: list[str]
    cells: list[Cell | None]


@dataclass(frozen=True)
class Matrix:
    """``columns``: names of competences. ``vacant``: roles that nobody of the organisation holds."""

    columns: list[str]
    lines: list[Line]
    vacant: list[Any]
    needless: list[Any]

    @property
    def cells(self) -> Iterator[Cell]:
        return (cell for line in self.lines for cell in line.cells if cell)

    @property
    def gaps(self) -> list[Cell]:
        """What is not met, the worst first, then what ends first."""
        order = list(Standing)
        found = [cell for cell in self.cells if cell.standing is not Standing.MET]
        return sorted(found, key=lambda cell: (order.index(cell.standing), _end(cell), str(cell.person)))

    def counts(self) -> list[tuple[Standing, int, str]]:
        standings = [cell.standing for cell in self.cells]
        return [(each, standings.count(each), TONES[each]) for each in Standing]


def read_matrix(actor: Actor) -> Matrix:
    """The matrix as ``actor`` may see it, of people who are in the organisation now. Four queries."""
    people = {person.pk: person for person in people_of(actor)}
    roles = list(Responsibility.objects.permitted(actor, VIEW).filter(archived_at=None).order_by("name", "pk"))
    held: dict[int, list[Any]] = defaultdict(list)
    for role in roles:
        for person in {role.holder_id, role.deputy_id} & set(people):
            held[person].append(role)
    needs: dict[int, list[Any]] = defaultdict(list)
    rows = CompetenceNeed.objects.permitted(actor, VIEW).filter(archived_at=None, responsibility__in=roles)
    for need in rows.order_by("name", "pk"):
        needs[need.responsibility_id].append(need)
    asked = {person: _asked(mine, needs) for person, mine in held.items()}
    columns = {name: need.name for needed in asked.values() for name, need in needed.items()}
    names = sorted(columns)
    proofs = _proofs(actor, list(held))
    today = timezone.localdate()
    lines = [
        Line(
            person,
            [
                role.name if role.holder_id == key else _("%(role)s (deputy)") % {"role": role.name}
                for role in held[key]
            ],
            [
                _cell(actor, person, asked[key][name], proofs[key, name], today) if name in asked[key] else None
                for name in names
            ],
        )
        for key, person in people.items()
        if key in held
    ]
    vacant = [role for role in roles if role.holder_id not in people]
    return Matrix([columns[name] for name in names], lines, vacant, [role for role in roles if role.pk not in needs])


def gaps_to_close(actor: Actor) -> list[Cell]:
    """The gaps that ``actor`` may close: everybody's, or their own where they may change what is theirs."""
    if not actor.can(EDIT):
        return []
    whole = actor.reach(EDIT) is Reach.ALL
    return [cell for cell in read_matrix(actor).gaps if whole or cell.person == actor.person]


def matrix_table(matrix: Matrix) -> tuple[list[str], list[list[str]]]:
    """(headings, rows) of the matrix as a file."""
    rows = [
        [str(line.person), ", ".join(line.roles), *(_words(cell) if cell else "" for cell in line.cells)]
        for line in matrix.lines
    ]
    return [_("Person"), _("Roles"), *matrix.columns], rows


def _asked(roles: Sequence[Any], needs: dict[int, list[Any]]) -> dict[str, Any]:
    """What these roles need, by name; where several need the same, the highest level."""
    found: dict[str, Any] = {}
    for need in (need for role in roles for need in needs.get(role.pk, ())):
        name = need.name.strip().casefold()
        if name not in found or need.level > found[name].level:
            found[name] = need
    return found


def _called(role: Any, person: int) -> str:
    return str(role.name) if role.holder_id == person else _("%(role)s (deputy)") % {"role": role.name}


def _proofs(actor: Actor, people: Sequence[int]) -> dict[tuple[int, str], list[Proof]]:
    rows = Competence.objects.permitted(actor, VIEW).filter(archived_at=None, person__in=people)
    found: dict[tuple[int, str], list[Proof]] = defaultdict(list)
    for person, name, *shown in rows.values_list(
        "person", "need__name", "reference", "level", "shown_on", "valid_until"
    ):
        found[person, name.strip().casefold()].append(Proof(*shown))
    return found


def _cell(actor: Actor, person: Person, need: Any, proofs: Sequence[Proof], today: dt.date) -> Cell:
    judgement, register = judge(need.level, proofs, today), registers.of(Competence)
    slug = actor.organisation.slug
    form = ""
    if allows(actor, EDIT):
        query = urlencode({"need": need.reference, "person": str(person.public_id)})
        form = f"{register.list_url(slug)}new?{query}"
    proof = judgement.proof
    return Cell(person, need, judgement, register.detail_url(slug, proof.reference) if proof else form, form)


def _words(cell: Cell) -> str:
    end = cell.judgement.proof.valid_until if cell.judgement.proof else None
    return f"{cell.standing.label} ({end.isoformat()})" if end else str(cell.standing.label)


def _end(cell: Cell) -> dt.date:
    return cell.judgement.proof.end if cell.judgement.proof else dt.date.max
