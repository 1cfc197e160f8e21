"""Documents that the management system hands out."""

import datetime as dt
from functools import partial
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from aims.models import Risk
from aims.models.criteria import Criteria, criteria_in_force
from aims.models.planning import SUBJECTS, impacts_of
from aims.risks.acceptance import acceptances_of
from aims.risks.pictures import heat_map, treatment_timeline
from aims.risks.subjects import impacts_in_a_line
from aims.risks.treatments import treatments_of
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.formats import day
from grc.registers.cells import Cell, cell
from grc.registers.register import registers
from grc.reports.document import Block, Document, Facts, Heading, Note, Paragraph, PictureBlock, Table

COLUMNS = ("reference", "name", "system", "score", "treatment", "residual_score", "state", "acceptance", "owner")
TOP = 10


def risk_report(actor: Actor, *, made_at: dt.datetime) -> Document:
    """Every open risk that ``actor`` may see, with the criteria, both heat maps and the treatment plan."""
    rows = Risk.objects.permitted(actor, Permission.RISKS_VIEW).filter(archived_at=None)
    rows = rows.exclude(state=Risk.State.CLOSED).select_related("key", "organisation", "system", "owner")
    risks = sorted(rows, key=lambda risk: (-(risk.residual_score or risk.score or 26), risk.reference))
    criteria = criteria_in_force(actor.organisation)
    return Document(
        title=_("Risk report"),
        subtitle=_("AI risks, their treatment, and what remains"),
        organisation=actor.organisation.name,
        made_at=made_at,
        blocks=[
            Heading(_("How risks are judged")),
            *criteria_blocks(criteria),
            *_where(actor),
            *_reopened(risks),
            *_register(risks),
            *_plan(actor, risks),
        ],
    )


def criteria_blocks(criteria: Criteria) -> list[Block]:
    """The scales and bands, and which version says so."""
    blocks: list[Block] = []
    if criteria.version is None:
        blocks.append(Note(_("Nobody has approved these criteria yet."), "yellow"))
    else:
        said = {"reference": criteria.reference, "number": criteria.version.number, "hash": criteria.version.sha256}
        blocks.append(Paragraph(_("By %(reference)s, version %(number)d (SHA-256 %(hash)s).") % said))
    steps = enumerate(zip_longest(criteria.likelihood, criteria.impact, fillvalue=""), start=1)
    blocks.append(Table([_("Step"), _("Likelihood"), _("Impact")], [[n, *pair] for n, pair in steps], widths=(1, 5, 8)))
    bands = {"low": criteria.acceptable_to, "high": criteria.high_from}
    blocks.append(
        Facts(
            [
                (_("Acceptable"), _("up to %(low)d points (likelihood times impact)") % bands),
                (_("High"), _("from %(high)d points") % bands),
            ]
        )
    )
    return blocks


def _where(actor: Actor) -> list[Block]:
    return [
        Heading(_("Where the risks lie")),
        Heading(_("Without treatment"), 2),
        PictureBlock(heat_map(actor)),
        Heading(_("As things stand"), 2),
        PictureBlock(heat_map(actor, residual=True)),
    ]


def _reopened(risks: list[Any]) -> list[Block]:
    """The risks whose acceptance no longer holds, before all others: somebody relies on it."""
    changed = [risk for risk in risks if risk.acceptance == Risk.Acceptance.REOPENED]
    found = acceptances_of(changed)
    rows = [[str(risk), found[risk.pk].sentence(risk)] for risk in changed if risk.pk in found]
    if not rows:
        return []
    words = _("They were accepted as they stood then. What matters to that has changed, so they wait for a decision.")
    return [Heading(_("To be accepted anew")), Note(words, "orange"), Table([_("Risk"), _("What changed")], rows)]


def _register(risks: list[Any]) -> list[Block]:
    register = registers.of(Risk)
    rows = [[_said(cell(register, risk, name)) for name in COLUMNS] for risk in risks]
    caption = _("Below a risk’s name: its impact on each, without → after treatment, as far as it is judged.")
    for risk, row in zip(risks, rows, strict=True):
        row[COLUMNS.index("name")] = "\n".join(filter(None, (risk.name, impacts_in_a_line(partial(getattr, risk)))))
    table = Table([register.heading(name) for name in COLUMNS], rows, caption=caption)
    blocks: list[Block] = [Heading(_("The register")), table]
    blocks.append(Heading(_("The highest, as things stand")))
    for risk in risks[:TOP]:
        blocks += [Heading(str(risk), 2), Facts(_facts(register, risk))]
    return blocks


def _facts(register: Any, risk: Any) -> list[tuple[str, str]]:
    """Every field; the eight impacts on each are one line, below the consequences."""
    each = (*impacts_of(SUBJECTS), *impacts_of(SUBJECTS, residual=True))
    facts = []
    for name in register.fields:
        if name == impacts_of(SUBJECTS)[-1]:
            facts.append((_("Impact on each, without → after treatment"), impacts_in_a_line(partial(getattr, risk))))
        elif name not in {"name", "tags", *each}:
            found = cell(register, risk, name)
            facts.append((found.heading, _said(found)))
    return [(heading, text) for heading, text in facts if text]


def _said(found: Cell) -> str:
    """A cell as a reader writes it; its own text is what machines read."""
    return day(found.value) if isinstance(found.value, dt.date) else found.text


def _plan(actor: Actor, risks: list[Any]) -> list[Block]:
    rows = [
        [
            risk.reference,
            risk.treatment_plan,
            str(risk.owner or ""),
            risk.treat_by.isoformat() if risk.treat_by else "",
            risk.get_state_display(),
        ]
        for risk in risks
        if risk.treat_by or risk.treatment_plan
    ]
    rows += [
        [
            one.risk.reference,
            one.name,
            str(one.owner or ""),
            one.due_on.isoformat() if one.due_on else "",
            _("Done on %(day)s") % {"day": day(one.done_on)} if one.done_on else _("To be done"),
        ]
        for one in treatments_of(risks)
    ]
    rows.sort(key=lambda row: (row[3] or "9999", row[0]))
    headings = [_("Risk"), _("What is done"), _("Who"), _("By when"), _("State")]
    return [
        Heading(_("Treatment plan")),
        PictureBlock(treatment_timeline(actor)),
        Table(headings, rows, widths=(2, 8, 3, 2, 2)),
    ]
