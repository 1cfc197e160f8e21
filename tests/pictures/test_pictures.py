"""What each kind of picture shows, and that its table shows the same."""

import datetime as dt
import io
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.translation import override
from lxml import etree
from PIL import Image

from grc.pictures.axis import date_marks, round_steps
from grc.pictures.chart import Chart, Series
from grc.pictures.drawing import Circle, Line, Link, Rect, Text, flat
from grc.pictures.graph import Graph
from grc.pictures.heat_map import HeatMap
from grc.pictures.palette import PAPER, SERIES, TONES
from grc.pictures.png import to_png
from grc.pictures.svg import to_svg
from grc.pictures.timeline import Span
from tests.pictures.samples import EVIL, chart, every, graph, heat_map, timeline

SVG = "{http://www.w3.org/2000/svg}"
EVERY = every()
PRINTED = EVIL.replace("\x07 ", "")
NAMES = ["bar", "stacked", "line", "heat map", "timeline", "graph"]


def words(picture):
    return [shape.text for shape in flat(picture.drawing().shapes) if isinstance(shape, Text)]


def in_page(picture):
    page: str = Template("{% load pictures %}{% picture p %}").render(Context({"p": picture}))
    page = re.sub(r" (hidden|open)(?=[ >])", "", page)  # which HTML may write without a value, and XML may not
    return etree.fromstring(f"<div>{page}</div>")


@pytest.mark.parametrize("picture", every(EVIL), ids=NAMES)
def test_svg_is_well_formed_and_text_is_never_markup(picture):
    tree = etree.fromstring(to_svg(picture, "p1"))
    assert tree.tag == f"{SVG}svg"
    assert not list(tree.iter(f"{SVG}script"))
    assert "<script>" in tree.find(f"{SVG}title").text
    assert all(not name.startswith("on") and name != "style" for element in tree.iter() for name in element.attrib)


@pytest.mark.parametrize("picture", every(PRINTED), ids=NAMES)
def test_a_page_holds_the_picture_and_its_table(picture):
    figure = in_page(picture).find("figure")
    headings, rows = picture.table()
    body = figure.find(".//tbody")
    assert len(body) == len(rows)
    cells = [[" ".join((cell.text or "").split()) for cell in row] for row in body]
    assert cells == [[" ".join(cell.replace("\x07", "").split()) for cell in row] for row in rows] or "\x07" in str(
        rows
    )
    assert len(figure.find(".//thead/tr")) == len(headings)


@pytest.mark.parametrize("picture", EVERY, ids=NAMES)
def test_svg_says_what_it_is(picture):
    tree = etree.fromstring(to_svg(picture, "p1"))
    titles = tree.get("aria-labelledby").split()
    ids = {element.get("id"): element.text for element in tree.iter() if element.get("id")}
    assert [ids[name] for name in titles] == [picture.title, picture.description]
    links = tree.findall(f".//{SVG}a")
    assert tree.get("role") == ("group" if links else "img")
    assert all(link.get("aria-label") and link.get("href").startswith("/") for link in links)


@pytest.mark.parametrize("picture", EVERY, ids=NAMES)
def test_every_colour_is_known_to_the_page_and_to_paper(picture):
    style = (Path(settings.BASE_DIR) / "static/css/pictures.css").read_text()
    for name in re.findall(r'class="([^"]+)"', to_svg(picture, "p1")):
        for colour in name.split():
            assert f".{colour} " in style or f".{colour}:" in style, colour
            if colour[:2] in {"f-", "s-"} and colour != "f-none":
                assert colour[2:] in PAPER


def test_every_tone_can_be_used_on_a_page():
    style = (Path(settings.BASE_DIR) / "static/css/pictures.css").read_text()
    for tone in TONES:
        assert {f"{tone}-ink", f"{tone}-tint", f"{tone}-dot"} <= PAPER.keys()
        for name in (f".f-{tone}-ink", f".f-{tone}-tint", f".f-{tone}-dot", f".s-{tone}-dot"):
            assert name in style
    assert set(SERIES) <= PAPER.keys()


@pytest.mark.parametrize("picture", EVERY, ids=NAMES)
def test_nothing_is_drawn_outside(picture):
    drawing = picture.drawing()
    for shape in flat(drawing.shapes):
        if isinstance(shape, Rect):
            right, low = shape.x + shape.width, shape.y + shape.height
        elif isinstance(shape, Text):
            right, low = shape.left + shape.wide, shape.y
            assert shape.left >= -1, shape
        elif isinstance(shape, Circle):
            right, low = shape.x + shape.radius, shape.y + shape.radius
        elif isinstance(shape, Line):
            right, low = max(shape.x1, shape.x2), max(shape.y1, shape.y2)
        else:
            right, low = max(x for x, _ in shape.points), max(y for _, y in shape.points)
        assert right <= drawing.width + 1, shape
        assert low <= drawing.height + 1, shape


@pytest.mark.parametrize("picture", EVERY, ids=NAMES)
def test_png_shows_more_than_paper(picture):
    image = Image.open(io.BytesIO(to_png(picture.drawing())))
    drawing = picture.drawing()
    assert image.size == (round(drawing.width * 3), round(drawing.height * 3))
    assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 10


def test_a_bar_is_as_high_as_its_number():
    picture = Chart("x", "y", ["a", "b"], [Series("s", [10, 5], "red")], "bar")
    bars = [shape for shape in flat(picture.drawing().shapes) if isinstance(shape, Rect) and not shape.radius]
    assert [round(bar.height / bars[0].height, 3) for bar in bars] == [1, 0.5]
    assert {bar.fill for bar in bars} == {"red-dot"}


