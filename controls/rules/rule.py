"""The question that a test asks, read from its text, and said again in a sentence."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from controls.rules.condition import Condition, ConditionRefused, read_conditions

LOOKS_AT = ("decision", "completion", "any")


class RuleRefused(ValueError):
    """A test's text asks nothing that can be answered; ``field`` is where, ``str()`` why.

    ``is_condition``: because a line is no condition.
    """

    def __init__(self, field: str, message: str, *, is_condition: bool = False) -> None:
        super().__init__(message)
        self.field = field
        self.is_condition = is_condition


class Asked(Protocol):
    """What a rule is read from: a ``ControlTest``."""

    @property
    def looks_at(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def must(self) -> str: ...
    @property
    def at_least(self) -> Any: ...
    @property
    def longest_gap(self) -> int | None: ...
    @property
    def over_days(self) -> int: ...


@dataclass(frozen=True)
class Rule:
    """``at_least``: hundredths of a percent, so that a share is compared in whole numbers. ``longest_gap``: minutes."""

    looks_at: str
    where: tuple[Condition, ...]
    must: tuple[Condition, ...]
    at_least: int
    longest_gap: int | None
    over_days: int

    def as_data(self) -> dict[str, Any]:
        """The rule as plain JSON that people read, without floats."""
        return {
            "looks_at": self.looks_at,
            "where": [condition.text for condition in self.where],
            "must": [condition.text for condition in self.must],
            "at_least_percent": str(Decimal(self.at_least) / 100),
            "no_gap_longer_than_minutes": self.longest_gap,
            "over_days": self.over_days,
        }

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(condition.field for condition in (*self.where, *self.must))

    def good_enough(self, good: int, total: int) -> bool:
        """Whether ``good`` of ``total`` is the share that is asked for."""
        return good * 10_000 >= self.at_least * total

    def sentence(self) -> str:
        """What is asked, for people."""
        days = ngettext("In the last day", "In the last %(n)d days", self.over_days) % {"n": self.over_days}
        parts = []
        if self.must:
            what = {"decision": _("decisions"), "completion": _("completions"), "any": _("records")}[self.looks_at]
            where = _(" where ") + _(" and ").join(c.text for c in self.where) if self.where else ""
            share = _("every one") if self.at_least == 10_000 else _("at least %(n)s %%") % {"n": self._percent}
            must = _(" and ").join(condition.text for condition in self.must)
            parts.append(
                _("of the %(what)s%(where)s, %(share)s must have: %(must)s")
                % {"what": what, "where": where, "share": share, "must": must}
            )
        if self.longest_gap is not None:
            gap = ngettext("%(n)d minute", "%(n)d minutes", self.longest_gap) % {"n": self.longest_gap}
            parts.append(_("no two records of a log lie more than %(gap)s apart") % {"gap": gap})
        return f"{days}, {_('; and ').join(parts)}."

    @property
    def _percent(self) -> str:
        return f"{Decimal(self.at_least) / 100:f}".rstrip("0").rstrip(".") if self.at_least % 100 else str(
            self.at_least // 100
        )  # fmt: skip


def read_rule(asked: Asked) -> Rule:
    """The rule that a test's fields say. Raises ``RuleRefused``."""
    if asked.looks_at not in LOOKS_AT:
        raise RuleRefused("looks_at", _("Choose what the test looks at."))
    found = {}
    for name in ("where", "must"):
        try:
            found[name] = read_conditions(getattr(asked, name))
        except ConditionRefused as error:
            raise RuleRefused(name, str(error), is_condition=True) from None
    if not found["must"] and asked.longest_gap is None:
        raise RuleRefused("must", _("Say what each record must, or how long a gap may be."))
    if found["where"] and not found["must"]:
        raise RuleRefused("must", _("Say what each of these records must."))
    share = Decimal(asked.at_least if asked.at_least is not None else 100) * 100
    return Rule(asked.looks_at, found["where"], found["must"], int(share), asked.longest_gap, int(asked.over_days))


@dataclass(frozen=True)
class _Kept:
    looks_at: str
    where: str
    must: str
    at_least: Any
    longest_gap: int | None
    over_days: int


def rule_of_data(data: dict[str, Any]) -> Rule:
    """The rule that ``Rule.as_data`` wrote down. Raises ``RuleRefused`` for what no version of Assay wrote."""
    try:
        kept = _Kept(
            data["looks_at"],
            "\n".join(data["where"]),
            "\n".join(data["must"]),
            data["at_least_percent"],
            data["no_gap_longer_than_minutes"],
            data["over_days"],
        )
    except (KeyError, TypeError):
        raise RuleRefused("rule", _("This is no question to decision records.")) from None
    return read_rule(kept)
