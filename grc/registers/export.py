"""A list as shown (columns, filters, order), as a file that opens safely in a spreadsheet."""

import io
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.utils import timezone

from grc.registers.cells import cells
from grc.registers.query import ListQuery
from grc.tabular import write_csv, write_xlsx

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_rows(query: ListQuery, rows: "QuerySet[Any]", *, kind: str) -> FileResponse:
    """The rows as an attachment. ``kind`` is csv or xlsx; anything else does not exist (404)."""
    if kind not in KINDS:
        raise Http404
    headings = [query.register.heading(name) for name in query.columns]
    return table_file(headings, _values(query, rows), kind=kind, name=query.register.slug)


def table_file(headings: list[str], rows: Iterable[list[Any]], *, kind: str, name: str) -> FileResponse:
    """A table as an attachment named after ``name`` and today. ``kind`` is one of ``KINDS``."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    if kind == "csv":
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        write_csv(text, headings, rows)
        text.detach()
    else:
        write_xlsx(file, headings, rows, title=name)
    file.seek(0)
    filename = f"{name}-{timezone.now():%Y-%m-%d}.{kind}"
    return FileResponse(file, as_attachment=True, filename=filename, content_type=KINDS[kind])


def _values(query: ListQuery, rows: "QuerySet[Any]") -> Iterator[list[Any]]:
    for record in rows.iterator(chunk_size=2000):
        yield [cell.value for cell in cells(query.register, record, query.columns)]
