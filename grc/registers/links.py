"""Linking a record with another, and taking a link away, on the record's own page."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from grc.access.gate import refuse_archived, require
from grc.access.roles import Permission
from grc.actions.links import NotLinkable, link_records, unlink_records
from grc.models.link import Link
from grc.registers.pages import RegisterPage


class LinkPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.record(reference)
        require(self.actor, Permission.LINKS_EDIT)
        refuse_archived(record)
        typed, note = (request.POST.get(name, "").replace("\x00", "") for name in ("reference", "note"))
        try:
            link = link_records(source=record, reference=typed, note=note, by=self.actor)
        except NotLinkable as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Linked with %(reference)s.") % {"reference": link.target.reference})
        return redirect(f"{record.get_absolute_url()}#links")


class UnlinkPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str, other: str) -> HttpResponse:
        record = self.record(reference)
        require(self.actor, Permission.LINKS_EDIT)
        running = Link.objects.permitted(self.actor, Permission.LINKS_VIEW).filter(archived_at=None)
        found = get_object_or_404(
            running, Q(source=record.key, target__reference=other) | Q(target=record.key, source__reference=other)
        )
        unlink_records(link=found, by=self.actor)
        messages.success(request, _("The link is gone; both histories keep it."))
        return redirect(f"{record.get_absolute_url()}#links")
