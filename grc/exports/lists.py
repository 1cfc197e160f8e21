"""A register's list as a file: at once where it is short, by a worker where it is long."""

import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from grc.actions.activity import record_activity
from grc.exports.values import export_values
from grc.jobs.actions import ask_once
from grc.models.activity import ActivityEvent
from grc.models.job import Job
from grc.registers.cells import cells
from grc.registers.export import PAGED_KINDS, dated, write_table
from grc.registers.query import ListQuery

AT_ONCE = {"csv": 5_000, "xlsx": 5_000, "pdf": 1_000}
"""So many rows are written while the browser waits; more of them become a job."""

MOST_IN_PDF = 20_000
EXPORT = "export"


class TooManyRows(ValueError):
    """This kind of file is not made for so many rows; ``str()`` says what to do."""


def export_list(query: ListQuery, rows: "QuerySet[Any]", *, kind: str, params: QueryDict) -> HttpResponseBase:
    """The list as an attachment, or the page of the job that makes it. An unknown ``kind`` does not exist (404)."""
    if kind not in PAGED_KINDS:
        raise Http404
    count = rows.count()
    if count > AT_ONCE[kind]:
        job = start_export(query, kind=kind, params=params)
        return redirect("job", query.actor.organisation.slug, job.public_id)
    note_export(query, kind=kind, count=count)
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    write_list(file, query, rows, kind=kind)
    file.seek(0)
    name = dated(query.register.slug, kind)
    return FileResponse(file, as_attachment=True, filename=name, content_type=PAGED_KINDS[kind])


def start_export(query: ListQuery, *, kind: str, params: QueryDict) -> Job:
    """Ask for the list as a file; the same one that is being made already is not made twice."""
    actor, register = query.actor, query.register
    reach = actor.reach(register.view)
    asked = {
        "register": register.slug,
        "kind": kind,
        "query": params.urlencode(),
        "reach": reach.value if reach else "",
    }
    title = _("Export of %(plural)s (%(kind)s)") % {"plural": register.plural, "kind": kind.upper()}
    return ask_once(kind=EXPORT, title=title, params=asked, by=actor)


def note_export(query: ListQuery, *, kind: str, count: int) -> None:
    detail = f"{query.register.plural} ({kind}): {count}"
    record_activity(by=query.actor, verb=ActivityEvent.Verb.EXPORTED, detail=detail)


def write_list(stream: IO[bytes], query: ListQuery, rows: "QuerySet[Any]", *, kind: str, watched: Any = None) -> None:
    """Write the list to ``stream``. ``watched`` wraps the rows, to tell how far it is. Raises ``TooManyRows``."""
    register, names = query.register, list(query.columns)
    headings = [register.heading(name) for name in names]
    values: Iterator[Sequence[Any]] = export_values(register, rows, names)
    if kind == "pdf":
        if rows.count() > MOST_IN_PDF:
            text = _("A PDF of more than %(n)s rows helps nobody. Filter the list, or export it as XLSX.")
            raise TooManyRows(text % {"n": f"{MOST_IN_PDF:,}"})
        values = ([_said(cell) for cell in cells(register, row, names)] for row in rows.iterator(chunk_size=500))
    title = str(register.plural)
    write_table(
        stream,
        headings,
        watched(values) if watched else values,
        kind=kind,
        title=title[:1].upper() + title[1:],
        organisation=query.actor.organisation.name,
        facts=facts_of(query) if kind == "pdf" else (),
    )


def facts_of(query: ListQuery) -> list[tuple[str, str]]:
    """How the list was narrowed and ordered, in words."""
    facts = [(_("Search"), query.search)] if query.search else []
    if query.chips:
        facts.append((_("Filter"), " · ".join(chip.text for chip in query.chips)))
    if query.archived:
        facts.append((_("Shown"), _("Archived records")))
    order = query.register.heading(query.sort.removeprefix("-"))
    facts.append((_("Order"), f"{order} ↓" if query.sort.startswith("-") else f"{order} ↑"))
    return facts


def _said(cell: Any) -> str:
    if cell.instant is not None:
        return f"{cell.instant:%Y-%m-%d %H:%M} UTC"
    return str(cell.text)
