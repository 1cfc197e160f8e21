"""What the page and the API say of the pack before it is made: its parts with counts, and what is open."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from aims.pack.content import PARTS, counted, open_points
from aims.pack.reading import Reading
from aims.pack.setting import Point
from grc.access.actor import Actor


@dataclass(frozen=True)
class PartSeen:
    """A chapter: its number and title, and (what, how many) for each register in it."""

    number: int
    title: str
    counts: list[tuple[str, int]]


@dataclass(frozen=True)
class Screen:
    """``points``: what is missing or only a draft; each with the page where it is mended."""

    parts: list[PartSeen]
    points: list[Point]


def screen(actor: Actor) -> Screen:
    read = Reading(actor, today=timezone.localdate())
    parts = [PartSeen(number, str(part.title), counted(read, part)) for number, part in enumerate(PARTS, start=1)]
    return Screen(parts, open_points(read))


def as_data(found: Screen) -> dict[str, Any]:
    """The same, for the API."""
    return {
        "parts": [
            {
                "number": part.number,
                "title": part.title,
                "records": [{"register": name, "count": count} for name, count in part.counts],
            }
            for part in found.parts
        ],
        "open_points": [{"clause": one.clause, "text": one.text, "url": one.url} for one in found.points],
    }
