"""The last chapters: open points, the Statement of Applicability, documents in full."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.models import Document as Paper
from aims.pack.context import kept_parts
from aims.pack.entries import Entry
from aims.pack.front import soa_of
from aims.pack.index import ai_policy
from aims.pack.reading import Reading
from aims.pack.setting import Point, draft_mark, field, own, short, signature, table, written
from aims.pack.support import is_in_force
from grc.reports.document import Block, Facts, Heading, Note, Paragraph, Table

PRINTED = (Paper.Kind.POLICY, Paper.Kind.PROCEDURE)
REFERENCE = re.compile(r"^[A-Z]{3}-\d+ ")


def open_points(found: list[Point]) -> Iterator[Block]:
    if not found:
        yield Paragraph(_("None were found in the records."))
        return
    words = ngettext(
        "%(n)d point was found in the records: it is missing, or only a draft.",
        "%(n)d points were found in the records: they are missing, or only drafts.",
        len(found),
    )
    yield Paragraph(words % {"n": len(found)})
    yield Table([_("Clause"), _("What is open")], [[point.clause or "–", point.text] for point in found], (1.2, 14))


def statement(read: Reading) -> Iterator[Block]:
    """Every decision of the statement in force; failing that, of the draft."""
    soa = soa_of(read)
    if soa is None:
        yield Paragraph(_("There is no Statement of Applicability for ISO/IEC 42001."))
        return
    yield from signature(read, soa)
    if soa.text("introduction"):
        yield Paragraph(soa.text("introduction"))
    if soa.body:
        yield from kept_parts(soa)
        return
    decisions = [entry for entry in read.entries("soa-decisions") if entry.record.soa_id == soa.record.pk]
    yield from table(
        read,
        sorted(decisions, key=_place),
        own(_("Control"), 4.4, lambda one: REFERENCE.sub("", one.text("requirement") or one.text("control"))),
        own(_("Decision"), 1.8, lambda one: one.text("applies")),
        field("reason", 4.2),
        own(_("Implementation"), 2.3, lambda one: one.text("status")),
        field("how", 4),
    )


def _place(entry: Entry) -> tuple[int, int, str]:
    """In the order of the framework; what the organisation added comes last."""
    asked = entry.record.requirement
    return (1, 0, entry.reference) if asked is None else (0, asked.position, entry.reference)


def documents(read: Reading) -> Iterator[Block]:
    """Policies and procedures in full; the AI policy stands in 5.2."""
    policy = ai_policy(read)
    printed = [
        entry
        for entry in read.entries("documents")
        if entry.record.kind in PRINTED and (policy is None or entry.record.pk != policy.record.pk)
    ]
    if not printed:
        yield Paragraph(_("There is no policy or procedure beside the AI policy."))
    for entry in printed:
        yield from _document(read, entry)


def _document(read: Reading, entry: Entry) -> Iterator[Block]:
    in_force = is_in_force(entry)
    yield Heading(entry.title + ("" if in_force else draft_mark(entry)), 2)
    if entry.signed is not None or not in_force:
        yield from signature(read, entry)
    else:
        said = _("Approved outside of Assay, %(day)s") % {"day": entry.text("approved_on")}
        yield Facts([(_("Reference"), entry.reference), (_("In force by"), said)])
    files = read.files.get(entry.record.pk, [])
    if files:
        yield Note(_("Files: %(names)s") % {"names": ", ".join(f"{name} ({short(sha256)})" for name, sha256 in files)})
    if entry.text("text"):
        yield from written(entry.text("text"))
    elif not files:
        yield Paragraph(_("Neither text nor file is recorded."))
