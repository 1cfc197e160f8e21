from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from grc.strict_json import JSONRefused, loads


class StrictJSONParser(BaseParser):
    """JSON bodies through the kernel's one reader: what it refuses is a 400 with the reason."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        try:
            body = loads(stream.read(limit + 1), max_bytes=limit)
        except JSONRefused as error:
            raise ParseError(str(error)) from None
        if not isinstance(body, dict):
            raise ParseError("Send one JSON object.")
        return body
