"""Running tests on decision records as background work that somebody asked for."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from controls.actions.running import run_tests
from controls.models import ControlTest
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.access.roles import Permission
from grc.jobs.actions import start_job
from grc.jobs.runners import JobFailed, Progress, runner
from grc.models.job import Job

RUN_TESTS = "control-tests"


def start_run(*, test: ControlTest, by: Actor) -> Job:
    """Ask for one run of a test; a worker does it. The caller has judged who may."""
    return start_job(kind=RUN_TESTS, title=_("Test: %s") % test.name, params={"tests": [test.reference]}, by=by)


def may_see_runs(job: Job, actor: Actor) -> bool:
    return actor.can(Permission.CONTROLS_VIEW)


def where_it_ran(job: Job, actor: Actor) -> tuple[str, str | Promise]:
    runs = (job.result or {}).get("runs") or []
    if len(runs) != 1:
        return reverse("test-runs-list", args=[actor.organisation.slug]), gettext_lazy("The runs")
    return reverse("test-runs-detail", args=[actor.organisation.slug, runs[0]]), gettext_lazy("What came out")


@runner(RUN_TESTS, name=gettext_lazy("Test on decision records"), sight=may_see_runs, then=where_it_ran)
def run(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    rows = ControlTest.objects.permitted(by, Permission.CONTROLS_EDIT).filter(
        reference__in=job.params["tests"], way=ControlTest.Way.RECORDS, archived_at=None
    )
    tests = list(rows.select_related("key", "organisation", "control__key", "control__owner", "owner"))
    if not tests:
        raise JobFailed(_("This test is not there any more, or you may not run it."))
    try:
        runs = run_tests(
            tests=tests, by=by, progress=lambda done, total: progress(done, total, _("Reading signed records"))
        )
    except Denied as error:
        raise JobFailed(error.reason) from None
    return {"runs": [one.reference for one in runs]}
