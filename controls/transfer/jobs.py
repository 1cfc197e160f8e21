"""The dry run and the import of a framework's file as background work."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from controls.oscal.refusal import OSCALRefused
from controls.transfer.actions import TransferRefused, check_content, import_content
from controls.transfer.reading import Content, read_content
from controls.transfer.settings import Settings
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.access.roles import Permission
from grc.jobs.actions import start_job
from grc.jobs.runners import JobFailed, Progress, runner
from grc.models.file import File
from grc.models.job import Job
from grc.tabular.reading import TableUnreadable

CHECK, IMPORT = "framework-check", "framework-import"


def start_check(*, file: File, settings: Settings, by: Actor) -> Job:
    """Ask for a dry run of ``file``."""
    title = _("Check of %(name)s") % {"name": file.name}
    params = {"name": file.name, "settings": settings.as_params()}
    return start_job(kind=CHECK, title=title, params=params, by=by, source=file)


def start_import(*, check: Job, by: Actor) -> Job:
    """Ask for what a dry run found good to be done."""
    params = {name: check.params[name] for name in ("name", "settings")} | {
        "mark": (check.result or {}).get("mark", "")
    }
    title = _("Import of %(name)s") % {"name": check.params["name"]}
    return start_job(kind=IMPORT, title=title, params=params, by=by, source=check.source)


def may_see_transfer(job: Job, actor: Actor) -> bool:
    return actor.can(Permission.FRAMEWORKS_EDIT)


def goes_on(job: Job, actor: Actor) -> tuple[str, str]:
    """Where one goes from a job: to the check's findings, or to what was imported."""
    slug = actor.organisation.slug
    reference = (job.result or {}).get("reference", "")
    if job.kind == IMPORT and job.state == Job.State.DONE:
        if reference:
            return reverse("frameworks-detail", args=[slug, reference]), _("To the framework")
        return reverse("mappings-list", args=[slug]), _("To the mappings")
    words = _("See what came of it") if job.kind == IMPORT else _("See what the check found")
    return reverse("frameworks-transfer-check", args=[slug, job.public_id]), words


@runner(CHECK, name=gettext_lazy("Check of a framework's file"), sight=may_see_transfer, then=goes_on)
def run_check(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    progress(0, None, _("Reading the file"))
    try:
        return check_content(content=_content(job), settings=_settings(job), by=by).as_result()
    except Denied as error:
        raise JobFailed(error.reason) from None


@runner(IMPORT, name=gettext_lazy("Import of a framework's file"), sight=may_see_transfer, then=goes_on)
def run_import(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    progress(0, None, _("Reading the file"))
    try:
        findings = import_content(
            content=_content(job),
            settings=_settings(job),
            by=by,
            name=job.params["name"],
            mark=job.params["mark"],
            progress=progress,
        )
    except TransferRefused as refused:
        raise JobFailed(str(refused), result=refused.findings.as_result()) from None
    except Denied as error:
        raise JobFailed(error.reason) from None
    framework = findings.framework
    return findings.as_result() | {"reference": framework.reference if framework is not None else ""}


def _content(job: Job) -> Content:
    if job.source is None:
        raise JobFailed(_("The file is gone. Upload it again."))
    try:
        return read_content(job.source)
    except (OSCALRefused, TableUnreadable) as error:
        raise JobFailed(str(error)) from None


def _settings(job: Job) -> Settings:
    return Settings.of(job.params["settings"])
