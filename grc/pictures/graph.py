"""Graphs: boxes and arrows from left to right, laid out on the server."""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from grc.pictures.drawing import Drawing, Link, Path, Rect, Shape, Text
from grc.pictures.fonts import clean, em
from grc.pictures.layers import Bend, Key, Layers, layered
from grc.pictures.lines import cut, lines

SIZE, SMALL = 10.0, 8.5
PAD, NARROW, WIDE = 11.0, 90.0, 170.0
BETWEEN, ABOVE = 64.0, 16.0
ROOM = 0.88
"""So much of a box's width a line takes by our measure: a browser may draw it in a wider font."""
ARROW = 6.0
EDGE, LOOP = 4.0, 26.0
EMPTY = 320.0


@dataclass(frozen=True)
class GraphNode:
    """``key`` is what edges name; ``kind`` stands small above the name."""

    key: str
    name: str
    kind: str = ""
    tone: str = "secondary"
    href: str = ""


@dataclass(frozen=True)
class GraphEdge:
    source: str
    target: str
    label: str = ""


@dataclass(frozen=True)
class Graph:
    """Raises ``KeyError`` where an edge names no node."""

    title: str
    description: str
    nodes: Sequence[GraphNode]
    edges: Sequence[GraphEdge]
    slug: str = ""

    def __post_init__(self) -> None:
        known = {node.key for node in self.nodes}
        for edge in self.edges:
            if not {edge.source, edge.target} <= known:
                raise KeyError(f"an edge from {edge.source} to {edge.target}, of which one is no node")

    def table(self) -> tuple[list[str], list[list[str]]]:
        names = {node.key: node.name for node in self.nodes}
        tied = {key for edge in self.edges for key in (edge.source, edge.target)}
        rows = [[names[edge.source], edge.label, names[edge.target]] for edge in self.edges]
        rows += [[node.name, "", ""] for node in self.nodes if node.key not in tied]
        return [_("From"), _("What"), _("To")], rows

    def drawing(self) -> Drawing:
        if not self.nodes:
            return Drawing(EMPTY, 3 * SIZE, (Text(EDGE, 2 * SIZE, _("Nothing is recorded yet."), SIZE),))
        boxes = self._boxes
        loops = {edge.source for edge in self.edges if edge.source == edge.target}
        right = max((box.x + box.width + LOOP * (key in loops) for key, box in boxes.items()), default=0) + EDGE
        foot = max((box.y + box.height for box in boxes.values()), default=0) + EDGE
        arrows = [shape for at, edge in enumerate(self.edges) for shape in self._arrow(at, edge)]
        nodes = [self._node(node, boxes[node.key]) for node in self.nodes]
        return Drawing(right, foot, (*arrows, *nodes))

    @cached_property
    def _layers(self) -> Layers:
        return layered([node.key for node in self.nodes], [(edge.source, edge.target) for edge in self.edges])

    def _size(self, key: Key) -> tuple[float, float]:
        node = self._nodes.get(str(key)) if not isinstance(key, Bend) else None
        if node is None:
            return 0.0, 10.0
        widest = max(em(clean(node.name), "bold") * SIZE, em(clean(node.kind)) * SMALL)
        width = min(max(widest * 1.12, NARROW), WIDE) + 2 * PAD
        return width, len(self._name(node)) * SIZE * 1.3 + (SMALL * 1.4 if node.kind else 0) + 2 * PAD * 0.75

    @cached_property
    def _nodes(self) -> dict[str, GraphNode]:
        return {node.key: node for node in self.nodes}

    def _name(self, node: GraphNode) -> list[str]:
        found = lines(clean(node.name), SIZE, WIDE * ROOM, "bold")
        return [*found[:2], cut(" ".join(found[2:]), SIZE, WIDE * ROOM, "bold")] if len(found) > 3 else found

    @cached_property
    def _boxes(self) -> dict[Key, Rect]:
        """Where each node stands, and each bend; a layer is a column, centred against the highest."""
        heights = [sum(self._size(key)[1] for key in layer) + ABOVE * (len(layer) - 1) for layer in self._layers.order]
        boxes: dict[Key, Rect] = {}
        x = EDGE
        for layer, height in zip(self._layers.order, heights, strict=True):
            column = max(self._size(key)[0] for key in layer)
            y = EDGE + (max(heights) - height) / 2
            for key in layer:
                _width, high = self._size(key)
                boxes[key] = Rect(x, y, column, high)
                y += high + ABOVE
            x += column + self._gap
        return boxes

    @cached_property
    def _gap(self) -> float:
        """Between two columns: room for the longest word on an arrow."""
        widest = max((em(cut(clean(edge.label), SMALL, 120)) * SMALL for edge in self.edges), default=0.0)
        return max(BETWEEN, widest + 34)

    def _node(self, node: GraphNode, box: Rect) -> Shape:
        shapes: list[Shape] = [
            Rect(box.x, box.y, box.width, box.height, f"{node.tone}-tint", f"{node.tone}-dot", 5, clean(node.name))
        ]
        y = box.y + PAD * 0.75
        if node.kind:
            shapes.append(Text(box.x + PAD, y + SMALL, cut(clean(node.kind), SMALL, WIDE), SMALL, fill="quiet"))
            y += SMALL * 1.4
        for line in self._name(node):
            shapes.append(Text(box.x + PAD, y + SIZE, line, SIZE, "bold", f"{node.tone}-ink"))
            y += SIZE * 1.3
        words = ", ".join(part for part in (clean(node.name), clean(node.kind)) if part)
        return Link(node.href, words, tuple(shapes))

    @cached_property
    def _ports(self) -> dict[tuple[int, bool], float]:
        """Where at its box's side each arrow begins (False) and ends (True): spread, in the order of where they go."""
        sides: dict[tuple[Key, bool], list[tuple[float, int, bool]]] = defaultdict(list)
        for at, way in enumerate(self._layers.ways):
            if len(way) < 2 or way[0] == way[-1]:
                continue
            forward = self._boxes[way[0]].x < self._boxes[way[-1]].x
            for end, near, far in ((False, way[0], way[1]), (True, way[-1], way[-2])):
                other = self._boxes[far]
                sides[near, forward != end].append((other.y + other.height / 2, at, end))
        ports: dict[tuple[int, bool], float] = {}
        for (key, _right), ends in sides.items():
            box = self._boxes[key]
            for number, (_place, at, end) in enumerate(sorted(ends), start=1):
                ports[at, end] = box.y + box.height * number / (len(ends) + 1)
        return ports

    def _arrow(self, at: int, edge: GraphEdge) -> Iterator[Shape]:
        way = [self._boxes[key] for key in self._layers.ways[at]]
        if edge.source == edge.target:
            yield from _loop(way[0])
            return
        back = way[0].x > way[-1].x
        ends = (self._ports[at, False], self._ports[at, True])
        points = _passes(way[::-1], ends[::-1], ARROW / 2, 0)[::-1] if back else _passes(way, ends, 0, ARROW / 2)
        curve = [points[0]]
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            middle = (x1 + x2) / 2
            curve += [(middle, y1), (middle, y2), (x2, y2)]
        yield Path(tuple(curve), "quiet", width=1.1, curved=True)
        yield _head(points[-1], -1 if back else 1)
        if edge.label:
            (x1, y1), (x2, y2) = points[0], points[1]
            words = cut(clean(edge.label), SMALL, 120)
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            wide = em(words) * SMALL + 6
            yield Rect(x - wide / 2, y - SMALL * 0.75, wide, SMALL * 1.5, "surface")
            yield Text(x, y + SMALL * 0.35, words, SMALL, fill="quiet", anchor="middle")


