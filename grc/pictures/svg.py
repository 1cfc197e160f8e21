"""Shapes as SVG for a page: colours are classes, so that the reader's theme decides; texts are texts.

``role="img"`` where nothing in it can be reached; with links it is a group, so that each link is read out.
"""

from collections.abc import Iterable, Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from grc.pictures.drawing import Circle, Line, Link, Path, Rect, Shape, Text
from grc.pictures.fonts import clean
from grc.pictures.picture import Picture

PIXELS = 4 / 3  # a point, as a browser counts
LEAST, STEP, MOST = 0.7, 80, 16  # a narrow screen makes it smaller, down to a width from which on one scrolls


def to_svg(picture: Picture, name: str) -> SafeString:
    """The picture as one ``<svg>``; ``name`` (an id) is unique on its page."""
    drawing = picture.drawing()
    shapes = mark_safe("".join(_written(drawing.shapes)))
    width, height = drawing.width * PIXELS, drawing.height * PIXELS
    return format_html(
        '<svg class="drawing least-{}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}"'
        ' role="{}" aria-labelledby="{}-title {}-words">'
        '<title id="{}-title">{}</title><desc id="{}-words">{}</desc>{}</svg>',
        min(max(int(width * LEAST / STEP), 1), MOST),
        _number(drawing.width),
        _number(drawing.height),
        _number(width),
        _number(height),
        "group" if _has_links(drawing.shapes) else "img",
        *(name,) * 3,
        clean(picture.title),
        name,
        clean(picture.description),
        shapes,
    )


def _has_links(shapes: Iterable[Shape]) -> bool:
    return any(isinstance(shape, Link) and shape.href for shape in shapes)


def _written(shapes: Iterable[Shape]) -> Iterator[SafeString]:
    for shape in shapes:
        if isinstance(shape, Link):
            yield _link(shape)
        elif isinstance(shape, Text):
            yield _text(shape)
        elif isinstance(shape, Rect):
            yield _rect(shape)
        elif isinstance(shape, Circle):
            yield _circle(shape)
        elif isinstance(shape, Line):
            ends = [_number(value) for value in (shape.x1, shape.y1, shape.x2, shape.y2)]
            more = _stroke(shape.width, shape.dashed)
            given = (_class("", shape.stroke), *ends, more)
            yield format_html('<line{} x1="{}" y1="{}" x2="{}" y2="{}"{}/>', *given)
        else:
            given = (_class(shape.fill, shape.stroke), _way(shape), _stroke(shape.width, shape.dashed))
            yield format_html('<path{} d="{}"{}/>', *given)


def _link(link: Link) -> SafeString:
    inner = mark_safe("".join(_written(link.shapes)))
    if not link.href:
        return format_html("<g><title>{}</title>{}</g>", clean(link.label), inner)
    return format_html('<a class="spot" href="{}" aria-label="{}">{}</a>', link.href, clean(link.label), inner)


def _text(text: Text) -> SafeString:
    style = "" if text.style == "regular" else f" {text.style}"
    anchor = "" if text.anchor == "start" else format_html(' text-anchor="{}"', text.anchor)
    given = (text.fill, style, _number(text.x), _number(text.y), _number(text.size), anchor, clean(text.text))
    return format_html('<text class="f-{}{}" x="{}" y="{}" font-size="{}"{}>{}</text>', *given)


def _rect(rect: Rect) -> SafeString:
    place = [_number(value) for value in (rect.x, rect.y, rect.width, rect.height)]
    radius = format_html(' rx="{}"', _number(rect.radius)) if rect.radius else ""
    title = format_html("<title>{}</title>", clean(rect.name)) if rect.name else ""
    given = (_class(rect.fill, rect.stroke), *place, radius, title)
    return format_html('<rect{} x="{}" y="{}" width="{}" height="{}"{}>{}</rect>', *given)


def _circle(circle: Circle) -> SafeString:
    place = [_number(value) for value in (circle.x, circle.y, circle.radius)]
    return format_html('<circle{} cx="{}" cy="{}" r="{}"/>', _class(circle.fill, circle.stroke), *place)


def _class(fill: str, stroke: str) -> SafeString:
    names = [f"f-{fill}" if fill else "f-none", *([f"s-{stroke}"] if stroke else [])]
    return format_html(' class="{}"', " ".join(names))


def _stroke(width: float, dashed: bool) -> SafeString:
    given = [("stroke-width", _number(width))] if width != 1 else []
    given += [("stroke-dasharray", "3 2")] if dashed else []
    return format_html_join("", ' {}="{}"', given)


def _way(path: Path) -> str:
    points = [f"{_number(x)} {_number(y)}" for x, y in path.points]
    way = f"M{points[0]}"
    if path.curved:
        way += "".join(f"C{' '.join(points[at : at + 3])}" for at in range(1, len(points) - 2, 3))
    else:
        way += "".join(f"L{point}" for point in points[1:])
    return way + ("Z" if path.closed else "")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
