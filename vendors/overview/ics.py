"""Days as a calendar file (RFC 5545): all-day events, folded lines, escaped texts, identifiers that stay."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

OCTETS = 75
"""So long a line may be, its end not counted (RFC 5545, 3.1)."""
PRODUCT = "-//Assay//Vendor calendar//EN"
MEDIA_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Event:
    """A whole day. ``uid``: unique in the world, and the same whenever the event is written."""

    uid: str
    on: dt.date
    summary: str
    description: str = ""
    url: str = ""
    category: str = ""


def calendar_file(events: Iterable[Event], *, name: str, stamp: dt.datetime) -> str:
    """The calendar. ``name``: as programs show it; ``stamp``: when it was written, with a time zone."""
    return "".join(f"{part}\r\n" for line in _lines(events, name, stamp) for part in _folded(line))


def escape(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11); other control characters have no place in one."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(char for char in plain if char in "\n\t" or char.isprintable())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _lines(events: Iterable[Event], name: str, stamp: dt.datetime) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    yield f"X-WR-CALNAME:{escape(name)}"
    written = stamp.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    for event in events:
        yield from ("BEGIN:VEVENT", f"UID:{escape(event.uid)}", f"DTSTAMP:{written}")
        # without an end, an event that begins on a date takes that day (RFC 5545, 3.6.1)
        yield f"DTSTART;VALUE=DATE:{event.on.year:04d}{event.on:%m%d}"
        yield f"SUMMARY:{escape(event.summary)}"
        if event.description:
            yield f"DESCRIPTION:{escape(event.description)}"
        if event.url:
            yield f"URL:{event.url}"
        if event.category:
            yield f"CATEGORIES:{escape(event.category)}"
        yield from ("TRANSP:TRANSPARENT", "END:VEVENT")
    yield "END:VCALENDAR"


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, cut between characters; all but the first begin with a space."""
    if len(line.encode()) <= OCTETS:
        yield line
        return
    part, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > OCTETS:
            yield part
            part, size = " ", 1
        part += char
        size += octets
    yield part
