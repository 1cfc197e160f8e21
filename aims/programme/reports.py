"""The plan, the gap report and the cost frame as documents and workbooks."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.models import GapAnswer
from aims.programme import words
from aims.programme.analysis import TONES, Analysis, effort_of
from aims.programme.costs import CostFrame, headings, orientation, rows_of
from aims.programme.pictures import gap_chart, plan_timeline
from aims.programme.reading import Line, Plan
from aims.programme.schedule import State
from grc.access.actor import Actor
from grc.formats import day, number
from grc.reports.document import Block, Document, Facts, Heading, Note, Paragraph, PictureBlock, Table

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def plan_document(plan: Plan, actor: Actor, made_at: dt.datetime) -> Document:
    facts = [(words.end_name(plan), words.date_or_dash(plan.schedule.end))]
    facts += [
        (_("First planned for"), words.date_or_dash(plan.schedule.first_end)),
        (_("Slip"), words.slip(plan.schedule.slip)),
        (_("Everything done"), words.date_or_dash(plan.last_day)),
        (_("Late steps"), ", ".join(line.step.reference for line in plan.late) or _("None")),
    ]
    blocks: list[Block] = [Heading(_("Where the plan stands")), Facts(facts)]
    if why := words.why_slipped(plan):
        blocks.append(Note(why, "yellow"))
    blocks += [PictureBlock(plan_timeline(plan)), Heading(_("Every step"))]
    blocks.append(Paragraph(_("Days are calendar days. What has not begun does not begin in the past.")))
    heads, rows = plan_table(plan.lines)
    blocks.append(Table(heads, [_as_text(row) for row in rows]))
    blocks.append(Heading(_("What is done when it is done")))
    for line in plan.lines:
        blocks += [Heading(str(line.step), 2), Paragraph(line.step.description or _("Nothing is said about it."))]
        if line.step.covers:
            blocks.append(Facts([(_("Covers"), ", ".join(line.step.covers))]))
    return Document(
        title=_("Plan to the certificate") if plan.certified else _("Plan"),
        organisation=actor.organisation.name,
        made_at=made_at,
        blocks=blocks,
    )


def plan_table(lines: Sequence[Line]) -> tuple[list[str], list[list[Any]]]:
    heads = [
        _("Step"), _("What"), _("Owner"), _("Comes after"), _("Begins"), _("Ends"), _("First planned"), _("Slip"),
        _("May move"), _("How it stands"), _("Effort of its gaps"),
    ]  # fmt: skip
    rows = [
        [
            line.step.reference,
            line.step.name,
            str(line.step.owner or ""),
            ", ".join(line.step.after),
            line.planned.start,
            line.planned.end,
            line.step.first_planned or "",
            line.planned.slip,
            words.room(line),
            words.standing(line),
            line.effort or "",
        ]
        for line in lines
    ]
    return heads, rows


def plan_book(plan: Plan) -> list[Sheet]:
    return [(_("Plan"), *plan_table(plan.lines))]


def gap_document(analysis: Analysis, plan: Plan | None, actor: Actor, made_at: dt.datetime) -> Document:
    blocks: list[Block] = [Heading(_("How it stands")), Facts(_gap_facts(analysis)), *_unseen(analysis)]
    if analysis.chapters:
        blocks.append(PictureBlock(gap_chart(analysis)))
    blocks += [_effort_table(analysis), Heading(_("Every gap"))]
    if not analysis.gaps:
        blocks.append(Paragraph(_("No gap is known.")))
    for chapter in analysis.chapters:
        if chapter.gaps:
            blocks.append(Heading(f"{chapter.area.head.code} {chapter.area.head.name}", 2))
            blocks += [block for answer in chapter.gaps for block in _gap(answer, plan)]
    blocks += [Heading(_("Remediation plan")), *_remediation(analysis, plan)]
    blocks += [Heading(_("What is met")), *_met(analysis)]
    return Document(
        title=_("Gap report"),
        subtitle=_("ISO/IEC 42001, clause by clause, with what is needed and when"),
        organisation=actor.organisation.name,
        made_at=made_at,
        blocks=blocks,
    )


def summary_table(analysis: Analysis) -> tuple[list[str], list[list[Any]]]:
    standings = [GapAnswer.Standing(standing) for standing in TONES]
    heads = [_("Clause or area"), *(str(standing.label) for standing in standings), _("All"), _("Effort in days")]
    rows: list[list[Any]] = []
    for chapter in analysis.chapters:
        counts = [chapter.counts[standing] for standing in standings]
        counts[-1] += chapter.without
        head = chapter.area.head
        rows.append([f"{head.code} {head.name}", *counts, chapter.all, effort_of(chapter.gaps)])
    return heads, rows


def gap_table(answers: Iterable[GapAnswer], plan: Plan | None) -> tuple[list[str], list[list[Any]]]:
    heads = [
        _("Gap"), _("Number"), _("Title"), _("How it stands"), _("What there is"), _("What is needed"),
        _("Effort in days"), _("Owner"), _("Step"), _("Step ends"), _("Looked at on"),
    ]  # fmt: skip
    rows = []
    for answer in answers:
        step = answer.step if answer.step and answer.step.archived_at is None else None
        line = plan.by_reference.get(step.reference) if plan and step else None
        rows.append([
            answer.reference,
            answer.requirement.code,
            answer.requirement.name,
            answer.get_standing_display(),
            answer.found,
            answer.needed,
            "" if answer.days is None else answer.days,
            str(answer.owner or ""),
            str(step or ""),
            line.planned.end if line else "",
            answer.looked_on or "",
        ])  # fmt: skip
    return heads, rows


def gap_book(analysis: Analysis, plan: Plan | None) -> list[Sheet]:
    return [
        (_("Summary"), *summary_table(analysis)),
        (_("Gaps"), *gap_table(analysis.gaps, plan)),
        (_("Every answer"), *gap_table(analysis.answers, plan)),
    ]


def cost_document(frame: CostFrame, actor: Actor, made_at: dt.datetime) -> Document:
    claims = orientation()
    blocks: list[Block] = [Heading(_("Your own figures"))]
    blocks.append(Table(headings(), [_as_text(row) for row in rows_of(frame)]))
    if frame.missing:
        names = ", ".join(kind.name for kind in frame.missing)
        blocks.append(Note(_("No figure for: %(names)s. The totals leave them out.") % {"names": names}, "yellow"))
    blocks += [Heading(_("What others claim")), Note(claims.note)]
    blocks.append(
        Table(
            [_("What"), _("From, USD"), _("To, USD")],
            [[one.text, number(one.low), number(one.high)] for one in claims.ranges],
        )
    )
    blocks += [Paragraph(remark) for remark in claims.remarks]
    return Document(
        title=_("Cost frame over three years"),
        organisation=actor.organisation.name,
        made_at=made_at,
        cover=False,
        blocks=blocks,
    )


def cost_book(frame: CostFrame) -> list[Sheet]:
    claims = orientation()
    rows = [[one.text, one.low, one.high, claims.note] for one in claims.ranges]
    heads = [_("What"), _("From, USD"), _("To, USD"), _("Where it comes from")]
    return [(_("Your own figures"), headings(), rows_of(frame)), (_("What others claim"), heads, rows)]


def _gap_facts(analysis: Analysis) -> list[tuple[str, str]]:
    unrated = sum(answer.days is None for answer in analysis.gaps)
    effort = words.days(analysis.effort)
    if unrated:
        effort += ", " + ngettext("%(n)d gap without a figure", "%(n)d gaps without a figure", unrated) % {"n": unrated}
    return [
        (_("Clauses and controls"), str(analysis.all)),
        (_("Looked at"), str(analysis.looked_at)),
        (_("Gaps"), str(len(analysis.gaps))),
        (_("Effort"), effort),
    ]


def _unseen(analysis: Analysis) -> list[Block]:
    codes = [answer.requirement.code for answer in analysis.unseen]
    if not analysis.chapters:
        return [Note(_("ISO/IEC 42001 is not in use here, so nothing was asked."), "yellow")]
    if analysis.without:
        text = ngettext(
            "%(n)d clause or control has no answer yet.", "%(n)d clauses and controls have no answer yet.",
            analysis.without,
        )  # fmt: skip
        return [Note(text % {"n": analysis.without}, "yellow"), *_named(codes)]
    return _named(codes) if codes else [Note(_("Everything was looked at."), "green")]


def _named(codes: list[str]) -> list[Block]:
    if not codes:
        return []
    text = _("Not looked at, so nothing is known about it: %(codes)s.")
    return [Note(text % {"codes": ", ".join(codes)}, "yellow")]


def _gap(answer: GapAnswer, plan: Plan | None) -> list[Block]:
    step = answer.step if answer.step and answer.step.archived_at is None else None
    line = plan.by_reference.get(step.reference) if plan and step else None
    when = f", {_when(line)}" if line else ""
    return [
        Heading(f"{answer.requirement.code} {answer.requirement.name}", 3),
        Facts([
            (_("How it stands"), str(answer.get_standing_display())),
            (_("What there is"), answer.found or _("Nothing is said.")),
            (_("What is needed"), answer.needed),
            (_("Effort"), words.days(answer.days) if answer.days is not None else _("Not estimated")),
            (_("Owner"), str(answer.owner or _("Nobody"))),
            (_("Step of the plan"), f"{step}{when}" if step else _("None yet")),
        ]),
    ]  # fmt: skip


def _when(line: Line) -> str:
    if line.planned.state == State.DONE:
        return _("finished on %(day)s, and this is open") % {"day": day(line.planned.end)}
    return _("ends on %(day)s") % {"day": day(line.planned.end)}


def _effort_table(analysis: Analysis) -> Table:
    """What the picture's table does not say: the names of the areas, and how much there is to do in each."""
    rows = [
        [f"{chapter.area.head.code} {chapter.area.head.name}", len(chapter.gaps), effort_of(chapter.gaps)]
        for chapter in analysis.chapters
    ]
    return Table([_("Clause or area"), _("Gaps"), _("Effort in days")], rows, widths=[0.7, 0.12, 0.18])


