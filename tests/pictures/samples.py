"""One picture of each kind, with text that must not become markup."""

import datetime as dt
from typing import Any

from grc.pictures.chart import Chart, Series
from grc.pictures.graph import Graph, GraphEdge, GraphNode
from grc.pictures.heat_map import HeatCell, HeatMap
from grc.pictures.timeline import Lane, Span, Timeline

EVIL = "<script>alert(1)</script> & \"quoted\" 'too' \x07 ]]>"
TODAY = dt.date(2026, 11, 21)


def chart(kind: Any = "stacked", name: str = "High") -> Chart:
    series = [Series(name, [3, 5, 0], "red"), Series("Low", [2, None, 6], "green"), Series("Other", [1, 1, 1])]
    return Chart(
        f"Open risks {name}", "By month.", ["Jan", "Feb", name], series, kind, first="Month", slug="risks-over-time"
    )


def heat_map(name: str = "Likely") -> HeatMap:
    cells = [[HeatCell(12, "red", "/risks?a=1&b=2"), HeatCell(0, "yellow")], [HeatCell(3), HeatCell(0, "green")]]
    legend = [("red", name), ("green", "Acceptable")]
    return HeatMap(
        f"Risks {name}", "Fifteen.", [name, "Rare"], ["Minor", "Major"], cells, "Likelihood", "Impact", legend
    )


def timeline(name: str = "Stage 1") -> Timeline:
    spans = [
        Span(name, dt.date(2026, 12, 1), dt.date(2026, 12, 9), "purple", "/a"),
        Span("Plan", dt.date(2026, 9, 1), dt.date(2027, 1, 31)),
        Span.moment("Review", dt.date(2027, 2, 1), "orange"),
    ]
    return Timeline(f"The way {name}", "Until the audit.", [Lane(name, spans), Lane("Empty", [])], TODAY)


def graph(name: str = "Claims triage") -> Graph:
    nodes = [
        GraphNode("s", name, "AI system", "blue", "/s"),
        GraphNode("m", "Model", "Model", "purple"),
        GraphNode("d", "Data", name),
        GraphNode("alone", "Alone"),
    ]
    edges = [GraphEdge("s", "m", name), GraphEdge("d", "m"), GraphEdge("m", "s", "answers"), GraphEdge("m", "m")]
    return Graph(f"Parts of {name}", "What it is made of.", nodes, edges)


def every(name: str = "Likely") -> list[Any]:
    kinds = ("bar", "stacked", "line")
    return [*(chart(kind, name) for kind in kinds), heat_map(name), timeline(name), graph(name)]
