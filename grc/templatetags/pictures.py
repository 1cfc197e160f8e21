"""``{% picture p %}``: a picture on a page, with its table."""

import hashlib
from typing import Any

from django import template
from django.templatetags.static import static

from grc.pictures.chart import Chart
from grc.pictures.picture import Picture
from grc.pictures.svg import to_svg

register = template.Library()


@register.inclusion_tag("pictures/picture.html")
def picture(shown: Picture, open_table: bool = False) -> dict[str, Any]:
    """A figure: the drawing, and under it what it shows as a table. A chart is redrawn by Chart.js where it runs."""
    name = f"picture-{hashlib.sha256(f'{shown.title}|{shown.description}'.encode()).hexdigest()[:10]}"
    headings, rows = shown.table()
    chart = shown.config() if isinstance(shown, Chart) else None
    return {
        "picture": shown,
        "name": name,
        "svg": to_svg(shown, name),
        "headings": headings,
        "rows": rows,
        "open_table": open_table,
        "chart": chart,
        "chart_data": f"{name}-data",
        "library": static("vendor/chart.js") if chart else "",
    }
