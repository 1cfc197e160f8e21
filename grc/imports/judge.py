"""Judges a table's rows: what each would create or change, or why it cannot be taken. It writes nothing."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible, require
from grc.imports.cells import CellReader, canonical, shown, text_of
from grc.imports.constraints import Uniqueness, broken_checks
from grc.imports.dates import UNKNOWN, order_of
from grc.imports.lookups import Lookups
from grc.imports.outcome import Difference, Outcome, Problem, Verdict
from grc.imports.plan import Plan
from grc.imports.rows import RowForm
from grc.imports.targets import FILE, REFERENCE, targets_of
from grc.jobs.runners import Progress
from grc.models.record import Record
from grc.registers.cells import cell as shown_cell
from grc.registers.register import Register
from grc.tabular.reading import Row

CHUNK = 500
EXAMPLE = "EXAMPLE"
"""What a template's example row has for its reference: it is left out."""


@dataclass
class _Read:
    """A row as read. ``record``: the one that it changes, or a new one; ``before``: what it became earlier."""

    row: Row
    record: Any
    values: dict[str, Any]
    problems: list[Problem]
    mark: str = ""
    before: str = ""

    @property
    def is_fresh(self) -> bool:
        return self.record is not None and self.record.pk is None and not self.problems and not self.before


