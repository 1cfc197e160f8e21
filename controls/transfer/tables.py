"""What importing a table would do. It writes nothing."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from controls.citations.check import check_row
from controls.models import Framework, Mapping, Requirement
from controls.oscal.catalog import MOST_LINES
from controls.oscal.line import Line
from controls.oscal.mapping import MOST_PAIRS
from controls.oscal.refusal import OSCALRefused
from controls.transfer.columns import MAPPINGS, REQUIREMENTS, heading
from controls.transfer.findings import Question
from controls.transfer.mappings import MappingJudge, Row
from controls.transfer.numbers import dead_end
from controls.transfer.reading import Content
from controls.transfer.requirements import LineJudge
from controls.transfer.targets import Targets
from controls.transfer.words import ALSO_SAID, NO_MAPPING, BadWord, read_choice, read_day, read_many, read_text, split
from grc.imports.outcome import Problem
from grc.imports.targets import normal

SIDES = ("source", "target")


class _Cells:
    """A row's cells by column; what cannot be read is noted in the findings and counts as empty."""

    def __init__(self, number: int, cells: dict[str, Any], model: str, targets: Targets) -> None:
        self.number, self._cells, self._model, self._findings = number, cells, model, targets.findings
        self.is_bad = False

    def read(self, name: str, how: Callable[[Any], Any], empty: Any = "") -> Any:
        try:
            return how(self._cells.get(name))
        except BadWord as error:
            self.refuse(name, str(error))
            return empty

    def text(self, name: str) -> str:
        found: str = self.read(name, read_text)
        return found

    def choice(self, name: str, choices: Any, also: dict[str, Any] | None = None) -> str:
        found: str = self.read(name, lambda cell: read_choice(read_text(cell), choices, also))
        return found

    def refuse(self, name: str, reason: str) -> None:
        self.is_bad = True
        value = str(self._cells.get(name) if self._cells.get(name) is not None else "")
        self._findings.refuse(heading(self._model, name), value, reason, self.number)


def judge_requirements(content: Content, targets: Targets) -> None:
    """Add to the findings what a table of requirements would do. Raises ``OSCALRefused``."""
    framework = targets.for_table()
    if framework is None:
        return
    if len(content.rows) > MOST_LINES:
        raise OSCALRefused("", _("A framework has at most %(n)s requirements here.") % {"n": f"{MOST_LINES:,}"})
    lines = [_line(_Cells(row[0], content.cells(row), REQUIREMENTS, targets)) for row in content.rows]
    given = set(content.headings.columns.values()) if content.headings else set()

    def place(line: Line, name: str) -> tuple[int, str]:
        return int(line.path), heading(REQUIREMENTS, name)

    known = [line for line in lines if line is not None]
    LineJudge(targets.findings, framework, given, place, is_oscal=False).judge(known, targets.by)
    named = {(problem.row, problem.column) for problem in targets.findings.general}
    for verdict in targets.findings.verdicts:  # a cell that cannot be read counts as empty, and that is no news
        verdict.problems = [one for one in verdict.problems if (one.row, one.column) not in named]


def _line(cells: _Cells) -> Line | None:
    code = cells.text("code")
    if not code:
        cells.refuse("code", _("The number is missing."))
        return None
    texts: dict[str, Any] = {
        name: cells.text(name) for name in ("says", "text", "documents", "note", "source", "applies")
    }
    return Line(
        code=code,
        name=" ".join(cells.text("name").split()),
        parent=cells.text("parent"),
        kind=cells.choice("kind", Requirement.Kind),
        roles=cells.read("roles", lambda cell: read_many(read_text(cell), Requirement.Role), ()),
        applies_on=cells.read("applies_on", read_day),
        path=str(cells.number),
        **texts,
    )


def judge_mappings(content: Content, targets: Targets) -> None:
    """Add to the findings what a table of mappings would do."""
    rows: list[Row] = []
    reading = _MappingTable(content, targets)
    for row in content.rows:
        rows += reading.rows(_Cells(row[0], content.cells(row), MAPPINGS, targets))
        if len(rows) > MOST_PAIRS:
            raise OSCALRefused("", _("There are more than %(n)s pairs. Split the table.") % {"n": f"{MOST_PAIRS:,}"})
    reading.note()
    if not targets.findings.questions:
        MappingJudge(targets.findings, targets.by, repeats=False).judge(rows)


