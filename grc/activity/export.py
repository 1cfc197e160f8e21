"""The activity log as a file: what the page was filtered by, newest first, as its reader is told it."""

import json
import tempfile
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.activity.query import ActivityQuery
from grc.activity.sentences import Line, iterate_lines
from grc.models.activity import ActivityEvent
from grc.registers.export import KINDS, table_file

MOST_EXPORTED = 250_000
HEADINGS = (
    gettext_lazy("When (UTC)"),
    gettext_lazy("Who"),
    gettext_lazy("Person id"),
    gettext_lazy("What"),
    gettext_lazy("Register"),
    gettext_lazy("Record"),
    gettext_lazy("Title"),
    gettext_lazy("Detail"),
    gettext_lazy("Way"),
    gettext_lazy("Address"),
)
NAME = "activity"


def export_activity(query: ActivityQuery, *, kind: str, by: Actor) -> FileResponse:
    """The events asked for, at most ``MOST_EXPORTED`` of the newest, as an attachment.

    ``kind`` is csv, xlsx or jsonl; anything else does not exist (404). The export is an event itself, and is not in
    the file.
    """
    if kind not in (*KINDS, "jsonl"):
        raise Http404
    newest = ActivityEvent.objects.within(by.organisation).order_by("-pk").values_list("pk", flat=True).first() or 0
    count = query.rows()[:MOST_EXPORTED].count()
    detail = _("activity (%(kind)s): %(n)d") % {"kind": kind, "n": count}
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, detail=detail)
    rows = query.rows().filter(pk__lte=newest)[:MOST_EXPORTED]
    lines = iterate_lines(rows.iterator(chunk_size=2000), by)
    if kind == "jsonl":
        return _json_lines(lines)
    return table_file([str(heading) for heading in HEADINGS], _cells(lines), kind=kind, name=NAME)


def _cells(lines: Iterator[Line]) -> Iterator[list[Any]]:
    for line in lines:
        event = line.event
        yield [
            event.at,
            line.who,
            str(event.person or ""),
            line.did,
            line.register,
            line.reference,
            line.what if line.hidden else line.title,
            line.detail,
            event.way,
            event.address,
        ]


def _json_lines(lines: Iterator[Line]) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    for line in lines:
        file.write(json.dumps(line.as_json(), ensure_ascii=False).encode() + b"\n")
    file.seek(0)
    filename = f"{NAME}-{timezone.now():%Y-%m-%d}.jsonl"
    return FileResponse(file, as_attachment=True, filename=filename, content_type="application/x-ndjson")