def _passes(way: Sequence[Rect], ends: tuple[float, float], before: float, after: float) -> list[tuple[float, float]]:
    """From the right side of the first box to the left side of the last, straight through the bends between.

    ``ends`` are the heights at which it leaves and arrives; ``before`` and ``after`` the room for an arrow's head.
    """
    points = [(way[0].x + way[0].width + before, ends[0])]
    for bend in way[1:-1]:
        y = bend.y + bend.height / 2
        points += [(bend.x, y), (bend.x + bend.width, y)]
    return [*points, (way[-1].x - after, ends[1])]


def _head(tip: tuple[float, float], way: int) -> Path:
    x, y = tip
    x += ARROW / 2 * way
    points = ((x, y), (x - way * ARROW, y - ARROW * 0.55), (x - way * ARROW, y + ARROW * 0.55))
    return Path(points, fill="quiet", closed=True)


def _loop(box: Rect) -> Iterator[Shape]:
    """An arrow from a box to itself, at its right side."""
    x, top, foot = box.x + box.width, box.y + box.height * 0.3, box.y + box.height * 0.7
    yield Path(((x, top), (x + LOOP, top - 6), (x + LOOP, foot + 6), (x + 4, foot)), "quiet", width=1.1, curved=True)
    yield _head((x + 3, foot), -1)
