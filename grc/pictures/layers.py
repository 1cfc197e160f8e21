"""A directed graph in layers: every arrow leads forward, crossings are few.

Cycles are opened by turning an arrow round, the layer of a node is the longest way to it, long arrows pass through
the layers between, and the order within a layer follows the middle of its neighbours, swept back and forth.
"""

import itertools
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

SWEEPS = 12
Key = Hashable


@dataclass(frozen=True)
class Bend:
    """Where an arrow passes through a layer in which it neither begins nor ends."""

    edge: int
    layer: int


@dataclass(frozen=True)
class Layers:
    """``order[layer]`` holds nodes and bends from top to bottom; ``ways[edge]`` the places an arrow passes, its
    ends among them, in the direction in which it was given."""

    order: list[list[Key]]
    ways: list[list[Key]]


def layered(nodes: Sequence[Key], edges: Sequence[tuple[Key, Key]]) -> Layers:
    """Lay out ``edges`` (by number) over ``nodes``. Raises ``KeyError`` for an edge whose end is no node."""
    known = set(nodes)
    for end in (end for edge in edges for end in edge):
        if end not in known:
            raise KeyError(end)
    turned = _against(nodes, edges)
    forward = [(b, a) if at in turned else (a, b) for at, (a, b) in enumerate(edges)]
    layer = _longest(nodes, [(a, b) for a, b in forward if a != b])
    order: list[list[Key]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for node in nodes:
        order[layer[node]].append(node)
    steps: list[tuple[Key, Key]] = []
    ways: list[list[Key]] = []
    for at, (start, end) in enumerate(forward):
        bends: list[Key] = [Bend(at, between) for between in range(layer[start] + 1, layer[end])]
        for bend, between in zip(bends, range(layer[start] + 1, layer[end]), strict=True):
            order[between].append(bend)
        way = [start, *bends, end]
        steps += [(a, b) for a, b in itertools.pairwise(way) if a != b]
        ways.append(way[::-1] if at in turned else way)
    return Layers(_untangled(order, steps), ways)


def _against(nodes: Sequence[Key], edges: Sequence[tuple[Key, Key]]) -> set[int]:
    """The edges that close a cycle, as a walk in depth meets them."""
    leaving: dict[Key, list[tuple[int, Key]]] = defaultdict(list)
    for at, (start, end) in enumerate(edges):
        leaving[start].append((at, end))
    seen: set[Key] = set()
    above: set[Key] = set()
    found: set[int] = set()
    for root in nodes:
        if root in seen:
            continue
        seen.add(root)
        above.add(root)
        stack = [(root, iter(leaving[root]))]
        while stack:
            node, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                above.discard(node)
                stack.pop()
                continue
            at, end = step
            if end in above:
                found.add(at)
            elif end not in seen:
                seen.add(end)
                above.add(end)
                stack.append((end, iter(leaving[end])))
    return found


def _longest(nodes: Sequence[Key], edges: Iterable[tuple[Key, Key]]) -> dict[Key, int]:
    """The number of steps of the longest way to each node; the edges have no cycle."""
    leaving: dict[Key, list[Key]] = defaultdict(list)
    waiting = dict.fromkeys(nodes, 0)
    for start, end in edges:
        leaving[start].append(end)
        waiting[end] += 1
    layer = dict.fromkeys(nodes, 0)
    ready = [node for node in nodes if not waiting[node]]
    for node in ready:
        for end in leaving[node]:
            layer[end] = max(layer[end], layer[node] + 1)
            waiting[end] -= 1
            if not waiting[end]:
                ready.append(end)
    return layer


def _untangled(order: list[list[Key]], steps: Sequence[tuple[Key, Key]]) -> list[list[Key]]:
    before: dict[Key, list[Key]] = defaultdict(list)
    after: dict[Key, list[Key]] = defaultdict(list)
    for start, end in steps:
        after[start].append(end)
        before[end].append(start)
    best, fewest = [list(layer) for layer in order], crossings(order, after)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        neighbours = before if down else after
        for layer in range(1, len(order)) if down else range(len(order) - 2, -1, -1):
            _sort(order[layer], order[layer - 1 if down else layer + 1], neighbours)
        now = crossings(order, after)
        if now < fewest:
            best, fewest = [list(layer) for layer in order], now
    return best


def _sort(layer: list[Key], fixed: list[Key], neighbours: dict[Key, list[Key]]) -> None:
    """By the mean place of each one's neighbours; who has none keeps about its own place."""
    place = {node: number for number, node in enumerate(fixed)}
    middle: dict[Key, float] = {}
    for at, node in enumerate(layer):
        places = [place[other] for other in neighbours[node] if other in place]
        middle[node] = sum(places) / len(places) if places else at
    layer.sort(key=middle.__getitem__)


def crossings(order: Sequence[Sequence[Key]], after: dict[Key, list[Key]]) -> int:
    """How many pairs of steps cross between neighbouring layers."""
    total = 0
    for left, right in itertools.pairwise(order):
        place = {node: number for number, node in enumerate(right)}
        ends = [place[end] for node in left for end in sorted(after[node], key=lambda end: place.get(end, -1))]
        total += sum(earlier > later for at, later in enumerate(ends) for earlier in ends[:at])
    return total
