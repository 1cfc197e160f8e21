"""Charts: bars, stacked bars, lines. On a page Chart.js draws them; everywhere else these shapes do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from grc.pictures.axis import number_text, round_steps
from grc.pictures.drawing import Circle, Drawing, Line, Path, Rect, Shape, Text
from grc.pictures.fonts import clean, em
from grc.pictures.lines import cut
from grc.pictures.palette import SERIES

WIDTH, HEIGHT = 480.0, 260.0
SIZE = 9.0
TOP, BOTTOM = 34.0, 30.0
GROUP = 0.72  # of the room between two labels that bars fill


@dataclass(frozen=True)
class Series:
    """A row of numbers, one for each label of the chart; None where there is none. ``tone`` gives its colour."""

    name: str
    values: Sequence[float | None]
    tone: str = ""


@dataclass(frozen=True)
class Chart:
    """``kind`` is bar, stacked or line; ``first`` heads the column of the labels in the table.

    ``slug``: by which it can be taken away as a file (``grc.pictures.named``); empty where it cannot.
    """

    title: str
    description: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: Literal["bar", "stacked", "line"] = "bar"
    first: str = ""
    slug: str = ""

    def __post_init__(self) -> None:
        if any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError("a series has as many values as the chart has labels")

    def table(self) -> tuple[list[str], list[list[str]]]:
        headings = [self.first, *(series.name for series in self.series)]
        rows = [
            [label, *(number_text(series.values[at]) for series in self.series)] for at, label in enumerate(self.labels)
        ]
        return headings, rows

    def config(self) -> dict[str, Any]:
        """What ``static/js/charts.js`` hands to Chart.js: names and numbers, colours by name."""
        return {
            "kind": self.kind,
            "labels": list(self.labels),
            "series": [
                {"name": series.name, "values": list(series.values), "colour": self._colour(at)}
                for at, series in enumerate(self.series)
            ],
        }

    def drawing(self) -> Drawing:
        return Drawing(WIDTH, HEIGHT, tuple(self._shapes()))

    def _colour(self, at: int) -> str:
        tone = self.series[at].tone
        return f"{tone}-dot" if tone else SERIES[at % len(SERIES)]

    @cached_property
    def _steps(self) -> list[float]:
        if self.kind == "stacked":
            sums = [sum(series.values[at] or 0 for series in self.series) for at in range(len(self.labels))]
            return round_steps(max(sums, default=0))
        return round_steps(max((value or 0 for series in self.series for value in series.values), default=0))

    @cached_property
    def _left(self) -> float:
        return max(em(number_text(step)) for step in self._steps) * SIZE + 10

    @property
    def _slot(self) -> float:
        """The room of one label."""
        return (WIDTH - self._left - 6) / max(len(self.labels), 1)

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - value / self._steps[-1] * (HEIGHT - TOP - BOTTOM)

    def _shapes(self) -> Iterator[Shape]:
        yield from self._legend()
        for step in self._steps:
            y = self._y(step)
            yield Line(self._left, y, WIDTH, y, "hair" if step else "line")
            yield Text(self._left - 6, y + SIZE * 0.35, number_text(step), SIZE, "regular", "quiet", "end")
        yield from self._labels()
        yield from self._lines() if self.kind == "line" else self._bars()

    def _legend(self) -> Iterator[Shape]:
        x = self._left
        for at, series in enumerate(self.series):
            name = cut(clean(series.name), SIZE, 140)
            yield Rect(x, 5, 9, 9, self._colour(at), radius=2)
            yield Text(x + 14, 13, name, SIZE)
            x += 14 + em(name) * SIZE * 1.15 + 14

    def _labels(self) -> Iterator[Shape]:
        every = max(1, round(46 / self._slot + 0.49)) if self._slot < 46 else 1
        for at, label in enumerate(self.labels):
            if at % every == 0:
                shown = cut(clean(label), SIZE, self._slot * every - 4)
                x = self._left + (at + 0.5) * self._slot
                yield Text(x, HEIGHT - BOTTOM + 14, shown, SIZE, "regular", "quiet", "middle")

    def _bars(self) -> Iterator[Shape]:
        stacked = self.kind == "stacked"
        width = self._slot * GROUP / (1 if stacked else max(len(self.series), 1))
        for at in range(len(self.labels)):
            below = 0.0
            for number, series in enumerate(self.series):
                value = series.values[at] or 0
                x = self._left + (at + 0.5 - GROUP / 2) * self._slot + (0 if stacked else number * width)
                top, foot = self._y(below + value), self._y(below)
                if value:
                    yield Rect(x, top, max(width - 1, 0.5), foot - top, self._colour(number))
                below += value if stacked else 0

    def _lines(self) -> Iterator[Shape]:
        for number, series in enumerate(self.series):
            points: list[tuple[float, float]] = []
            for at, value in enumerate([*series.values, None]):
                if value is not None:
                    points.append((self._left + (at + 0.5) * self._slot, self._y(value)))
                    yield Circle(*points[-1], 2.2, self._colour(number))
                    continue
                if len(points) > 1:
                    yield Path(tuple(points), self._colour(number), width=1.8)
                points = []
