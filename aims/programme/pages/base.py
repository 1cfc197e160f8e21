"""What these pages have in common: who may see them, what they say of steps that wait for each other, their files."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from aims.models import PlanStep
from aims.programme.reports import Sheet
from aims.programme.schedule import Circle
from controls.views.base import ControlsView
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import KINDS, dated
from grc.reports.answer import document_answer
from grc.reports.document import Document
from grc.tabular import write_book

P = Permission


class ProgrammePage(ControlsView):
    sees = (P.PROGRAMME_VIEW,)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Circle as circle:
            rows = PlanStep.objects.permitted(self.actor, P.PROGRAMME_VIEW).filter(reference__in=circle.keys)
            steps = rows.select_related("key").order_by("reference")
            return self.show("aims/programme/circle.html", status=409, steps=steps)


def programme_file(
    kind: str, *, name: str, document: Callable[[dt.datetime], Document], book: Callable[[], list[Sheet]], by: Actor
) -> FileResponse:
    """A document as PDF or DOCX, or its tables as XLSX, noted in the activity log. Another ``kind`` is a 404."""
    if kind == "xlsx":
        stream = io.BytesIO()
        write_book(stream, book())
        stream.seek(0)
        answer = FileResponse(stream, as_attachment=True, filename=dated(name, kind), content_type=KINDS["xlsx"])
    elif kind in ("pdf", "docx"):
        answer = document_answer(document(timezone.now()), kind=kind, name=name)
    else:
        raise Http404
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, detail=f"{name} ({kind})")
    return answer
