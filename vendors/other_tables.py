"""How other people's lists of vendors, contracts and facts call their columns, and what they write in them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale
from babel.core import get_global

NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
MOST_DAYS, MOST_HOURS = 730, 240
"""“30 days” is read as a number up to so many."""

VENDOR_NAMES: dict[str, tuple[str, ...]] = {
    "name": (
        "supplier", "supplier name", "vendor", "vendor name", "third party", "third party name", "provider",
        "provider name", "company", "lieferant", "anbieter", "dienstleister",
    ),
    "kind": ("type of vendor", "vendor type", "supplier type", "type of service", "service type", "category"),
    "legal_name": ("legal entity", "entity name", "legal name", "contracting party", "registered name"),
    "country": (
        "country of registration", "country of incorporation", "country of headquarters", "headquarters", "hq",
        "hq country", "jurisdiction", "location", "land",
    ),
    "identifier": ("lei", "lei code", "registration number", "company number", "euid", "vat id"),
    "website": ("url", "homepage", "web site", "domain"),
    "contact_name": ("contact person", "contact", "account manager", "ansprechpartner"),
    "contact_email": ("contact e-mail", "contact email", "e-mail", "email", "email address", "e-mail address"),
    "purpose": (
        "service", "services", "services provided", "service description", "description", "what for", "leistung",
    ),
    "criticality": (
        "risk tier", "tier", "criticality level", "criticality rating", "risk rating", "risk level", "risk",
        "importance", "kritikalität",
    ),
    "criticality_reason": ("reason", "comment", "comments", "justification", "rationale", "reason for criticality"),
    "functions": ("business function", "business functions", "function", "processes", "supported functions"),
    "owner": ("relationship owner", "vendor owner", "business owner", "internal owner", "contract owner"),
    "review_on": ("next assessment", "next review", "next review date", "reassessment date", "review due"),
    "ended_on": ("offboarded", "offboarded on", "terminated on", "termination date"),
}  # fmt: skip

_TIERS = {
    "critical": ("tier 1", "tier i", "t1", "mission critical", "business critical", "critical risk", "very high"),
    "high": ("tier 2", "tier ii", "t2", "high risk", "important", "material", "major", "hoch"),
    "medium": ("tier 3", "tier iii", "t3", "medium risk", "moderate", "moderate risk", "standard", "mittel"),
    "low": ("tier 4", "tier iv", "t4", "low risk", "minor", "minimal", "non-critical", "not critical", "niedrig"),
    "undecided": ("tbd", "t.b.d.", "to be decided", "n/a", "na", "unknown", "not rated", "unrated", "?", "-"),
}
_VENDOR_KINDS = {
    "model": ("ai", "ai model", "ai provider", "llm", "llm provider", "model", "foundation model", "genai"),
    "host": ("cloud", "cloud provider", "hosting", "iaas", "paas", "infrastructure", "data centre", "data center"),
    "tool": ("saas", "software", "tool", "platform", "application", "licence", "license"),
    "data": ("data", "data provider", "data feed", "data broker", "dataset"),
    "labeler": ("labelling", "labeling", "annotation", "data labelling", "data labeling"),
    "service": ("service", "services", "professional services", "consulting", "consultancy", "outsourcing", "other"),
}

AGREEMENT_NAMES: dict[str, tuple[str, ...]] = {
    "vendor": ("supplier", "supplier name", "vendor name", "third party", "provider", "counterparty"),
    "name": ("agreement", "contract", "contract name", "contract title", "title"),
    "kind": ("type of contract", "contract type", "agreement type", "document type", "type"),
    "our_party": ("our entity", "our signatory"),
    "their_party": ("their entity", "contracting party", "signatory"),
    "signed_on": ("signed", "date signed", "signature date", "execution date"),
    "effective_on": ("start date", "effective date", "contract start", "commencement", "valid from"),
    "ends_on": ("end date", "expiry", "expiry date", "expiration", "expiration date", "contract end", "valid until"),
    "renewal": ("renewal type", "renewal terms", "auto renewal", "auto-renewal", "term"),
    "renewal_months": ("renewal period", "renewal term", "renews for"),
    "notice_days": ("notice period", "notice", "termination notice", "cancellation notice"),
    "objection_days": ("objection period", "subprocessor notice"),
    "breach_hours": ("breach notification", "breach notice"),
}

_AGREEMENT_KINDS = {
    "dpa": ("dpa", "data processing agreement", "data processing addendum", "avv", "auftragsverarbeitung"),
    "msa": ("msa", "master services agreement", "master agreement", "main contract", "terms of service", "tos"),
    "nda": ("nda", "non-disclosure agreement", "confidentiality agreement"),
    "baa": ("baa", "business associate agreement"),
    "scc": ("scc", "sccs", "standard contractual clauses"),
    "uk": ("idta", "uk addendum", "uk idta"),
    "other": ("order form", "sow", "statement of work", "sla", "service level agreement"),
}
_RENEWALS = {
    "automatic": ("auto", "auto-renew", "auto-renewal", "auto-renews", "automatic renewal", "yes", "rolling"),
    "fixed": ("fixed term", "no", "none", "expires", "no renewal", "non-renewing"),
    "open": ("evergreen", "perpetual", "indefinite", "until terminated", "ongoing", "open-ended", "unlimited"),
}

FACT_NAMES: dict[str, tuple[str, ...]] = {
    "offering": ("product", "service", "offering name", "product name"),
    "topic": ("subject", "question", "area"),
    "says": ("fact", "statement", "answer", "finding", "value", "what we know"),
    "source": ("evidence", "link", "url", "reference document", "where"),
    "verified_on": ("last checked", "checked on", "last verified", "verified", "verification date", "as of"),
    "good_for_days": ("valid for days", "recheck after days", "shelf life"),
    "conflict": ("contradiction", "contradicts", "conflicting source"),
}

_TOPICS = {
    "training": ("training use", "model training", "training on data", "training on our data", "used for training"),
    "retention": ("data retention", "retention period", "storage period"),
    "residency": ("data residency", "data location", "hosting location", "region", "location"),
    "notice": ("subprocessor notice", "notice period", "notice days", "change notice"),
    "dpa": ("dpa link", "dpa url", "data processing agreement"),
    "subprocessors": ("subprocessor list", "sub-processors", "subprocessor url"),
    "role": ("gdpr role", "processor or controller"),
    "iso42001": ("iso 42001", "iso42001", "iso/iec 42001:2023"),
    "iso27001": ("iso 27001", "iso27001", "iso/iec 27001:2022"),
    "soc2": ("soc2", "soc 2 type 2", "soc 2 type ii", "soc ii"),
}


def vendor_words(name: str) -> Mapping[str, Any]:
    """What other lists write in a vendor's column ``name``, in lower case, and what it means."""
    if name == "country":
        return countries()
    return _turned({"criticality": _TIERS, "kind": _VENDOR_KINDS}.get(name, {}))


