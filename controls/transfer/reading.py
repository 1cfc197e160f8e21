"""An uploaded file: an OSCAL document or a table, told by what is in it."""

from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from django.utils.translation import gettext as _

from controls.oscal.catalog import read_catalog
from controls.oscal.document import MOST_BYTES, Document, read_document
from controls.oscal.mapping import read_mappings
from controls.oscal.profile import read_profile
from controls.transfer.columns import COLUMNS, MAPPINGS, REQUIREMENTS, Headings, heading, headings_in
from grc.access.actor import Actor
from grc.actions.files import store_file
from grc.imports.plan import Plan
from grc.imports.source import extension_of, opened, rows_below, store_table
from grc.models.file import File
from grc.tabular.reading import Row, Table, TableUnreadable
from grc.uploads import FileRefused

TABLES = (".csv", ".txt", ".xlsx", ".xlsm")
ENDINGS = (".json", *TABLES)


@dataclass
class Content:
    """``model``: catalog, profile, mapping-collection, requirements or mappings. A table's ``rows`` are by column."""

    model: str
    document: Document | None = None
    headings: Headings | None = None
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def cells(self, row: Row) -> dict[str, Any]:
        """The cells of a row by the name of their column."""
        columns = self.headings.columns if self.headings else {}
        return {name: row[1][number] if number < len(row[1]) else None for number, name in columns.items()}


def keep_upload(*, upload: IO[bytes], name: str, by: Actor) -> tuple[File, str]:
    """Check and keep a file. Returns it, and the encoding that it was in where that was changed.

    Raises ``FileRefused``, ``TableUnreadable``.
    """
    extension = extension_of(name)
    if extension not in ENDINGS:
        text = _("“%(name)s” is neither OSCAL (JSON) nor a table (CSV, XLSX).")
        raise FileRefused(text % {"name": name[:80]})
    if extension == ".json":
        return store_file(upload=upload, name=name, by=by), ""
    return store_table(upload=upload, name=name, by=by)


def read_content(file: File) -> Content:
    """What is in a file. Raises ``OSCALRefused``, ``TableUnreadable``."""
    with file.content.open("rb") as stream:
        start = stream.read(64)
        if extension_of(file.name) == ".json" or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            stream.seek(0)
            document = read_document(stream.read(MOST_BYTES + 4))
            return Content(document.model, document=document)
    with opened(file) as table:
        return _read_table(table)


def look_through(content: Content) -> None:
    """Refuse what a document alone shows to be wrong: ids that stand twice, a profile of itself, too much of it.

    Raises ``OSCALRefused``.
    """
    if content.document is not None:
        readers = {"catalog": read_catalog, "profile": read_profile, "mapping-collection": read_mappings}
        readers[content.model](content.document)


def _read_table(table: Table) -> Content:
    for sheet in table.sheets:
        headings = headings_in(list(islice(table.rows(sheet), 60)))
        if headings is None:
            continue
        rows = rows_below(table, Plan({}, sheet, headings.row))
        notes = list(table.notes(sheet))
        if headings.unknown:
            text = _("Columns that are not known here and left out: %(names)s.")
            notes.append(text % {"names": ", ".join(headings.unknown)})
        return Content(headings.model, headings=headings, rows=rows, notes=notes)
    raise TableUnreadable(_no_headings())


def _no_headings() -> str:
    names = [", ".join(str(column.heading) for column in COLUMNS[model][:5]) for model in (REQUIREMENTS, MAPPINGS)]
    return _(
        "No row of headings was found. A table of requirements needs “%(number)s” and a title or a text (%(one)s, …); "
        "a table of mappings needs “%(from)s” and “%(to)s” (%(other)s, …)."
    ) % {
        "number": heading(REQUIREMENTS, "code"), "one": names[0], "other": names[1],
        "from": heading(MAPPINGS, "source"), "to": heading(MAPPINGS, "target"),
    }  # fmt: skip
