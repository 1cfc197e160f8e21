"""Which private addresses may be called: an administrator's list, from the settings."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from grc.outbound import Allowed, AllowList


def allow_list() -> AllowList:
    """``OUTBOUND_ALLOWED``, entries of the form ``host:port=network``. Raises ``ImproperlyConfigured``."""
    try:
        return AllowList([_entry(text) for text in settings.OUTBOUND_ALLOWED])
    except ValueError as error:
        raise ImproperlyConfigured(f"OUTBOUND_ALLOWED has an entry that cannot be read: {error}") from None


def _entry(text: str) -> Allowed:
    where, _, network = text.partition("=")
    host, _, port = where.rpartition(":")
    return Allowed.parse(host.strip("[]"), int(port), network)
