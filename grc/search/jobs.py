"""Changes of so many records that a worker makes them."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grc.access.actor import Actor
from grc.jobs.runners import JobFailed, Progress, runner
from grc.models.job import Job
from grc.registers.bulk import BulkRefused, change_many, fingerprint
from grc.registers.query import ListQuery
from grc.registers.register import registers
from grc.search.bulk_pages import JOB, change_of, form_of
from grc.search.renaming import RENAME_JOB, TagRefused, rename_tag


def _list_of(job: Job, actor: Actor) -> tuple[str, Any]:
    register = registers.by_slug(job.params["register"])
    archived = "?archived=1" if job.params["what"] == "archive" else ""
    return register.list_url(actor.organisation.slug) + archived, register.plural


@runner(JOB, name=gettext_lazy("Change of many records"), then=_list_of)
def run_bulk_change(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    """``params``: register, what, query, mark, data, reason. The result counts the changed records."""
    params = job.params
    register = registers.by_slug(params["register"])
    rows = ListQuery.read(register, by, QueryDict(params["query"])).chosen()
    _count, mark = fingerprint(rows)
    if mark != params["mark"]:
        raise JobFailed(_("Some of these records were changed meanwhile, so none was touched. Choose them again."))
    form = form_of(register, by, params["data"])
    if params["what"] == "edit" and not form.is_valid():
        raise JobFailed(_("What was to be set is not possible any more. Choose again."))
    locks = dict(rows.values_list("reference", "lock"))
    progress(0, len(locks), _("Changing records"))
    try:
        changed = change_many(
            register=register,
            locks=locks,
            change=change_of(params["what"], form),
            by=by,
            reason=params["reason"],
            report=progress,
        )
    except BulkRefused as error:
        refused = [{"reference": each.reference, "sentence": each.sentence} for each in error.refusals[:200]]
        words = ngettext(
            "Nothing was changed: %(n)d record refuses it. %(which)s",
            "Nothing was changed: %(n)d records refuse it. %(which)s",
            len(error.refusals),
        )
        raise JobFailed(
            words % {"n": len(error.refusals), "which": error}, result={"changed": 0, "refused": refused}
        ) from None
    progress(len(changed), len(changed))
    return {"changed": len(changed)}


@runner(RENAME_JOB, name=gettext_lazy("Change of a tag"))
def run_rename_tag(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    """``params``: tag, to, reason. The result counts the changed records."""
    try:
        changed = rename_tag(
            tag=job.params["tag"], to=job.params["to"], reason=job.params["reason"], by=by, report=progress
        )
    except TagRefused as error:
        raise JobFailed(str(error)) from None
    return {"changed": changed}
