"""The files of an evidence item: add one, fetch one."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from evidence.actions.items import add_file
from evidence.models.item import ItemFile
from grc.actions.activity import record_activity
from grc.actions.files import attachment
from grc.models.activity import ActivityEvent
from grc.registers.pages import RegisterPage
from grc.uploads import FileRefused


class AddFilePage(RegisterPage):
    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        item = self.editable(reference)
        upload = request.FILES.get("file")
        if upload is None:
            messages.error(request, _("Choose a file first."))
            return redirect(item.get_absolute_url())
        try:
            added = add_file(item=item, upload=upload, name=upload.name or "", by=self.actor)
        except FileRefused as error:
            record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, record=item.key, detail=str(error))
            return self.show("teamwork/file_refused.html", status=422, record=item, reason=str(error))
        messages.success(request, _("Version %d is stored.") % added.number)
        return redirect(item.get_absolute_url())


class FilePage(RegisterPage):
    def get(self, request: HttpRequest, reference: str, number: int) -> FileResponse:
        item = self.record(reference)
        found = get_object_or_404(
            ItemFile.objects.within(self.actor.organisation).select_related("file"), item=item, number=number
        )
        record_activity(by=self.actor, verb=ActivityEvent.Verb.DOWNLOADED, record=item.key, detail=found.file.name)
        return attachment(found.file)
