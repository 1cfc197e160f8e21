"""A ZIP with an index: a table whose rows name the files that stand beside it in the archive."""

import tempfile
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from grc.imports.outcome import Outcome, Problem
from grc.jobs.runners import Progress
from grc.tabular.reading import Row, TableUnreadable, open_table
from grc.uploads import FileRefused, inspect

INDEX = ("index.csv", "index.xlsx")
MAX_FILES = 2_000
_SPOOL = 4 * 1024 * 1024
_LEFT_BY_PROGRAMS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class ArchiveTable:
    """The index as a table, and the files by the names that the index has for them.

    The archive was checked when it was stored: no links, no way out of it, no bomb, no archive within.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        try:
            self._archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, OSError):
            raise TableUnreadable(_("This ZIP cannot be read. Pack it again.")) from None
        names = [
            info.filename for info in self._archive.infolist() if not info.is_dir() and not _is_litter(info.filename)
        ]
        index = next((n for n in sorted(names, key=len) if PurePosixPath(n).name.lower() in INDEX), "")
        if not index:
            raise TableUnreadable(_("The ZIP has no index: add index.csv or index.xlsx, with a row for each file."))
        if len(names) > MAX_FILES:
            raise TableUnreadable(_("The ZIP holds more than %(n)d files. Split it.") % {"n": MAX_FILES})
        self._folder = str(PurePosixPath(index).parent) if "/" in index else ""
        self.files = {self._within(name): name for name in names if name != index}
        self._table = open_table(self._unpacked(index), PurePosixPath(index).suffix.lower())

    @property
    def sheets(self) -> Sequence[str]:
        return self._table.sheets

    def rows(self, sheet: str = "") -> Iterator[Row]:
        return self._table.rows(sheet)

    def notes(self, sheet: str = "") -> list[str]:
        return [_("%(n)d files beside the index.") % {"n": len(self.files)}, *self._table.notes(sheet)]

    def unresolved(self, sheet: str = "") -> Mapping[int, Collection[int]]:
        return self._table.unresolved(sheet)

    def close(self) -> None:
        self._table.close()
        self._archive.close()

    def open_file(self, name: str) -> IO[bytes]:
        """The file that the index calls ``name``. Raises ``KeyError``."""
        return self._unpacked(self.files[_plain(name)])

    def has(self, name: str) -> bool:
        return _plain(name) in self.files

    def _within(self, name: str) -> str:
        return _plain(name.removeprefix(f"{self._folder}/") if self._folder else name)

    def _unpacked(self, name: str) -> IO[bytes]:
        copy = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115  (whoever asked closes it)
        with self._archive.open(name) as part:
            while piece := part.read(256 * 1024):
                copy.write(piece)
        copy.seek(0)
        return copy  # type: ignore[return-value]


def check_files(table: ArchiveTable, outcome: Outcome, heading: str, progress: Progress) -> None:
    """Look at every file that a row names, and name every file that no row names. Problems are added to ``outcome``."""
    used: dict[str, int] = {}
    for number, verdict in enumerate(outcome.verdicts):
        if not verdict.file:
            continue
        progress(number, len(outcome.verdicts), _("Checking files"))
        name = _plain(verdict.file)
        earlier = used.setdefault(name, verdict.row)
        reason = ""
        if earlier != verdict.row:
            reason = _("Row %(row)d names this file already.") % {"row": earlier}
        elif not table.has(name):
            reason = _("The archive has no such file.")
        else:
            reason = _refusal(table, name)
        if reason:
            verdict.kind = "bad"
            verdict.problems = [*verdict.problems, Problem(verdict.row, heading, verdict.file[:80], reason)]
    for name in sorted(set(table.files) - set(used)):
        outcome.general.append(Problem(0, heading, name[:80], _("No row of the index names this file.")))


def _refusal(table: ArchiveTable, name: str) -> str:
    with table.open_file(name) as stream:
        try:
            found = inspect(stream, name=PurePosixPath(name).name, limit_bytes=settings.UPLOAD_LIMIT_BYTES)
        except FileRefused as refused:
            return str(refused)
    return _("Archives within the archive are not taken.") if found.kind == "archive" else ""


def _plain(name: str) -> str:
    return name.strip().replace("\\", "/").removeprefix("./").casefold()


def _is_litter(name: str) -> bool:
    return name.startswith(_LEFT_BY_PROGRAMS[0]) or PurePosixPath(name).name in _LEFT_BY_PROGRAMS[1:]
