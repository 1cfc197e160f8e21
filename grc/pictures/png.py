"""Shapes as a PNG, for files that hold pictures as pixels (DOCX)."""

import io
import itertools
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from grc.pictures.drawing import Circle, Drawing, Line, Path, Rect, Text, flat
from grc.pictures.fonts import LOST, file_of, runs
from grc.pictures.palette import rgb

SCALE = 3  # pixels a point: 216 to the inch
LARGEST = 16_000_000  # pixels
STEPS = 24  # straight pieces of a curve


def to_png(drawing: Drawing) -> bytes:
    """The drawing on white, at 216 dots to the inch; coarser where it would be larger than 16 million dots."""
    scale = min(SCALE, (LARGEST / (drawing.width * drawing.height)) ** 0.5)
    size = max(round(drawing.width * scale), 1), max(round(drawing.height * scale), 1)
    image = Image.new("RGB", size, rgb("surface"))
    pen = _Pen(ImageDraw.Draw(image), scale)
    for shape in flat(drawing.shapes):
        pen.draw(shape)
    target = io.BytesIO()
    dots = round(72 * scale)
    image.save(target, "PNG", optimize=True, dpi=(dots, dots))
    return target.getvalue()


@cache
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(file_of(name)), size)


class _Pen:
    def __init__(self, draw: ImageDraw.ImageDraw, scale: float) -> None:
        self._draw = draw
        self._scale = scale

    def draw(self, shape: Rect | Line | Text | Circle | Path) -> None:
        if isinstance(shape, Text):
            self._text(shape)
        elif isinstance(shape, Rect):
            box = self._box(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
            fill, outline = _colour(shape.fill), _colour(shape.stroke)
            self._draw.rounded_rectangle(box, shape.radius * self._scale, fill, outline, self._width(1))
        elif isinstance(shape, Circle):
            x, y, radius = shape.x, shape.y, shape.radius
            box = self._box(x - radius, y - radius, x + radius, y + radius)
            self._draw.ellipse(box, _colour(shape.fill), _colour(shape.stroke), self._width(1))
        elif isinstance(shape, Line):
            self._stroke([(shape.x1, shape.y1), (shape.x2, shape.y2)], shape.stroke, shape.width, shape.dashed)
        else:
            self._path(shape)

    def _box(self, *values: float) -> tuple[float, float, float, float]:
        left, top, right, bottom = (value * self._scale for value in values)
        return left, top, right, bottom

    def _width(self, width: float) -> int:
        return max(round(width * self._scale), 1)

    def _text(self, text: Text) -> None:
        x, y = text.left * self._scale, text.y * self._scale
        for run in runs(text.text, text.style):
            known = file_of(run.font).is_file()  # an East Asian font is named in PDF only
            font = _font(run.font if known else "DejaVuSans", text.size * self._scale)
            shown = run.text if known else LOST * len(run.text)
            self._draw.text((x, y), shown, _colour(text.fill), font, anchor="ls")
            x += font.getlength(shown)

    def _path(self, path: Path) -> None:
        points = list(_bent(path.points)) if path.curved else list(path.points)
        if path.fill:
            self._draw.polygon([(x * self._scale, y * self._scale) for x, y in points], _colour(path.fill))
        if path.stroke:
            ends = [*points, points[0]] if path.closed else points
            self._stroke(ends, path.stroke, path.width, path.dashed)

    def _stroke(self, points: list[tuple[float, float]], stroke: str, width: float, dashed: bool) -> None:
        for start, end in itertools.pairwise(points):
            for piece in _dashes(start, end) if dashed else [(start, end)]:
                ends = [(x * self._scale, y * self._scale) for x, y in piece]
                self._draw.line(ends, _colour(stroke), self._width(width))


def _colour(name: str) -> tuple[int, int, int] | None:
    return rgb(name) if name else None


def _dashes(
    start: tuple[float, float], end: tuple[float, float]
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Three points of line, two of nothing, from ``start`` to ``end``."""
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5

    def at(way: float) -> tuple[float, float]:
        share = min(way / length, 1.0)
        return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share

    return [(at(way), at(way + 3)) for way in range(0, int(length) + 1, 5)] if length else []


def _bent(points: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """A chain of cubic Bézier curves as many short straight lines."""
    found = [points[0]]
    for at in range(1, len(points) - 2, 3):
        a, b, c, d = found[-1], *points[at : at + 3]
        for step in range(1, STEPS + 1):
            t = step / STEPS
            w = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x = w[0] * a[0] + w[1] * b[0] + w[2] * c[0] + w[3] * d[0]
            found.append((x, w[0] * a[1] + w[1] * b[1] + w[2] * c[1] + w[3] * d[1]))
    return found
