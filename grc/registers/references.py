"""References in addresses."""

from django.urls import register_converter

PATTERN = r"[A-Z]{2,8}-[0-9]{4,9}"


class ReferenceConverter:
    """A record's reference, such as ``SYS-0007``."""

    regex = PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ReferenceConverter, "reference")
