"""The first chapters: what state the management system is in, and what a body asks for with an application."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.pack.entries import Entry
from aims.pack.reading import Reading
from aims.pack.setting import Point, draft_mark, field, named, own, table, told
from grc.registers.register import registers
from grc.reports.document import Block, Facts, Heading, Note, Paragraph, Table

STANDARD = "ISO/IEC 42001:2023"


def scope_of(read: Reading) -> Entry | None:
    """The scope statement in force; failing that a draft."""
    return min(read.entries("scope"), key=lambda entry: (entry.is_draft, entry.reference), default=None)


def soa_of(read: Reading) -> Entry | None:
    """The statement of applicability for the standard; one in force before a draft."""
    if read.framework is None:
        return None
    found = [entry for entry in read.entries("soa") if entry.record.framework_id == read.framework.pk]
    return min(found, key=lambda entry: (entry.is_draft, entry.reference), default=None)


def systems_in_scope(read: Reading) -> list[Entry]:
    return [entry for entry in read.entries("ai-systems") if entry.record.in_scope == "in"]


# slug, field whose values are counted apart (empty: whether a version is in force)
COUNTED = (
    ("ai-systems", "in_scope"),
    ("documents", ""),
    ("risks", "state"),
    ("treatments", ""),
    ("impact-assessments", ""),
    ("controls", "state"),
    ("objectives", "state"),
    ("nonconformities", "state"),
    ("corrective-actions", ""),
    ("improvements", "state"),
)


def about(read: Reading) -> Iterator[Block]:
    """What the pack is, and the management system in numbers."""
    yield Paragraph(
        _(
            "This pack was put together from the organisation’s records. Where a record has an approved version, the "
            "pack shows that version, whatever the record says today. What nobody has approved is marked DRAFT. "
            "Registers that say how things are (risks, components) are shown as they stand. Nothing was added by hand."
        )
    )
    yield Table(
        [_("Register"), _("Records"), _("How they stand")],
        [_counted(read, slug, name) for slug, name in COUNTED],
        (4, 1.3, 9),
        _("The management system in numbers"),
    )
    for slug, count in sorted(read.withheld.items()):
        if count:
            words = ngettext(
                "%(plural)s: %(n)d record is left out, because whoever made this pack may not see it.",
                "%(plural)s: %(n)d records are left out, because whoever made this pack may not see them.",
                count,
            )
            yield Note(words % {"plural": _plural(slug), "n": count}, "orange")


def _counted(read: Reading, slug: str, name: str) -> list[object]:
    entries = read.entries(slug)
    if name:
        counts = Counter(entry.text(name) for entry in entries)
        choices = [str(label) for _value, label in registers.by_slug(slug).field(name).flatchoices]
        said = [f"{label}: {counts[label]}" for label in choices if counts[label]]
    elif registers.by_slug(slug).meanings:
        approved = sum(entry.signed is not None for entry in entries)
        said = [_("with an approved version: %(n)d") % {"n": approved}]
    else:
        said = [_("done: %(n)d") % {"n": sum(bool(entry.text("done_on")) for entry in entries)}]
    return [_plural(slug), len(entries), ", ".join(said) if entries else ""]


def _plural(slug: str) -> str:
    text = str(registers.by_slug(slug).plural)
    return text[:1].upper() + text[1:]


def _standard(read: Reading) -> str:
    """The standard with its edition, as the organisation's own framework says."""
    framework = read.framework
    return f"{STANDARD}\n{framework.edition}" if framework is not None and framework.edition else STANDARD


def application(read: Reading) -> Iterator[Block]:
    """What a certification body asks for before it offers."""
    scope = scope_of(read)
    yield Facts([(_("Organisation"), read.organisation.name), (_("Standard"), _standard(read))])
    yield Heading(_("People, sites, outsourced processes"), 2)
    if scope is None:
        yield Paragraph(_("There is no scope statement, so people and sites in scope are not recorded."))
    else:
        said = {"name": scope.name, "standing": scope.standing}
        yield Paragraph(_("From %(name)s, %(standing)s.") % said)
        yield from told(scope, "headcount", "sites", "outsourced", "exclusions")
    yield Heading(_("Roles for AI systems"), 2)
    yield from table(
        read,
        read.entries("ai-roles"),
        field("reference", 2),
        field("role", 3),
        field("act_role", 3),
        field("system", 3.4),
        field("reason", 5),
    )
    yield Heading(_("AI systems"), 2)
    yield from table(
        read,
        read.entries("ai-systems"),
        named(_("AI system"), 3.4),
        field("in_scope", 1.9, _("Scope")),
        field("stage", 2.6),
        field("role", 2.4),
        field("risk_class", 2.2),
        own(_("Why in or out of scope"), 4, lambda entry: entry.text("scope_reason")),
    )
    if scope is not None:
        yield Heading(_("Scope as it should stand on the certificate") + draft_mark(scope), 2)
        yield Paragraph(scope.text("text"))


def points(read: Reading) -> Iterator[Point]:
    """What an application lacks, and what is only a draft of it."""
    slug = read.organisation.slug
    scope = scope_of(read)
    for text in (
        _("Legal form and registered address: not recorded. Give them with the application."),
        _("Languages that are spoken at the sites: not recorded. Give them with the application."),
        _("Whether consultants helped to build the management system: not recorded. Give it with the application."),
    ):
        yield Point("", text, "")
    if scope is not None:
        missing = [
            scope.register.heading(name) for name in ("headcount", "sites", "outsourced") if not scope.text(name)
        ]
        for heading in missing:
            words = _("%(what)s: not recorded in the scope statement.") % {"what": heading}
            yield Point("4.3", words, scope.record.get_absolute_url())
    for entry in read.entries("ai-systems"):
        if entry.record.in_scope == "undecided":
            words = _("%(name)s: not decided whether it is in scope.") % {"name": entry.name}
            yield Point("4.3", words, entry.record.get_absolute_url())
        if entry.record.risk_class == "undecided":
            words = _("%(name)s: no class under the AI Act yet.") % {"name": entry.name}
            yield Point("4.1", words, entry.record.get_absolute_url())
    if not read.entries("ai-roles"):
        yield Point("4.1", _("No role for AI systems is recorded."), registers.by_slug("ai-roles").list_url(slug))
