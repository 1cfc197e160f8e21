"""The files on a record's page: add, fetch, remove."""

import uuid

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.actions.activity import record_activity
from grc.actions.files import attachment
from grc.models.activity import ActivityEvent
from grc.models.record import Record
from grc.models.teamwork import Attachment
from grc.registers.pages import RegisterPage
from grc.teamwork.actions.attachments import attach_files, remove_attachment
from grc.uploads import FileRefused


class AttachmentsPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        uploads = request.FILES.getlist("file")
        if not uploads:
            messages.error(request, _("Choose a file first."))
            return redirect(f"{record.get_absolute_url()}#files")
        try:
            added = attach_files(record=record, uploads=uploads, by=self.actor)
        except FileRefused as error:
            record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, record=record.key, detail=str(error))
            return self.show("teamwork/file_refused.html", status=422, record=record, reason=str(error))
        said = ngettext("%(n)d file is attached.", "%(n)d files are attached.", len(added))
        messages.success(request, said % {"n": len(added)})
        return redirect(f"{record.get_absolute_url()}#files")


class AttachmentPage(RegisterPage):
    def get(self, request: HttpRequest, reference: str, file: uuid.UUID) -> FileResponse:
        record = self.record(reference)
        found = running(self, record, file)
        record_activity(by=self.actor, verb=ActivityEvent.Verb.DOWNLOADED, record=record.key, detail=found.file.name)
        return attachment(found.file)


class RemoveAttachmentPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str, file: uuid.UUID) -> HttpResponse:
        record = self.editable(reference)
        found = running(self, record, file)
        remove_attachment(attachment=found, record=record, by=self.actor)
        messages.success(request, _("%(file)s is removed. The history keeps its name and hash.") % {"file": found.file})
        return redirect(f"{record.get_absolute_url()}#files")


def running(page: RegisterPage, record: Record, file: uuid.UUID) -> Attachment:
    """The attachment of ``file`` (its public id) on ``record``, unless it was removed (404)."""
    rows = Attachment.objects.within(page.actor.organisation).filter(about=record.key, removed_at=None)
    return get_object_or_404(rows.select_related("file"), file__public_id=file)
