"""The public catalogues that risks are matched with: ids and titles (``risk_catalogues.json``), read once a process."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FILE = Path(__file__).resolve().parent / "risk_catalogues.json"
_WITHOUT_YEAR = re.compile(r"LLM(\d{1,2})")


@dataclass(frozen=True)
class RiskCatalogue:
    """``ids``: id to title; ``source``, ``date`` and ``licence`` say where these come from."""

    key: str
    name: str
    title: str
    publisher: str
    date: str
    source: str
    licence: str
    ids: dict[str, str]


@cache
def risk_catalogues() -> tuple[RiskCatalogue, ...]:
    return tuple(RiskCatalogue(**said) for said in _file()["catalogues"])


@cache
def titles() -> dict[str, str]:
    """Every id that is known, with its title."""
    return {code: title for catalogue in risk_catalogues() for code, title in catalogue.ids.items()}


def read_ids(given: Sequence[str]) -> list[str]:
    """The ids as the catalogues write them, each once. Raises ``ValidationError`` of the field ``catalogue_ids``."""
    written = [code.strip().upper() for code in given if code.strip()]
    wrong = [_why_unknown(code) for code in dict.fromkeys(written) if code not in titles()]
    if wrong:
        raise ValidationError({"catalogue_ids": wrong})
    return list(dict.fromkeys(written))


def _why_unknown(code: str) -> str:
    match = _WITHOUT_YEAR.fullmatch(code)
    if match:
        likely = f"LLM{int(match[1]):02d}:2026"
        said = {"code": code, "likely": likely, "title": titles().get(likely, "")}
        if not said["title"]:
            return _("There is no “%(code)s” in the list of OWASP.") % said
        return _("“%(code)s” lacks its year, and the numbers change: %(likely)s is %(title)s.") % said
    title = _file()["earlier"].get(code)
    if title is None:
        return _("No catalogue here has the id “%(code)s”.") % {"code": code[:40]}
    now = next((new for new, called in titles().items() if called == title), "")
    said = {"code": code, "title": title, "now": now}
    if not now:
        return _("“%(code)s” (%(title)s) is of the list of 2025; the one of 2026 is used here.") % said
    return _("“%(code)s” (%(title)s) is of the list of 2025; in that of 2026 it is %(now)s.") % said


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found
