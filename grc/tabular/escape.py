"""Text that a spreadsheet would run as a formula, and how it is written so that it does not.

In CSV such a text gets one leading apostrophe. A text that begins with apostrophes before what would be hazardous
gets one more, so that ``unescape`` always gives back exactly what was written: reading a table that was written
here, apply ``unescape`` to every cell that is text.
"""

import re

# White space and invisible characters that programs skip before they look for a formula.
_SKIPPED = (
    r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff"
)
# = + - @ with their full-width, small, raised and lowered forms and the minus sign; TAB, CR, LF and NUL.
_TRIGGERS = r"=+\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−\t\r\n\x00"
_HAZARD = re.compile(f"[{_SKIPPED}]*[{_TRIGGERS}]")
_ESCAPABLE = re.compile(f"'*[{_SKIPPED}]*[{_TRIGGERS}]")
_ESCAPED = re.compile(f"'+[{_SKIPPED}]*[{_TRIGGERS}]")


def is_hazardous(text: str) -> bool:
    """Tell whether a spreadsheet could take the text for a formula or a command."""
    return _HAZARD.match(text) is not None


def escape(text: str) -> str:
    """Return the text as it is written to CSV; ``unescape`` is its exact inverse."""
    return f"'{text}" if _ESCAPABLE.match(text) else text


def unescape(text: str) -> str:
    """Return the text that ``escape`` was given."""
    return text[1:] if _ESCAPED.match(text) else text
