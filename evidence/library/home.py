"""What the evidence library puts on the home page."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.library.freshness import SOON
from evidence.models import EvidenceItem, ItemFile
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registries import Todo, todos

MOST = 20


@todos.add(order=40)
def evidence_to_renew(actor: Actor) -> Iterable[Todo]:
    """Evidence that has expired, will soon, or has no file: it supports nothing, whatever it is linked to."""
    if not actor.can(Permission.EVIDENCE_EDIT):
        return
    today = timezone.localdate()
    files = ItemFile.objects.within(actor.organisation).filter(item=OuterRef("pk"))
    rows = EvidenceItem.objects.permitted(actor, Permission.EVIDENCE_EDIT).filter(archived_at=None)
    rows = rows.annotate(has_file=Exists(files)).filter(Q(expires_on__lte=today + SOON) | Q(has_file=False))
    items: Any = rows.order_by("expires_on", "pk")[:MOST]
    for item in items:
        url = item.get_absolute_url()
        if item.expires_on is not None and item.expires_on <= today + SOON:
            expired = item.expires_on <= today
            why = _("It has expired, so it supports nothing.") if expired else _("It expires soon.")
            tone = "red" if expired else "yellow"
            yield Todo(_("Renew “%s”") % item.name, why, url, "file-certificate", tone, item.expires_on)
        else:
            why = _("Without its file it is a claim like any other.")
            yield Todo(_("Add the file of “%s”") % item.name, why, url, "upload", "yellow")
