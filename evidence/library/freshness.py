"""Whether a piece of evidence still supports what it is linked with, and the sentence that says so."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evidence.models import EvidenceItem, EvidenceRequest, EvidenceWanted, ItemFile
from grc import formats
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.cadence import LONGEST, Every
from grc.models.link import Link

SOON = dt.timedelta(days=30)
"""So long before it expires, evidence is said to expire soon."""


class Freshness(models.TextChoices):
    FRESH = "fresh", gettext_lazy("Fresh")
    SOON = "soon", gettext_lazy("Expires soon")
    EXPIRED = "expired", gettext_lazy("Expired")
    NO_FILE = "no-file", gettext_lazy("No file")
    TOO_OLD = "too-old", gettext_lazy("Too old")


TONES = {"fresh": "green", "soon": "yellow", "expired": "red", "no-file": "orange", "too-old": "orange"}


@dataclass(frozen=True)
class Verdict:
    """What ``judge`` found, with the sentence to say."""

    state: Freshness
    sentence: str

    @property
    def supports(self) -> bool:
        """Whether it shows anything today."""
        return self.state in (Freshness.FRESH, Freshness.SOON)

    @property
    def name(self) -> str:
        return str(self.state.label)

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass(frozen=True)
class Supporting:
    """An item that is linked with a record, and whether it supports that record today."""

    item: EvidenceItem
    verdict: Verdict


def judge(item: EvidenceItem, *, has_file: bool, every: str = "", today: dt.date | None = None) -> Verdict:
    """Whether ``item`` supports something today. ``every``: how often evidence is wanted there (empty: once will do).

    What counts is its own date, or the end of the period that it covers; never the day of the upload.
    """
    today = today or timezone.localdate()
    if not has_file:
        return Verdict(Freshness.NO_FILE, _("It has no file: a claim like any other."))
    if item.expires_on is not None and item.expires_on <= today:
        return Verdict(Freshness.EXPIRED, _("It expired on %(day)s.") % {"day": formats.day(item.expires_on)})
    if every and (old := _too_old(item, every, today)):
        return Verdict(Freshness.TOO_OLD, old)
    if item.expires_on is not None and item.expires_on <= today + SOON:
        return Verdict(Freshness.SOON, _("It expires on %(day)s.") % {"day": formats.day(item.expires_on)})
    return Verdict(Freshness.FRESH, _("It has a file and holds."))


def _too_old(item: EvidenceItem, every: str, today: dt.date) -> str:
    day = max((day for day in (item.dated_on, item.period_to) if day is not None), default=None)
    wanted = Every(every).label.lower()
    if day is None:
        return _("It is wanted %(often)s, and has no date of its own.") % {"often": wanted}
    age = (today - day).days
    if age <= LONGEST[Every(every)]:
        return ""
    text = ngettext("It is %(n)d day old, and wanted %(often)s.", "It is %(n)d days old, and wanted %(often)s.", age)
    return text % {"n": age, "often": wanted}


def evidence_for(keys: Collection[int], actor: Actor) -> dict[int, list[Supporting]] | None:
    """The evidence linked with each of the records ``keys``, as far as the actor may see it; None: they may see none.

    Four queries, however many records. An item that answered a request is held to how often *that* evidence is wanted;
    any other one to the longest cadence in which something is wanted about the record.
    """
    if not actor.can(Permission.EVIDENCE_VIEW):
        return None
    pairs = _linked(keys, actor)
    files = ItemFile.objects.within(actor.organisation).filter(item=OuterRef("pk"))
    rows = EvidenceItem.objects.permitted(actor, Permission.EVIDENCE_VIEW).filter(
        pk__in={item for _key, item in pairs}, archived_at=None
    )
    items = {item.pk: item for item in rows.annotate(has_file=Exists(files)).select_related("organisation")}
    wanted, answered = _wanted(keys, actor), _answered(keys, set(items), actor)
    today = timezone.localdate()
    found: dict[int, list[Supporting]] = {key: [] for key in keys}
    for key, pk in sorted(pairs, key=lambda pair: pair[1]):
        item: Any = items.get(pk)
        if item is not None:
            every = answered.get((key, pk)) or wanted.get(key, "")
            found[key].append(Supporting(item, judge(item, has_file=item.has_file, every=every, today=today)))
    return found


def _linked(keys: Collection[int], actor: Actor) -> set[tuple[int, int]]:
    links = Link.objects.permitted(actor, Permission.LINKS_VIEW).filter(archived_at=None)
    links = links.filter(
        Q(source__in=keys, target__register="evidence") | Q(target__in=keys, source__register="evidence")
    )
    ends = links.values_list("source_id", "target_id", "target__register")
    return {(source, target) if register == "evidence" else (target, source) for source, target, register in ends}


def _wanted(keys: Collection[int], actor: Actor) -> Mapping[int, str]:
    """The longest cadence in which anything is wanted about each record."""
    rows = EvidenceWanted.objects.within(actor.organisation).filter(about__in=keys, archived_at=None)
    longest: dict[int, str] = {}
    for key, every in rows.values_list("about_id", "every"):
        if LONGEST[Every(every)] > LONGEST.get(longest.get(key, ""), 0):  # type: ignore[call-overload]
            longest[key] = every
    return longest


def _answered(keys: Collection[int], items: Collection[int], actor: Actor) -> Mapping[tuple[int, int], str]:
    """How often that is wanted which an item answered a request for."""
    rows = EvidenceRequest.objects.within(actor.organisation).filter(
        item__in=items, wanted__about__in=keys, wanted__archived_at=None
    )
    return {(key, item): every for key, item, every in rows.values_list("wanted__about_id", "item_id", "wanted__every")}
