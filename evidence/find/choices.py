"""What the filters of a list of decisions offer: the texts that records have used so far."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evidence.decisions.chapters import KINDS as KIND_NAMES
from evidence.decisions.chapters import OUTCOMES as OUTCOME_NAMES
from evidence.find.query import ANY_KIND, DecisionQuery
from evidence.models import Source, Term
from grc.models.organisation import Organisation
from grc.registers.query import Choice

MOST = 100
HEADINGS: dict[str, str | Promise] = {
    "system": _("System"),
    "outcome": _("Outcome"),
    "policy": _("Policy version"),
    "model": _("Model"),
    "source": _("Source"),
}


TERM_FILTERS = {Term.Kind.SYSTEM: "system", Term.Kind.POLICY: "policy", Term.Kind.MODEL: "model"}


@dataclass(frozen=True)
class Filter:
    name: str
    heading: str | Promise
    choices: list[Choice]


def terms_of(organisation: Organisation) -> dict[str, list[str]]:
    """The newest texts that records have used, by filter."""
    rows = Term.objects.within(organisation)
    newest = [rows.filter(kind=kind).order_by("-pk")[:MOST] for kind in TERM_FILTERS]
    found: dict[str, list[str]] = {name: [] for name in TERM_FILTERS.values()}
    for kind, text in newest[0].union(*newest[1:], all=True).values_list("kind", "text"):
        found[TERM_FILTERS[Term.Kind(kind)]].append(text)
    return found


def filters_of(
    organisation: Organisation, query: DecisionQuery, terms: dict[str, list[str]], names: dict[str, str]
) -> list[Filter]:
    """The filters with what is chosen. ``terms`` as ``terms_of`` gives them; ``names``: what the organisation calls its
    systems, by their id in records."""
    offered: dict[str, dict[str, str]] = {
        "system": {}, "outcome": {key: str(name) for key, (name, _tone) in OUTCOME_NAMES.items()},
        "policy": {}, "model": {},
        "source": {
            source.reference: f"{source.reference} {source.name}"
            for source in Source.objects.within(organisation).order_by("pk")[:MOST]
        },
    }  # fmt: skip
    for name, texts in terms.items():
        offered[name] = {text: names.get(text, text) for text in texts}
    return [Filter(name, heading, _choices(offered[name], getattr(query, name))) for name, heading in HEADINGS.items()]


def kinds_of(query: DecisionQuery) -> list[Choice]:
    """The kinds of records, decisions first, and all of them together."""
    names = {**{key: str(name) for key, name in KIND_NAMES.items()}, ANY_KIND: str(_("Every kind of record"))}
    return [Choice(key, name, key == query.kind) for key, name in names.items()]


def _choices(offered: dict[str, str], chosen: tuple[str, ...]) -> list[Choice]:
    known = {**offered, **{value: value for value in chosen if value not in offered}}
    return [Choice(value, label, value in chosen) for value, label in known.items()]