def agreement_words(name: str) -> Mapping[str, Any]:
    if name in ("notice_days", "objection_days"):
        return _counted(MOST_DAYS, "days", "day", "calendar days", "tage")
    if name == "breach_hours":
        return _counted(MOST_HOURS, "hours", "hour", "h", "hrs")
    if name == "renewal_months":
        return _counted(120, "months", "month") | {f"{n} year{'s' * (n > 1)}": 12 * n for n in range(1, 11)}
    return _turned({"kind": _AGREEMENT_KINDS, "renewal": _RENEWALS}.get(name, {}))


def fact_words(name: str) -> Mapping[str, Any]:
    if name in ("days", "good_for_days"):
        return _counted(MOST_DAYS, "days", "day")
    return _turned({"topic": _TOPICS}.get(name, {}))


@cache
def countries() -> Mapping[str, str]:
    """Names of countries in English, German and French, with and without their code; codes of three letters too."""
    found: dict[str, str] = {}
    for language in ("en", "de", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES:
                plain = " ".join(name.split()).lower()
                written = (plain, f"{plain} ({code})", f"{code} - {plain}", f"{code} {plain}", f"{plain}, {code}")
                found |= {text.lower(): code for text in written} | {code.lower(): code}
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    found |= {long.lower(): short[0] for long, short in aliases.items() if len(long) == 3 and len(short) == 1}
    return found | {
        **dict.fromkeys(("usa", "u.s.", "u.s.a.", "united states of america", "america"), "US"),
        **dict.fromkeys(("uk", "u.k.", "great britain", "britain", "england", "scotland", "wales"), "GB"),
        **dict.fromkeys(("republic of ireland", "eire"), "IE"),
        **dict.fromkeys(("holland", "the netherlands"), "NL"),
        **dict.fromkeys(("czech republic", "tschechien"), "CZ"),
        **dict.fromkeys(("south korea", "korea", "republic of korea"), "KR"),
        **dict.fromkeys(("hong kong", "hongkong"), "HK"),
    }


def _turned(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {text: value for value, texts in words.items() for text in texts}


def _counted(most: int, *units: str) -> dict[str, int]:
    """“30 days” and the like."""
    return {f"{n} {unit}": n for n in range(most + 1) for unit in units} | {
        f"{n}{unit}": n for n in range(most + 1) for unit in units
    }
