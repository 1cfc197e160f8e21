"""Uploads are cut off at the limit while they arrive, before they fill a disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

FORM_BYTES = 1024 * 1024
"""What a form may add around its file."""


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Keeps an upload in a temporary file. Raises ``RequestDataTooBig`` for a body that can hold no acceptable one."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any) -> None:  # noqa: N803
        limit = settings.UPLOAD_LIMIT_BYTES
        if content_length > limit + FORM_BYTES:
            raise RequestDataTooBig(f"An upload may have at most {limit:,} bytes.")
        super().handle_raw_input(input_data, META, content_length, *rest)  # type: ignore[no-untyped-call]
