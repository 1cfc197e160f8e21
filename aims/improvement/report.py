"""The overview as a document, and its open nonconformities as a table."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from aims.improvement.overview import Overview, age_headings
from aims.models import Nonconformity
from grc.access.actor import Actor
from grc.registers.cells import cell
from grc.registers.register import registers
from grc.reports.document import Block, Document, Facts, Heading, Note, PictureBlock, Table

COLUMNS = ("reference", "name", "grade", "source", "requirement", "system", "found_on", "due_on", "owner")


def headings() -> list[str]:
    register = registers.of(Nonconformity)
    return [*(register.heading(name) for name in COLUMNS), _("Late")]


def table_of(overview: Overview) -> list[list[Any]]:
    """A row for each that is open."""
    register, late = registers.of(Nonconformity), {row.pk for row in overview.late}
    return [
        [*(cell(register, row, name).text for name in COLUMNS), _("Yes") if row.pk in late else _("No")]
        for row in overview.open
    ]


def report_of(overview: Overview, actor: Actor, *, made_at: dt.datetime) -> Document:
    return Document(
        title=_("Nonconformities"),
        subtitle=_("What is open, what is late, what comes again"),
        organisation=actor.organisation.name,
        made_at=made_at,
        blocks=[*_where(overview), *_late_actions(overview), *_repeated(overview)],
    )


def _where(overview: Overview) -> list[Block]:
    facts = [(_("Open"), str(len(overview.open))), (_("Late"), str(len(overview.late)))]
    ages = [[row.label, *row.counts, row.total] for row in overview.ages]
    return [
        Heading(_("Where things stand")),
        Facts(facts),
        Table([_("Grade"), *age_headings(), _("All")], ages),
        PictureBlock(overview.closing),
        Heading(_("Open")),
        Table(headings(), table_of(overview)) if overview.open else Note(_("None is open."), "green"),
    ]


def _late_actions(overview: Overview) -> list[Block]:
    rows = [
        [action.reference, action.name, str(action.nonconformity), str(action.owner or ""), action.due_on]
        for action in overview.late_actions
    ]
    named = [_("Action"), _("What is to be done"), _("Nonconformity"), _("Who"), _("Due")]
    return [
        Heading(_("Late corrective actions")),
        Table(named, rows) if rows else Note(_("No corrective action is late."), "green"),
    ]


def _repeated(overview: Overview) -> list[Block]:
    rows = [
        [str(one.requirement), len(one.cases), ", ".join(case.reference for case in one.cases)]
        for one in overview.repeated
    ]
    named = [_("Requirement"), _("Within a year"), _("Nonconformities")]
    return [
        Heading(_("Requirements that were not met more than once")),
        Table(named, rows) if rows else Note(_("None within a year.")),
    ]