def test_stacked_bars_stand_on_each_other():
    bars = [shape for shape in flat(chart().drawing().shapes) if isinstance(shape, Rect) and not shape.radius]
    first = sorted((bar for bar in bars if bar.x == bars[0].x), key=lambda bar: -bar.y)
    assert len(first) == 3
    assert all(abs(above.y + above.height - below.y) < 0.01 for below, above in itertools.pairwise(first))


def test_a_line_has_a_gap_where_there_is_no_number():
    points = [shape for shape in flat(chart("line").drawing().shapes) if isinstance(shape, Circle)]
    assert len(points) == 8  # nine values, of which one is missing


def test_a_chart_hands_the_browser_names_and_numbers():
    page = in_page(chart(name=PRINTED))
    figure = page.find("figure")
    data = json.loads(figure.find("script[@type='application/json']").text)
    assert data["kind"] == "stacked"
    assert data["series"][0] == {"name": PRINTED, "values": [3, 5, 0], "colour": "red-dot"}
    assert figure.get("data-chart") == figure.find("script[@type='application/json']").get("id")
    sources = [script.get("src") for script in figure.iter("script") if script.get("type") == "module"]
    assert len(sources) == 1
    assert "charts" in sources[0]
    assert all(not (script.text or "").strip() for script in figure.iter("script") if script.get("src"))


def test_a_chart_whose_series_do_not_fit_is_refused():
    with pytest.raises(ValueError, match="as many values"):
        Chart("x", "y", ["a"], [Series("s", [1, 2])])


def test_a_heat_map_counts_and_leads_to_what_it_counts():
    picture = heat_map()
    assert picture.table() == (["Likelihood \\ Impact", "Minor", "Major"], [["Likely", "12", "0"], ["Rare", "3", "0"]])
    assert {"12", "3"} <= set(words(picture))
    assert "0" not in words(picture)
    tree = etree.fromstring(to_svg(picture, "p"))
    link = tree.find(f".//{SVG}a")
    assert (link.get("href"), link.get("aria-label")) == ("/risks?a=1&b=2", "Likely, Minor: 12")


def test_a_heat_map_without_all_its_cells_is_refused():
    with pytest.raises(ValueError, match="a cell for every row"):
        HeatMap("x", "y", ["a"], ["b"], [[]])


def test_a_timeline_puts_days_in_their_order_and_marks_today():
    picture = timeline()
    assert "Today, 21 Nov 2026" in words(picture)
    links: dict[str, Any] = {
        shape.label: shape.shapes[0] for shape in picture.drawing().shapes if isinstance(shape, Link)
    }
    plan, stage = links["Plan: 1 Sept 2026 – 31 Jan 2027"], links["Stage 1: 1 Dec 2026 – 9 Dec 2026"]
    review = links["Review: 1 Feb 2027"]
    today = next(shape for shape in picture.drawing().shapes if isinstance(shape, Line) and shape.dashed)
    assert plan.x < today.x1 < stage.x < plan.x + plan.width < review.x
    assert abs(stage.width / plan.width - 8 / 152) < 0.02


def test_spans_of_a_lane_do_not_lie_on_each_other():
    picture = timeline()
    boxes: list[Any] = [link.shapes for link in picture.drawing().shapes if isinstance(link, Link)]
    rows: dict[int, list[tuple[float, float]]] = {}
    for box, *_more, name in boxes:
        left = min(name.left, box.x)
        for other_left, other_right in rows.get(round(name.y), []):
            assert left >= other_right or name.left + name.wide <= other_left
        rows.setdefault(round(name.y), []).append((left, name.left + name.wide))


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends after"):
        Span("x", dt.date(2026, 1, 2), dt.date(2026, 1, 1))


def test_a_graph_of_nothing_says_so():
    nothing = Graph("Nothing", "Nothing at all", [], [])
    assert "Nothing is recorded yet." in to_svg(nothing, "nothing")
    assert Image.open(io.BytesIO(to_png(nothing.drawing()))).width > 300


def test_a_graph_tells_its_arrows_and_the_lonely():
    headings, rows = graph().table()
    assert headings == ["From", "What", "To"]
    assert ["Claims triage", "Claims triage", "Model"] in rows
    assert ["Alone", "", ""] in rows


@pytest.mark.parametrize(
    ("highest", "steps"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (100, [0, 20, 40, 60, 80, 100]),
        (12_345, [0, 5000, 10_000, 15_000]),
    ],
)
def test_axes_have_round_steps(highest, steps):
    assert round_steps(highest) == steps


def test_dates_are_marked_at_beginnings_and_not_too_often():
    with override("en-gb"):
        for days in (1, 20, 90, 400, 2000, 40_000):
            first = dt.date(2026, 1, 17)
            marks = date_marks(first, first + dt.timedelta(days=days))
            assert 1 <= len(marks) <= 13
        assert date_marks(dt.date(2026, 1, 17), dt.date(2026, 3, 2))[0] == (dt.date(2026, 2, 1), "Feb 2026")


def test_a_timeline_at_the_end_of_time_is_drawn():
    picture = timeline()
    lane = picture.lanes[0]
    far = type(picture)("x", "y", [type(lane)("a", [Span("z", dt.date.min, dt.date.max)])], picture.today)
    assert far.drawing().width > 0


def test_empty_pictures_are_drawn():
    assert Chart("x", "y", [], []).drawing().shapes
    assert HeatMap("x", "y", [], [], []).drawing().width > 0
    assert type(graph())("x", "y", [], []).drawing().width > 0
    assert type(timeline())("x", "y", [], dt.date(2026, 1, 1)).drawing().width > 0
