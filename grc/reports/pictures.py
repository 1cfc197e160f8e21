"""A picture as a file: drawn (PNG, PDF, DOCX), or as its table (CSV, XLSX)."""

import io
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.views import View
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.api.base import OrganisationMixin
from grc.models.activity import ActivityEvent
from grc.pictures.named import named
from grc.pictures.picture import Picture
from grc.pictures.png import to_png
from grc.registers.export import dated, table_file
from grc.reports.answer import document_answer
from grc.reports.document import Document, PictureBlock
from grc.shell import current_actor

TABLES, DOCUMENTS = ("csv", "xlsx"), ("pdf", "docx")
KINDS = ("png", *DOCUMENTS, *TABLES)


class PicturePage(View):
    def get(self, request: HttpRequest, picture: str, kind: str, **_: Any) -> FileResponse:
        return hand_out_picture(picture, kind=kind, by=current_actor(request))


class PictureView(OrganisationMixin, APIView):
    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        tags=["documents"],
        summary="A picture as PNG, PDF, DOCX, or its table as CSV or XLSX",
    )
    def get(self, request: Request, picture: str, kind: str, **_: Any) -> FileResponse:
        return hand_out_picture(picture, kind=kind, by=self.actor)


def hand_out_picture(slug: str, *, kind: str, by: Actor) -> FileResponse:
    """The picture called ``slug`` as a download, noted in the activity log. What ``by`` may not see is a 404."""
    found = named.get(slug)
    if found is None or kind not in KINDS or not by.can(found.needs):
        raise Http404
    return picture_file(found.make(by), slug=slug, kind=kind, by=by)


def picture_file(picture: Picture, *, slug: str, kind: str, by: Actor) -> FileResponse:
    """``picture`` as a download called after ``slug``, noted in the activity log; 404 for a kind that is none."""
    if kind not in KINDS:
        raise Http404
    answer = _answer(picture, slug=slug, kind=kind, by=by)
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, detail=f"{picture.title} ({kind})")
    return answer


def _answer(picture: Picture, *, slug: str, kind: str, by: Actor) -> FileResponse:
    if kind in TABLES:
        return table_file(*picture.table(), kind=kind, name=slug)
    if kind in DOCUMENTS:
        document = Document(
            title=picture.title,
            organisation=by.organisation.name,
            subtitle=picture.description,
            made_at=timezone.now(),
            cover=False,
            blocks=[PictureBlock(picture, caption=picture.title)],
        )
        return document_answer(document, kind=kind, name=slug)
    image = io.BytesIO(to_png(picture.drawing()))
    return FileResponse(image, as_attachment=True, filename=dated(slug, kind), content_type="image/png")
