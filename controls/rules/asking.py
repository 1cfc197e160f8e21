"""One question while a log is read, record by record: what was asked, what held, what offends.

A decision and its completion are looked at as one: a field that the one lacks is looked for in the other. What can't be
answered from a record alone waits for its other half, up to ``MOST_WAITING`` records.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from controls.rules.condition import Condition, Test
from controls.rules.outcome import Offence, Outcome
from controls.rules.rule import Rule
from controls.rules.systems import KnownSystem
from controls.rules.values import from_register, needed, reader, values_of
from evidence.models import Source
from evidence.tlog import moment

MOST_WAITING = 200_000


_MINUTE = len("2026-11-26T14:00")


class Check(NamedTuple):
    """A condition, made ready to be asked for every record."""

    condition: Condition
    test: Test
    of_register: bool


def _check(condition: Condition) -> Check:
    return Check(condition, condition.test(), condition.field.startswith("register."))


class Waiting(NamedTuple):
    seq: int
    ts: str
    values: dict[str, Any]


class Asking:
    """``rule`` put to one log. Feed it the records in their order, then ``finish``."""

    def __init__(self, rule: Rule, source: Source, outcome: Outcome, systems: Mapping[str, KnownSystem]) -> None:
        self._rule, self._source, self._outcome, self._systems = rule, source, outcome, systems
        self._readers = needed(rule.fields)
        self._asked = frozenset(self._readers)  # before what is read only to say which system offends
        self._readers.setdefault("system.id", reader("system.id"))
        self._names_model = any("model" in name for name in rule.fields)
        self._where = [_check(condition) for condition in rule.where]
        self._must = [_check(condition) for condition in rule.must]
        self._gap_us = None if rule.longest_gap is None else rule.longest_gap * 60 * moment.SECOND
        self._last_ts = ""
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()
        self._others: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def feed(self, seq: int, record: dict[str, Any]) -> None:
        """The record at position ``seq``, in the period or after it (where only completions still matter)."""
        ts = record["ts"]
        inside = self._outcome.begin <= ts < self._outcome.until
        if inside:
            self._outcome.read += 1
            if self._gap_us is not None:
                self._look_for_gap(seq, ts, record.get("decision_id", ""))
        elif ts < self._outcome.begin:
            self._last_ts = max(ts, self._last_ts)  # a gap may have begun before the period
        if not self._must:
            return
        kind, looks_at = record["kind"], self._rule.looks_at
        if looks_at == "any":
            if inside:
                self._judge(seq, ts, record.get("decision_id", ""), values_of(self._readers, record))
        elif looks_at == "decision":
            if kind == "decision" and inside:
                self._decision(seq, ts, record)
            elif kind == "completion" and self._waiting:
                self._complete(record)
        elif kind == "decision":
            self._remember(record)
        elif kind == "completion" and inside:
            decision = self._others.pop(record["decision_id"], {})
            self._judge(seq, ts, record["decision_id"], decision | values_of(self._readers, record))

    @property
    def waits(self) -> bool:
        """Whether records after the period may still answer something."""
        return bool(self._waiting)

    def finish(self, *, at_end: bool) -> None:
        """No more records. ``at_end``: the log was read to where the period ends, so silence since then is a gap."""
        for decision_id, one in self._waiting.items():
            self._judge(one.seq, one.ts, decision_id, one.values)
        self._waiting.clear()
        if self._gap_us is not None and at_end and self._last_ts:
            silence = moment.from_text(self._outcome.until) - max(
                moment.from_text(self._last_ts), moment.from_text(self._outcome.begin)
            )
            if silence > self._gap_us:
                self._gap(-1, self._last_ts, "", silence)

    def _decision(self, seq: int, ts: str, record: dict[str, Any]) -> None:
        values = values_of(self._readers, record)
        decision_id = record["decision_id"]
        if self._asked <= values.keys():
            self._judge(seq, ts, decision_id, values)
            return
        if self._fails_already(values):
            return
        self._waiting[decision_id] = Waiting(seq, ts, values)
        if len(self._waiting) > MOST_WAITING:
            oldest, one = self._waiting.popitem(last=False)
            self._judge(one.seq, one.ts, oldest, one.values)

    def _fails_already(self, values: dict[str, Any]) -> bool:
        """Whether the question is not about this decision, whatever its completion says."""
        return any(not c.test(values[c.condition.field]) for c in self._where if c.condition.field in values)

    def _complete(self, record: dict[str, Any]) -> None:
        one = self._waiting.pop(record["decision_id"], None)
        if one is not None:
            more = values_of(self._readers, record)
            self._judge(one.seq, one.ts, record["decision_id"], more | one.values)

    def _remember(self, record: dict[str, Any]) -> None:
        self._others[record["decision_id"]] = values_of(self._readers, record)
        if len(self._others) > MOST_WAITING:
            self._others.popitem(last=False)

    def _judge(self, seq: int, ts: str, decision_id: str, values: dict[str, Any]) -> None:
        for check in self._where:
            if not check.test(self._value(check, values, ts)):
                return
        self._outcome.asked += 1
        for check in self._must:
            value = self._value(check, values, ts)
            if not check.test(value):
                why = _why(check.condition, value)
                self._outcome.offend(Offence(self._source.reference, seq, ts, decision_id, self._about(values), why))
                return
        self._outcome.good += 1

    def _value(self, check: Check, values: Mapping[str, Any], ts: str) -> Any:
        name = check.condition.field
        return from_register(name, values, ts, self._systems) if check.of_register else values.get(name)

    def _look_for_gap(self, seq: int, ts: str, decision_id: str) -> None:
        if self._last_ts[:_MINUTE] != ts[:_MINUTE] and self._last_ts:  # within one minute there is no gap to look for
            apart = moment.from_text(ts) - moment.from_text(self._last_ts)
            if apart > self._gap_us:  # type: ignore[operator]
                self._gap(seq, ts, decision_id, apart)
        self._last_ts = max(ts, self._last_ts)

    def _gap(self, seq: int, ts: str, decision_id: str, apart: int) -> None:
        self._outcome.gaps += 1
        minutes = apart // (60 * moment.SECOND)
        if seq < 0:
            why = _("silent for %(n)d minutes at the end of the period") % {"n": minutes}
        else:
            why = _("%(n)d minutes after the record before") % {"n": minutes}
        self._outcome.offend(Offence(self._source.reference, max(seq, 0), ts, decision_id, self._source.name, why))

    def _about(self, values: Mapping[str, Any]) -> str:
        named = [values.get("system.id", "")]
        if self._names_model:
            named += [values.get("model.name", "")]
        return " · ".join(name for name in named if name)


def _why(condition: Condition, held: Any) -> str:
    """What it should be, and what it is instead."""
    if held in (None, "", [], {}):
        said = _("not set")
    else:
        said = str({True: _("yes"), False: _("no")}.get(held, held) if isinstance(held, bool) else held)[:80]
    return _("%(condition)s (it is %(value)s)") % {"condition": condition.text, "value": said}
