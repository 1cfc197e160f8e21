"""Tests on the home page: what failed, and what is due to be tested by people."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from controls.models import ControlTest
from controls.models.test import Result
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registries import Todo, todos

SOON = dt.timedelta(days=14)
MOST = 10


@todos.add(order=25)
def tests_to_look_at(actor: Actor) -> Iterator[Todo]:
    """The tests that this person keeps and that failed last time, could not be run, or are due."""
    if not actor.can(Permission.CONTROLS_EDIT):
        return
    today = timezone.localdate()
    rows = ControlTest.objects.permitted(actor, Permission.CONTROLS_EDIT).filter(archived_at=None, paused=False)
    bad = Q(last_result__in=(Result.FAILED, Result.UNABLE))
    rows = rows.filter(bad | Q(next_on__lte=today + SOON)).exclude(control__state="retired")
    for test in rows.select_related("control", "organisation").order_by("next_on", "pk")[:MOST]:
        yield _todo(test, today)


def _todo(test: ControlTest, today: dt.date) -> Todo:
    url = test.get_absolute_url()
    if test.last_result in (Result.FAILED, Result.UNABLE):
        text = _("Look into “%s”") % test.name
        why = _("The test of %(control)s ended with: %(result)s.") % {
            "control": test.control.reference, "result": test.get_last_result_display(),
        }  # fmt: skip
        return Todo(text, why, url, "alert-triangle", "red")
    late = test.next_on is not None and test.next_on < today
    why = _("It tests %s.") % test.control
    return Todo(_("Test “%s”") % test.name, why, url, "list-check", "red" if late else "yellow", test.next_on)
