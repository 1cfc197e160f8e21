"""Timelines: spans and moments in lanes, on an axis of dates, with today marked."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from grc import formats
from grc.pictures.axis import date_marks
from grc.pictures.drawing import Circle, Drawing, Line, Link, Path, Rect, Shape, Text
from grc.pictures.fonts import clean, em
from grc.pictures.lines import cut, lines

WIDTH, NAMES = 760.0, 130.0
SIZE, ROW, TOP = 9.5, 24.0, 34.0
BAR, DOT = 15.0, 5.0
NAME_MOST = 190.0
LOOSE = 1.15  # a page's font may be wider than a document's


@dataclass(frozen=True)
class Span:
    """From ``start`` to ``end``, both included. A moment is a span of which both are the same day.

    ``mark``: what sets it apart from the others, in words; it is drawn with a double line. ``key``: see ``joins``.
    """

    name: str
    start: dt.date
    end: dt.date
    tone: str = "blue"
    href: str = ""
    mark: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a span ends after it begins")

    @classmethod
    def moment(cls, name: str, on: dt.date, tone: str = "blue", href: str = "") -> "Span":
        return cls(name, on, on, tone, href)

    @property
    def is_moment(self) -> bool:
        return self.start == self.end


@dataclass(frozen=True)
class Lane:
    name: str
    spans: Sequence[Span]


@dataclass(frozen=True)
class Timeline:
    """``joins``: pairs of keys of spans; the second waits for the first, and a line leads from one to the other."""

    title: str
    description: str
    lanes: Sequence[Lane]
    today: dt.date
    slug: str = ""
    joins: Sequence[tuple[str, str]] = ()

    def table(self) -> tuple[list[str], list[list[str]]]:
        headings = [_("Lane"), _("What"), _("From"), _("Until")]
        marked = any(span.mark for lane in self.lanes for span in lane.spans)
        rows = [
            [
                lane.name,
                span.name,
                formats.day(span.start),
                "" if span.is_moment else formats.day(span.end),
                *([span.mark] if marked else []),
            ]
            for lane in self.lanes
            for span in sorted(lane.spans, key=lambda span: (span.start, span.end, span.name))
        ]
        return [*headings, *([_("Mark")] if marked else [])], rows

    @cached_property
    def _ends(self) -> tuple[dt.date, dt.date]:
        """The first and last day on the axis, today among them, with some room."""
        days = [day for lane in self.lanes for span in lane.spans for day in (span.start, span.end)]
        first, last = min([*days, self.today]), max([*days, self.today])
        room = max((last - first).days // 20, 5)
        low, high = first.toordinal() - room, last.toordinal() + room
        return dt.date.fromordinal(max(low, 1)), dt.date.fromordinal(min(high, dt.date.max.toordinal()))

    def _x(self, day: dt.date) -> float:
        first, last = self._ends
        return NAMES + (day - first).days / ((last - first).days or 1) * (WIDTH - NAMES - 4)

    def drawing(self) -> Drawing:
        y = TOP
        lanes: list[Shape] = []
        spans: list[Shape] = []
        middles: dict[str, tuple[Span, float]] = {}
        for number, lane in enumerate(self.lanes):
            rows = self._rows(lane)
            height = max(len(rows), 1) * ROW + 8
            if number % 2 == 0:
                lanes.append(Rect(0, y, WIDTH, height, "zebra"))
            lanes += _name(lane, y, height)
            for at, row in enumerate(rows):
                for span, x, name in row:
                    spans.append(self._span(span, x, name, y + 4 + at * ROW))
                    middles[span.key] = (span, y + 5 + at * ROW + BAR / 2)
            y += height
        height = y + 4
        shapes = (*self._axis(height), *lanes, *self._joins(middles), *spans, *self._today(height))
        return Drawing(WIDTH, height, shapes)

    def _joins(self, middles: dict[str, tuple[Span, float]]) -> Iterator[Shape]:
        for before, after in self.joins:
            if before in middles and after in middles:
                (first, y1), (second, y2) = middles[before], middles[after]
                x1, x2 = self._x(first.end), self._x(second.start)
                bend = (x1 + x2) / 2
                yield Path(((x1, y1), (bend, y1), (bend, y2), (x2, y2)), "quiet", width=1.2)

    def _axis(self, height: float) -> Iterator[Shape]:
        for day, words in date_marks(*self._ends):
            x = self._x(day)
            yield Line(x, TOP - 6, x, height, "hair")
            if x + em(words) * SIZE < WIDTH:
                yield Text(x + 2, TOP - 9, words, SIZE - 1, fill="quiet")

    def _today(self, height: float) -> Iterator[Shape]:
        x = self._x(self.today)
        anchor = "end" if x > WIDTH - 60 else "start"
        yield Line(x, TOP - 22, x, height, "red-dot", 1.4, dashed=True)
        words = _("Today, %(date)s") % {"date": formats.day(self.today)}
        yield Text(x + (-4 if anchor == "end" else 4), TOP - 21, words, SIZE - 1, "bold", "red-ink", anchor)

    def _rows(self, lane: Lane) -> list[list[tuple[Span, float, str]]]:
        """The spans of a lane in as few rows as leave each room for its name: (span, where its name begins, name)."""
        rows: list[list[tuple[Span, float, str]]] = []
        ends: list[float] = []
        for span in sorted(lane.spans, key=lambda span: (span.start, span.end, span.name)):
            left, right = self._x(span.start), self._x(span.end)
            name = cut(clean(span.name), SIZE, max(NAME_MOST, (right - left - 12) / LOOSE))
            inside = not span.is_moment and em(name) * SIZE * LOOSE + 10 <= right - left
            at = left + 6 if inside else right + 10
            end = right if inside else at + em(name) * SIZE * LOOSE
            if end > WIDTH and not inside:  # no room at the right: the name stands before
                at = left - 10 - em(name) * SIZE * LOOSE
                end = right + 8
            begin = min(left, at)
            row = next((number for number, taken in enumerate(ends) if taken + 8 <= begin), len(rows))
            if row == len(rows):
                rows.append([])
                ends.append(0)
            rows[row].append((span, at, name))
            ends[row] = end
        return rows

    def _span(self, span: Span, at: float, name: str, y: float) -> Shape:
        left, right = self._x(span.start), self._x(span.end)
        shapes: tuple[Shape, ...]
        if span.is_moment:
            shapes = (Circle(left, y + BAR / 2 + 1, DOT, f"{span.tone}-dot", "surface"),)
        else:
            box = Rect(left, y + 1, max(right - left, 3), BAR, f"{span.tone}-tint", f"{span.tone}-dot", 3)
            shapes = (box,)
            if span.mark:
                edge = Rect(left - 2, y - 1, max(right - left, 3) + 4, BAR + 4, "", f"{span.tone}-dot", 4)
                shapes = (edge, box)
        inside = not span.is_moment and left <= at < right
        words = Text(at, y + 12.5, name, SIZE, fill=f"{span.tone}-ink" if inside else "ink")
        when = formats.day(span.start) if span.is_moment else f"{formats.day(span.start)} – {formats.day(span.end)}"
        said = ", ".join(word for word in (when, clean(span.mark)) if word)
        return Link(span.href, f"{clean(span.name)}: {said}", (*shapes, words))


def _name(lane: Lane, y: float, height: float) -> Iterator[Shape]:
    """The name of a lane, in two lines where there is room for two."""
    first, *rest = lines(clean(lane.name), SIZE, NAMES - 16, "bold")
    if rest and height > 40:
        yield Text(8, y + 19, first, SIZE, "bold")
        yield Text(8, y + 32, cut(" ".join(rest), SIZE, NAMES - 16, "bold"), SIZE, "bold")
    else:
        yield Text(8, y + 19, cut(clean(lane.name), SIZE, NAMES - 16, "bold"), SIZE, "bold")
