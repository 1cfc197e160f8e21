"""A table as shown (columns, filters, order), as a file: CSV and XLSX that open safely in a spreadsheet, or PDF."""

import io
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone

from grc.tabular import write_csv, write_xlsx

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The kinds that hold any number of rows."""

PAGED_KINDS = {**KINDS, "pdf": "application/pdf"}
"""With the one that is made for reading: ``table_file`` writes that too, for tables of up to some thousand rows."""


def table_file(
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    kind: str,
    name: str,
    title: str = "",
    organisation: str = "",
    facts: Sequence[tuple[str, str]] = (),
) -> FileResponse:
    """A table as an attachment named after ``name`` and today. ``kind`` is one of ``PAGED_KINDS``.

    ``title``, ``organisation`` and ``facts`` (how the table was narrowed) stand on top of a PDF.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    write_table(file, headings, rows, kind=kind, title=title or name, organisation=organisation, facts=facts)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=dated(name, kind), content_type=PAGED_KINDS[kind])


def write_table(
    stream: IO[bytes],
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    kind: str,
    title: str,
    organisation: str = "",
    facts: Sequence[tuple[str, str]] = (),
) -> None:
    """Write a table to a binary stream, which stays open."""
    if kind == "csv":
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        write_csv(text, headings, rows)
        text.flush()
        text.detach()
    elif kind == "xlsx":
        write_xlsx(stream, headings, rows, title=title)
    else:
        from grc.reports.lists import document_of_rows
        from grc.reports.pdf import to_pdf

        made = list(rows)
        document = document_of_rows(
            title, headings, made, organisation=organisation, facts=facts, made_at=timezone.now()
        )
        stream.write(to_pdf(document))


def dated(name: str, kind: str) -> str:
    """The name of an exported file, with today's date."""
    return f"{name}-{timezone.now():%Y-%m-%d}.{kind}"
