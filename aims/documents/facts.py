"""What an organisation's records say, as pieces of formatted text for the places of a starter.

A fact that is not recorded becomes a gap, “[say …]”, which stops the approval until somebody closes it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from aims.models import (
    AISystem,
    Communication,
    CompetenceNeed,
    Component,
    InterestedParty,
    Objective,
    Resource,
    Responsibility,
    ScopeStatement,
)
from aims.models.criteria import criteria_in_force
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.formats import day
from grc.models.organisation import Membership
from grc.models.person import Person

P = Permission
PLACE = re.compile(r"\{\{(\w+)\}\}")
SPECIAL = re.compile(r"([\\*\[\]|])")
MOST = 40


def filled(text: str, actor: Actor) -> str:
    """``text`` with its ``{{places}}`` filled from what ``actor`` may see. Raises ``KeyError`` for an unknown place."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(PLACE.findall(text)):
        found[name] = FACTS[name](actor)
    return PLACE.sub(lambda match: found[match[1]], text)


def literal(text: str) -> str:
    """One line of somebody's words, with nothing in it that formats."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def gap(what: str) -> str:
    return f"[say {what}]"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _current(model: Any, actor: Actor, permission: Permission, *with_rows: str) -> list[Any]:
    rows = model.objects.permitted(actor, permission).filter(archived_at=None)
    return list(rows.select_related(*with_rows).order_by("reference")[:MOST])


def _organisation(actor: Actor) -> str:
    return literal(actor.organisation.name)


def _holder(*duties: str) -> Callable[[Actor], Person | None]:
    def find(actor: Actor) -> Person | None:
        for role in _current(Responsibility, actor, P.AIMS_VIEW, "holder"):
            if role.duty in duties and role.holder is not None:
                return role.holder  # type: ignore[no-any-return]
        return None

    return find


def _manager(actor: Actor) -> str:
    found = _holder("both", "conformity")(actor)
    return literal(str(found)) if found else gap("who manages the AI management system")


def _reporter(actor: Actor) -> str:
    found = _holder("both", "reporting")(actor)
    return literal(str(found)) if found else gap("who reports on the AI management system to top management")


def _approver(actor: Actor) -> str:
    running = Membership.objects.filter(organisation=actor.organisation, role="approver", ended_at=None)
    names = [literal(str(row.person)) for row in running.select_related("person").order_by("person__name")[:3]]
    return _(" and ").join(names) or gap("who in top management approves")


def _systems(actor: Actor) -> str:
    rows = [one for one in _current(AISystem, actor, P.SYSTEMS_VIEW, "owner") if _counts(one)]
    if not rows:
        return gap("which AI systems are in scope, each with its owner")
    cells = [
        [literal(one.name), literal(_first(one.purpose)), literal(str(one.owner)) if one.owner else _nobody(one.name)]
        for one in rows
    ]
    return _table([_("AI system"), _("What it is for"), _("Owner")], cells)


def _counts(system: AISystem) -> bool:
    return system.in_scope != AISystem.InScope.OUT and system.stage != AISystem.Stage.RETIRED


def _nobody(name: str) -> str:
    return gap(f"who owns {literal(name)}")


def _first(text: str) -> str:
    return text.strip().split("\n")[0][:160]


def _roles(actor: Actor) -> str:
    rows = _current(Responsibility, actor, P.AIMS_VIEW, "holder", "deputy")
    if not rows:
        return gap("which roles there are, and who holds each")
    cells = [
        [literal(one.name), literal(str(one.holder)) if one.holder else gap(f"who is {literal(one.name)}"),
         literal(str(one.deputy or "–"))]
        for one in rows
    ]  # fmt: skip
    return _table([_("Role"), _("Held by"), _("Deputy")], cells)


def _newest_scope(actor: Actor) -> ScopeStatement | None:
    rows = _current(ScopeStatement, actor, P.AIMS_VIEW)
    return rows[-1] if rows else None


def _scope(actor: Actor) -> str:
    found = _newest_scope(actor)
    return literal(found.text) if found else gap("what the AI management system covers, in one paragraph")


def _boundary(actor: Actor) -> str:
    found = _newest_scope(actor)
    said = (found.boundary, found.sites) if found else ("", "")
    lines = [f"- {literal(line)}" for text in said for line in text.splitlines() if line.strip()]
    return "\n".join(lines) or gap("which units, sites and services lie inside, and what borders on them")


def _exclusions(actor: Actor) -> str:
    found = _newest_scope(actor)
    lines = [f"- {literal(line)}" for line in (found.exclusions if found else "").splitlines() if line.strip()]
    lines += [
        f"- {literal(one.name)}: {literal(one.scope_reason)}"
        for one in _current(AISystem, actor, P.SYSTEMS_VIEW)
        if one.in_scope == AISystem.InScope.OUT
    ]
    return "\n".join(lines) or gap("what is left out, and why; or that nothing is")


def _criteria(actor: Actor) -> str:
    found = criteria_in_force(actor.organisation)
    if not found.reference:
        return gap("how likelihood and impact are judged, and which score must be treated")
    steps = zip(found.likelihood, found.impact, strict=True)
    rows = [[str(n), literal(a), literal(b)] for n, (a, b) in enumerate(steps, start=1)]
    said = {"low": found.acceptable_to, "high": found.high_from, "reference": found.reference}
    words = _(
        "A score is likelihood times impact. Up to %(low)d is acceptable; from %(high)d it is high (%(reference)s)."
    )
    return _table([_("Step"), _("Likelihood"), _("Impact")], rows) + "\n\n" + words % said


def _objectives(actor: Actor) -> str:
    rows = [one for one in _current(Objective, actor, P.AIMS_VIEW, "owner") if one.state == Objective.State.OPEN]
    if not rows:
        return gap("which objectives there are, how each is measured, and by when")
    cells = [
        [literal(one.name), literal(f"{one.measure}: {one.target.normalize():f} {one.unit}".strip()), day(one.due_on),
         literal(str(one.owner)) if one.owner else gap(f"who works on {literal(one.name)}")]
        for one in rows
    ]  # fmt: skip
    return _table([_("Objective"), _("Measure and target"), _("By when"), _("Who")], cells)


def _suppliers(actor: Actor) -> str:
    names = {one.supplier for one in _current(Component, actor, P.SYSTEMS_VIEW) if one.supplier.strip()}
    names |= {one.provider for one in _current(Resource, actor, P.AIMS_VIEW) if one.provider.strip()}
    lines = [f"- {literal(name)}" for name in sorted(names)]
    return "\n".join(lines) or gap("which suppliers take part in your AI systems, and with what")


def _communications(actor: Actor) -> str:
    rows = _current(Communication, actor, P.AIMS_VIEW, "owner")
    if not rows:
        return gap("what is communicated, when, with whom, how and by whom")
    cells = [
        [literal(one.name), literal(one.occasion), literal(one.audience), literal(one.channel),
         literal(str(one.owner)) if one.owner else gap(f"who tells of {literal(one.name)}")]
        for one in rows
    ]  # fmt: skip
    return _table([_("What"), _("When"), _("With whom"), _("How"), _("By whom")], cells)


def _needs(actor: Actor) -> str:
    rows = _current(CompetenceNeed, actor, P.AIMS_VIEW, "responsibility")
    if not rows:
        return gap("what people in each role must be able to do, and what shows it")
    cells = [[literal(one.responsibility.name), literal(one.name), literal(one.shown_by or "–")] for one in rows]
    return _table([_("Role"), _("Must be able to"), _("Shown by")], cells)


def _parties(actor: Actor) -> str:
    lines = [
        f"- {literal(one.name)}: {literal(_first(one.needs))}" for one in _current(InterestedParty, actor, P.AIMS_VIEW)
    ]
    return "\n".join(lines) or gap("who is affected by your AI systems and what they need")


FACTS: dict[str, Callable[[Actor], str]] = {
    "organisation": _organisation,
    "manager": _manager,
    "reporter": _reporter,
    "approver": _approver,
    "systems": _systems,
    "roles": _roles,
    "scope": _scope,
    "boundary": _boundary,
    "exclusions": _exclusions,
    "criteria": _criteria,
    "objectives": _objectives,
    "suppliers": _suppliers,
    "communications": _communications,
    "needs": _needs,
    "parties": _parties,
}
"""Every place that a starter may have."""
