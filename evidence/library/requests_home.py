"""Requests for evidence on the home page of whoever is asked."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.models import EvidenceRequest
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registries import Todo, Work, todos

MOST = 50


@todos.add(order=35)
def requests_to_answer(actor: Actor) -> Iterator[Todo]:
    """What is asked of this person and not answered, soonest first."""
    if actor.person is None or not actor.can(Permission.EVIDENCE_EDIT):
        return
    rows = EvidenceRequest.objects.permitted(actor, Permission.EVIDENCE_EDIT).filter(
        owner=actor.person, state=EvidenceRequest.State.OPEN, archived_at=None
    )
    today = timezone.localdate()
    for request in rows.select_related("about", "organisation").order_by("due_on", "pk")[:MOST]:
        tone = "red" if request.due_on < today else "yellow"
        why = _("Evidence for %s.") % request.about
        url = request.get_absolute_url()
        yield Todo(_("Provide “%s”") % request.name, why, url, "upload", tone, request.due_on, Work.EVIDENCE)


@todos.add(order=235)
def requests_to_others(actor: Actor) -> Iterator[Todo]:
    """What the actor asked others for, and they have not answered."""
    if actor.person is None or not actor.can(Permission.EVIDENCE_VIEW):
        return
    rows = EvidenceRequest.objects.permitted(actor, Permission.EVIDENCE_VIEW).filter(
        created_by=actor.person, owner__isnull=False, state=EvidenceRequest.State.OPEN, archived_at=None
    )
    rows = rows.exclude(owner=actor.person).select_related("owner", "organisation")
    for request in rows.order_by("due_on", "pk")[:MOST]:
        why = _("%(who)s was asked for it.") % {"who": request.owner}
        url = request.get_absolute_url()
        yield Todo(request.name, why, url, "upload", "", request.due_on, Work.EVIDENCE, waiting=True)
