"""The communication plan by when it is due."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aims.models import Communication
from grc import formats
from grc.access.actor import Actor
from grc.access.roles import Permission


@dataclass
class Month:
    """What is due in one month; what is late stands before all, what has no day after all."""

    title: str | Promise
    tone: str = ""
    lines: list[tuple[Any, bool]] = field(default_factory=list)
    """Each with whether the reader may say that it was done."""


def calendar_of(actor: Actor) -> list[Month]:
    """The lines of the plan that ``actor`` may see, by month. Two queries."""
    rows = Communication.objects.permitted(actor, Permission.AIMS_VIEW).filter(archived_at=None)
    changeable = set(Communication.objects.permitted(actor, Permission.AIMS_EDIT).values_list("pk", flat=True))
    today = timezone.localdate()
    months: dict[object, Month] = {}
    for line in rows.select_related("owner").order_by(F("next_on").asc(nulls_last=True), "pk"):
        month = _month(line.next_on, today)
        months.setdefault(month.title, month).lines.append((line, line.pk in changeable))
    return list(months.values())


def _month(day: dt.date | None, today: dt.date) -> Month:
    if day is None:
        return Month(_("When the occasion comes"))
    return Month(_("Late"), "red") if day < today else Month(formats.month(day))
