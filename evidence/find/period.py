"""From when until when a list of decisions reaches: always bounded, so that the database reads few partitions."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.registers.query import BadQuery

LONGEST = dt.timedelta(days=3660)
DEFAULT = "30d"
PRESETS: dict[str, tuple[str | Promise, dt.timedelta]] = {
    "24h": (gettext_lazy("Last 24 hours"), dt.timedelta(hours=24)),
    "7d": (gettext_lazy("Last 7 days"), dt.timedelta(days=7)),
    "30d": (gettext_lazy("Last 30 days"), dt.timedelta(days=30)),
    "90d": (gettext_lazy("Last 90 days"), dt.timedelta(days=90)),
    "365d": (gettext_lazy("Last year"), dt.timedelta(days=365)),
    "10y": (gettext_lazy("Last ten years"), dt.timedelta(days=3652)),
}
_AHEAD = dt.timedelta(minutes=10)  # records may be dated a little ahead of our clock


@dataclass(frozen=True)
class Period:
    """``begin`` is within, ``end`` is not; both in UTC. ``preset`` is empty where both were given."""

    begin: dt.datetime
    end: dt.datetime
    preset: str = ""

    @classmethod
    def last(cls, preset: str) -> "Period":
        """The period that ends now. Raises ``BadQuery`` for a name that is not in ``PRESETS``."""
        if preset not in PRESETS:
            raise BadQuery("period", _("Choose one of %(names)s.") % {"names": ", ".join(PRESETS)})
        now = timezone.now()
        return cls(now - PRESETS[preset][1], now + _AHEAD, preset)

    @classmethod
    def read(cls, preset: str, begin: str, end: str) -> "Period":
        """``begin`` and ``end``: dates (the last day is within) or instants with their zone. Raises ``BadQuery``."""
        if not begin and not end:
            return cls.last(preset or DEFAULT)
        now = timezone.now()
        until = _instant("to", end, last=True) if end else now + _AHEAD
        since = _instant("from", begin, last=False) if begin else until - PRESETS[DEFAULT][1]
        if since >= until:
            raise BadQuery("from", _("The period must begin before it ends."))
        if until - since > LONGEST:
            raise BadQuery("from", _("Ask for at most ten years at once."))
        return cls(since, until)

    @property
    def last_day(self) -> dt.date:
        """The last day within, in the reader's zone."""
        return timezone.localtime(self.end - dt.timedelta(microseconds=1)).date()

    @property
    def first_day(self) -> dt.date:
        return timezone.localtime(self.begin).date()


def _instant(name: str, text: str, *, last: bool) -> dt.datetime:
    try:
        if len(text) == 10:
            day = dt.date.fromisoformat(text) + dt.timedelta(days=1 if last else 0)
            return dt.datetime.combine(day, dt.time(), timezone.get_current_timezone()).astimezone(dt.UTC)
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise BadQuery(name, _("An instant needs its zone, such as 2026-11-20T14:00:00Z."))
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadQuery):
            raise
        raise BadQuery(name, _("This is no date: write it as 2026-11-20.")) from None
