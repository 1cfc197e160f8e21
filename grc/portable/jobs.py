"""The archive, made by a worker. Whether one may still have it is judged again when it is fetched."""

import tempfile
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.jobs.products import keep_product
from grc.jobs.runners import JobFailed, Progress, runner
from grc.models.activity import ActivityEvent
from grc.models.job import Job
from grc.portable.actions import ARCHIVE
from grc.portable.export import ArchiveFailed, write_archive


def may_have_archive(job: Job, actor: Actor) -> bool:
    return actor.can(Permission.ORGANISATION_EXPORT)


@runner(ARCHIVE, name=gettext_lazy("Archive"), sight=may_have_archive)
def make_archive(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    if not may_have_archive(job, by):
        raise JobFailed(_("You may not export the organisation any more."))
    with tempfile.TemporaryFile() as file:
        try:
            manifest = write_archive(file, organisation=by.organisation, progress=progress)
        except ArchiveFailed as error:
            raise JobFailed(str(error)) from None
        name = f"{by.organisation.slug}-{timezone.now():%Y-%m-%d}.assay.zip"
        job.product = keep_product(stream=file, name=name, media_type="application/zip", by=by)
    rows = sum(table["rows"] for table in manifest["tables"])
    detail = _("the whole organisation: %(rows)d rows, %(files)d files") % {
        "rows": rows,
        "files": len(manifest["files"]),
    }
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, detail=detail)
    return {"rows": rows, "files": len(manifest["files"])}
