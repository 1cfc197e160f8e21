"""A statement as one hands it to a certification body."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from aims.models import SoA, SoADecision
from aims.soa.editions import Edition, read_edition
from aims.soa.frozen import Frozen, Reading, read_frozen
from grc.reports.document import Block, Document, Facts, Heading, Note, Paragraph, Table
from grc.reports.front import moment
from grc.reports.records import LANGUAGE

Applies, Status = SoADecision.Applies, SoADecision.Status
WIDTHS = (1.8, 2.8, 1.7, 4.1, 2.7, 3.3)
ADDED_WIDTHS = (1.8, 3.9, 1.7, 6.3, 2.7)
SHORT_WIDTHS = (1.8, 4.0, 10.6)
ISO_27001 = "iso27001"


def statement_document(soa: SoA, edition: Edition) -> Document:
    """``edition`` of ``soa``, in the language that versions are made in."""
    with translation.override(LANGUAGE):
        reading = read_edition(soa, edition)
        return Document(
            title=reading.facts.get("name", "") or soa.reference,
            subtitle=reading.framework["name"],
            organisation=soa.organisation.name,
            reference=soa.reference,
            version="" if edition.is_draft else edition.number,
            sha256=edition.sha256,
            made_at=edition.made_at,
            status=_status(edition),
            facts=_facts(reading, edition),
            blocks=list(_blocks(reading, edition)),
        )


def _status(edition: Edition) -> str:
    if edition.is_draft:
        return _("Draft, as of %(when)s") % {"when": moment(edition.made_at)}
    return str(edition.review.get_state_display()) if edition.review else _("Not sent for approval")


def _facts(reading: Reading, edition: Edition) -> list[tuple[str, str]]:
    facts = [(_("Framework"), reading.framework["name"]), (_("Edition"), reading.framework["edition"])]
    review = edition.approved
    if review is not None:
        facts += [
            (_("Approved by"), ", ".join(str(part.approver) for part in review.approvals.all())),
            (_("Approved on"), moment(review.ended_at)),
        ]
    return [*facts, (_("Owner"), reading.facts.get("owner", ""))]


def _blocks(reading: Reading, edition: Edition) -> Iterator[Block]:
    if edition.is_draft:
        yield Note(_("A draft: nobody has approved it as it stands, and it may change at any time."), "yellow")
    yield Heading(_("Introduction"))
    yield Paragraph(reading.facts.get("introduction", "") or _("No introduction was written."))
    yield Heading(_("Summary"))
    yield Facts(_counts(reading))
    yield Heading(_("Controls of %(name)s") % {"name": reading.framework["short"]})
    yield Paragraph(_about_implementation(reading))
    for area, rows in groupby(reading.rows, key=lambda row: row.area):
        if area:
            yield Heading(area, 2)
        yield _table(list(rows))
    for title, blocks in _beside(reading):
        yield Heading(title)
        yield from blocks
    yield from _approval(edition)


def statement_parts(body: dict[str, Any]) -> list[tuple[str, list[Block]]]:
    """A version's own part as it reads wherever the version is shown: the numbers, a table an area, what was added and
    what was left out."""
    reading = read_frozen(body)
    parts: list[tuple[str, list[Block]]] = [(_("Summary"), [Facts(_counts(reading))])]
    for area, rows in groupby(reading.rows, key=lambda row: row.area):
        parts.append((area or reading.framework["short"], [_table(list(rows))]))
    return [*parts, *_beside(reading)]


def _beside(reading: Reading) -> list[tuple[str, list[Block]]]:
    added: list[Block] = [Paragraph(_("None: no control beside those of the framework was found necessary."))]
    if reading.added:
        added = [Paragraph(_("Necessary controls that the framework does not list.")), _added_table(reading.added)]
    rows = [[row.number, row.name, row.reason] for row in reading.rows if row.applies == Applies.OUT]
    left_out = Table([_("Number"), _("Control"), _("Why it is left out")], rows, widths=SHORT_WIDTHS)
    return [
        (_("Added controls"), added),
        (_("Excluded controls"), [left_out if rows else Paragraph(_("None."))]),
    ]


def _counts(reading: Reading) -> list[tuple[str, str]]:
    included = [row for row in (*reading.rows, *reading.added) if row.applies == Applies.IN]
    counts = [
        (_("Controls of the framework"), len(reading.rows)),
        (_("Included"), reading.count(Applies.IN)),
        (_("Excluded"), reading.count(Applies.OUT)),
        (_("Not decided"), reading.count(Applies.UNDECIDED)),
        (_("Added by the organisation"), len(reading.added)),
        (_("Included ones that are implemented"), sum(row.status == Status.IMPLEMENTED for row in included)),
        (_("Partly implemented"), sum(row.status == Status.PARTLY for row in included)),
        (_("Not started"), sum(row.status == Status.NOT_STARTED for row in included)),
        (_("Nothing said of implementation"), sum(row.status == Status.UNKNOWN for row in included)),
    ]
    return [(label, str(count)) for label, count in counts]


def _about_implementation(reading: Reading) -> str:
    if reading.framework["catalogue"] == ISO_27001:
        return _("ISO/IEC 27001, 6.1.3 d), asks for each control whether it is implemented.")
    return _("Implementation is stated as good practice: ISO/IEC 42001, 6.1.3, asks for the controls and the reasons.")


def _table(rows: Sequence[Frozen]) -> Table:
    return Table([*_headings(), _("Our controls")], [[*_cells(row), row.controls] for row in rows], widths=WIDTHS)


def _added_table(rows: Sequence[Frozen]) -> Table:
    return Table(_headings(), [_cells(row) for row in rows], widths=ADDED_WIDTHS)


def _headings() -> list[str]:
    return [_("Number"), _("Control"), _("Decision"), _("Reason"), _("Implementation")]


def _cells(row: Frozen) -> list[str]:
    state = "" if row.applies == Applies.OUT and not row.status else str(Status(row.status).label)
    implemented = "\n".join(text for text in (state, row.how) if text)
    return [row.number, row.name, str(Applies(row.applies).label), row.reason, implemented]


def _approval(edition: Edition) -> Iterator[Block]:
    yield Heading(_("About approval"))
    review = edition.approved
    if review is None:
        yield Paragraph(_("This edition of the statement is not approved."))
    else:
        for part in review.approvals.all():
            said = {"who": part.approver, "when": moment(part.decided_at), "meaning": part.meaning}
            yield Paragraph(_("%(who)s, %(when)s: “%(meaning)s”") % said)
    yield Paragraph(
        _(
            "The organisation approves its statement by its own practice. What the standards ask to be approved, by "
            "designated management or by the owners of the risks, is the risk treatment plan and the risks that "
            "remain: their approval stands in documents of its own."
        )
    )
