"""What an import was asked to do: which sheet, which row holds the headings, what each column is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from grc.imports.dates import DAY_FIRST, MONTH_FIRST
from grc.imports.targets import REFERENCE, Target, guess_columns, knows
from grc.tabular.reading import Row

LOOKED_AT = 25
"""Rows at the top of a table among which its headings are looked for."""


class BadPlan(ValueError):
    """The columns cannot be used as they were matched; ``problems`` are sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Plan:
    """``columns`` maps the position of a column (from 0) to a target's name; ``dates`` a target's name to an order."""

    columns: Mapping[int, str]
    sheet: str = ""
    header: int = 1
    dates: Mapping[str, str] = field(default_factory=dict)

    def as_params(self) -> dict[str, Any]:
        columns = {str(number): name for number, name in self.columns.items()}
        return {"columns": columns, "sheet": self.sheet, "header": self.header, "dates": dict(self.dates)}

    @classmethod
    def of_params(cls, params: Mapping[str, Any]) -> "Plan":
        columns = {int(number): name for number, name in params["columns"].items()}
        return cls(columns, params["sheet"], params["header"], params["dates"])


def header_row(rows: Sequence[Row], targets: Sequence[Target]) -> int:
    """The number of the row that holds the headings: the one of which most cells are known as such.

    Where none is, the first row with the most different texts among the first ones.
    """
    best, found = (0, 0), rows[0][0] if rows else 1
    for number, cells in rows[:LOOKED_AT]:
        texts = {cell.strip().casefold() for cell in cells if isinstance(cell, str) and cell.strip()}
        score = (sum(knows(text, targets) for text in texts), len(texts))
        if score > best and score != (0, 1):
            best, found = score, number
    return found


def guessed(headings: Sequence[Any], targets: Sequence[Target]) -> dict[int, str]:
    """The columns as their headings let one guess them."""
    texts = [str(heading) if heading is not None else "" for heading in headings]
    return {number: name for number, name in enumerate(guess_columns(texts, targets)) if name}


def checked(plan: Plan, targets: Sequence[Target]) -> Plan:
    """The plan, if it can be carried out. Raises ``BadPlan``."""
    known = {target.name: target for target in targets}
    problems = []
    used = [name for name in plan.columns.values() if name]
    for name in dict.fromkeys(used):
        if name not in known:
            problems.append(_("There is no field “%(name)s” to import into.") % {"name": str(name)[:60]})
        elif used.count(name) > 1:
            problems.append(_("Two columns are matched with “%(name)s”: choose one.") % {"name": known[name].heading})
    for name, order in plan.dates.items():
        if name not in known or order not in (DAY_FIRST, MONTH_FIRST):
            problems.append(_("“%(order)s” is no order of day and month.") % {"order": str(order)[:20]})
    missing = [target.heading for target in targets if target.required and target.name not in used]
    if missing and REFERENCE not in used:
        problems.append(
            _("No column is matched with what every record needs: %(names)s.") % {"names": ", ".join(missing)}
        )
    if not used:
        problems.append(_("Match at least one column with a field."))
    if problems:
        raise BadPlan(problems)
    return Plan({n: name for n, name in plan.columns.items() if name}, plan.sheet, plan.header, plan.dates)
