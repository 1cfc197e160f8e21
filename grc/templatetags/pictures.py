"""``{% picture p %}``: a picture on a page, with its table."""

import hashlib
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse

from grc.pictures.chart import Chart
from grc.pictures.picture import Picture
from grc.pictures.svg import to_svg

register = template.Library()
KINDS = ("png", "pdf", "docx", "csv", "xlsx")


@register.inclusion_tag("pictures/picture.html", takes_context=True)
def picture(context: Context, shown: Picture, open_table: bool = False) -> dict[str, Any]:
    """A figure: the drawing, and under it what it shows as a table. A chart is redrawn by Chart.js where it runs."""
    name = f"picture-{hashlib.sha256(f'{shown.title}|{shown.description}'.encode()).hexdigest()[:10]}"
    headings, rows = shown.table()
    organisation = context.get("organisation")
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
        "files": _files(shown.slug, organisation) if shown.slug and organisation else [],
    }


def _files(slug: str, organisation: Any) -> list[tuple[str, str]]:
    """(name of the kind, address) of each file that the picture can be taken away as."""
    return [(kind.upper(), reverse("picture", args=[organisation.slug, slug, kind])) for kind in KINDS]
