"""One condition on a record, as a line that people write and read: “outcome is deny, escalate”.

``<field> <operator> <value>``. Operators: ``is a, b`` (any of them), ``is not a, b`` (none of them), ``is set``,
``is not set``, ``has x`` and ``has no x`` (in a list), ``at least n``, ``at most n``. A field that a record lacks is
not set: it is none of any values, holds nothing, and is neither at least nor at most a number.
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from controls.rules.fields import FIELDS, REGISTER_FIELDS, Kind

MOST_LINES = 20
_LINE = re.compile(r"\s*([\w.-]+)\s+(is not|is|has no|has|at least|at most)(?:\s+(.*?))?\s*", re.IGNORECASE | re.DOTALL)
_YES = {"yes": True, "true": True, "no": False, "false": False}

Get = Callable[[str], Any]
"""Gives a field's value of the record at hand; None where it is not set."""


Test = Callable[[Any], bool]
"""Whether a field's value is as it must be; None where it is not set."""

EMPTY: tuple[Any, ...] = ("", [], {})
"""What a field may hold and still say nothing."""


class ConditionRefused(ValueError):
    """A line is no condition; ``str()`` says why, naming it."""


@dataclass(frozen=True)
class Condition:
    """``values``: texts, whole numbers or booleans as the field holds them; empty for ``is set``."""

    field: str
    operator: str
    values: tuple[Any, ...] = ()

    def holds(self, get: Get) -> bool:
        return self.test()(get(self.field))

    def test(self) -> Test:
        """The condition as a function of the field's value: made once, asked for every record."""
        values = self.values
        match self.operator:
            case "is set":
                return lambda value: value is not None and value not in EMPTY
            case "is not set":
                return lambda value: value is None or value in EMPTY
            case "is":
                return lambda value: value in values
            case "is not":
                return lambda value: value not in values
            case "has":
                return lambda value: isinstance(value, list) and any(one in value for one in values)
            case "has no":
                return lambda value: not (isinstance(value, list) and any(one in value for one in values))
            case "at least":
                return lambda value: isinstance(value, int) and value >= values[0]
            case _:
                return lambda value: isinstance(value, int) and value <= values[0]

    @property
    def text(self) -> str:
        """The condition as a line that ``read_condition`` reads again."""
        said = ["yes" if v is True else "no" if v is False else str(v) for v in self.values]
        return f"{self.field} {self.operator} {', '.join(said)}".strip()


def read_conditions(text: str) -> tuple[Condition, ...]:
    """A condition a line; empty lines do not count. Raises ``ConditionRefused``, naming the line."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise ConditionRefused(_("At most %(n)d conditions.") % {"n": MOST_LINES})
    return tuple(read_condition(line) for line in lines)


def read_condition(line: str) -> Condition:
    """The condition that one line says. Raises ``ConditionRefused``."""
    shown = " ".join(line.split())[:80]
    match = _LINE.fullmatch(line)
    if match is None:
        text = _("“%(line)s” is no condition. Write it as “outcome is deny” or “policy.version is set”.")
        raise ConditionRefused(text % {"line": shown})
    name, operator, rest = match[1].lower(), " ".join(match[2].lower().split()), match[3] or ""
    kind = _kind_of(name)
    if operator in ("is", "is not") and rest.lower() == "set":
        return Condition(name, f"{operator} set")
    values = tuple(dict.fromkeys(part.strip() for part in rest.split(",") if part.strip()))
    if not values:
        raise ConditionRefused(_("“%(line)s” names no value.") % {"line": shown})
    _check_operator(shown, name, kind, operator, values)
    return Condition(name, operator, tuple(_value(shown, name, kind, value) for value in values))


def _kind_of(name: str) -> Kind:
    known = FIELDS | REGISTER_FIELDS
    if name in known:
        return known[name].kind
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = _(" Did you mean %(name)s?") % {"name": close[0]} if close else ""
    raise ConditionRefused(_("Records have no field “%(name)s”.") % {"name": name[:60]} + hint)


def _check_operator(line: str, name: str, kind: Kind, operator: str, values: tuple[str, ...]) -> None:
    if (operator in ("has", "has no")) != (kind is Kind.LIST):
        text = _("“%(line)s”: %(name)s holds a list, so ask “has” or “has no”.") if kind is Kind.LIST else _(
            "“%(line)s”: %(name)s holds no list, so ask “is” or “is not”."
        )  # fmt: skip
        raise ConditionRefused(text % {"line": line, "name": name})
    if operator.startswith("at ") and (kind is not Kind.NUMBER or len(values) != 1):
        raise ConditionRefused(_("“%(line)s”: only a number is at least or at most another one.") % {"line": line})
    if kind is Kind.GROUP:
        raise ConditionRefused(_("“%(line)s”: of %(name)s one can only ask “is set”.") % {"line": line, "name": name})


def _value(line: str, name: str, kind: Kind, text: str) -> Any:
    if kind is Kind.FLAG:
        if text.lower() not in _YES:
            raise ConditionRefused(_("“%(line)s”: %(name)s is yes or no.") % {"line": line, "name": name})
        return _YES[text.lower()]
    if kind is Kind.NUMBER:
        if not re.fullmatch(r"\d{1,15}", text):
            raise ConditionRefused(_("“%(line)s”: %(name)s is a whole number.") % {"line": line, "name": name})
        return int(text)
    choices = (FIELDS | REGISTER_FIELDS)[name].choices
    if choices and text not in choices:
        said = {"line": line, "name": name, "choices": ", ".join(choices)}
        raise ConditionRefused(_("“%(line)s”: %(name)s is one of %(choices)s.") % said)
    return text
