"""Wrong numbers in what is written down: a quiet warning on the record's page, and the page that checks any text."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from controls.citations.check import examine
from controls.citations.citation import Kind
from controls.citations.in_use import Shown, with_requirements
from controls.models import Requirement
from grc.access.actor import Actor
from grc.models.record import Record
from grc.registers.register import Action, Register
from grc.registries import Part, list_actions, record_parts

CHECKED = ("controls", "documents", "risks", "requirements")
MOST_CHARACTERS = 20_000
MOST_SHOWN = 5


@dataclass(frozen=True)
class Placed:
    """A finding and the field that it stands in."""

    heading: str
    shown: Shown


@list_actions.add(order=60)
def check_link(register: Register, actor: Actor) -> Iterable[Action]:
    if register.slug in ("frameworks", "requirements"):
        yield Action(_("Check numbers"), reverse("frameworks-check", args=[actor.organisation.slug]), "hash")


@record_parts.add(order=40)
def wrong_numbers(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """Above the facts, where a number in a text of the record is wrong. No query where none is."""
    if register.slug not in CHECKED:
        return
    names = [name for name in register.fields if _is_text(register, name)]
    text, starts = "", []
    for name in names:
        starts.append(len(text))
        text = f"{text}{getattr(record, name)}\n\n"
    framework = record.framework.catalogue if isinstance(record, Requirement) else ""
    mistakes = [
        each
        for each in examine(text[:MOST_CHARACTERS], framework).mistakes
        if not (framework and each.kind is Kind.GUIDANCE)  # the original speaks of its own guidance
    ]
    if not mistakes:
        return
    shown = with_requirements(mistakes[:MOST_SHOWN], actor)
    headings = [register.heading(names[bisect_right(starts, each.finding.start) - 1]) for each in shown]
    context = {
        "placed": [Placed(heading, each) for heading, each in zip(headings, shown, strict=True)],
        "count": len(mistakes),
        "more": len(mistakes) - len(shown),
    }
    yield Part("controls/wrong_numbers.html", context, "top")


def _is_text(register: Register, name: str) -> bool:
    """What people write here; of a catalogue's requirement, what the catalogue says is not theirs."""
    if register.model is Requirement:
        return name in ("text", "note")
    field = register.field(name)
    return name == "name" or (isinstance(field, models.TextField) and not field.choices)
