"""What a version of a statement holds, and reading it back: from its bytes alone, whatever is decided today."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from aims.models import SoA, SoADecision
from aims.soa.actions import missing_of
from aims.soa.reading import decisions_of
from controls.models import Control, Requirement
from controls.models.framework import requirements_of
from controls.outline import groups_of
from controls.serving import served_by
from grc.access.actor import Actor

NAMED = 5
Applies, Status = SoADecision.Applies, SoADecision.Status


@dataclass(frozen=True)
class Frozen:
    """One decision of a version. ``number``: of the framework, or the reference of a control that was added.

    ``area`` is empty for an added one; ``controls``: ours that serve it, a line each.
    """

    number: str
    name: str
    area: str
    applies: str
    reason: str
    status: str
    how: str
    controls: str

    @property
    def references(self) -> list[str]:
        return [line.partition(" ")[0] for line in self.controls.splitlines() if line]


@dataclass(frozen=True)
class Reading:
    """A version of a statement, or its draft. ``facts``: the fields of the record, by name."""

    facts: dict[str, str]
    framework: dict[str, str]
    rows: list[Frozen]
    added: list[Frozen]

    def count(self, applies: str) -> int:
        return sum(row.applies == applies for row in self.rows)


def frozen_soa(soa: SoA) -> dict[str, Any]:
    """The statement's own part of a version: framework, areas, every decision in the framework's order, added ones.

    The first key of a decision by the alphabet, ``control``, tells it from the others wherever versions are compared.
    """
    lines = list(requirements_of(soa.organisation, soa.framework))
    decisions = decisions_of(soa)
    by_requirement = {one.requirement_id: one for one in decisions if one.requirement_id is not None}
    decided = [line for line in lines if line.pk in by_requirement]
    served = served_by(Actor.system(soa.organisation), [line.pk for line in decided])
    groups = groups_of(lines, decided)
    framework = soa.framework
    return {
        "framework": {
            "name": framework.name,
            "short": framework.short,
            "edition": framework.edition,
            "reference": framework.reference,
            "catalogue": framework.catalogue,
        },
        "areas": [
            {"area": _area(group.head), "controls": [line.code for line in group.requirements]} for group in groups
        ],
        "decisions": [
            _entry(f"{line.code} {line.name}", by_requirement[line.pk], served.of(line.pk))
            for group in groups for line in group.requirements
        ],
        "added_controls": [
            _entry(f"{one.control.reference} {one.control.name}", one, [one.control])
            for one in decisions if one.requirement_id is None and one.control is not None
        ],
    }  # fmt: skip


def _area(head: Requirement | None) -> str:
    return f"{head.code} {head.name}" if head is not None else ""


def _entry(control: str, decision: SoADecision, ours: Iterable[Control]) -> dict[str, Any]:
    return {
        "control": control,
        "decision": str(decision.get_applies_display()),
        "decision_reason": decision.reason,
        "implementation": str(decision.get_status_display()),
        "implementation_how": decision.how,
        "our_controls": "\n".join(f"{one.reference} {one.name}" for one in ours),
    }


def read_frozen(body: dict[str, Any]) -> Reading:
    """``body``: of a version, or a ``grc.actions.versions.snapshot`` in the language of versions."""
    codes = [(code, area["area"]) for area in body["areas"] for code in area["controls"]]
    facts = {fact["name"]: fact["text"] for section in body["sections"] for fact in section["facts"]}
    rows = [_read(entry, code, area) for entry, (code, area) in zip(body["decisions"], codes, strict=True)]
    added = [_read(entry, entry["control"].partition(" ")[0], "") for entry in body["added_controls"]]
    return Reading(facts, body["framework"], rows, added)


def _read(entry: dict[str, Any], code: str, area: str) -> Frozen:
    decisions = {str(label): value for value, label in Applies.choices}
    states = {str(label): value for value, label in Status.choices}
    return Frozen(
        number=code,
        name=entry["control"][len(code) + 1 :],
        area=area,
        applies=decisions.get(entry["decision"], Applies.UNDECIDED),
        reason=entry["decision_reason"],
        status=states.get(entry["implementation"], Status.UNKNOWN),
        how=entry["implementation_how"],
        controls=entry["our_controls"],
    )


def what_is_missing(soa: SoA) -> str:
    """Why the statement cannot be sent for approval yet; empty where it can."""
    count, missing, undecided = missing_of(soa)
    if not count:
        return _("Its framework has no controls to decide on.")
    open_ones = [one.code for one in missing] + [_number(one) for one in undecided]
    if not open_ones:
        return ""
    names = ", ".join(open_ones[:NAMED])
    if len(open_ones) > NAMED:
        names = _("%(names)s and %(n)d more") % {"names": names, "n": len(open_ones) - NAMED}
    return _("Every control is in or out, with its reason, before anybody approves it. Not decided: %(names)s.") % {
        "names": names
    }


def _number(decision: SoADecision) -> str:
    asked = decision.requirement
    if asked is not None:
        return asked.code
    return decision.control.reference if decision.control is not None else decision.reference
