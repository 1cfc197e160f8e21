"""Risks on the home page: what is late, what nobody judged, what was accepted and never signed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import ImpactAssessment, Risk, Treatment
from aims.models.criteria import criteria_in_force
from aims.risks.acceptance import Acceptance, acceptances_of
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Figure, Todo, figures, todos

MOST = 15


@todos.add(order=40)
def risks_to_look_at(actor: Actor) -> Iterable[Todo]:
    """The risks that this person keeps and that wait for something."""
    if not actor.can(Permission.RISKS_EDIT):
        return
    criteria, today = criteria_in_force(actor.organisation), timezone.localdate()
    rows = _open(Risk.objects.permitted(actor, Permission.RISKS_EDIT))
    late = Q(treat_by__lt=today, state__in=("open", "treating"))
    unsigned = Q(treatment="accept", score__gt=criteria.acceptable_to, acceptance="none")
    waiting = rows.filter(late | unsigned | Q(review_on__lt=today) | Q(score=None) | Q(acceptance="reopened"))
    found = list(waiting.select_related("key", "organisation", "system").order_by("-score", "pk")[:MOST])
    accepted = acceptances_of([risk for risk in found if risk.acceptance == "reopened"])
    for risk in found:
        yield _todo(risk, today, criteria.acceptable_to, accepted.get(risk.pk))


def _todo(risk: Any, today: Any, acceptable: int, accepted: Acceptance | None) -> Todo:
    url = risk.get_absolute_url()
    if accepted is not None:
        return Todo(_("Have %s signed again") % risk, accepted.sentence(risk), url, "signature", "red")
    if risk.treat_by and risk.treat_by < today and risk.state in {"open", "treating"}:
        why = _("Its treatment should be done by now.")
        return Todo(_("Finish the treatment of %s") % risk, why, url, "alert-triangle", "red", risk.treat_by)
    if risk.score is None:
        why = _("Without likelihood and impact nobody can decide on it.")
        return Todo(_("Judge %s") % risk, why, registers.of(Risk).url("edit", risk), "scale", "yellow")
    if risk.review_on and risk.review_on < today:
        return Todo(_("Review %s") % risk, _("Its review is overdue."), url, "calendar", "red", risk.review_on)
    why = _("It is accepted above %(n)d points, and nobody has signed for that.") % {"n": acceptable}
    return Todo(_("Have %s signed") % risk, why, url, "signature", "yellow")


@figures.add(order=15)
def risks(actor: Actor) -> Iterable[Figure]:
    if not actor.can(Permission.RISKS_VIEW):
        return
    high = criteria_in_force(actor.organisation).high_from
    rows = _open(Risk.objects.permitted(actor, Permission.RISKS_VIEW))
    count = rows.aggregate(
        all=Count("pk"), high=Count("pk", filter=Q(residual_score__gte=high) | Q(residual_score=None, score__gte=high))
    )
    url = registers.of(Risk).list_url(actor.organisation.slug)
    note = _("%(high)d high as things stand") % count
    yield Figure(_("Open risks"), str(count["all"]), note, url, "alert-triangle", "red" if count["high"] else "green")


@todos.add(order=42)
def treatments_to_finish(actor: Actor) -> Iterable[Todo]:
    """The treatments that this person keeps and that are late."""
    if actor.person is None or not actor.can(Permission.RISKS_EDIT):
        return
    rows = Treatment.objects.permitted(actor, Permission.RISKS_EDIT).filter(
        archived_at=None, done_on=None, due_on__lt=timezone.localdate(), owner=actor.person, risk__archived_at=None
    )
    for one in rows.select_related("organisation", "risk").order_by("due_on", "pk")[:MOST]:
        why = _("It is done about %(risk)s, and should be by now.") % {"risk": one.risk}
        yield Todo(_("Finish %s") % one, why, one.get_absolute_url(), "tool", "red", one.due_on)


@todos.add(order=44)
def impact_assessments_to_repeat(actor: Actor) -> Iterable[Todo]:
    """The impact assessments that this person may change and that are overdue."""
    if not actor.can(Permission.RISKS_EDIT):
        return
    rows = ImpactAssessment.objects.permitted(actor, Permission.RISKS_EDIT).filter(archived_at=None)
    for one in (
        rows.filter(repeat_on__lt=timezone.localdate()).select_related("organisation").order_by("repeat_on")[:MOST]
    ):
        why = _("An impact assessment is repeated at planned times, and when the system changes.")
        yield Todo(_("Repeat %s") % one, why, one.get_absolute_url(), "users-group", "red", one.repeat_on)


def _open(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return rows.filter(archived_at=None).exclude(state=Risk.State.CLOSED)
