"""What a form's field for a formatted text tells its script: where the preview is, and how the buttons are called."""

import json

from django.urls import reverse
from django.utils.translation import gettext as _


def attributes(organisation: str) -> dict[str, str | int]:
    """Attributes of the textarea; ``organisation`` is the slug."""
    words = {
        "heading": _("Heading"),
        "bold": _("Bold"),
        "italic": _("Italic"),
        "list": _("List"),
        "numbers": _("Numbered list"),
        "quote": _("Quote"),
        "link": _("Link"),
        "table": _("Table"),
        "toolbar": _("Format the text"),
        "preview": _("Preview"),
        "write": _("Write"),
        "words": _("words"),
        "failed": _("The preview is not available now."),
    }
    return {"rows": 24, "data-formatted": reverse("formatted", args=[organisation]), "data-words": json.dumps(words)}
