"""The index by clause: which records are what a clause of ISO/IEC 42001 leaves behind."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.documents.ai_policy import CLAUSES, is_ai_policy
from aims.models import Document
from aims.pack.clauses import HEADS, LINES, Line, Source
from aims.pack.entries import Entry
from aims.pack.reading import Reading
from aims.pack.setting import Point, short
from grc.formats import day
from grc.models.record import RecordKey
from grc.registers.register import registers
from grc.reports.document import Block, Paragraph, Table

ONE_BY_ONE = 6
"""So many records of a register that is approved are named one by one; more of them in one line."""


@dataclass(frozen=True)
class Answer:
    """A row of the index: what answers, its version, who approved it on which day, and its hash."""

    what: str
    standing: str
    approved: str = ""
    sha256: str = ""


def answers(read: Reading, line: Line) -> list[Answer]:
    """What there is for a clause; nothing: it is open."""
    found: list[Answer] = []
    named: set[str] = set()
    for source in line.sources:
        entries = entries_of(read, source)
        named |= {entry.reference for entry in entries}
        if entries and entries[0].register.meanings and len(entries) <= ONE_BY_ONE:
            found += [_one(read, entry) for entry in entries]
        elif entries:
            found.append(_many(entries))
    linked = [key for key in linked_with(read, line) if key.reference not in named]
    return found + [Answer(str(key), _("linked with the clause")) for key in linked[: 2 * ONE_BY_ONE]]


def linked_with(read: Reading, line: Line) -> list[RecordKey]:
    """The records that somebody linked with the clause, or with what it divides into; others only, no controls."""
    found = {
        key.reference: key
        for code, keys in read.linked.items()
        if code == line.clause or code.startswith(f"{line.clause}.")
        for key in keys
        if key.register not in ("gap", "plan", "tasks")
    }
    return [found[reference] for reference in sorted(found)]


def entries_of(read: Reading, source: Source) -> list[Entry]:
    if source.kind == "ai-policy":
        policy = ai_policy(read)
        return [policy] if policy else []
    return read.entries(source.slug)


def ai_policy(read: Reading) -> Entry | None:
    """The document that is the AI policy. One in force comes before a draft, and then one that is linked before one
    that is only called so."""
    policies = [entry for entry in read.entries("documents") if entry.text("kind") == Document.Kind.POLICY.label]
    linked = {key.pk for code in CLAUSES for key in read.linked.get(code, ())}
    chosen = [entry for entry in policies if is_ai_policy(entry.title, is_linked=entry.record.pk in linked)]
    return min(chosen, key=lambda entry: (entry.is_draft, entry.record.pk not in linked, entry.reference), default=None)


def _one(read: Reading, entry: Entry) -> Answer:
    if entry.signed is None:
        return Answer(entry.name, entry.standing)
    by = ", ".join(read.who(name) for name in entry.signed.by)
    approved = f"{by}\n{day(entry.signed.on)}"
    number = _("version %(number)d") % {"number": entry.signed.number}
    return Answer(entry.name, number, approved, short(entry.signed.sha256))


def _many(entries: list[Entry]) -> Answer:
    register, count = entries[0].register, len(entries)
    words = ngettext("%(plural)s: %(n)d record", "%(plural)s: %(n)d records", count)
    what = words % {"plural": _capital(str(register.plural)), "n": count}
    what += f"\n{entries[0].reference}" + (f" … {entries[-1].reference}" if count > 1 else "")
    if not register.meanings or entries[0].is_live:
        return Answer(what, _("record"))
    approved = sum(entry.signed is not None for entry in entries)
    return Answer(what, _("%(n)d of %(all)d approved") % {"n": approved, "all": count})


def blocks(read: Reading) -> Iterator[Block]:
    yield Paragraph(
        _(
            "Chapters 4 to 10 of this pack have the numbers of the clauses. Each line names what the records hold for "
            "a clause: the approved version with who approved it, or what is kept as a record. OPEN means that there "
            "is nothing."
        )
    )
    headings = [_("Clause"), _("What is looked for"), _("Answered by"), _("Standing"), _("Approved"), _("SHA-256")]
    for head, title in HEADS.items():
        rows = [row for line in LINES if line.clause.split(".")[0] == head for row in _rows(read, line)]
        caption = _("Clause %(number)s: %(title)s") % {"number": head, "title": title}
        yield Table(headings, rows, (1.1, 3.4, 4.2, 2.1, 2.9, 2.1), caption)


def _rows(read: Reading, line: Line) -> list[list[str]]:
    asked = f"{line.title}\n{line.asked}" if line.title != line.asked else line.title
    found = answers(read, line) or [Answer(_("OPEN"), "")]
    return [
        [line.clause, asked if not at else "", one.what, one.standing, one.approved, one.sha256]
        for at, one in enumerate(found)
    ]


def points(read: Reading) -> Iterator[Point]:
    """Clauses for which there is nothing at all."""
    slug = read.organisation.slug
    for line in LINES:
        if not answers(read, line):
            url = registers.by_slug(line.sources[0].slug).list_url(slug) if line.sources else ""
            yield Point(line.clause, _("Nothing is recorded: %(asked)s.") % {"asked": line.asked}, url)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
