"""How long an agreement binds, and by when one has to say that it shall not go on: pure date arithmetic.

Dates are whole days, first and last included: what ends on 31 March holds through that day.
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendors.models import Agreement


@dataclass(frozen=True)
class Term:
    """``begins_on`` None: nobody said. ``term_ends_on``: of the running term, where it renews by itself; ``ends_on``:
    the earliest end that can still be reached; ``notice_by``: the last day on which notice reaches it."""

    begins_on: dt.date | None
    term_ends_on: dt.date | None
    ends_on: dt.date | None
    notice_by: dt.date | None

    def in_force(self, today: dt.date) -> bool:
        begun = self.begins_on is not None and self.begins_on <= today
        return begun and (self.ends_on is None or today <= self.ends_on)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day ``months`` later. The last of a month stays the last; the 30th of February is its last day.

    Raises ``OverflowError`` beyond the year 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError("no date beyond the year 9999")
    last = calendar.monthrange(year, month + 1)[1]
    kept = day.day == calendar.monthrange(day.year, day.month)[1]
    return dt.date(year, month + 1, last if kept else min(day.day, last))


def term_of(agreement: "Agreement", today: dt.date) -> Term:
    """How long ``agreement`` binds, as it looks on ``today``.

    One that renews by itself goes on until the end of the first term for which notice can still be given. One that was
    ended early ends on that day. Where nobody said from when it is in force, it is from the day of signature.
    """
    begins = agreement.effective_on or agreement.signed_on
    if agreement.ended_on is not None:
        planned = agreement.ends_on if agreement.renewal != "automatic" else None
        end = min(agreement.ended_on, planned) if planned else agreement.ended_on
        return Term(begins, None, end, None)
    first, months = agreement.ends_on, agreement.renewal_months
    if agreement.renewal != "automatic" or first is None or not months:
        return Term(begins, None, first, None)
    n = _running(first, months, today)
    running = months_after(first, n * months)
    if agreement.notice_days is None:
        return Term(begins, running, running, None)
    end, notice = running, dt.timedelta(days=agreement.notice_days)
    while end - notice < today:
        n += 1
        end = months_after(first, n * months)
    return Term(begins, running, end, end - notice)


def _running(first: dt.date, months: int, today: dt.date) -> int:
    """How often a term that first ends on ``first`` has renewed before the one that runs on ``today``."""
    passed = (today.year - first.year) * 12 + today.month - first.month
    n = max(0, passed // months - 1)
    while months_after(first, n * months) < today:
        n += 1
    return n
