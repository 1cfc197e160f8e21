"""What the pages of objectives say often."""

from decimal import Decimal

from django import template

from aims.support.objectives import number

register = template.Library()


@register.simple_tag
def value(value: Decimal | None, unit: str = "") -> str:
    """A measured value as its reader writes it, with its unit."""
    return number(value, unit)
