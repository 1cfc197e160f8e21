"""The workbook handed out: at once where few vendors are in use, made by a worker where there are many.

A worker judges again what may be seen, and so does whoever fetches the file.
"""

import tempfile
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.jobs.actions import ask_once
from grc.jobs.products import keep_product
from grc.jobs.runners import JobFailed, Progress, runner
from grc.models.job import Job
from grc.registers.export import KINDS, dated
from grc.tabular import TableTooLarge
from vendors.dora.holdings import VIEW
from vendors.dora.register import register_for, write_register
from vendors.models import Vendor
from vendors.overview.lacks import IN_USE

AT_ONCE = 300
"""For so many vendors the browser waits; with their contracts and offerings that is a second or two."""
REGISTER = "dora-register"
NAME, XLSX = gettext_lazy("Register for DORA"), "xlsx"


def is_long(actor: Actor) -> bool:
    """Whether a worker has to make it: more vendors are in use than one waits for."""
    return bool(Vendor.objects.permitted(actor, VIEW).filter(IN_USE)[AT_ONCE : AT_ONCE + 1])


def hand_out_register(by: Actor) -> FileResponse:
    """The workbook as an attachment."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    write_register(file, register_for(by), by)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_file_name(), content_type=KINDS[XLSX])


def start_register(by: Actor) -> Job:
    """Ask for the workbook; the same one that is being made already is not made twice."""
    reach = by.reach(VIEW)
    params = {"reach": reach.value if reach else ""}
    return ask_once(kind=REGISTER, title=_("Register for DORA (xlsx)"), params=params, by=by)


def may_see_register(job: Job, actor: Actor) -> bool:
    """Who may still see vendors, and as far as when it was asked for."""
    reach = actor.reach(VIEW)
    return reach is not None and reach.value == job.params["reach"]


@runner(REGISTER, name=NAME, sight=may_see_register)
def make_register(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    if not may_see_register(job, by):
        raise JobFailed(_("You may not see vendors as far any more."))
    progress(0, 2, _("Reading the vendor records"))
    register = register_for(by)
    progress(1, 2, _("Writing the workbook"))
    with tempfile.TemporaryFile() as file:
        try:
            write_register(file, register, by)
        except TableTooLarge as error:
            raise JobFailed(str(error)) from None
        progress(2, 2, _("Keeping the file"))
        job.product = keep_product(stream=file, name=_file_name(), media_type=KINDS[XLSX], by=by)
    return {"rows": sum(len(one.rows) for one in register.sheets)}


def _file_name() -> str:
    return dated(REGISTER, XLSX)
