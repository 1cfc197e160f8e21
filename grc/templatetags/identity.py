"""What the pages about signing in say."""

import re

from django import template
from django.utils.translation import gettext as _

register = template.Library()

BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"(?:Headless)?Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X|Macintosh"),
    ("Linux", "Linux|X11"),
)
"""Names with what gives them away, the more particular first."""


@register.filter
def browser(user_agent: str) -> str:
    """A browser as people call it, from what it says of itself; what nobody knows is shown as it is, cut short."""
    what = next((name for name, sign in BROWSERS if re.search(sign, user_agent)), "")
    where = next((name for name, sign in SYSTEMS if re.search(sign, user_agent)), "")
    if what and where:
        return _("%(browser)s on %(system)s") % {"browser": what, "system": where}
    return what or user_agent[:60] or _("Unknown")