class _MappingTable:
    def __init__(self, content: Content, targets: Targets) -> None:
        self._targets, self._columns = targets, set(content.headings.columns.values() if content.headings else ())
        self._without = 0
        self._whole: dict[str, Framework | None] = {}
        for side in SIDES:
            if f"{side}_framework" not in self._columns:
                self._whole[side] = self._answered(side)

    def _answered(self, side: str) -> Framework | None:
        """The framework of a whole column of numbers, where no other column names it."""
        found = self._targets.answered(side)
        if found is None:
            self._targets.findings.questions.append(Question(side, heading(MAPPINGS, side)))
        return found

    def rows(self, cells: _Cells) -> list[Row]:
        """The mappings that a row says; none where it cannot be read, or says that there is nothing to map."""
        said = {name: cells.text(name) for name in SIDES}
        for name in SIDES:
            if not said[name]:
                cells.refuse(name, _("The number is missing. Where there is no counterpart, write “No mapping”."))
        frameworks = {name: self._framework(cells, name) for name in SIDES}
        fields = self._fields(cells)
        if cells.is_bad or None in frameworks.values():
            return []
        if any(normal(text) in NO_MAPPING for text in said.values()):
            self._without += 1
            return []
        ends = {name: self._ends(cells, name, frameworks[name], said[name]) for name in SIDES}  # type: ignore[arg-type]
        pairs = (
            []
            if None in ends.values()
            else [(one, other) for one in ends["source"] or () for other in ends["target"] or ()]
        )
        return [Row(cells.number, one, other, dict(fields), _place(cells.number)) for one, other in pairs]

    def _framework(self, cells: _Cells, side: str) -> Framework | None:
        if side in self._whole:
            return self._whole[side]
        name = f"{side}_framework"
        text = cells.text(name)
        try:
            return self._targets.frameworks.named(text)
        except LookupError as error:
            cells.refuse(name, str(error) if text else _("The framework is missing."))
            return None

    def _ends(self, cells: _Cells, side: str, framework: Framework, text: str) -> list[Requirement] | None:
        """The requirements that a cell names: one, or several with commas between them. None for a dead end."""
        numbers = self._targets.frameworks.numbers(framework)
        words = [text] if numbers.find(text) is not None else split(text)
        found = [row for word in words if (row := numbers.find(word)) is not None]
        if len(found) < len(words):
            for word in words:
                if numbers.find(word) is None:
                    cells.refuse(side, dead_end(numbers, word))
            return None
        title = cells.text(f"{side}_title") if f"{side}_title" in self._columns and len(found) == 1 else ""
        wrong = check_row(framework.catalogue, found[0].code, title) if title else None
        if wrong is not None and wrong.is_mistake:
            problem = Problem(cells.number, heading(MAPPINGS, f"{side}_title"), title[:80], wrong.sentence)
            self._targets.findings.warnings.append(problem)
        return found

    def _fields(self, cells: _Cells) -> dict[str, str]:
        said = {
            "relationship": cells.choice("relationship", Mapping.Relationship, ALSO_SAID),
            "confidence": cells.choice("confidence", Mapping.Confidence),
            "standing": cells.choice("standing", Mapping.Standing),
            "origin": " ".join(cells.text("origin").split()),
            "remarks": cells.text("remarks"),
        }
        return {name: value for name, value in said.items() if value}  # an empty cell changes nothing

    def note(self) -> None:
        if self._without:
            text = ngettext(
                "%(n)d row says that there is no counterpart: nothing is kept of it.",
                "%(n)d rows say that there is no counterpart: nothing is kept of them.",
                self._without,
            )
            self._targets.findings.notes.append(text % {"n": self._without})


def _place(number: int) -> Callable[[str], tuple[int, str]]:
    def place(name: str) -> tuple[int, str]:
        return number, heading(MAPPINGS, name)

    return place
