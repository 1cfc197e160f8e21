"""The calendar file is what RFC 5545 asks for: read back by a reader that knows nothing of the writer."""

import datetime as dt

from vendors.overview.ics import Event, calendar_file, escape

STAMP = dt.datetime(2028, 2, 29, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))


def parsed(text: str) -> list[dict[str, str]]:
    """The events of a calendar, each with its values by name (parameters included), texts unescaped."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines: list[str] = []
    for line in text.removesuffix("\r\n").split("\r\n"):
        assert len(line.encode()) <= 75
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    events: list[dict[str, str]] = []
    for line in lines:
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name not in ("END", "BEGIN"):
            events[-1][name] = unescaped(value)
    return events


def unescaped(value: str) -> str:
    found, rest = "", iter(value)
    for char in rest:
        found += {"n": "\n", "N": "\n"}.get(after := next(rest), after) if char == "\\" else char
    return found


def test_events_come_back_as_they_were_given() -> None:
    awkward = "Ends; “DPA”, v1\\2\nsecond line, " + "äöü€" * 40
    events = [
        Event("AGR-0001-agreement.o@h", dt.date(2028, 2, 29), awkward, "Owner: Vera", "https://h/AGR-0001", "End"),
        Event("VFC-0002-fact.o@h", dt.date(1999, 1, 2), "🙂" * 60),
    ]  # fmt: skip
    first, second = parsed(calendar_file(events, name="A, B; C", stamp=STAMP))
    assert first["SUMMARY"] == awkward
    assert first["DTSTART;VALUE=DATE"] == "20280229"
    assert first["DTSTAMP"] == "20280229T103000Z"
    assert first["UID"] == "AGR-0001-agreement.o@h"
    assert first["CATEGORIES"] == "End"
    assert first["URL"] == "https://h/AGR-0001"
    assert (second["SUMMARY"], second["DTSTART;VALUE=DATE"]) == ("🙂" * 60, "19990102")
    assert "DESCRIPTION" not in second


def test_nothing_that_a_text_holds_begins_a_line_of_its_own() -> None:
    text = calendar_file(
        [Event("u", dt.date(2028, 1, 1), "x\r\nEND:VEVENT\rBEGIN:VEVENT\x00\x85\u2028y")], name="n", stamp=STAMP
    )
    assert len(parsed(text)) == 1
    assert text.count("\r\nEND:VEVENT\r\n") == 1


def test_last_day_that_there_is_can_be_written() -> None:
    (event,) = parsed(calendar_file([Event("u", dt.date.max, "x")], name="n", stamp=STAMP))
    assert event["DTSTART;VALUE=DATE"] == "99991231"


def test_escaping() -> None:
    assert escape("a,b;c\\d\r\ne") == "a\\,b\\;c\\\\d\\ne"
