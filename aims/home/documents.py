"""Documents on the home page: what one still has to read, and what waits for whoever keeps them."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.documents.points import open_points
from aims.documents.readers import to_read
from aims.models import Document
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Todo, todos

MOST = 10


@todos.add(order=20)
def reading(actor: Actor) -> Iterator[Todo]:
    """What this person was asked to read, whatever their role."""
    today = timezone.localdate()
    for row in to_read(actor).filter(acknowledged_at=None)[:MOST]:
        url = reverse("reading", args=[actor.organisation.slug, row.reference])
        tone = "red" if row.due_on < today else "yellow"
        why = _("You were asked to read it and to confirm that you did.")
        yield Todo(_("Read “%s”") % row.about.name, why, url, "book", tone, row.due_on)


@todos.add(order=55)
def documents_to_keep(actor: Actor) -> Iterator[Todo]:
    """Reviews that are overdue, and drafts with open points, of the documents that this person may change."""
    if actor.person is None or not actor.can(Permission.DOCUMENTS_EDIT):
        return
    rows = Document.objects.permitted(actor, Permission.DOCUMENTS_EDIT).filter(archived_at=None)
    waiting = rows.filter(state__in=(Document.State.OVERDUE, Document.State.DRAFT), owner=actor.person)
    for document in waiting.select_related("organisation").order_by("-state", "review_on", "pk")[:MOST]:
        if document.state == Document.State.OVERDUE:
            why = _("Its review is overdue: people rely on a text that nobody has looked at.")
            url = document.get_absolute_url()
            yield Todo(_("Review %s") % document, why, url, "calendar", "red", document.review_on)
        elif points := [point for point in open_points(document) if point.stops]:
            why = _("It cannot be approved yet: %s") % points[0].text
            yield Todo(_("Finish %s") % document, why, registers.of(Document).url("edit", document), "pencil", "yellow")
