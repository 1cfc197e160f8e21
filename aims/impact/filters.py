"""Which impact assessments are due again, as a filter of their list."""

from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.impact.repeat import standings_of
from grc.registers.filters import Filter

CHANGED, DATE = "changed", "date"


class DueAgainFilter(Filter):
    called = "due_again"

    @property
    def heading(self) -> str:
        return _("Due again")

    @cached_property
    def options(self) -> dict[str, str]:
        return {CHANGED: _("The system changed"), DATE: _("Its day has come")}

    def condition(self) -> Q:
        for value in self.values:
            if value not in self.options:
                raise self.bad(self.name, value)
        today, due = timezone.localdate(), set()
        for standing in standings_of(self.actor.organisation):
            because = {CHANGED: bool(standing.changes), DATE: standing.is_overdue(today)}
            if standing.latest is not None and any(because[value] for value in self.values):
                due.add(standing.latest.pk)
        return Q(pk__in=due)
