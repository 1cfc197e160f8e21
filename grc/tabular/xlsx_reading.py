"""XLSX read in: stored results of formulas, merged cells filled, nothing run, constant memory."""

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, range_boundaries

from grc.tabular.reading import MAX_COLUMNS, Row, TableUnreadable, without_empty_end

MAX_TEXTS = 64 * 1024 * 1024
"""Unpacked bytes of the parts that must be held in memory: shared texts, styles, the workbook itself."""

MAX_MERGES = 5_000
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z0-9:$]{3,30})"')
_NO_RESULT = re.compile(
    rb'<(?:\w+:)?c\s(?:[^>]*\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*'
    rb"(?:<(?:\w+:)?f(?:\s[^>]*)?/>|<(?:\w+:)?f(?:\s[^>]*[^>/])?>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PIECE, _OVERLAP = 1024 * 1024, 16 * 1024


@dataclass(frozen=True)
class _Found:
    """What a sheet's XML says beside its cells."""

    merges: tuple[tuple[int, int, int, int], ...]
    unresolved: Mapping[int, Collection[int]]


class XLSXTable:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        try:
            with zipfile.ZipFile(stream) as archive:
                held = sum(part.file_size for part in archive.infolist() if "/worksheets/" not in part.filename)
            if held > MAX_TEXTS:
                raise TableUnreadable(_("The workbook holds too much text beside its sheets. Save the table as CSV."))
            stream.seek(0)
            self._book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except TableUnreadable:
            raise
        except Exception:  # openpyxl raises whatever its parts do; the file was checked, and is still no workbook
            raise TableUnreadable(_("This is no workbook that can be read. Save it again as XLSX.")) from None
        self._sheets = {sheet.title: sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible"}
        if not self._sheets:
            raise TableUnreadable(_("The workbook has no visible sheet."))
        self._found: dict[str, _Found] = {}

    @property
    def sheets(self) -> tuple[str, ...]:
        return tuple(self._sheets)

    def notes(self, sheet: str = "") -> list[str]:
        found = self._looked_through(sheet or self.sheets[0])
        notes = []
        if found.merges:
            text = ngettext(
                "%(n)d merged area: each of its cells counts as holding its value.",
                "%(n)d merged areas: each of their cells counts as holding its value.",
                len(found.merges),
            )
            notes.append(text % {"n": len(found.merges)})
        missing = sum(len(columns) for columns in found.unresolved.values())
        if missing:
            text = ngettext(
                "%(n)d formula has no stored result: save the file in a spreadsheet program first.",
                "%(n)d formulas have no stored result: save the file in a spreadsheet program first.",
                missing,
            )
            notes.append(text % {"n": missing})
        return notes

    def rows(self, sheet: str = "") -> Iterator[Row]:
        name = sheet or self.sheets[0]
        if name not in self._sheets:
            raise TableUnreadable(_("There is no sheet “%(name)s”.") % {"name": name[:40]})
        worksheet: Any = self._sheets[name]
        worksheet.reset_dimensions()
        merges = _Merges(self._looked_through(name).merges)
        try:
            for number, cells in enumerate(worksheet.iter_rows(values_only=True), start=1):
                kept = without_empty_end(merges.filled(number, cells))
                if len(kept) > MAX_COLUMNS:
                    raise TableUnreadable(
                        _("Row %(row)d has more than %(n)d columns.") % {"row": number, "n": MAX_COLUMNS}
                    )
                if kept:
                    yield number, kept
        except TableUnreadable:
            raise
        except Exception:  # what a damaged sheet makes openpyxl raise is not ours to list
            raise TableUnreadable(
                _("The sheet “%(name)s” cannot be read. Save the file again.") % {"name": name}
            ) from None

    def unresolved(self, sheet: str = "") -> Mapping[int, Collection[int]]:
        return self._looked_through(sheet or self.sheets[0]).unresolved

    def close(self) -> None:
        self._book.close()
        self._stream.close()

    def _looked_through(self, name: str) -> _Found:
        if name not in self._found:
            worksheet: Any = self._sheets.get(name)
            path = getattr(worksheet, "_worksheet_path", None)
            self._found[name] = self._scanned(path) if path else _Found((), {})
        return self._found[name]

    def _scanned(self, path: str) -> _Found:
        # openpyxl's streaming mode tells neither merged cells nor formulas without a result
        merges: list[tuple[int, int, int, int]] = []
        unresolved: dict[int, list[int]] = {}
        carried = b""
        archive: zipfile.ZipFile = self._book._archive
        with archive.open(path.lstrip("/")) as part:
            while piece := part.read(_PIECE):
                text = carried + piece
                end = len(text) - _OVERLAP
                # what ended in the part carried over was counted before
                new = [match for match in _MERGE.finditer(text) if match.end() > len(carried)]
                merges += [_bounds(match[1].decode()) for match in new]
                for match in _NO_RESULT.finditer(text):
                    if match.end() > len(carried):
                        unresolved.setdefault(int(match[2]), []).append(column_index_from_string(match[1].decode()) - 1)
                carried = text[max(0, end) :]
                if len(merges) > MAX_MERGES:
                    raise TableUnreadable(_("The sheet has too many merged areas. Undo them, or save it as CSV."))
        return _Found(tuple(merges), unresolved)


def _bounds(area: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    return top or 1, left or 1, bottom or 1, min(right or 1, MAX_COLUMNS)


class _Merges:
    """Fills the cells of merged areas, row after row from the top."""

    def __init__(self, areas: tuple[tuple[int, int, int, int], ...]) -> None:
        self._coming = sorted(areas, reverse=True)
        self._open: list[tuple[int, int, int, Any]] = []

    def filled(self, number: int, cells: tuple[Any, ...]) -> tuple[Any, ...] | list[Any]:
        while self._coming and self._coming[-1][0] <= number:
            top, left, bottom, right = self._coming.pop()
            value = cells[left - 1] if top == number and left <= len(cells) else None
            self._open.append((bottom, left, right, value))
        if not self._open:
            return cells
        self._open = [area for area in self._open if area[0] >= number]
        row = list(cells)
        for _bottom, left, right, value in self._open:
            if value is None:
                continue
            row.extend([None] * (right - len(row)))
            row[left - 1 : right] = [value] * (right - left + 1)
        return row
