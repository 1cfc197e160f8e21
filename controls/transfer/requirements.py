"""Judges the lines of a document or a table: what each would create or change in a framework. It writes nothing."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from controls.citations.check import check_row
from controls.models import Framework, Requirement
from controls.oscal.checking import MOST_NESTED
from controls.oscal.line import Line
from controls.transfer.findings import Findings
from controls.transfer.lines import day
from controls.transfer.numbers import Numbers, dead_end
from grc.access.actor import Actor
from grc.imports.outcome import Difference, Problem, Verdict
from grc.registers.register import registers

FIELDS = ("name", "kind", "parent", "says", "text", "documents", "note", "source", "roles", "applies_on", "applies")
TO_SHIPPED = frozenset({"text", "note"})
"""What may be put into a catalogue that comes with Assay: the licensed original, and one's own remark."""

HELD = ("says", "text", "documents", "note", "source", "applies")
"""Texts of an OSCAL document that are kept with it, and not shown, where they are longer than our field."""

CHECKED_APART = {"key", "organisation", "reference", "owner", "framework", "parent", "label", "tags", "oscal"}
Place = Callable[[Line, str], tuple[int, str]]
"""Where a line's field stands: (row of a table, its column), or (0, path in a document)."""


class LineJudge:
    """``given``: the fields that the document or table has at all; ``place`` names the place of one of a line."""

    def __init__(
        self, findings: Findings, framework: Framework, given: Iterable[str], place: Place, *, is_oscal: bool
    ) -> None:
        self._findings, self._framework, self._place, self._is_oscal = findings, framework, place, is_oscal
        self._is_new = framework.pk is None
        self._shipped = framework.is_shipped and not self._is_new
        self._given = [name for name in FIELDS if name in set(given) and (not self._shipped or name in TO_SHIPPED)]
        rows = [] if self._is_new else _rows(framework)
        self._rows = {row.code: row for row in rows}
        self._numbers = Numbers.of(framework, [row for row in rows if row.archived_at is None])
        self._last = max((row.position for row in rows), default=-1)
        self._made: dict[str, Requirement] = {}
        self._too_long = 0

    def judge(self, lines: Sequence[Line], by: Actor) -> None:
        """Add a verdict for every line to the findings."""
        pairs = list(zip(lines, self._records(lines, by), strict=True))
        found = [self._verdict(number, line, record) for number, (line, record) in enumerate(pairs, start=1)]
        _refuse_depth(found)
        self._findings.verdicts += found
        self._note()

    def _records(self, lines: Sequence[Line], by: Actor) -> list[Requirement | None]:
        """The requirement that each line is about, new ones with their position; None where it cannot be taken."""
        found: list[Requirement | None] = []
        first: dict[int, Line] = {}
        position = self._last
        for line in lines:
            record = self._record(line, by)
            if record is not None and first.setdefault(id(record), line) is not line:
                self._refuse(line, "code", line.code, self._twice(first[id(record)]))
                record = None
            if record is not None:
                position = record.position if record.pk else position + self._is_new
                record.position = max(position, 0)
            found.append(record)
        return found

    def _record(self, line: Line, by: Actor) -> Requirement | None:
        row = self._rows.get(line.code) or (None if self._is_oscal else self._numbers.find(line.code))
        if row is not None and row.archived_at is not None:
            text = _("“%(number)s” is archived in %(short)s: restore it first.")
            self._refuse(line, "code", line.code, text % {"number": row.code, "short": self._framework.short})
            return None
        if row is not None:
            return row
        if self._shipped:
            self._refuse(line, "code", line.code, dead_end(self._numbers, line.code))
            return None
        if line.code not in self._made:
            self._made[line.code] = Requirement(
                organisation=by.organisation, owner=by.person, framework=self._framework, code=line.code
            )
        return self._made[line.code]

    def _verdict(self, number: int, line: Line, record: Requirement | None) -> Verdict:
        row = self._place(line, "code")[0] or number
        if record is None:
            return Verdict(row, "bad")
        before = copy(record)
        problems = self._fill(line, record) or self._validated(line, record)
        self._warn(line, record)
        if problems:
            return Verdict(row, "bad", problems=problems)
        if record.pk is None:
            return Verdict(row, "create", record)
        differences = self._differences(before, record)
        return Verdict(row, "change" if differences else "same", record, before.lock, differences)

    # What a line says

    def _fill(self, line: Line, record: Requirement) -> list[Problem]:
        read, problems = {"code": line.code}, []
        empty_says_nothing = self._shipped or not self._is_oscal
        for name in self._given:
            value: Any = getattr(line, name)
            if not value and empty_says_nothing and (record.pk or name in ("kind", "parent")):
                continue
            if self._is_oscal and name in HELD and len(value) > _longest(name):
                self._too_long += 1
                value = read[name] = ""
            try:
                self._set(record, name, value)
            except ValueError as error:
                problems.append(self._problem(line, name, str(value), str(error)))
        if self._is_oscal and not self._shipped:
            record.oscal = {"item": line.item, "group": line.is_group, "read": read}
        if record.pk is None and "name" not in self._given:
            record.name = record.code
        record.derive()
        return problems

    def _set(self, record: Requirement, name: str, value: Any) -> None:
        if name == "parent":
            record.parent = self._parent(value) if value else None
        elif name == "applies_on":
            try:
                record.applies_on = day(value)
            except ValueError:
                raise ValueError(_("This is no date: write it as 2026-05-31.")) from None
        else:
            setattr(record, name, list(value) if name == "roles" else value)

    def _parent(self, code: str) -> Requirement:
        found = self._made.get(code) or self._rows.get(code) or self._numbers.find(code)
        if found is None:
            raise ValueError(_("There is no “%(number)s” that it could be a part of.") % {"number": code[:60]})
        return found

    def _validated(self, line: Line, record: Requirement) -> list[Problem]:
        try:
            record.clean_fields(exclude=CHECKED_APART)
        except ValidationError as error:
            return [
                self._problem(line, name, str(getattr(record, name)), text)
                for name, texts in error.message_dict.items()
                for text in texts
            ]
        return []

    def _warn(self, line: Line, record: Requirement) -> None:
        finding = check_row(self._framework.catalogue, record.code, line.name) if line.name else None
        if finding is not None and finding.is_mistake:
            row, where = self._place(line, "name")
            self._findings.warnings.append(Problem(row, where, line.name[:80], finding.sentence))

    # What comes of it

    def _differences(self, before: Requirement, after: Requirement) -> list[Difference]:
        register = registers.of(Requirement)
        found = [
            Difference(register.heading(name), _shown(before, name), _shown(after, name))
            for name in self._given
            if (
                before.parent is not after.parent if name == "parent" else getattr(before, name) != getattr(after, name)
            )
        ]
        if before.oscal != after.oscal:
            found.append(Difference(_("What the document says besides"), "", _("as in this document")))
        return found

    def _note(self) -> None:
        if self._too_long:
            text = ngettext(
                "%(n)d text is longer than its field: it is kept with the document and given back, and not shown.",
                "%(n)d texts are longer than their fields: they are kept with the document, and not shown.",
                self._too_long,
            )
            self._findings.notes.append(text % {"n": self._too_long})
        if self._shipped:
            text = _("%(short)s comes with Assay: only the original text and the note are taken over.")
            self._findings.notes.append(text % {"short": self._framework.short})

    def _twice(self, earlier: Line) -> str:
        row, where = self._place(earlier, "code")
        if row:
            return _("Row %(row)d has this number already.") % {"row": row}
        return _("It stands at %(where)s already.") % {"where": where}

    def _refuse(self, line: Line, name: str, value: str, reason: str) -> None:
        self._findings.general.append(self._problem(line, name, value, reason))

    def _problem(self, line: Line, name: str, value: str, reason: str) -> Problem:
        row, where = self._place(line, name)
        return Problem(row, where, value[:80], reason)


