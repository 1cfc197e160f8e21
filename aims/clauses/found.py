"""How a clause is answered: what was looked at, what is missing, and what to do next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aims.clauses.facts import ISO_42001, Facts, Next
from aims.models import Document
from controls.catalogues.shipped import Item, catalogue
from controls.models import Requirement
from grc.access.roles import Permission
from grc.registers.register import registers

Ask = Callable[[Facts], Next | None]
"""One thing that a clause asks for: None where it is there, otherwise what to do next."""

MOST_SHOWN = 5


class State(models.TextChoices):
    """How far a clause is answered by records. It says nothing about how well."""

    MISSING = "missing", gettext_lazy("Missing")
    BEGUN = "begun", gettext_lazy("Begun")
    DOCUMENTED = "documented", gettext_lazy("Documented")
    APPROVED = "approved", gettext_lazy("Approved")


TONES = {"missing": "red", "begun": "yellow", "documented": "blue", "approved": "green"}
MEANINGS = {
    State.MISSING: gettext_lazy("No record answers it yet."),
    State.BEGUN: gettext_lazy("Records are there, and something is missing."),
    State.DOCUMENTED: gettext_lazy("All that is asked for is written down."),
    State.APPROVED: gettext_lazy("What needs an approval has one that is in force."),
}


def nothing(facts: Facts) -> list[Any]:
    """What clauses look at for which Assay keeps no records of its own."""
    return []


@dataclass(frozen=True)
class Answer:
    """Which records answer a clause or a control of ISO/IEC 42001, and what it asks of them.

    ``looks``: the records, in the order in which they are shown. ``approval``: asked once everything else is there.
    ``by_document``: a document or control that is linked with the requirement can answer it alone.
    ``elsewhere``: Assay keeps no register for it yet.
    """

    code: str
    registers: tuple[str, ...]
    looks: Callable[[Facts], list[Any]]
    asks: tuple[Ask, ...] = ()
    approval: Ask | None = None
    by_document: bool = False
    elsewhere: bool = False

    @property
    def item(self) -> Item:
        """The clause as the catalogue has it: its title, and what it asks in our own words."""
        return catalogue(ISO_42001).item(self.code)


@dataclass(frozen=True)
class Found:
    """How ``answer`` stands. ``looked``: the first records that were looked at; ``more``: there are others.

    ``gaps``: what is missing, in a sensible order; a missing approval is the last.
    """

    answer: Answer
    state: State
    looked: list[Any]
    more: bool
    gaps: list[Next]
    reference: str = ""
    """Of the requirement, where the catalogue was taken over."""

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def is_done(self) -> bool:
        return self.state in (State.DOCUMENTED, State.APPROVED) and not self.gaps

    @property
    def next(self) -> Next | None:
        return self.gaps[0] if self.gaps else None


def find(answer: Answer, facts: Facts) -> Found:
    """How ``answer`` stands, asked once for ``facts``."""
    return facts.once(("found", answer.code), lambda: _find(answer, facts))


def _find(answer: Answer, facts: Facts) -> Found:
    own, linked = answer.looks(facts), facts.linked(answer.code)
    shown = list(dict.fromkeys([*own, *linked]))
    if answer.by_document and linked and not own:
        state, gaps = _by_document(linked, facts)
    elif answer.asks:
        state, gaps = _by_records(answer, shown, facts)
    else:
        state, gaps = State.MISSING, [to_link(answer.code, facts)]
    _key, reference = facts.requirements.get(answer.code, (0, ""))
    return Found(answer, state, shown[:MOST_SHOWN], len(shown) > MOST_SHOWN, gaps, reference)


def _by_records(answer: Answer, shown: list[Any], facts: Facts) -> tuple[State, list[Next]]:
    gaps = [gap for ask in answer.asks if (gap := ask(facts)) is not None]
    wanted = answer.approval(facts) if answer.approval else None
    if not shown:
        return State.MISSING, gaps or [to_link(answer.code, facts)]
    if gaps:
        return State.BEGUN, [*gaps, *([wanted] if wanted else [])]
    if answer.approval is None or wanted is not None:
        return State.DOCUMENTED, [wanted] if wanted else []
    return State.APPROVED, []


def _by_document(linked: list[Any], facts: Facts) -> tuple[State, list[Next]]:
    told = [record for record in linked if facts.says_something(record)]
    if any(facts.is_approved(record) for record in told):
        return State.APPROVED, []
    if told:
        return State.DOCUMENTED, []
    what = _("Write into %s, or attach the file.") if isinstance(linked[0], Document) else _("Say how %s works here.")
    return State.BEGUN, [Next(what % linked[0].reference, facts.edit(linked[0]))]


def to_link(code: str, facts: Facts) -> Next:
    """How a document comes to answer ``code``: linked with its requirement, once the catalogue was taken over."""
    _key, reference = facts.requirements.get(code, (0, ""))
    if not reference:
        text = _("Take over ISO/IEC 42001; then link the document that answers %s.") % code
        return Next(text, facts.page("framework-catalogues", Permission.FRAMEWORKS_EDIT))
    url = registers.of(Requirement).detail_url(facts.actor.organisation.slug, reference)
    return Next(_("Link the document that answers %s.") % code, url)
