"""What the templates of controls say often."""

from collections.abc import Iterable

from django import template

from grc.registers.history import Difference

register = template.Library()


@register.filter
def headings(differences: Iterable[Difference]) -> str:
    """The names of the fields that a change touched."""
    return ", ".join(difference.heading for difference in differences)
