"""Clauses 8 to 10: systems and controls at work, tests, audits and reviews, improvement."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from aims.models.criteria import BAND_NAMES, criteria_in_force
from aims.pack.clauses import LINES
from aims.pack.entries import Entry
from aims.pack.index import linked_with
from aims.pack.reading import Reading
from aims.pack.setting import Point, field, named, own, standing, table
from grc.formats import day
from grc.reports.document import Block, Facts, Heading, Note, Paragraph, Table


def operation(read: Reading) -> Iterator[Block]:
    yield Heading(_("Operational planning and control"), 2)
    yield from table(
        read,
        sorted(read.entries("components"), key=lambda one: (one.text("system"), one.reference)),
        field("system", 3.4),
        named(_("Component"), 3.8),
        field("kind", 1.6),
        field("pinned_version", 2.6),
        field("supplier", 2.4),
        field("region", 2),
        caption=_("What the AI systems are made of, as it stands; the systems themselves are in chapter 2"),
        none=_("No component of an AI system is recorded."),
    )
    yield from table(
        read,
        read.entries("controls"),
        named(_("Control"), 3),
        own(_("How it works here"), 9, lambda one: one.text("how") or one.text("objective")),
        field("frequency", 1.7),
        own(_("State"), 1.9, lambda one: f"{one.text('state')}\n{one.text('operating_since')}".strip()),
        standing(1.5),
        caption=_("The organisation’s controls"),
        none=_("No control is recorded."),
    )
    yield Heading(_("Results of AI risk assessments"), 2)
    yield from _judged(read)
    yield Heading(_("Results of AI risk treatment"), 2)
    yield from _treated(read)
    yield Heading(_("Results of AI system impact assessments"), 2)
    outcomes = Counter(entry.text("outcome") for entry in read.entries("impact-assessments"))
    if outcomes:
        yield Facts([(outcome, str(count)) for outcome, count in sorted(outcomes.items())])
        yield Paragraph(_("The assessments are in 6.1.4."))
    else:
        yield Paragraph(_("Nothing is recorded."))


def _judged(read: Reading) -> Iterator[Block]:
    risks = read.entries("risks")
    if not risks:
        yield Paragraph(_("Nothing is recorded."))
        return
    criteria = criteria_in_force(read.organisation)
    bands: Counter[str] = Counter()
    for entry in risks:
        if entry.record.state != "closed":
            left = entry.record.residual_score
            bands[criteria.band(entry.record.score if left is None else left)] += 1
    yield Facts([(str(BAND_NAMES[band]), str(bands[band])) for band in ("high", "medium", "low", "")])
    yield Paragraph(_("Risks that are not closed, as things stand today. The register is in 6.1.2."))


def _treated(read: Reading) -> Iterator[Block]:
    treatments = read.entries("treatments")
    if not treatments:
        yield Paragraph(_("Nothing is recorded."))
        return
    done = sum(entry.record.done_on is not None for entry in treatments)
    late = sum(_is_late(read, entry) for entry in treatments)
    yield Facts([(_("Treatments"), str(len(treatments))), (_("Done"), str(done)), (_("Late"), str(late))])
    yield Paragraph(_("They are listed in 6.1.3."))


def _is_late(read: Reading, entry: Entry) -> bool:
    record = entry.record
    return record.done_on is None and record.due_on is not None and record.due_on < read.today


def evaluation(read: Reading) -> Iterator[Block]:
    yield Heading(_("Monitoring, measurement, analysis and evaluation"), 2)
    yield Paragraph(_("The objectives with their latest values are in 6.2."))
    yield from table(
        read,
        read.entries("control-tests"),
        field("control", 3.6),
        named(_("Test"), 3.8),
        field("way", 2.4),
        field("every", 1.9),
        own(_("Last result"), 2, lambda one: one.text("last_result") or _("Never run")),
        own(_("Last run"), 1.9, lambda one: day(one.record.last_run_at.date()) if one.record.last_run_at else ""),
        caption=_("Tests of controls"),
        none=_("No test of a control is recorded."),
    )
    yield Heading(_("Internal audit"), 2)
    yield from _linked(read, "9.2", _("No internal audit is recorded."))
    yield Heading(_("Management review"), 2)
    yield from _linked(read, "9.3", _("No management review is recorded."))


def _linked(read: Reading, clause: str, none: str) -> Iterator[Block]:
    keys = {
        key.reference: str(key.title)
        for line in LINES
        if line.clause.startswith(clause)
        for key in linked_with(read, line)
    }
    if not keys:
        yield Note(none, "yellow")
        return
    rows = sorted(keys.items())
    yield Table([_("Reference"), _("Title")], rows, (2, 9), _("Records that are linked with the clause"))


def improvement(read: Reading) -> Iterator[Block]:
    yield Heading(_("Continual improvement"), 2)
    yield from table(
        read,
        read.entries("improvements"),
        named(_("Improvement"), 3.6),
        field("source", 2.6),
        field("benefit", 4),
        own(_("State"), 2.2, lambda one: f"{one.text('state')}\n{one.text('done_on') or one.text('due_on')}".strip()),
        field("result", 3.4),
    )
    yield Heading(_("Nonconformity and corrective action"), 2)
    actions: dict[int, list[Entry]] = defaultdict(list)
    for entry in read.entries("corrective-actions"):
        actions[entry.record.nonconformity_id].append(entry)
    yield from table(
        read,
        read.entries("nonconformities"),
        named(_("Nonconformity"), 3.4),
        own(_("Grade, found by"), 2.2, lambda one: f"{one.text('grade')}\n{one.text('source')}"),
        own(
            _("Found, closed"), 1.9, lambda one: f"{one.text('found_on')}\n{one.text('closed_on') or one.text('state')}"
        ),
        own(_("Cause"), 3.6, lambda one: one.text("cause") or _("Not found yet")),
        own(_("Corrective actions"), 4.4, lambda one: "\n".join(map(_action, actions[one.record.pk])) or "–"),
        own(_("Effectiveness"), 3, lambda one: one.text("effect")),
    )


def _action(entry: Entry) -> str:
    if entry.text("done_on"):
        return _("%(name)s (done %(day)s)") % {"name": entry.name, "day": entry.text("done_on")}
    return _("%(name)s (due %(day)s)") % {"name": entry.name, "day": entry.text("due_on")}


def points(read: Reading) -> Iterator[Point]:
    """Gaps of clauses 8 to 10 beyond what is missing altogether."""
    for entry in read.entries("controls"):
        if entry.record.state == "planned":
            words = _("%(name)s: planned, not in operation.") % {"name": entry.name}
            yield Point("8.1", words, entry.record.get_absolute_url())
    for entry in read.entries("treatments"):
        if _is_late(read, entry):
            words = _("%(name)s: was due on %(day)s.") % {"name": entry.name, "day": entry.text("due_on")}
            yield Point("8.3", words, entry.record.get_absolute_url())
    for entry in read.entries("control-tests"):
        if entry.record.last_result in ("failed", "unable"):
            words = _("%(name)s: %(result)s.") % {"name": entry.name, "result": entry.text("last_result").lower()}
            yield Point("9.1", words, entry.record.get_absolute_url())
    for entry in read.entries("nonconformities"):
        if entry.record.state == "open":
            late = entry.record.due_on is not None and entry.record.due_on < read.today
            words = _("%(name)s: open, and late.") if late else _("%(name)s: open.")
            yield Point("10.2", words % {"name": entry.name}, entry.record.get_absolute_url())
