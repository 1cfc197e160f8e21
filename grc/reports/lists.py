"""A list as a document: what was asked for on top, then the table."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import ngettext

from grc.reports.document import Document, Facts, Table


def document_of_rows(
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    organisation: str,
    subtitle: str = "",
    facts: Sequence[tuple[str, str]] = (),
    made_at: dt.datetime | None = None,
    classification: str = "",
    language: str = "en-gb",
) -> Document:
    """A table under its title. ``facts`` says how it was narrowed: filters, search, order."""
    count = ngettext("%(n)d row", "%(n)d rows", len(rows)) % {"n": len(rows)}
    return Document(
        title=title,
        organisation=organisation,
        subtitle=subtitle or count,
        made_at=made_at,
        classification=classification,
        language=language,
        cover=False,
        blocks=[*([Facts(facts)] if facts else []), Table(headings, rows)],
    )
