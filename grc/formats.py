"""Dates and numbers as their reader writes them: by the region that a person chose, in their own time zone.

What a machine reads (export, API, version) is ISO and UTC, whoever asks.
"""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

USUAL = "en-GB"
REGIONS = {
    "en-GB": _("United Kingdom"),
    "en-IE": _("Ireland"),
    "en-US": _("United States"),
    "en-CA": _("Canada"),
    "en-AU": _("Australia"),
    "de-DE": _("Germany"),
    "de-AT": _("Austria"),
    "de-CH": _("Switzerland"),
    "fr-FR": _("France"),
    "nl-NL": _("Netherlands"),
    "es-ES": _("Spain"),
    "it-IT": _("Italy"),
    "pt-PT": _("Portugal"),
    "pl-PL": _("Poland"),
    "cs-CZ": _("Czechia"),
    "da-DK": _("Denmark"),
    "sv-SE": _("Sweden"),
    "nb-NO": _("Norway"),
    "fi-FI": _("Finland"),
    "ja-JP": _("Japan"),
}
"""How dates and numbers may be written: the region's tag and its name."""

_locale: ContextVar[str] = ContextVar("assay_region", default=USUAL)


@contextmanager
def written_for(region: str) -> Iterator[None]:
    """Write dates and numbers for ``region`` until the block ends; an unknown one counts as the usual."""
    token = _locale.set(region if region in REGIONS else USUAL)
    try:
        yield
    finally:
        _locale.reset(token)


def day(value: dt.date) -> str:
    """A date, such as “21 Nov 2026”, “Nov 21, 2026” or “21.11.2026”."""
    return format_date(value, _pattern(_locale.get()), locale=_of(_locale.get()))


@cache
def _pattern(region: str) -> str:
    """The region's own date, with the year in full; in figures where its months have other names than the page's."""
    locale = _of(region)
    if locale.language == "en":
        return str(locale.date_formats["medium"].pattern)
    return re.sub("y+", "y", str(locale.date_formats["short"].pattern))


def weekday(value: dt.date) -> str:
    """A date with its day of the week, such as “Saturday, 21 Nov 2026”."""
    return f"{format_date(value, 'EEEE', locale='en')}, {day(value)}"


def month(value: dt.date) -> str:
    """A month, such as “Nov 2026” or “11.2026”."""
    locale = _of(_locale.get())
    skeleton = "yMMM" if locale.language == "en" else "yM"
    return format_skeleton(skeleton, value, locale=locale)


def moment(value: dt.datetime) -> str:
    """An instant in the zone that is active, to the minute."""
    local = timezone.localtime(value)
    return f"{day(local.date())}, {format_time(local.time(), 'short', locale=_of(_locale.get()))}"


def number(value: float | Decimal) -> str:
    """A number with the region's separators, such as “12,500.5” or “12.500,5”."""
    return format_decimal(value, locale=_of(_locale.get()))


@cache
def _of(region: str) -> Locale:
    return Locale.parse(region, sep="-")
