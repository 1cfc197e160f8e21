"""Every upload enters here: checked, hashed, stored under a name that tells nothing."""

from typing import IO

from django.conf import settings
from django.core.files import File as DjangoFile
from django.http import FileResponse

from grc.access.actor import Actor
from grc.models.file import File
from grc.uploads import inspect


def store_file(*, upload: IO[bytes], name: str, by: Actor) -> File:
    """Check and keep an upload. Raises ``grc.uploads.FileRefused`` with the reason; nothing is stored then."""
    inspection = inspect(upload, name=name, limit_bytes=settings.UPLOAD_LIMIT_BYTES)
    upload.seek(0)
    file = File(
        organisation=by.organisation,
        name=inspection.safe_name,
        original_name=name.replace("\x00", "�")[:4000],
        media_type=inspection.media_type,
        size=inspection.size,
        sha256=inspection.sha256,
        has_macros=inspection.macros,
        uploaded_by=by.person,
    )
    file.content.save(inspection.safe_name, DjangoFile(upload), save=False)
    file.save(force_insert=True)
    return file


def attachment(file: File) -> FileResponse:
    """The file's bytes as a download that no browser opens by itself: never sniffed, never rendered, never shared."""
    response = FileResponse(
        file.content.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