def _rows(framework: Framework) -> list[Requirement]:
    """Every requirement of a framework in order, archived ones too, each with its framework and parent at hand."""
    found = Requirement.objects.within(framework.organisation).filter(framework=framework)
    rows: list[Requirement] = list(found.order_by("position", "pk"))
    by_key = {row.pk: row for row in rows}
    for row in rows:
        row.framework, row.organisation = framework, framework.organisation
        row.parent = by_key.get(row.parent_id) if row.parent_id else None
    return rows


def _refuse_depth(verdicts: Iterable[Verdict]) -> None:
    """Nothing is a part of itself, nor a part of too much."""
    depths: dict[int, int] = {}
    for verdict in verdicts:
        chain: list[Any] = []
        above = verdict.record
        while above is not None and id(above) not in depths and len(chain) <= MOST_NESTED:
            chain.append(above)
            above = above.parent
        start = depths.get(id(above), 0) if above is not None and len(chain) <= MOST_NESTED else 0
        for number, record in enumerate(reversed(chain), start=start + 1):
            depths[id(record)] = number
        if verdict.record is not None and (len(chain) > MOST_NESTED or depths[id(verdict.record)] > MOST_NESTED):
            text = _("It is a part of itself, or of a part of a part, more than %(n)d levels deep.")
            verdict.kind = "bad"
            verdict.problems = [Problem(verdict.row, "", verdict.record.code, text % {"n": MOST_NESTED})]


def _longest(name: str) -> int:
    return int(getattr(Requirement._meta.get_field(name), "max_length", 0) or 0)


def _shown(record: Requirement, name: str) -> str:
    if name == "parent":
        return record.parent.code if record.parent else ""
    if name == "kind":
        return str(record.get_kind_display())  # type: ignore[attr-defined]
    value = getattr(record, name)
    return (", ".join(value) if name == "roles" else "" if value is None else str(value))[:300]
