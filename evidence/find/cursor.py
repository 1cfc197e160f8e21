"""Where the next page goes on: the last row's place in the order, as text that only this server can write."""

import datetime as dt
from typing import NamedTuple

from django.core import signing
from django.utils.translation import gettext as _

from grc.registers.query import BadQuery

_SALT = "evidence.find.cursor"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MAX_LENGTH = 200


class Cursor(NamedTuple):
    """A row's place, newest first: instant (UTC), source's key, position."""

    ts: dt.datetime
    source_id: int
    seq: int

    def encode(self) -> str:
        microseconds = (self.ts - _EPOCH) // dt.timedelta(microseconds=1)
        return signing.dumps([microseconds, self.source_id, self.seq], salt=_SALT)

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Raises ``BadQuery`` for a text that ``encode`` did not write."""
        try:
            if len(text) > _MAX_LENGTH:
                raise signing.BadSignature
            microseconds, source_id, seq = signing.loads(text, salt=_SALT)
        except signing.BadSignature:
            raise BadQuery("cursor", _("This is no place in the list. Start again from the first page.")) from None
        return cls(_EPOCH + dt.timedelta(microseconds=microseconds), source_id, seq)
