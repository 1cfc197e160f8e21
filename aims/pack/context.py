"""Clause 4 and clause 5: context, parties, scope, processes; commitments, policy, roles."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from aims.pack.entries import Entry
from aims.pack.front import scope_of
from aims.pack.index import ai_policy
from aims.pack.reading import Reading
from aims.pack.setting import Point, draft_mark, field, named, own, signature, standing, table, told, written
from grc.pictures.graph import Graph, GraphEdge, GraphNode
from grc.registers.register import registers
from grc.reports.document import Block, Heading, Note, Paragraph, PictureBlock, Table
from grc.reports.versions import parts_of


def context(read: Reading) -> Iterator[Block]:
    yield Heading(_("Understanding the organisation and its context"), 2)
    yield from table(
        read,
        read.entries("issues"),
        named(_("Issue"), 3.6),
        own(_("Kind"), 2.2, lambda entry: f"{entry.text('kind')}\n{entry.text('topic')}"),
        field("relevant", 1.6),
        field("effect", 4.4),
        field("response", 4.4),
    )
    yield _climate(read)
    yield Paragraph(_("The roles for AI systems are in chapter 2."))
    yield Heading(_("Needs and expectations of interested parties"), 2)
    yield from table(
        read,
        read.entries("parties"),
        named(_("Party"), 3.2),
        field("kind", 2.2),
        field("needs", 4.8),
        field("met_by", 5),
    )
    yield from _scope(read)
    yield Heading(_("AI management system: its processes"), 2)
    yield from table(
        read,
        read.entries("processes"),
        named(_("Process"), 2.8),
        field("purpose", 3.2),
        field("inputs", 2.5),
        field("steps", 3.4),
        field("outputs", 2.5),
        own(_("Measured by"), 2.2, lambda entry: entry.text("measured_by")),
    )
    if read.process_links:
        yield PictureBlock(_processes(read))


def _climate(read: Reading) -> Block:
    found = [entry for entry in read.entries("issues") if entry.record.topic == "climate"]
    if not found:
        return Note(_("Climate change: nobody has judged yet whether it is relevant."), "yellow")
    said = [
        _("%(name)s (relevant)") % {"name": entry.name}
        if entry.record.relevant
        else _("%(name)s (not relevant)") % {"name": entry.name}
        for entry in found
    ]
    return Paragraph(_("Climate change was judged: %(issues)s.") % {"issues": ", ".join(said)})


def _scope(read: Reading) -> Iterator[Block]:
    scope = scope_of(read)
    yield Heading(_("Scope of the AI management system") + (draft_mark(scope) if scope else ""), 2)
    if scope is None:
        yield Paragraph(_("There is no scope statement."))
        return
    yield from signature(read, scope)
    yield Paragraph(scope.text("text"))
    yield from told(scope, "boundary", "sites", "headcount", "outsourced", "exclusions")
    yield from kept_parts(scope)


def kept_parts(entry: Entry) -> Iterator[Block]:
    """What an approved version holds beyond its fields. Its own headings would join the clauses' numbers: they are set
    shown without, and a part that is a table has its title above it."""
    if not entry.body:
        return
    for title, blocks in parts_of({**entry.body, "links": []}):
        for at, block in enumerate(blocks):
            match block:
                case Heading(text):
                    yield Heading(text, 3, listed=False)
                case Table(headings, rows, widths):
                    yield Table(headings, rows, widths, "" if at else title)
                case _:
                    yield block


def _processes(read: Reading) -> Graph:
    entries = {entry.record.pk: entry for entry in read.entries("processes")}
    tied = {key for one, other, _note in read.process_links for key in (one, other)}
    return Graph(
        title=_("How the processes work together"),
        description=_("An arrow leads from a process to one that it hands on to."),
        nodes=[
            GraphNode(entry.reference, entry.title, entry.reference, "blue")
            for key, entry in entries.items()
            if key in tied
        ],
        edges=[
            GraphEdge(entries[one].reference, entries[other].reference, note) for one, other, note in read.process_links
        ],
    )


def leadership(read: Reading) -> Iterator[Block]:
    yield Heading(_("Leadership and commitment"), 2)
    yield from table(
        read,
        read.entries("commitments"),
        named(_("What"), 3.4),
        field("kind", 2),
        field("extent", 2),
        field("text", 4.6, _("In their words")),
        field("given_by", 2.6),
        field("given_on", 2.2),
    )
    policy = ai_policy(read)
    yield Heading(_("AI policy") + (draft_mark(policy) if policy else ""), 2)
    if policy is None:
        yield Paragraph(_("There is no document that is recognised as the AI policy."))
    else:
        yield from signature(read, policy)
        yield from written(policy.text("text") or _("The policy is in the attached file; see 7.5."))
    yield Heading(_("Roles, responsibilities and authorities"), 2)
    yield from table(
        read,
        read.entries("responsibilities"),
        own(_("Role"), 2.6, lambda entry: f"{entry.title}\n{entry.reference}"),
        own(_("Held by"), 2.5, _holder),
        field("answers_for", 4),
        field("may_decide", 3.2),
        field("reports_to", 2),
        standing(2.2),
    )


def _holder(entry: Entry) -> str:
    deputy = entry.text("deputy")
    return (entry.text("holder") or _("Nobody yet")) + (f"\n{_('Deputy')}: {deputy}" if deputy else "")


def points(read: Reading) -> Iterator[Point]:
    """Gaps of clauses 4 and 5 beyond what is missing altogether."""
    slug = read.organisation.slug
    issues = read.entries("issues")
    if issues and not any(entry.record.topic == "climate" for entry in issues):
        yield Point(
            "4.1",
            _("Nobody has judged whether climate change is relevant."),
            registers.by_slug("issues").list_url(slug),
        )
    for entry in read.entries("parties"):
        if not entry.text("met_by"):
            words = _("%(name)s: not said which of its requirements the AIMS takes care of.") % {"name": entry.name}
            yield Point("4.2", words, entry.record.get_absolute_url())
    scope = scope_of(read)
    if scope is not None and scope.body:
        then = {row.get("reference"): row.get("scope") for row in scope.body.get("systems", ())}
        now = {entry.reference: entry.record.in_scope for entry in read.entries("ai-systems")}
        if then != now:
            words = _("Since %(name)s was approved, decisions on AI systems have changed.") % {"name": scope.name}
            yield Point("4.3", words, scope.record.get_absolute_url())
    for entry in read.entries("responsibilities"):
        if not entry.text("holder"):
            yield Point(
                "5.3", _("%(name)s: nobody holds this role.") % {"name": entry.name}, entry.record.get_absolute_url()
            )
    duties = {entry.record.duty for entry in read.entries("responsibilities")}
    for wanted, text in (
        ({"conformity", "both"}, _("No role sees that the AIMS conforms (5.3 a).")),
        ({"reporting", "both"}, _("No role reports on the AIMS to top management (5.3 b).")),
    ):
        if read.entries("responsibilities") and not duties & wanted:
            yield Point("5.3", text, registers.by_slug("responsibilities").list_url(slug))
