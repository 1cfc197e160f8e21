"""How days and hours are counted, towards customers and towards vendors. Pure functions: no database, no "now".

Days are days of the calendar where somebody counts them: the day of the announcement there, plus n; the last one counts
whole. Hours are hours of absolute time: changing the clocks neither adds nor takes any.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterable

from django.conf import settings

ZONES = frozenset(zoneinfo.available_timezones())
ONE_DAY = dt.timedelta(days=1)


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The zone of that name; the organisation's where there is none."""
    return zoneinfo.ZoneInfo(name if name in ZONES else settings.TIME_ZONE)


def local_day(at: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """Which day it is in ``zone`` at an instant. Raises ``ValueError`` for a naive one."""
    if at.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return at.astimezone(zone).date()


def last_day(begin: dt.date, days: int) -> dt.date:
    """The last day to object, ``days`` after the day on which it was announced."""
    return begin + dt.timedelta(days=days)


def object_until(announced_at: dt.datetime, days: int, zone: dt.tzinfo) -> dt.date:
    """The last day to object, as a day in ``zone``."""
    return last_day(local_day(announced_at, zone), days)


def is_in_time(at: dt.datetime, until: dt.date, zone: dt.tzinfo) -> bool:
    """Whether an objection that came at this instant came on the last day in ``zone`` or before."""
    return local_day(at, zone) <= until


def closes_at(until: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """The first instant, in UTC, at which ``until`` is over in ``zone``."""
    after = until + ONE_DAY
    return dt.datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(dt.UTC)


def deadline(at: dt.datetime, hours: int) -> dt.datetime:
    """So many hours after an instant, in UTC. Raises ``ValueError`` for a naive one."""
    if at.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return at.astimezone(dt.UTC) + dt.timedelta(hours=hours)


def earliest_effective(announced_on: dt.date, untils: Iterable[dt.date]) -> dt.date:
    """The first day on which a change may take effect: after the last day of everybody who was told."""
    return max([announced_on, *untils]) + ONE_DAY
