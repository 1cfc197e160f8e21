"""A record as a document: which ones there are, and each as PDF or DOCX."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.record import Record
from grc.registers.pages import RegisterPage
from grc.registers.register import Register
from grc.reports.answer import KINDS, document_answer
from grc.reports.records import KeptVersion, document_of_draft, document_of_kept, versions_of


class DownloadPage(RegisterPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.record(reference)
        name = f"{self.register.slug}-document"
        files = {kind: reverse(name, args=[self.actor.organisation.slug, reference, kind]) for kind in KINDS}
        return self.show("reports/download.html", record=record, versions=versions_of(record), files=files)


class DocumentPage(RegisterPage):
    def get(self, request: HttpRequest, reference: str, kind: str) -> FileResponse:
        return hand_out(self.record(reference), kind=kind, number=request.GET.get("version", ""), by=self.actor)


def hand_out(record: Record, *, kind: str, number: str, by: Actor) -> FileResponse:
    """The document of ``record`` as a download, noted in the activity log.

    ``kind`` is pdf or docx, ``number`` that of a version; empty: the record as it stands. Anything else is a 404.
    """
    if kind not in KINDS:
        raise Http404
    if number:
        kept = _version(record, number)
        name, document = f"{record.reference}-v{kept.version.number}", document_of_kept(kept, by)
        detail = _("version %(number)d (%(kind)s)") % {"number": kept.version.number, "kind": kind}
    else:
        name, document = f"{record.reference}-draft", document_of_draft(record, by)
        detail = _("as it stands (%(kind)s)") % {"kind": kind}
    answer = document_answer(document, kind=kind, name=name)
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, record=record.key, detail=detail)
    return answer


def _version(record: Record, number: str) -> KeptVersion:
    for kept in versions_of(record):
        if str(kept.version.number) == number:
            return kept
    raise Http404


def pages_of(register: Register) -> list[URLPattern]:
    """The addresses of a register's documents."""
    one, name = f"{register.slug}/<reference:reference>", register.slug
    return [
        path(f"{one}/download", DownloadPage.as_view(register=register), name=f"{name}-download"),
        path(f"{one}/document.<slug:kind>", DocumentPage.as_view(register=register), name=f"{name}-document"),
    ]
