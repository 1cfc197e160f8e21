"""A document as a download."""

import io

from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.text import slugify

from grc.reports.document import Document
from grc.reports.docx import to_docx
from grc.reports.pdf import to_pdf

KINDS = {
    "pdf": (to_pdf, "application/pdf"),
    "docx": (to_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


def document_answer(document: Document, *, kind: str, name: str) -> FileResponse:
    """``document`` as an attachment named after ``name`` and today. ``kind`` is one of ``KINDS``; else a 404."""
    if kind not in KINDS:
        raise Http404
    write, content_type = KINDS[kind]
    filename = f"{slugify(name) or 'document'}-{timezone.localdate():%Y-%m-%d}.{kind}"
    return FileResponse(io.BytesIO(write(document)), as_attachment=True, filename=filename, content_type=content_type)
