"""Clause 7: resources, competence, awareness, communication, documents."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from aims.models import Document as Paper
from aims.pack.entries import Entry
from aims.pack.reading import Reading
from aims.pack.setting import Point, field, named, own, short, table
from grc.reports.document import Block, Heading, Paragraph, Table


def support(read: Reading) -> Iterator[Block]:
    yield Heading(_("Resources"), 2)
    yield from table(
        read,
        sorted(read.entries("resources"), key=lambda one: (one.text("system"), one.reference)),
        own(_("AI system"), 3, lambda one: one.text("system") or _("Several or all")),
        named(_("Resource"), 3.4),
        field("kind", 2.6),
        own(_("What it is"), 4, lambda one: f"{one.text('description')}\n{one.text('provider')}".strip()),
        own(_("Enough"), 2.8, lambda one: one.text("enough") if one.record.enough else one.text("gap")),
    )
    yield Heading(_("Competence"), 2)
    yield from table(
        read,
        sorted(read.entries("competence-needs"), key=lambda one: (one.text("responsibility"), one.reference)),
        field("responsibility", 3.2),
        named(_("Needed competence"), 3.2),
        field("level", 1.2),
        field("shown_by", 3, _("Proof that is taken")),
        own(_("Who has shown it"), 5, lambda one: _shown(read, one)),
    )
    yield Heading(_("Awareness"), 2)
    yield from table(
        read,
        read.entries("campaigns"),
        named(_("Campaign"), 3),
        field("message", 5),
        field("document", 3),
        field("audience", 2.4),
        own(_("From, to be read by"), 2.2, lambda one: f"{one.text('starts_on')}\n{one.text('due_on')}"),
    )
    yield Heading(_("Communication"), 2)
    yield from table(
        read,
        read.entries("communications"),
        named(_("What"), 3.4),
        field("direction", 1.7),
        field("audience", 2.6),
        field("occasion", 2.8),
        field("channel", 2.6),
        field("owner", 2.4),
        field("last_on", 2.2, _("Last done")),
    )
    yield from _documents(read)


def _shown(read: Reading, need: Entry) -> str:
    shown = read.shown.get(need.record.pk, [])
    lines = [
        "{who}: {level}, {basis}{until}".format(
            who=read.who(one.text("person")),
            level=one.text("level"),
            basis=one.text("basis"),
            until=", " + _("until %(day)s") % {"day": one.text("valid_until")} if one.text("valid_until") else "",
        )
        for one in shown
    ]
    return "\n".join(lines) or _("Nobody yet")


def _documents(read: Reading) -> Iterator[Block]:
    papers = read.entries("documents")
    yield Heading(_("Documented information"), 2)
    if not papers:
        yield Paragraph(_("No document is recorded."))
        return
    in_force = [entry for entry in papers if is_in_force(entry)]
    yield from _listed(read, in_force, _("Documents in force"))
    drafts = [entry for entry in papers if not is_in_force(entry)]
    if drafts:
        yield from _listed(read, drafts, _("Documents that are not in force: DRAFT"))
    files = [
        [entry.reference, name, sha256] for entry in papers for name, sha256 in read.files.get(entry.record.pk, ())
    ]
    if files:
        yield Table([_("Document"), _("File"), _("SHA-256")], files, (1.6, 5, 9), _("Files of these documents"))


def _listed(read: Reading, entries: list[Entry], caption: str) -> list[Block]:
    return table(
        read,
        entries,
        named(_("Document"), 4),
        field("kind", 1.9),
        field("edition", 1.5),
        own(_("In force by"), 3.4, lambda one: _force(read, one)),
        field("owner", 2.5),
        field("review_on", 2.2),
        own(_("SHA-256"), 2.1, lambda one: short(one.signed.sha256) if one.signed else ""),
        caption=caption,
        none=_("No document is in force."),
    )


def is_in_force(entry: Entry) -> bool:
    """Approved here or, as its record says, elsewhere; or it comes from outside."""
    record = entry.record
    return entry.signed is not None or record.approved_on is not None or record.kind == Paper.Kind.EXTERNAL


def _force(read: Reading, entry: Entry) -> str:
    if entry.signed is not None:
        who = ", ".join(read.who(name) for name in entry.signed.by)
        return f"{who}\n{entry.standing}"
    if entry.record.approved_on is not None:
        return _("Approved outside of Assay, %(day)s") % {"day": entry.text("approved_on")}
    return _("From outside") if entry.record.kind == Paper.Kind.EXTERNAL else entry.standing


def points(read: Reading) -> Iterator[Point]:
    """Gaps of clause 7 beyond what is missing altogether."""
    for entry in read.entries("resources"):
        if not entry.record.enough:
            words = _("%(name)s: not enough of it. %(gap)s") % {"name": entry.name, "gap": entry.text("gap")}
            yield Point("7.1", words, entry.record.get_absolute_url())
    for entry in read.entries("competence-needs"):
        shown = read.shown.get(entry.record.pk, [])
        if not any(one.record.level >= entry.record.level for one in shown):
            words = _("%(name)s: nobody has shown it at the needed level.") % {"name": entry.name}
            yield Point("7.2", words, entry.record.get_absolute_url())
    for entry in read.entries("documents"):
        if not is_in_force(entry):
            yield Point("7.5", _("%(name)s: only a draft.") % {"name": entry.name}, entry.record.get_absolute_url())
        if not entry.text("text") and not read.files.get(entry.record.pk):
            words = _("%(name)s: neither text nor file.") % {"name": entry.name}
            yield Point("7.5", words, entry.record.get_absolute_url())
