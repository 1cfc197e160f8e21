"""An edition of a statement as a table and as an OSCAL profile."""

from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from aims.models import SoA, SoADecision
from aims.soa.document import statement_document
from aims.soa.editions import DRAFT, Edition, editions_of, read_edition, usual_edition
from aims.soa.frozen import Frozen, Reading
from controls.models.framework import requirements_of
from controls.oscal.catalog_writing import Writing, idents
from controls.oscal.facts import Facts
from controls.oscal.line import Line
from controls.oscal.names import identity, instant
from controls.oscal.profile import Profile
from controls.oscal.profile_writing import written_profile
from controls.oscal.resources import Resource
from controls.oscal.said import Item, prop
from controls.transfer.export_pages import json_file
from controls.transfer.exports import resource_of
from controls.transfer.lines import lines_of, who_of
from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import table_file
from grc.reports.answer import KINDS, document_answer
from grc.reports.records import LANGUAGE

Applies, Status = SoADecision.Applies, SoADecision.Status
ALL_KINDS = (*KINDS, "xlsx", "json")


def hand_out_statement(soa: SoA, *, kind: str, number: str, by: Actor) -> HttpResponse | FileResponse:
    """An edition as a download, noted in the activity log.

    ``kind``: pdf, docx, xlsx or json (OSCAL); ``number``: of a version, or “draft”; empty: what is in force, otherwise
    the draft. Anything else is a 404, and so is a profile that would pick nothing.
    """
    if kind not in ALL_KINDS:
        raise Http404
    edition = chosen_edition(editions_of(soa, by), number)
    name = f"{soa.reference}-{edition.number if edition.is_draft else f'v{edition.number}'}"
    answer = _answer(soa, edition, kind, name)
    detail = _("statement of applicability, %(edition)s (%(kind)s)") % {"edition": edition.name, "kind": kind}
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, record=soa.key, detail=detail)
    return answer


def chosen_edition(editions: list[Edition], number: str) -> Edition:
    """Raises ``Http404`` for one that there is not."""
    if not number:
        return usual_edition(editions)
    found = next((one for one in editions if one.number == number), None)
    if found is None:
        raise Http404
    return found


def _answer(soa: SoA, edition: Edition, kind: str, name: str) -> HttpResponse | FileResponse:
    if kind in KINDS:
        return document_answer(statement_document(soa, edition), kind=kind, name=name)
    reading = read_edition(soa, edition)
    if kind == "xlsx":
        headings, rows = statement_table(reading)
        return table_file(headings, rows, kind=kind, name=name.lower(), title=soa.reference)
    profile = statement_profile(soa, edition, reading)
    if profile is None:
        raise Http404
    return json_file(profile, f"{name.lower()}-profile.json")


def statement_table(reading: Reading) -> tuple[list[str], list[list[str]]]:
    """A row a control: those of the framework, then the added ones."""
    with translation.override(LANGUAGE):
        headings = [
            _("Number"), _("Control"), _("Area"), _("Decision"), _("Reason"), _("Implementation"),
            _("How it is implemented"), _("Our controls"),
        ]  # fmt: skip
        rows = [_line(row, row.area) for row in reading.rows]
        return headings, rows + [_line(row, _("Added control")) for row in reading.added]


def _line(row: Frozen, area: str) -> list[str]:
    decided, state = str(Applies(row.applies).label), str(Status(row.status).label)
    return [row.number, row.name, area, decided, row.reason, state, row.how, row.controls]


def statement_profile(soa: SoA, edition: Edition, reading: Reading) -> Item | None:
    """``{"profile": …}``: picks the included controls, with the reason of each; None where none is included.

    What a profile has no place for, the excluded and the added controls, stands in its metadata with the reasons.
    """
    included = {row.number: row for row in reading.rows if row.applies == Applies.IN}
    base = lines_of(requirements_of(soa.organisation, soa.framework))
    lines = [line for line in base if line.is_group or line.code in included]
    if not any(line.code in included for line in lines):
        return None
    who = who_of(soa.organisation, soa.reference, edition.number)
    facts = Facts(
        name=reading.facts.get("name", "") or soa.reference,
        publisher=soa.organisation.name,
        edition=DRAFT if edition.is_draft else edition.number,
    )
    profile = Profile(identity(who, "profile"), facts, Resource(""), [], {}, keeps_groups=True)
    resource = resource_of(soa.framework)
    document = written_profile(profile, lines, base, Writing(who, instant(edition.made_at)), resource)
    body = document["profile"]
    body["modify"] = {"alters": _alters(base, included)}
    said = [_said("excluded-control", row) for row in reading.rows if row.applies == Applies.OUT]
    said += [_said("added-control", row) for row in reading.added]
    if said:
        body["metadata"]["props"] = [*body["metadata"].get("props", []), *said]
    return document


def _alters(base: Sequence[Line], included: dict[str, Frozen]) -> list[dict[str, Any]]:
    names = idents(base)
    return [
        {"control-id": names[line.code], "adds": [{"props": _props(included[line.code])}]}
        for line in base if line.code in included
    ]  # fmt: skip


def _props(row: Frozen) -> list[Item]:
    props = [prop("applicability", "included") | {"remarks": row.reason}]
    if row.status:
        props.append(prop("implementation-status", row.status) | ({"remarks": row.how} if row.how else {}))
    return props + [prop("control", reference) for reference in row.references]


def _said(name: str, row: Frozen) -> Item:
    remarks = f"{row.name}\n{row.reason}" if name == "added-control" else row.reason
    return prop(name, row.number) | {"remarks": remarks}
