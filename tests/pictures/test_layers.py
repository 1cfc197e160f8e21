"""The layout of graphs, against every graph that hypothesis can think of."""

import itertools
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc.pictures.graph import Graph, GraphEdge, GraphNode
from grc.pictures.layers import Bend, crossings, layered

edges = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25)


def layer_of(order):
    return {key: number for number, layer in enumerate(order) for key in layer}


@given(edges)
@settings(max_examples=200, deadline=None)
def test_every_arrow_passes_neighbouring_layers_one_by_one(given_edges):
    found = layered(list(range(10)), given_edges)
    layer = layer_of(found.order)
    for (start, end), way in zip(given_edges, found.ways, strict=True):
        assert way[0] == start
        assert way[-1] == end
        steps = {layer[b] - layer[a] for a, b in itertools.pairwise(way)}
        assert steps <= {1} or steps <= {-1} or start == end
        assert all(isinstance(key, Bend) for key in way[1:-1])


@given(edges)
@settings(max_examples=100, deadline=None)
def test_every_node_stands_once_and_without_cycles_all_arrows_lead_forward(given_edges):
    found = layered(list(range(10)), given_edges)
    nodes = [int(str(key)) for layer in found.order for key in layer if not isinstance(key, Bend)]
    assert sorted(nodes) == list(range(10))
    forward = [(min(pair), max(pair)) for pair in given_edges if pair[0] != pair[1]]
    layer = layer_of(layered(list(range(10)), forward).order)
    assert all(layer[start] < layer[end] for start, end in forward)


def test_a_layer_is_the_longest_way():
    layer = layer_of(layered("abcd", [("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")]).order)
    assert [layer[key] for key in "abcd"] == [0, 1, 2, 1]


def test_crossings_are_untied():
    nodes = ["a1", "a2", "a3", "b1", "b2", "b3"]
    crossed = [("a1", "b3"), ("a2", "b2"), ("a3", "b1")]
    found = layered(nodes, crossed)
    after: dict[Any, list[Any]] = defaultdict(list)
    for start, end in crossed:
        after[start].append(end)
    assert crossings([nodes[:3], nodes[3:]], after) == 3
    assert crossings(found.order, after) == 0


def test_a_cycle_is_opened_once_and_its_arrow_keeps_its_direction():
    found = layered("abc", [("a", "b"), ("b", "c"), ("c", "a")])
    layer = layer_of(found.order)
    assert [layer[key] for key in "abc"] == [0, 1, 2]
    assert found.ways[2][0] == "c"
    assert found.ways[2][-1] == "a"


def test_an_edge_to_nowhere_is_refused():
    with pytest.raises(KeyError):
        layered("a", [("a", "b")])
    with pytest.raises(KeyError, match="no node"):
        Graph("x", "y", [GraphNode("a", "A")], [GraphEdge("a", "b")])


@given(edges)
@settings(max_examples=60, deadline=None)
def test_no_two_boxes_of_a_drawing_overlap(given_edges):
    nodes = [GraphNode(str(n), f"Node {n} " * (n % 3 + 1), "kind") for n in range(10)]
    graph = Graph("x", "y", nodes, [GraphEdge(str(a), str(b), "label") for a, b in given_edges])
    boxes = [graph._boxes[str(n)] for n in range(10)]
    for one, other in itertools.combinations(boxes, 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y
    drawing = graph.drawing()
    assert all(box.x + box.width <= drawing.width and box.y + box.height <= drawing.height for box in boxes)
