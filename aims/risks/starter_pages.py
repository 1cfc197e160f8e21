"""Starter risks: found by topic, catalogue and words, and taken over for one AI system, several at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.models import AISystem, Risk
from aims.risk_catalogues import RiskCatalogue, risk_catalogues, titles
from aims.risks.actions import NoSuchStarter, adopt_starter_risks, starters_used
from aims.risks.library import TOPICS, StarterRisk, starter_risks
from aims.risks.pages import RiskPage
from controls.catalogues.shipped import catalogue
from controls.views.base import ISO_42001
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.registers.query import BadQuery
from grc.registers.register import registers


@dataclass(frozen=True)
class OfferedRisk:
    """A starter with the titles of what it names, and the risk that was begun from it for the chosen system."""

    starter: StarterRisk
    ids: list[tuple[str, str]]
    controls: list[tuple[str, str]]
    risk: Risk | None


@dataclass
class Topic:
    key: str
    name: str | Promise
    offered: list[OfferedRisk] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What the page was asked for. ``system`` None: the organisation as a whole."""

    system: AISystem | None
    topic: str
    catalogue: str
    words: str

    @property
    def narrowed(self) -> bool:
        return bool(self.topic or self.catalogue or self.words)

    def fits(self, starter: StarterRisk) -> bool:
        if self.topic and starter.topic != self.topic:
            return False
        if self.catalogue and not set(starter.catalogue_ids) & set(_catalogue(self.catalogue).ids):
            return False
        text = " ".join((starter.name, starter.source, starter.event, *starter.treatments, *starter.catalogue_ids))
        return all(word in text.lower() for word in self.words.lower().split())


def read_asked(params: QueryDict | Mapping[str, str], actor: Actor) -> Asked:
    """Raises ``BadQuery`` for a system, a topic or a catalogue that is not there."""
    topic, wanted = params.get("topic", ""), params.get("catalogue", "")
    if topic and topic not in TOPICS:
        raise BadQuery("topic", _("“%(value)s” is not one of the choices.") % {"value": topic[:40]})
    if wanted and wanted not in {one.key for one in risk_catalogues()}:
        raise BadQuery("catalogue", _("“%(value)s” is not one of the choices.") % {"value": wanted[:40]})
    return Asked(system_called(params.get("system", ""), actor), topic, wanted, params.get("q", "").strip()[:200])


def system_called(reference: str, actor: Actor) -> AISystem | None:
    """The system of that reference; None for an empty one. Raises ``BadQuery``."""
    if not reference:
        return None
    found: AISystem | None = systems_of(actor).filter(reference=reference).first()
    if found is None:
        raise BadQuery("system", _("There is no AI system “%(value)s” here.") % {"value": reference[:40]})
    return found


def systems_of(actor: Actor) -> Any:
    rows = AISystem.objects.permitted(actor, Permission.SYSTEMS_VIEW).filter(archived_at=None)
    return rows.select_related("organisation").order_by("reference")


def topics_of(asked: Asked, actor: Actor) -> list[Topic]:
    """The starters that fit, by topic. One query."""
    used = starters_used(asked.system, actor)
    topics = {key: Topic(key, name) for key, name in TOPICS.items()}
    for starter in starter_risks().values():
        if asked.fits(starter):
            topics[starter.topic].offered.append(_offered(starter, used.get(starter.key)))
    return [topic for topic in topics.values() if topic.offered]


def _offered(starter: StarterRisk, risk: Risk | None) -> OfferedRisk:
    iso = catalogue(ISO_42001)
    ids = [(code, titles()[code]) for code in starter.catalogue_ids]
    return OfferedRisk(starter, ids, [(code, iso.item(code).name) for code in starter.controls], risk)


def _catalogue(key: str) -> RiskCatalogue:
    return next(one for one in risk_catalogues() if one.key == key)


class StarterRisksPage(RiskPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            return self._page(read_asked(request.GET, self.actor))
        except BadQuery as error:
            return self.show("controls/bad_query.html", status=400, error=error, back=self.url("risk-starters"))

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, Permission.RISKS_EDIT)
        keys = request.POST.getlist("starter")
        try:
            asked = read_asked(request.POST, self.actor)
        except BadQuery as error:
            return self.show("controls/bad_query.html", status=400, error=error, back=self.url("risk-starters"))
        try:
            risks = adopt_starter_risks(keys=keys, system=asked.system, by=self.actor)
        except NoSuchStarter as error:
            return self._page(asked, status=422, refused=str(error), chosen=keys)
        messages.success(request, added(len(risks)))
        if len(risks) == 1:
            return redirect(risks[0].get_absolute_url())
        return redirect(f"{registers.of(Risk).list_url(self.actor.organisation.slug)}?score=-")

    def _page(self, asked: Asked, status: int = 200, refused: str = "", chosen: Sequence[str] = ()) -> HttpResponse:
        topics = topics_of(asked, self.actor)
        return self.show(
            "aims/risks/starters.html",
            status=status,
            asked=asked,
            topics=topics,
            all=len(starter_risks()),
            shown=sum(len(topic.offered) for topic in topics),
            used=sum(one.risk is not None for topic in topics for one in topic.offered),
            systems=systems_of(self.actor),
            topic_names=TOPICS,
            catalogues=risk_catalogues(),
            refused=refused,
            chosen=set(chosen),
            can_edit=self.actor.can(Permission.RISKS_EDIT),
        )


def added(count: int) -> str:
    said = ngettext(
        "%(n)d risk is added. Judge it, and decide what is done.",
        "%(n)d risks are added. Judge each of them, and decide what is done.",
        count,
    )
    return said % {"n": count}