class Judge:
    """One import's judgement. ``made``: marks of rows that were imported before, with the reference that they became.

    ``locks``: of the records as the dry run saw them; one that was changed since is named, not overwritten.
    """

    def __init__(
        self,
        register: Register,
        by: Actor,
        plan: Plan,
        *,
        made: Mapping[str, str] | None = None,
        locks: Mapping[str, int] | None = None,
        with_files: bool = False,
    ) -> None:
        self._register, self._by, self._plan = register, by, plan
        self._made, self._locks = made or {}, locks or {}
        targets = {target.name: target for target in targets_of(register, with_files=with_files)}
        self._targets = {number: targets[name] for number, name in plan.columns.items()}
        self._form = RowForm(register, by)
        self._unique = Uniqueness(register.model, by.organisation)
        self._changed: dict[int, int] = {}
        self._marks: dict[str, int] = {}
        self._readers: dict[int, CellReader] = {}

    def judge(self, rows: Sequence[Row], progress: Progress) -> Outcome:
        """The verdict on every row. ``rows`` are those below the headings."""
        outcome = Outcome()
        orders = self._orders(rows)
        outcome.ask = [name for name, order in orders.items() if order == UNKNOWN]
        if outcome.ask:
            return outcome
        self._prepare(rows, orders)
        rows = self._without_examples(rows, outcome)
        for start, chunk in _chunks(rows):
            progress(start, len(rows), _("Checking rows"))
            outcome.verdicts += self._judged(chunk)
        progress(len(rows), len(rows))
        return outcome

    def _orders(self, rows: Sequence[Row]) -> dict[str, str]:
        return {
            target.name: self._plan.dates.get(target.name) or order_of(_column(rows, number))
            for number, target in self._targets.items()
            if target.kind in ("date", "instant")
        }

    def _prepare(self, rows: Sequence[Row], orders: Mapping[str, str]) -> None:
        lookups = Lookups(self._register, self._by)
        for number, target in self._targets.items():
            if target.kind in ("person", "record", "key"):
                lookups.prepare(target, {text_of(cell).strip() for cell in _column(rows, number) if cell is not None})
            if target.kind not in ("reference", "file"):
                words = self._register.import_words(target.name, self._by.organisation)
                steps = [value for value, _label in self._register.values_of(target.name, self._by.organisation)]
                self._readers[number] = CellReader(target, lookups, orders.get(target.name, ""), words, steps)

    def _without_examples(self, rows: Sequence[Row], outcome: Outcome) -> Sequence[Row]:
        kept = [row for row in rows if self._reference(row) != EXAMPLE]
        if len(kept) < len(rows):
            outcome.notes.append(_("The example row of the template was left out."))
        return kept

    def _judged(self, rows: Sequence[Row]) -> list[Verdict]:
        standing = self._standing({self._reference(row) for row in rows} - {""})
        read = [self._read(row, standing) for row in rows]
        self._find_twins(read)
        verdicts = [self._verdict(one) for one in read]
        written = [verdict for verdict in verdicts if verdict.kind in ("create", "change")]
        by_number = {row[0]: row for row in rows}
        self._unique.look_up([verdict.record for verdict in written])
        for verdict in written:
            broken, earlier = self._unique.broken(verdict.record, verdict.row)
            if earlier is not None:
                broken = [
                    (name, _("Row %(row)d of this file says the same.") % {"row": earlier}) for name, _text in broken
                ]
            if broken:
                row = by_number[verdict.row]
                verdict.kind, verdict.problems = "bad", [self._problem(row, name, text) for name, text in broken]
        return verdicts

    def _find_twins(self, read: Sequence[_Read]) -> None:
        """A row without a reference means the record that has its unique values, where there is one."""
        fresh = [one for one in read if one.is_fresh]
        for one in fresh:
            _set(one.record, one.values)
        self._unique.look_up([one.record for one in fresh])
        keys = {id(one): self._unique.record_like(one.record) for one in fresh}
        twins = self._by_key({key for key in keys.values() if key is not None})
        for one in fresh:
            twin = twins.get(keys[id(one)] or 0)
            if twin is not None:
                one.record = twin
                one.values, one.problems = self._values(one.row, twin)

    # What a row says, and which record it is about

    def _reference(self, row: Row) -> str:
        for number, target in self._targets.items():
            if target.name == REFERENCE and number < len(row[1]) and row[1][number] is not None:
                return text_of(row[1][number]).strip().upper()
        return ""

    def _standing(self, references: set[str]) -> dict[str, Record]:
        rows = self._register.model.objects.permitted(self._by, self._register.view)
        return {row.reference: row for row in self._whole(rows.filter(reference__in=references))}

    def _by_key(self, keys: set[int]) -> dict[int, Record]:
        rows = self._register.model.objects.permitted(self._by, self._register.view)
        return {row.pk: row for row in self._whole(rows.filter(pk__in=keys))} if keys else {}

    def _whole(self, rows: Any) -> Iterable[Record]:
        foreign = self._register.foreign([*self._register.fields, "updated_by"])
        found: Iterable[Record] = rows.select_related("key", *foreign)
        return found

    def _read(self, row: Row, standing: Mapping[str, Record]) -> _Read:
        reference = self._reference(row)
        record = standing.get(reference) if reference else self._fresh()
        if record is None:
            heading = self._register.heading(REFERENCE)
            sentence = _("There is no record “%(reference)s” here.") % {"reference": reference[:40]}
            return _Read(row, None, {}, [Problem(row[0], heading, reference[:40], sentence)])
        read = _Read(row, record, *self._values(row, record))
        if not reference and not read.problems:
            read.mark = _mark_of(read.values)
            read.before = self._made.get(read.mark, "")
            earlier = self._marks.setdefault(read.mark, row[0])
            if earlier != row[0]:
                sentence = _("This row says the same as row %(row)d.") % {"row": earlier}
                read.problems = [Problem(row[0], "", "", sentence)]
        return read

    def _values(self, row: Row, record: Record) -> tuple[dict[str, Any], list[Problem]]:
        values: dict[str, Any] = {}
        problems = []
        for number, reader in self._readers.items():
            cell = row[1][number] if number < len(row[1]) else None
            name = reader.target.name
            try:
                values[name] = reader.read(cell, getattr(record, name) if record.pk else None)
            except ValidationError as error:
                problems += [Problem(row[0], reader.target.heading, shown(cell), text) for text in error.messages]
        return values, problems

    def _fresh(self) -> Record:
        return self._register.model(organisation=self._by.organisation, owner=self._by.person)

    # What becomes of it

    def _verdict(self, read: _Read) -> Verdict:
        row, record, values = read.row, read.record, read.values
        number = row[0]
        if record is None or read.problems:
            return Verdict(number, "bad", problems=read.problems, file=self._file(row))
        if read.before:
            return Verdict(number, "same", mark=read.mark, made=read.before, file=self._file(row))
        is_new = record.pk is None
        before = copy(record)
        given = {name: value for name, value in values.items() if not is_new or not _is_empty(value)}
        problems = self._allowed(row, record) or self._validated(row, record, given)
        if problems:
            return Verdict(number, "bad", problems=problems, file=self._file(row))
        if is_new:
            return Verdict(number, "create", record, mark=read.mark, file=self._file(row))
        differences = self._differences(before, record, list(given))
        kind = "change" if differences else "same"
        return Verdict(number, kind, record, record.lock, differences, file=self._file(row))

    def _file(self, row: Row) -> str:
        for number, target in self._targets.items():
            if target.name == FILE and number < len(row[1]) and row[1][number] is not None:
                return text_of(row[1][number]).strip()
        return ""

    def _allowed(self, row: Row, record: Record) -> list[Problem]:
        heading, reference = self._register.heading(REFERENCE), record.reference
        if record.pk is None:
            return []
        earlier = self._changed.setdefault(record.pk, row[0])
        if earlier != row[0]:
            sentence = _("Row %(row)d is about this record already.") % {"row": earlier}
        elif record.archived_at is not None:
            sentence = _("This record is archived. Restore it before you change it.")
        elif self._locks and self._locks.get(reference, record.lock) != record.lock:
            who = record.updated_by or _("somebody")
            sentence = _("%(who)s changed this record after the check. Check the file again.") % {"who": who}
        else:
            return self._refused(row[0], record, heading)
        return [Problem(row[0], heading, reference, sentence)]

    def _refused(self, number: int, record: Record, heading: str) -> list[Problem]:
        try:
            require(self._by, self._register.edit, record)
        except (Denied, NotVisible) as refusal:
            reason = refusal.reason if isinstance(refusal, Denied) else _("There is no such record here.")
            value = record.reference or str(record.owner or "")
            return [Problem(number, heading, value, reason)]
        return []

    def _validated(self, row: Row, record: Record, given: dict[str, Any]) -> list[Problem]:
        wrong = self._form.validate(record, given)
        if wrong:
            return [self._problem(row, name, text) for name, texts in wrong.items() for text in texts]
        if record.pk is None:
            owner_problem = self._refused(row[0], record, self._register.heading("owner"))
            if owner_problem:
                return owner_problem
        return [Problem(row[0], "", "", text) for text in broken_checks(record)]

    def _problem(self, row: Row, name: str, text: str) -> Problem:
        for number, target in self._targets.items():
            if target.name == name:
                cell = row[1][number] if number < len(row[1]) else None
                return Problem(row[0], target.heading, shown(cell), text)
        return Problem(row[0], self._register.heading(name) if name else "", "", text)

    def _differences(self, before: Record, after: Record, names: Sequence[str]) -> list[Difference]:
        found = []
        for name in names:
            if getattr(before, name) == getattr(after, name):
                continue
            was, now = shown_cell(self._register, before, name), shown_cell(self._register, after, name)
            found.append(Difference(was.heading, was.text[:300], now.text[:300]))
        return found


def _set(record: Record, values: Mapping[str, Any]) -> None:
    # as far as a constraint may look at it; the form does it properly afterwards
    for name, value in values.items():
        if not _is_empty(value):
            setattr(record, name, value)


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or value is False


def _mark_of(values: Mapping[str, Any]) -> str:
    """What a row is recognised by when the same file comes again: all that it says, and nothing of where it says it."""
    said = {name: text for name, value in values.items() if (text := canonical(value))}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:24]


def _column(rows: Iterable[Row], number: int) -> Iterator[Any]:
    return (cells[number] for _number, cells in rows if number < len(cells))


def _chunks(rows: Sequence[Row]) -> Iterator[tuple[int, list[Row]]]:
    rest = iter(rows)
    start = 0
    while chunk := list(islice(rest, CHUNK)):
        yield start, chunk
        start += len(chunk)
