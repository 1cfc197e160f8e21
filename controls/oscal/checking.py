"""Holds a document against the shapes, and names the place of what is wrong."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from controls.oscal.names import is_token
from controls.oscal.refusal import OSCALRefused
from controls.oscal.shapes import EITHER, NEEDED, SHAPES, Many, OneOf

MOST_NESTED = 12
"""How deep groups and controls may stand in each other, and parts in parts."""

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[45][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+\-.]+:.+")
_STRING = re.compile(r"\S(.*\S)?")
_ZONE = r"(Z|(-((0[0-9]|1[0-2]):00|0[39]:30)|\+((0[0-9]|1[0-4]):00|(0[34569]|10):30|(0[58]|12):45)))"
_INSTANT = re.compile(rf"[12]\d{{3}}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?{_ZONE}")
_NESTING = frozenset({"group", "control", "part", "custom-group"})


def check(value: Any, kind: str | Many | OneOf, path: str, depth: int = 0) -> None:
    """Raise ``OSCALRefused`` at the first thing in ``value`` that is not as ``kind`` says."""
    if isinstance(kind, Many):
        _check_list(value, kind.of, path, depth)
    elif isinstance(kind, OneOf):
        if value not in kind.values:
            text = _("This must be one of: %(choices)s.")
            raise OSCALRefused(path, text % {"choices": ", ".join(kind.values)})
    elif kind in SHAPES:
        _check_object(value, kind, path, depth)
    else:
        _check_plain(value, kind, path)


def _check_list(value: Any, kind: str, path: str, depth: int) -> None:
    if not isinstance(value, list):
        raise OSCALRefused(path, _("A list is expected here."))
    if not value:
        raise OSCALRefused(path, _("An empty list is not allowed: leave the field out."))
    for number, item in enumerate(value):
        check(item, kind, f"{path}[{number}]", depth)


def _check_object(value: Any, kind: str, path: str, depth: int) -> None:
    if not isinstance(value, dict):
        raise OSCALRefused(path, _("An object is expected here."))
    depth += kind in _NESTING
    if depth > MOST_NESTED:
        text = _("Groups and controls, or parts, stand in each other at most %(n)d levels deep.")
        raise OSCALRefused(path, text % {"n": MOST_NESTED})
    shape = SHAPES[kind]
    for name in shape:
        if name.endswith("!") and name[:-1] not in value:
            raise OSCALRefused(f"{path}.{name[:-1]}", _("This is missing."))
    for name, item in value.items():
        of = shape.get(name) or shape.get(f"{name}!")
        if of is None:
            raise OSCALRefused(f"{path}.{name[:60]}", _("There is no such field here in OSCAL 1.0 to 1.2."))
        check(item, of, f"{path}.{name}", 0 if name == "parts" and kind != "part" else depth)
    _check_choices(value, kind, path)


def _check_choices(value: dict[str, Any], kind: str, path: str) -> None:
    either, needed = EITHER.get(kind), NEEDED.get(kind)
    if either and sum(name in value for name in either) > 1:
        raise OSCALRefused(path, _("Only one of these may stand here: %(names)s.") % {"names": ", ".join(either)})
    if needed and not any(name in value for name in needed):
        raise OSCALRefused(path, _("One of these is needed: %(names)s.") % {"names": ", ".join(needed)})


def _check_plain(value: Any, kind: str, path: str) -> None:
    if kind == "boolean":
        good, wanted = isinstance(value, bool), _("True or false is expected here.")
    elif kind == "number":
        good = isinstance(value, int | float) and not isinstance(value, bool)
        wanted = _("A number is expected here.")
    else:
        fits, wanted = _TEXTS[kind]
        good = isinstance(value, str) and fits(value)
    if not good:
        raise OSCALRefused(path, str(wanted))


def _is_instant(text: str) -> bool:
    if not _INSTANT.fullmatch(text):
        return False
    try:
        dt.datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def _is_string(text: str) -> bool:
    return _STRING.fullmatch(text) is not None


_TEXTS: dict[str, tuple[Callable[[str], bool], Any]] = {
    "token": (
        is_token,
        gettext_lazy("A token is expected here: letters, digits, “.”, “-”, “_”, beginning with a letter or “_”."),
    ),
    "string": (_is_string, gettext_lazy("One line of text is expected here, without white space around it.")),
    "line": (lambda text: bool(text.strip()) and "\n" not in text, gettext_lazy("One line of text is expected here.")),
    "text": (lambda _text: True, gettext_lazy("A text is expected here.")),
    "uuid": (lambda text: _UUID.fullmatch(text) is not None, gettext_lazy("A UUID (version 4 or 5) is expected here.")),
    "uri": (lambda text: _URI.fullmatch(text) is not None, gettext_lazy("An absolute URI is expected here.")),
    "reference": (lambda text: " " not in text and "\n" not in text, gettext_lazy("A URI reference is expected here.")),
    "instant": (
        _is_instant,
        gettext_lazy("A date and time with its zone is expected here, such as 2026-11-26T09:00:00Z."),
    ),
}
