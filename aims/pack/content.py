"""The pack as a whole: its parts in order, its open points, and the document."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aims.pack import annexes, context, front, index, operation, planning, support
from aims.pack.clauses import LINES, Source
from aims.pack.reading import Reading
from aims.pack.setting import Point
from grc.access.actor import Actor
from grc.formats import written_for
from grc.registers.register import registers
from grc.reports.document import Block, Document, Heading
from grc.reports.records import LANGUAGE

_l = gettext_lazy
Told = Callable[[int, int, str], None]
UNSAID = (Source("documents"), Source("controls"))
"""What other points say already: that a document is no more than a draft, that a control is only planned."""

POINTS = (front.points, index.points, context.points, planning.points, support.points, operation.points)


@dataclass(frozen=True)
class Part:
    """A chapter: its title, the registers whose records it holds, and how it is set."""

    title: str | Promise
    registers: tuple[str, ...]
    blocks: Callable[[Reading], Iterable[Block]]


PARTS = (
    Part(_l("About this pack"), (), front.about),
    Part(_l("For the application"), ("ai-roles", "ai-systems"), front.application),
    Part(_l("Index by clause"), (), index.blocks),
    Part(_l("Context of the organisation"), ("issues", "parties", "scope", "processes"), context.context),
    Part(_l("Leadership"), ("commitments", "responsibilities"), context.leadership),
    Part(
        _l("Planning"),
        ("risk-criteria", "opportunities", "risks", "treatment-plans", "treatments", "impact-assessments",
         "objectives", "planned-changes"),
        planning.planning,
    ),
    Part(
        _l("Support"),
        ("resources", "competence-needs", "competences", "campaigns", "communications", "documents"),
        support.support,
    ),
    Part(_l("Operation"), ("components", "controls"), operation.operation),
    Part(_l("Performance evaluation"), ("control-tests",), operation.evaluation),
    Part(_l("Improvement"), ("improvements", "nonconformities", "corrective-actions"), operation.improvement),
    Part(_l("Open points"), (), lambda read: annexes.open_points(open_points(read))),
    Part(_l("Statement of Applicability"), ("soa", "soa-decisions"), annexes.statement),
    Part(_l("Documents in full"), (), annexes.documents),
)  # fmt: skip
"""Clauses 4 to 10 are the fourth to tenth chapter, so that their headings have the numbers of the standard."""


@contextmanager
def set_alike() -> Iterator[None]:
    """The same records give the same words, whoever asks and however they write dates."""
    with translation.override(LANGUAGE), written_for("en-GB"):
        yield


def open_points(read: Reading) -> list[Point]:
    """Everything that is missing or only a draft, in the order of the clauses."""
    found = [point for points in POINTS for point in points(read)] + list(_drafts(read))
    unique = {(point.clause, point.text): point for point in found}
    return sorted(unique.values(), key=lambda point: [int(part) for part in point.clause.split(".") if part])


def _drafts(read: Reading) -> Iterator[Point]:
    """Records that need an approval and have none, and those that were changed after it."""
    seen: set[str] = set()
    for line in LINES:
        for source in line.sources:
            for entry in index.entries_of(read, source) if source not in UNSAID else ():
                if entry.is_live or entry.reference in seen:
                    continue
                seen.add(entry.reference)
                if entry.is_draft:
                    words = _("%(name)s: in review.") if entry.in_review else _("%(name)s: only a draft.")
                    yield Point(line.clause, words % {"name": entry.name}, entry.record.get_absolute_url())
                elif entry.changed_since:
                    words = _("%(name)s: the record was changed after its approval.") % {"name": entry.name}
                    yield Point(line.clause, words, entry.record.get_absolute_url())


def counted(read: Reading, part: Part) -> list[tuple[str, int]]:
    """How many records of which register a part holds."""
    return [(str(registers.by_slug(slug).plural), len(read.entries(slug))) for slug in part.registers]


def stage_1_pack(actor: Actor, *, made_at: dt.datetime, told: Told | None = None) -> Document:
    """The pack that ``actor`` may have. ``told`` is called before each chapter: which one, of how many, its title."""
    with set_alike():
        read = Reading(actor, today=made_at.date())
        blocks: list[Block] = []
        for number, part in enumerate(PARTS):
            if told is not None:
                told(number, len(PARTS), str(part.title))
            blocks += [Heading(str(part.title)), *part.blocks(read)]
        return Document(
            title=_("Stage 1 pack"),
            subtitle=_("Documented information of the AI management system, for the review of documents"),
            organisation=actor.organisation.name,
            made_at=made_at,
            author=read.who(str(actor.person)) if actor.person else "",
            language=LANGUAGE,
            blocks=blocks,
            facts=_facts(read),
        )


def _facts(read: Reading) -> list[tuple[str, str]]:
    scope = front.scope_of(read)
    found = open_points(read)
    return [
        (_("Standard"), front.STANDARD),
        (_("Scope"), f"{scope.name}, {scope.standing}" if scope else _("Not written yet")),
        (_("In scope"), _("%(n)d AI systems") % {"n": len(front.systems_in_scope(read))}),
        (_("Open points"), str(len(found))),
    ]
