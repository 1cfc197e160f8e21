"""Clause 6: criteria, risks, treatment, impact assessments, objectives, changes."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from aims.models.criteria import criteria_in_force
from aims.pack.entries import Entry
from aims.pack.front import soa_of, systems_in_scope
from aims.pack.reading import Reading
from aims.pack.risks import CLOSED, assessment, treatment
from aims.pack.setting import Point, field, named, own, standing, table
from aims.risks.reports import criteria_blocks
from grc.formats import day, number
from grc.registers.register import registers
from grc.reports.document import Block, Heading


def planning(read: Reading) -> Iterator[Block]:
    yield Heading(_("Actions to address risks and opportunities"), 2)
    yield Heading(_("General: risk criteria and opportunities"), 3)
    yield from criteria_blocks(criteria_in_force(read.organisation))
    yield from table(
        read,
        read.entries("opportunities"),
        named(_("Opportunity"), 3.4),
        field("system", 2.8),
        field("benefit", 4),
        field("action", 4),
        field("state", 1.8),
        field("due_on", 2.2),
        caption=_("Opportunities"),
        none=_("No opportunity is recorded."),
    )
    yield from assessment(read)
    yield from treatment(read)
    yield from _impact(read)
    yield from _objectives(read)
    yield Heading(_("Planning of changes"), 2)
    yield from table(
        read,
        read.entries("planned-changes"),
        named(_("Change"), 3.2),
        field("purpose", 3.2),
        field("consequences", 3),
        field("integrity", 3.2, _("How the AIMS stays whole")),
        field("planned_on", 2.2),
        field("state", 1.6),
    )


def _impact(read: Reading) -> Iterator[Block]:
    yield Heading(_("AI system impact assessment"), 3)
    yield from table(
        read,
        sorted(read.entries("impact-assessments"), key=lambda one: (one.text("system"), one.reference)),
        own(_("AI system, assessment"), 3.6, lambda one: f"{one.text('system')}\n{one.name}"),
        field("affected", 3),
        own(
            _("Severity, likelihood"),
            1.9,
            lambda one: f"{one.text('severity') or '–'}, {one.text('likelihood') or '–'}",
        ),
        own(_("Conclusion"), 4.2, lambda one: f"{one.text('outcome')}\n{one.text('conclusion')}"),
        own(_("Keep until, repeat on"), 2.3, lambda one: f"{one.text('keep_until')}\n{one.text('repeat_on')}"),
        standing(2.2),
    )


def _objectives(read: Reading) -> Iterator[Block]:
    latest: dict[int, Entry] = {}
    for entry in sorted(read.entries("measurements"), key=lambda one: (one.record.measured_on, one.reference)):
        latest[entry.record.objective_id] = entry
    yield Heading(_("AI objectives and planning to achieve them"), 2)
    yield from table(
        read,
        read.entries("objectives"),
        named(_("Objective"), 3.2),
        own(_("Measure"), 2.8, lambda one: one.text("measure")),
        own(_("Target"), 2.2, lambda one: f"{_figure(one, 'target')}\n{one.text('due_on')}"),
        own(_("Latest value"), 2.1, lambda one: _latest(one, latest.get(one.record.pk))),
        field("plan", 3.6),
        field("owner", 2.4),
        standing(2.2),
    )


def _figure(entry: Entry, name: str) -> str:
    text = entry.text(name)
    return f"{number(Decimal(text).normalize())} {entry.text('unit')}".strip() if text else ""


def _latest(objective: Entry, found: Entry | None) -> str:
    if found is None:
        return _("Not measured")
    value = f"{number(Decimal(found.record.value).normalize())} {objective.text('unit')}".strip()
    return f"{value}\n{day(found.record.measured_on)}"


def points(read: Reading) -> Iterator[Point]:
    """Gaps of clause 6 beyond what is missing altogether."""
    slug = read.organisation.slug
    if criteria_in_force(read.organisation).version is None:
        yield Point("6.1.1", _("Nobody has approved risk criteria."), registers.by_slug("risk-criteria").list_url(slug))
    for entry in read.entries("risks"):
        record, url = entry.record, entry.record.get_absolute_url()
        if record.score is None:
            yield Point("6.1.2", _("%(name)s: not judged yet.") % {"name": entry.name}, url)
        if record.treatment == "undecided" and record.state != CLOSED:
            yield Point("6.1.3", _("%(name)s: no treatment decided.") % {"name": entry.name}, url)
    if soa_of(read) is None:
        words = _("There is no Statement of Applicability for ISO/IEC 42001.")
        yield Point("6.1.3", words, registers.by_slug("soa").list_url(slug))
    assessed: dict[int, list[Entry]] = defaultdict(list)
    for entry in read.entries("impact-assessments"):
        assessed[entry.record.system_id].append(entry)
    for entry in systems_in_scope(read):
        found = assessed.get(entry.record.pk, [])
        if not any(one.signed is not None and one.text("conclusion") for one in found):
            words = _("%(name)s is in scope and has no approved impact assessment.") % {"name": entry.name}
            yield Point("6.1.4", words, entry.record.get_absolute_url())
    measured = {entry.record.objective_id for entry in read.entries("measurements")}
    for entry in read.entries("objectives"):
        if entry.record.pk not in measured:
            yield Point("6.2", _("%(name)s: never measured.") % {"name": entry.name}, entry.record.get_absolute_url())
