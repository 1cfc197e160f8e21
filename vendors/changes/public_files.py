"""The list of subprocessors as a file: PDF, CSV or JSON, of an edition or as it stands."""

import io
import json
from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import dated, table_file
from grc.reports.answer import document_answer
from grc.reports.document import Block, Document, Facts, Heading, Note, Paragraph, Table
from vendors.changes.public import LEAVING, PLANNED, Edition, Line, read_list
from vendors.models.vendor import DataClass

KINDS = ("pdf", "csv", "json")


def hand_out_list(*, kind: str, edition: Edition | None, by: Actor) -> FileResponse:
    """The file, noted in the activity log; ``edition`` None: the list as it stands. Raises ``Http404``."""
    if kind not in KINDS:
        raise Http404
    lines = edition.record.lines if edition else read_list(by.organisation).lines
    which = edition.record.reference if edition else _("as it stands")
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, detail=f"{_('Subprocessors')} ({kind}), {which}")
    name = f"subprocessors-{edition.record.reference.lower()}" if edition else "subprocessors"
    if kind == "pdf":
        return document_answer(list_document(lines, edition, by), kind="pdf", name=name)
    if kind == "csv":
        return table_file(headings(), rows_of(lines), kind="csv", name=name, title=_("Subprocessors"))
    body = json.dumps(plain(lines, edition, by), ensure_ascii=False, indent=2).encode()
    return FileResponse(
        io.BytesIO(body), as_attachment=True, filename=dated(name, "json"), content_type="application/json"
    )


def headings() -> list[str]:
    return [_("Company"), _("What it does"), _("Where"), _("Data"), _("Transfer safeguard"), _("State"), _("Date")]


def rows_of(lines: Sequence[Line]) -> list[list[str]]:
    return [
        [line["name"], line["service"], line["location"], data_of(line), line["safeguard"], *state_of(line)]
        for line in lines
    ]


def data_of(line: Line) -> str:
    known = dict(DataClass.choices)
    return ", ".join(str(known.get(one, one)) for one in line["data"])


def state_of(line: Line) -> tuple[str, str]:
    """The state in words, and the day that belongs to it, as ISO writes it."""
    if line["state"] == PLANNED:
        return _("Planned from"), line["from"]
    if line["state"] == LEAVING:
        return _("Leaves on"), line["until"]
    return _("Since"), line["since"]


def list_document(lines: Sequence[Line], edition: Edition | None, by: Actor) -> Document:
    facts = [(_("Companies"), str(len(lines)))]
    if edition and edition.record.note:
        facts.append((_("What is new"), edition.record.note))
    current = [line for line in lines if line["state"] != PLANNED]
    planned = [line for line in lines if line["state"] == PLANNED]
    blocks: list[Block] = [Facts(facts), Heading(_("Current"))]
    blocks.append(Table(headings(), rows_of(current)) if current else Paragraph(_("None.")))
    blocks.append(Heading(_("Planned")))
    blocks.append(Table(headings(), rows_of(planned)) if planned else Note(_("No change is announced.")))
    return Document(
        title=_("Subprocessors"),
        organisation=by.organisation.name,
        reference=edition.record.reference if edition else "",
        version=str(edition.version.number) if edition else "",
        sha256=edition.version.sha256 if edition else "",
        made_at=edition.version.made_at if edition else None,
        status=_("Published") if edition else _("Not published"),
        blocks=blocks,
    )


def plain(lines: Sequence[Line], edition: Edition | None, by: Actor) -> dict[str, Any]:
    """The list for machines: ISO dates, classes of data by their names in the API."""
    return {
        "organisation": by.organisation.name,
        "edition": edition.record.reference if edition else None,
        "published_on": edition.record.published_on.isoformat() if edition and edition.record.published_on else None,
        "sha256": edition.version.sha256 if edition else None,
        "subprocessors": list(lines),
    }