def _remediation(analysis: Analysis, plan: Plan | None) -> list[Block]:
    """The gaps by the step that closes them, in the order of the plan; those of no step last, and named as such."""
    order = {line.step.pk: number for number, line in enumerate(plan.lines)} if plan else {}
    gaps = sorted(analysis.gaps, key=lambda answer: order.get(answer.step_id, len(order)))
    if not gaps:
        return [Paragraph(_("Nothing is to be done."))]
    heads = [_("Step"), _("Ends"), _("Gap"), _("What is needed"), _("Days"), _("Owner")]
    rows: list[list[Any]] = []
    for answer in gaps:
        line = plan.by_reference.get(answer.step.reference) if plan and answer.step else None
        step, end = (line.step.reference, day(line.planned.end)) if line else (_("None yet"), "")
        effort = "" if answer.days is None else answer.days
        rows.append([step, end, answer.requirement.code, answer.needed, effort, str(answer.owner or "")])
    return [Table(heads, rows, widths=[0.12, 0.12, 0.1, 0.42, 0.08, 0.16])]


def _met(analysis: Analysis) -> list[Block]:
    met = [one for one in analysis.answers if one.standing in ("done", "not-needed")]
    if not met:
        return [Paragraph(_("Nothing is met so far."))]
    rows = [[one.requirement.code, one.requirement.name, one.get_standing_display(), one.found] for one in met]
    heads = [_("Number"), _("Title"), _("How it stands"), _("By what, or why not")]
    return [Table(heads, rows, widths=[0.1, 0.28, 0.16, 0.46])]


def _as_text(row: Sequence[Any]) -> list[Any]:
    """Dates and sums as people write them."""
    return [
        day(value) if isinstance(value, dt.date) else number(value) if isinstance(value, Decimal) else value
        for value in row
    ]
