"""A list of decisions as lines: the same for the page, the room, the export and the API."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evidence.decisions.chapters import KINDS, OUTCOMES
from evidence.decisions.index import name_of
from evidence.decisions.legible import legible
from evidence.models import DecisionRow
from grc.access.actor import Actor
from grc.registries import NamedSystem, system_names

HEADINGS: tuple[str | Promise, ...] = (
    _("When"), _("Decision"), _("Kind"), _("System"), _("Outcome"), _("Policy version"), _("Model"), _("Source"),
    _("Position"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One row as people read it. ``tone`` is the outcome's colour; texts are empty where the record says nothing."""

    when: dt.datetime
    decision_id: str
    kind: str
    kind_name: str
    system: str
    system_name: str
    outcome: str
    outcome_name: str
    tone: str
    policy: str
    model: str
    source: str
    source_name: str
    seq: int


def lines_of(rows: Iterable[DecisionRow], names: Mapping[str, NamedSystem]) -> list[Line]:
    """The lines of rows whose source and terms were fetched with them."""
    return [_line(row, names) for row in rows]


def values_of(line: Line) -> list[str | int | dt.datetime]:
    """The cells of an export, in the order of ``HEADINGS``."""
    return [
        line.when, line.decision_id, line.kind, line.system, line.outcome, line.policy, line.model, line.source,
        line.seq,
    ]  # fmt: skip


def names_for(actor: Actor, rows: Collection[DecisionRow]) -> dict[str, NamedSystem]:
    """What the organisation calls the systems of ``rows``, as far as ``actor`` may see them; by their id in records."""
    return names_of(actor, {row.system.text for row in rows if row.system is not None})


def names_of(actor: Actor, system_ids: Collection[str]) -> dict[str, NamedSystem]:
    found: dict[str, NamedSystem] = {}
    if system_ids:
        for provider in system_names:
            found |= provider(actor, system_ids)
    return found


def _line(row: DecisionRow, names: Mapping[str, NamedSystem]) -> Line:
    kind = name_of(DecisionRow.Kind, row.kind)
    outcome = name_of(DecisionRow.Outcome, row.outcome)
    outcome_name, tone = OUTCOMES.get(outcome, (outcome, ""))
    system = row.system.text if row.system else ""
    return Line(
        when=row.ts,
        decision_id=str(row.decision_id or ""),
        kind=kind,
        kind_name=str(KINDS.get(kind, kind)),
        system=legible(system),
        system_name=names[system].name if system in names else legible(system),
        outcome=outcome,
        outcome_name=str(outcome_name),
        tone=tone,
        policy=legible(row.policy.text) if row.policy else "",
        model=legible(row.model.text) if row.model else "",
        source=row.source.reference,
        source_name=row.source.name,
        seq=row.seq,
    )
