"""The starter risks, in our own words (``library.json``), read once a process."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from aims.models.planning import SUBJECTS

FILE = Path(__file__).resolve().parent / "library.json"

TOPICS: dict[str, str | Promise] = {
    "fairness": _("Fairness"),
    "people": _("People’s free choice"),
    "oversight": _("Human oversight"),
    "privacy": _("Privacy"),
    "security": _("Security"),
    "information": _("True and false"),
    "agents": _("Agents"),
    "supply": _("Supply chain"),
    "operation": _("Operation"),
    "law": _("Law"),
    "society": _("Society"),
    "environment": _("Environment"),
}


@dataclass(frozen=True)
class StarterRisk:
    """``controls``: codes of ISO/IEC 42001 Annex A that help; the other fields are those of a ``Risk``."""

    key: str
    topic: str
    name: str
    source: str
    event: str
    for_individuals: str
    for_groups: str
    for_society: str
    for_organisation: str
    treatments: list[str]
    controls: list[str]
    catalogue_ids: list[str]

    @property
    def consequences(self) -> list[tuple[str, str]]:
        """For whom, and what."""
        said = ((str(capfirst(words)), getattr(self, f"for_{subject}")) for subject, words in SUBJECTS.items())
        return [(who, what) for who, what in said if what]


@cache
def starter_risks() -> dict[str, StarterRisk]:
    """Every starter by its key, in their order."""
    return {said["key"]: StarterRisk(**said) for said in json.loads(FILE.read_text())}
