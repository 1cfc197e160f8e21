"""Entries as the blocks of a document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from aims.pack.entries import SHORT_HASH, Entry
from aims.pack.reading import Reading
from grc.formats import day
from grc.formatted.paper import blocks_of, words_of
from grc.models.person import Person
from grc.reports.document import Block, Facts, Note, Paragraph, Table


@dataclass(frozen=True)
class Point:
    """Something that is missing, or only a draft: where it belongs, what it is, and the page where it is mended."""

    clause: str
    text: str
    url: str


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its share of the width, and what it says of an entry."""

    heading: str
    width: float
    say: Callable[[Entry], object]


def field(name: str, width: float, heading: str = "") -> Callable[[Reading, Entry], Column]:
    """The column of a field; a person is shown with their role first."""

    def made(read: Reading, first: Entry) -> Column:
        register = first.register
        named = heading or (_("Reference") if name == "reference" else register.heading(name))
        if name != "reference" and register.field(name).related_model is Person:
            return Column(named, width, lambda entry: read.who(entry.text(name)))
        if name in register.formatted:
            return Column(named, width, lambda entry: words_of(entry.text(name)))
        return Column(named, width, lambda entry: entry.text(name))

    return made


def own(heading: str, width: float, say: Callable[[Entry], object]) -> Callable[[Reading, Entry], Column]:
    """A column that is more than a field."""
    return lambda _read, _first: Column(heading, width, say)


def named(heading: str, width: float) -> Callable[[Reading, Entry], Column]:
    """Reference and title in one cell."""
    return own(heading, width, lambda entry: f"{entry.reference}\n{entry.title}")


def standing(width: float = 2.4) -> Callable[[Reading, Entry], Column]:
    """Which version is in force, or DRAFT."""
    return own(_("Standing"), width, lambda entry: entry.standing)


def table(
    read: Reading,
    entries: Sequence[Entry],
    *columns: Callable[[Reading, Entry], Column],
    caption: str = "",
    none: str = "",
) -> list[Block]:
    """A table of ``entries``, upright; without any, a sentence that says so."""
    if not entries:
        return [Paragraph(none or _("Nothing is recorded."))]
    made = [column(read, entries[0]) for column in columns]
    rows = [[column.say(entry) for column in made] for entry in entries]
    return [Table([column.heading for column in made], rows, [column.width for column in made], caption)]


def signature(read: Reading, entry: Entry) -> list[Block]:
    """What is shown of a record: which version, who approved it and when; or that it is a draft."""
    facts = [(_("Reference"), entry.reference), (_("Title"), entry.title)]
    if entry.signed is None:
        return [Facts(facts), Note(_("DRAFT: nobody has approved this yet. It may change at any time."), "yellow")]
    facts += [
        (_("Version"), str(entry.signed.number)),
        (_("Approved by"), ", ".join(read.who(name) for name in entry.signed.by)),
        (_("Approved on"), day(entry.signed.on)),
        (_("SHA-256"), entry.signed.sha256),
    ]
    return [Facts(facts)]


def told(entry: Entry, *names: str) -> list[Block]:
    """Fields that say something, as facts."""
    facts = [(entry.register.heading(name), entry.text(name)) for name in names if entry.text(name)]
    return [Facts(facts)] if facts else []


def written(text: str) -> list[Block]:
    """A formatted text in full. Its own headings would join the clauses' numbers, so they have none."""
    return list(blocks_of(text, level=3, listed=False))


def short(sha256: str) -> str:
    return f"{sha256[:SHORT_HASH]}…"


def draft_mark(entry: Entry) -> str:
    """What stands behind the title of a draft."""
    return f" ({_('DRAFT')})" if entry.is_draft else ""
