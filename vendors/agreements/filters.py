"""What agreements are narrowed by that no field holds: whether they count as a DPA, and for which notice falls due."""

from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.registers.filters import Filter
from vendors.agreements.counting import counting, covered
from vendors.agreements.due import STOPPED, ending, framework_check_due, notice_due
from vendors.agreements.needing import needing_dpa
from vendors.models import Agreement

COUNTS, LACKING = "counts", "lacking"
COVERED, WANTED = "covered", "wanted"
NOTICE, ENDING, CHECK = "notice", "ending", "check"


class OwnFilter(Filter):
    @property
    def may_be_empty(self) -> bool:
        return False

    def checked(self) -> list[str]:
        """What is chosen. Raises ``BadQuery``."""
        for value in self.values:
            if value not in self.options:
                raise self.bad(self.name, value)
        return self.values


class DPAFilter(OwnFilter):
    called = "dpa"

    @property
    def heading(self) -> str:
        return _("As a DPA")

    @cached_property
    def options(self) -> dict[str, str]:
        return {COUNTS: _("Counts"), LACKING: _("Something is missing")}

    def condition(self) -> Q:
        counts, found = counting(self.actor.organisation, timezone.localdate()), Q(pk__in=[])
        for value in self.checked():
            found |= counts if value == COUNTS else Q(kind=Agreement.Kind.DPA) & ~counts
        return found


class CoverFilter(OwnFilter):
    """Of offerings: whether a DPA covers them, or they need one and have none."""

    called = "dpa"

    @property
    def heading(self) -> str:
        return _("DPA")

    @cached_property
    def options(self) -> dict[str, str]:
        return {COVERED: _("Covered"), WANTED: _("Needed, and none counts")}

    def condition(self) -> Q:
        organisation, found = self.actor.organisation, Q(pk__in=[])
        has = covered(organisation, timezone.localdate())
        for value in self.checked():
            found |= has if value == COVERED else needing_dpa(organisation) & ~Q(state__in=STOPPED) & ~has
        return found


class DueFilter(OwnFilter):
    called = "due"

    @property
    def heading(self) -> str:
        return _("To be done soon")

    @cached_property
    def options(self) -> dict[str, str]:
        return {
            NOTICE: _("Notice due within 90 days"),
            ENDING: _("Ended, or ends within 90 days"),
            CHECK: _("Privacy Framework to be checked"),
        }

    def condition(self) -> Q:
        today, found = timezone.localdate(), Q(pk__in=[])
        for value in self.checked():
            if value == NOTICE:
                rows = Agreement.objects.within(self.actor.organisation)
                found |= Q(pk__in=list(notice_due(rows, today)))
            else:
                found |= ending(today) if value == ENDING else framework_check_due(today)
        return found
