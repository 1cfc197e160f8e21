"""What importing an OSCAL document would do. It writes nothing."""

from dataclasses import replace
from typing import Any

from controls.models import Framework, Requirement
from controls.oscal.catalog import read_catalog
from controls.oscal.catalog_writing import Writing, idents
from controls.oscal.document import Document
from controls.oscal.line import PARTS, PROPS, Line
from controls.oscal.mapping import End, Mapped, Pair, read_mappings
from controls.oscal.profile import read_profile, resolve
from controls.oscal.profile_writing import whole_line
from controls.oscal.said import Item
from controls.transfer.lines import lines_of
from controls.transfer.mappings import MappingJudge, Row
from controls.transfer.numbers import dead_end
from controls.transfer.requirements import FIELDS, LineJudge
from controls.transfer.targets import Targets

_PATHS = {
    "code": "id",
    "name": "title",
    "kind": "class",
    "says": "parts.overview",
    "text": "parts.statement",
    "roles": "props.role",
    **{name: f"parts.{part}" for name, (part, _end) in PARTS.items()},
    **{name: f"props.{prop}" for name, prop in PROPS.items()},
}


def judge_catalog(document: Document, targets: Targets) -> None:
    """Add to the findings what a catalog would do. Raises ``OSCALRefused``."""
    catalog = read_catalog(document)
    framework = targets.for_document(document, catalog.facts, catalog.kept, None)
    _judge_lines(catalog.lines, framework, targets)


def judge_profile(document: Document, targets: Targets) -> None:
    """Add to the findings what a profile would do, as its base stands now. Raises ``OSCALRefused``."""
    profile = read_profile(document)
    base = targets.meant(profile.source)
    if base is None:
        return
    framework = targets.for_document(document, profile.facts, profile.kept, base)
    lines = lines_of(targets.frameworks.numbers(base).by_code.values())
    names = idents(lines)
    writing = Writing("", "", with_texts=True)
    whole = [replace(whole_line(line, names[line.code], writing), path="profile.imports") for line in lines]
    _judge_lines(resolve(profile, whole, names), framework, targets)


def _judge_lines(lines: list[Line], framework: Framework, targets: Targets) -> None:
    judge = LineJudge(targets.findings, framework, FIELDS, _place, is_oscal=True)
    judge.judge(lines, targets.by)


def _place(line: Line, name: str) -> tuple[int, str]:
    return 0, f"{line.path}.{_PATHS.get(name, name)}"


def judge_collection(document: Document, targets: Targets) -> None:
    """Add to the findings what a mapping collection would do. Raises ``OSCALRefused``."""
    rows: list[Row] = []
    for mapped in read_mappings(document):
        rows += _rows(mapped, targets, len(rows))
    if not targets.findings.questions:
        MappingJudge(targets.findings, targets.by, repeats=True).judge(rows)


def _rows(mapped: Mapped, targets: Targets, before: int) -> list[Row]:
    source, target = targets.meant(mapped.source), targets.meant(mapped.target)
    if source is None or target is None:
        return []
    ends = _Ends(source, targets), _Ends(target, targets)
    found = []
    for number, pair in enumerate(mapped.pairs, start=before + 1):
        one, other = ends[0].find(pair.source), ends[1].find(pair.target)
        if one is not None and other is not None:
            found.append(_row(number, one, other, pair))
    return found


def _row(number: int, source: Requirement, target: Requirement, pair: Pair) -> Row:
    paths = {"source": pair.source.path, "target": pair.target.path}

    def place(name: str) -> tuple[int, str]:
        return 0, paths.get(name, f"{pair.path}.{name}")

    names = ("relationship", "standing", "confidence", "origin", "remarks")
    return Row(number, source, target, {name: getattr(pair, name) for name in names}, place, pair.kept)


class _Ends:
    """The requirements of a framework by the ids that a document may know them by."""

    def __init__(self, framework: Framework, targets: Targets) -> None:
        self._findings = targets.findings
        self._numbers = targets.frameworks.numbers(framework)
        lines = lines_of(self._numbers.by_code.values())
        names = idents(lines)
        self._controls = {ident: self._numbers.by_code[code] for code, ident in names.items()}
        self._statements = {f"{ident}_smt": row for ident, row in self._controls.items()}
        for line in lines:
            for ident in _part_ids(line.item):
                self._statements[ident] = self._numbers.by_code[line.code]

    def find(self, end: End) -> Requirement | None:
        """The requirement that is meant; None, with a problem in the findings, for a dead end."""
        known = self._statements if end.kind == "statement" else self._controls
        found = known.get(end.ident) or self._numbers.find(end.ident)
        if found is None:
            self._findings.refuse(end.path, end.ident, dead_end(self._numbers, end.ident))
        return found


def _part_ids(item: Item) -> list[str]:
    found: list[str] = []
    stack: list[Any] = list(item.get("parts", ()))
    while stack:
        part = stack.pop()
        found += [part["id"]] if "id" in part else []
        stack += part.get("parts", ())
    return found
