"""The register as a whole: sheets, gaps, and the workbook with a first sheet that says what it is and is not."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grc import formats
from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.tabular import write_book
from vendors.dora.gaps import Gap, gaps_of
from vendors.dora.holdings import holdings_of
from vendors.dora.rows import filled_sheets
from vendors.dora.sheets import TEMPLATES_LEFT_OUT, Filled

EDITION = "1"
"""Of the layout: raised when a column is added, moved or gets another meaning."""
REGULATION = "Regulation (EU) 2022/2554, Art. 28(3)"
TEMPLATES = "Commission Implementing Regulation (EU) 2024/2956, Annex I; corrigendum OJ L, 2025/90725, 19.9.2025"


@dataclass
class DoraRegister:
    sheets: list[Filled]
    gaps: list[Gap]


def register_for(actor: Actor) -> DoraRegister:
    """What ``actor`` may see of it, today. The same number of queries, however many vendors there are."""
    held = holdings_of(actor)
    return DoraRegister(filled_sheets(held, actor.organisation), gaps_of(held, actor))


def write_register(stream: IO[bytes], register: DoraRegister, by: Actor) -> None:
    """The workbook, noted in the activity log. Raises ``TableTooLarge``."""
    write_book(stream, book_of(register, by, timezone.now()))
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, detail=_("Register for DORA (xlsx)"))


def book_of(register: DoraRegister, by: Actor, written_at: dt.datetime) -> list[tuple[str, list[str], list[list[Any]]]]:
    """Title, headings and rows of every sheet: what it is first, what it lacks last."""
    lacking = [
        [str(gap.text), gap.column, gap.count, ", ".join(record.reference for record in gap.records)]
        for gap in register.gaps
    ]
    return [
        (_("Read me"), [_("About"), _("What it says")], [list(row) for row in about(register, by, written_at)]),
        *((one.sheet.name, one.sheet.headings, one.cells) for one in register.sheets),
        (_("Gaps"), [_("What is missing"), _("Column"), _("How many"), _("References")], lacking),
        (_("Not held"), [_("Column"), _("Title"), _("Why")], [list(row) for row in not_held(register)]),
    ]


def about(register: DoraRegister, by: Actor, written_at: dt.datetime) -> Iterator[tuple[str, str]]:
    yield _("What this is"), _("What Assay holds about ICT providers, laid out along the templates of the register.")
    yield (
        _("What it is not"),
        _("No filing: a report to an authority is xBRL-CSV with code lists that are not held here. Complete it first."),
    )
    yield _("Entity"), by.organisation.name
    yield _("Written"), f"{formats.moment(written_at)} ({written_at.astimezone(dt.UTC).isoformat(timespec='seconds')})"
    yield _("Written by"), str(by.person) if by.person else _("The system")
    yield _("Source"), _("The vendor records of Assay, as its reader may see them at that moment.")
    yield _("Edition of this layout"), EDITION
    yield _("Law"), REGULATION
    yield _("Templates"), TEMPLATES
    yield (
        _("Columns"),
        _("A heading with a code is that column. Without a code it is Assay’s own: it may mean something else."),
    )
    yield (
        _("Checked against"),
        _("Codes were compared with several published copies of the templates, not with the Official Journal itself."),
    )
    yield (
        _("End dates"),
        _("9999-12-31: no end is agreed. What renews by itself shows the earliest end still in reach."),
    )
    yield (
        _("Supply chain"),
        _("Ranks 1 and 2 only, from routes. Subprocessors that a vendor lists itself are not held as records."),
    )
    yield _("Criticality"), _("That of the vendor, as judged here. DORA asks for that of the function.")
    for one in register.sheets:
        yield one.sheet.name, f"{len(one.rows)}. {one.sheet.about}"


def not_held(register: DoraRegister) -> Iterator[tuple[str, str, str]]:
    for one in register.sheets:
        for code, title in one.sheet.not_held:
            yield f"{one.sheet.template}.{code}", str(title), _("Not held in Assay")
    for code, title in TEMPLATES_LEFT_OUT:
        yield code, str(title), _("The whole template is left out")
