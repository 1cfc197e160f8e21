"""Clauses 6.1.2 and 6.1.3: the risk register, what is done about risks, and what remains."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from aims.pack.context import kept_parts
from aims.pack.entries import Entry
from aims.pack.front import soa_of
from aims.pack.reading import Reading
from aims.pack.setting import field, named, own, signature, table
from aims.risks.pictures import heat_map
from aims.risks.subjects import impacts_in_a_line
from grc.formats import day
from grc.reports.document import Block, Heading, Paragraph, PictureBlock

CLOSED = "closed"


def assessment(read: Reading) -> Iterator[Block]:
    yield Heading(_("AI risk assessment"), 3)
    if not read.entries("risks"):
        yield Paragraph(_("No risk is recorded."))
        return
    yield PictureBlock(heat_map(read.actor))
    yield PictureBlock(heat_map(read.actor, residual=True))
    yield from table(
        read,
        read.entries("risks"),
        named(_("Risk"), 3.6),
        field("system", 2.6),
        own(_("What may happen"), 4, _event),
        own(_("Before"), 1.4, lambda entry: entry.text("score")),
        own(_("After"), 1.2, lambda entry: entry.text("residual_score")),
        own(_("Treatment"), 2, lambda entry: f"{entry.text('treatment')}\n{entry.text('state')}"),
        field("owner", 2.2),
        caption=_(
            "The risk register. Before and after: the score without and with treatment. Below what may happen: the "
            "impact on each, without → with treatment, as far as it is judged."
        ),
    )


def _event(entry: Entry) -> str:
    return "\n".join(filter(None, (entry.text("event"), impacts_in_a_line(entry.text))))


def treatment(read: Reading) -> Iterator[Block]:
    yield Heading(_("AI risk treatment"), 3)
    plan = min(read.entries("treatment-plans"), key=lambda one: (one.is_draft, one.reference), default=None)
    if plan is None:
        yield Paragraph(_("There is no treatment plan that top management could approve."))
    else:
        yield from signature(read, plan)
        if plan.text("summary"):
            yield Paragraph(plan.text("summary"))
        yield from kept_parts(plan)
    yield from table(
        read,
        read.entries("treatments"),
        named(_("What is done"), 3.6),
        field("risk", 3.4),
        field("control", 3),
        field("owner", 2.4),
        field("due_on", 2.2),
        field("done_on", 2.2),
        caption=_("Treatments as they stand"),
        none=_("No treatment is recorded."),
    )
    planned = {row["risk"].split(" ")[0]: row for row in plan.body.get("open_risks", ())} if plan is not None else {}
    remaining = [entry for entry in read.entries("risks") if entry.record.state != CLOSED]
    yield from table(
        read,
        remaining,
        named(_("Risk"), 5),
        own(_("Remains"), 1.4, lambda entry: entry.text("residual_score") or entry.text("score")),
        own(
            _("Acceptance of what remains"),
            6,
            lambda entry: _acceptance(read, entry, plan, planned.get(entry.reference)),
        ),
        caption=_("Residual risks of every risk that is not closed"),
        none=_("No risk is open."),
    )
    soa = soa_of(read)
    if soa is not None:
        said = {"name": soa.name, "standing": soa.standing}
        yield Paragraph(_("The Statement of Applicability is in chapter 12: %(name)s, %(standing)s.") % said)
    else:
        yield Paragraph(_("There is no Statement of Applicability."))


def _acceptance(read: Reading, entry: Entry, plan: Entry | None, planned: dict[str, str] | None) -> str:
    """Who accepted what remains: of the risk by itself, or with the plan in force, as the plan then had it."""
    if entry.signed is not None:
        signed, then = entry.signed, entry.facts
        score = then.get("residual_score") or then.get("score")
        words = _("%(who)s, %(day)s, at a score of %(score)s (version %(number)d)")
    elif plan is not None and plan.signed is not None and planned is not None:
        signed, score = plan.signed, planned["what_remains"] or planned["score"]
        words = _("With the treatment plan: %(who)s, %(day)s, at a score of %(score)s (version %(number)d)")
    else:
        return _("Not accepted yet")
    return words % {
        "who": ", ".join(read.who(name) for name in signed.by),
        "day": day(signed.on),
        "score": score or "–",
        "number": signed.number,
    }
