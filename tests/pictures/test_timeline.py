"""A timeline's marks and joins: said in words, drawn under the spans, and absent where nobody asked for them."""

import datetime as dt
from dataclasses import replace

from grc.pictures.drawing import Path
from grc.pictures.svg import to_svg
from grc.pictures.timeline import Lane, Span, Timeline

DAY = dt.date(2026, 3, 2)
ONE = Span("One", DAY, DAY + dt.timedelta(days=9), key="1")
TWO = Span("Two", DAY + dt.timedelta(days=10), DAY + dt.timedelta(days=20), mark="critical", key="2")
PLAIN = Timeline("Plan", "A plan.", [Lane("Phase", [ONE, replace(TWO, mark="")])], DAY)
MARKED = replace(PLAIN, lanes=[Lane("Phase", [ONE, TWO])], joins=[("1", "2"), ("1", "not there")])


def test_a_mark_is_said_in_the_table_and_beside_the_span() -> None:
    headings, rows = MARKED.table()
    assert headings[-1] == "Mark"
    assert [row[-1] for row in rows] == ["", "critical"]
    assert "critical" in str(to_svg(MARKED, "plan"))
    assert len(PLAIN.table()[0]) == 4


def test_a_join_leads_from_the_end_of_one_to_the_start_of_the_other() -> None:
    (path,) = [shape for shape in MARKED.drawing().shapes if isinstance(shape, Path)]
    assert path.points[0][0] == MARKED._x(ONE.end)
    assert path.points[-1][0] == MARKED._x(TWO.start)
    assert not [shape for shape in PLAIN.drawing().shapes if isinstance(shape, Path)]
