"""The dry run and the import as background work."""

import tempfile
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.imports.actions import ImportRefused, check_rows, import_rows
from grc.imports.archive import ArchiveTable
from grc.imports.outcome import Outcome
from grc.imports.plan import BadPlan, Plan
from grc.imports.source import opened, rows_below
from grc.jobs.actions import start_job
from grc.jobs.products import keep_product
from grc.jobs.runners import JobFailed, Progress, runner
from grc.models.file import File
from grc.models.job import Job
from grc.registers.register import Register, registers
from grc.tabular import write_csv
from grc.tabular.reading import TableUnreadable
from grc.uploads import FileRefused

CHECK, IMPORT = "import-check", "import"


def start_check(*, register: Register, file: File, plan: Plan, by: Actor) -> Job:
    """Ask for a dry run of ``file``."""
    params = {"register": register.slug, "name": file.name, **plan.as_params()}
    title = _("Check of %(name)s") % {"name": file.name}
    return start_job(kind=CHECK, title=title, params=params, by=by, source=file)


def start_import(*, check: Job, by: Actor) -> Job:
    """Ask for what a dry run found good to be done; the records' locks as it saw them go along."""
    locks = (check.result or {}).get("locks", {})
    title = _("Import of %(name)s") % {"name": check.params["name"]}
    params = {name: check.params[name] for name in ("register", "name", "columns", "sheet", "header", "dates")}
    return start_job(
        kind=IMPORT, title=title, params=params | {"locks": locks, "check": str(check.public_id)}, by=by,
        source=check.source,
    )  # fmt: skip


def may_see_import(job: Job, actor: Actor) -> bool:
    return actor.can(registers.by_slug(job.params["register"]).edit)


def _goes_on(job: Job, actor: Actor) -> tuple[str, str]:
    register = registers.by_slug(job.params["register"])
    url = reverse(f"{register.slug}-import-check", args=[actor.organisation.slug, job.public_id])
    return url, _("See what came of it") if job.kind == IMPORT else _("See what the check found")


@runner(CHECK, name=gettext_lazy("Check of a file"), sight=may_see_import, then=_goes_on)
def run_check(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    outcome = _worked(job, by, progress, doing=False)
    if outcome.problems:
        job.product = _problem_file(job, outcome, by)
    return outcome.as_result()


@runner(IMPORT, name=gettext_lazy("Import"), sight=may_see_import, then=_goes_on)
def run_import(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    try:
        outcome = _worked(job, by, progress, doing=True)
    except ImportRefused as refused:
        raise JobFailed(str(refused), result=refused.outcome.as_result()) from None
    return outcome.as_result()


def _worked(job: Job, by: Actor, progress: Progress, *, doing: bool) -> Outcome:
    register, plan = registers.by_slug(job.params["register"]), Plan.of_params(job.params)
    if job.source is None:
        raise JobFailed(_("The file is gone. Upload it again."))
    try:
        progress(0, None, _("Reading the file"))
        with opened(job.source) as table:
            archive = table if isinstance(table, ArchiveTable) else None
            rows = rows_below(table, plan)
            common: dict[str, Any] = {
                "register": register, "rows": rows, "plan": plan, "by": by, "archive": archive, "progress": progress,
            }  # fmt: skip
            if doing:
                return import_rows(name=job.source.name, locks=job.params["locks"], **common)
            return check_rows(**common)
    except (TableUnreadable, BadPlan, FileRefused) as error:
        raise JobFailed(str(error)) from None
    except Denied as error:
        raise JobFailed(error.reason) from None


def _problem_file(job: Job, outcome: Outcome, by: Actor) -> File:
    headings = [_("Row"), _("Column"), _("Value"), _("Reason")]
    with tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024, mode="w+", encoding="utf-8", newline="") as text:
        write_csv(text, headings, (problem.as_list() for problem in outcome.problems))
        text.flush()
        text.seek(0)
        with tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024) as raw:
            for line in text:
                raw.write(line.encode())
            name = f"{job.params['name'].rpartition('.')[0][:200]}-problems.csv"
            return keep_product(stream=raw, name=name, media_type="text/csv", by=by)  # type: ignore[arg-type]
