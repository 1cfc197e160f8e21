"""Which countries a line of text names, as far as a list of names can tell: "Frankfurt, Germany", "EU or Switzerland".

Names come from the Unicode CLDR (through Babel) in English. A city alone names no country, and says nothing here.
"""

import re
from collections.abc import Iterable
from functools import cache

from babel import Locale

EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
"""Member states (Treaty on European Union, Art. 52)."""

EEA = EU | {"IS", "LI", "NO"}
"""With the EFTA states of the EEA Agreement."""

OTHER_NAMES = {
    "european economic area": EEA,
    "eea": EEA,
    "european union": EU,
    "eu": EU,
    "europe": EEA,
    "usa": frozenset({"US"}),
    "u.s.": frozenset({"US"}),
    "united states of america": frozenset({"US"}),
    "uk": frozenset({"GB"}),
    "great britain": frozenset({"GB"}),
    "england": frozenset({"GB"}),
    "czech republic": frozenset({"CZ"}),
    "holland": frozenset({"NL"}),
    "korea": frozenset({"KR"}),
    "turkey": frozenset({"TR"}),
}
"""What people write besides; “Europe” is taken as the EEA, which is what contracts mean by it."""


@cache
def _names() -> dict[str, frozenset[str]]:
    territories = Locale("en").territories
    countries = {
        str(name).lower(): frozenset({code})
        for code, name in territories.items()
        if re.fullmatch("[A-Z]{2}", code) and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ")
    }
    return countries | OTHER_NAMES


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_names(), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(name) for name in longest_first) + r")(?!\w)")


def places_in(text: str) -> frozenset[str]:
    """Country codes (ISO 3166) of every country and group of countries that ``text`` names."""
    found: set[str] = set()
    for name in _pattern().findall(text.lower()):
        found |= _names()[name]
    codes = re.findall(r"(?<!\w)[A-Z]{2}(?!\w)", text)  # DE, IE: as codes they are written in capitals
    return frozenset(found | {code for code in codes if code in Locale("en").territories and code not in ("EU", "UK")})


def outside(location: str, promised: str) -> frozenset[str] | None:
    """Countries that ``location`` names and ``promised`` does not; None where either names none, so nobody can tell."""
    there, allowed = places_in(location), places_in(promised)
    if not there or not allowed:
        return None
    return there - allowed


def names_of(codes: Iterable[str]) -> list[str]:
    territories = Locale("en").territories
    return sorted(str(territories.get(code, code)) for code in codes)
