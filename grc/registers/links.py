from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from grc.actions.links import NotLinkable, link_records, unlink_records
from grc.models.link import Link
from grc.registers.pages import RegisterPage


class LinkPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        try:
            link_records(source=record, reference=request.POST.get("reference", "").replace("\x00", ""), by=self.actor)
        except NotLinkable as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Linked."))
        return redirect(record.get_absolute_url())


class UnlinkPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str, other: str) -> HttpResponse:
        record = self.editable(reference)
        running = Link.objects.within(self.actor.organisation).filter(archived_at=None)
        found = get_object_or_404(
            running.select_related("source", "target"),
            Q(source=record.key, target__reference=other) | Q(target=record.key, source__reference=other),
        )
        unlink_records(link=found, seen_from=record, by=self.actor)
        messages.success(request, _("The link is gone; both histories keep it."))
        return redirect(record.get_absolute_url())
