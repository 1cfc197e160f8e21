"""A picture as shapes, worked out once: SVG, PDF and PNG are three ways to write them down.

Lengths are points, ``x`` to the right and ``y`` downwards from the upper left corner. Colours are names
(``grc.pictures.palette``), so that a page follows the reader's theme and paper does not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grc.pictures.fonts import em


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    radius: float = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str = "line"
    width: float = 1
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """One line. ``y`` is its base line; ``anchor`` is start, middle or end; ``style`` as in ``grc.pictures.fonts``."""

    x: float
    y: float
    text: str
    size: float = 12
    style: str = "regular"
    fill: str = "ink"
    anchor: str = "start"

    @property
    def wide(self) -> float:
        return em(self.text, self.style) * self.size

    @property
    def left(self) -> float:
        return self.x - {"start": 0.0, "middle": self.wide / 2, "end": self.wide}[self.anchor]


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    radius: float
    fill: str = ""
    stroke: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """Points joined by straight lines; ``curved``: the first point, then three for each Bézier curve."""

    points: tuple[tuple[float, float], ...]
    stroke: str = ""
    fill: str = ""
    width: float = 1
    closed: bool = False
    curved: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Shapes that lead somewhere. ``label`` is what is read out; ``href`` an address of this product."""

    href: str
    label: str
    shapes: tuple["Shape", ...]


Shape = Rect | Line | Text | Circle | Path | Link


@dataclass(frozen=True)
class Drawing:
    width: float
    height: float
    shapes: tuple[Shape, ...]


def flat(shapes: Iterable[Shape]) -> Iterator[Rect | Line | Text | Circle | Path]:
    """The shapes without the links around them, for ways of writing that have none."""
    for shape in shapes:
        if isinstance(shape, Link):
            yield from flat(shape.shapes)
        else:
            yield shape
