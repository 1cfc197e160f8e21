"""The pack as background work: made by a worker with what the asker may see then, and fetched while they still may."""

import io
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aims.pack.content import PARTS, stage_1_pack
from aims.pack.reading import NEEDED, may_make
from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.jobs.actions import start_job
from grc.jobs.products import keep_product
from grc.jobs.runners import JobFailed, Progress, runner
from grc.models.activity import ActivityEvent
from grc.models.job import Job
from grc.registers.export import dated
from grc.reports.answer import KINDS

PACK = "stage-1-pack"
LAST_STEPS = 2
"""After the chapters: the file is set, then kept."""


def start_pack(*, kind: str, by: Actor) -> Job:
    """Ask for the pack as ``kind`` (pdf or docx); one that is being made already is not made twice."""
    asked = {"kind": kind, "reach": _reach(by)}
    running = Job.objects.within(by.organisation).filter(
        kind=PACK, person=by.person, state__in=(Job.State.WAITING, Job.State.RUNNING), params__contains=asked
    )
    title = _("Stage 1 pack (%(kind)s)") % {"kind": kind.upper()}
    return running.first() or start_job(kind=PACK, title=title, params=asked, by=by)


def may_see_pack(job: Job, actor: Actor) -> bool:
    """Who may still see all that it shows, and as far as when it was asked for."""
    return may_make(actor) and _reach(actor) == job.params["reach"]


def _reach(actor: Actor) -> str:
    return ",".join(reach.value if (reach := actor.reach(permission)) else "" for permission in NEEDED)


@runner(PACK, name=gettext_lazy("Stage 1 pack"), sight=may_see_pack)
def run_pack(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    if not may_see_pack(job, by):
        raise JobFailed(_("You may not see all of its records any more."))
    kind, total = job.params["kind"], len(PARTS) + LAST_STEPS
    write, media_type = KINDS[kind]
    document = stage_1_pack(by, made_at=timezone.now(), told=lambda done, _of, step: progress(done, total, step))
    progress(len(PARTS), total, _("Setting the pages"))
    content = write(document)
    progress(len(PARTS) + 1, total, _("Keeping the file"))
    name = dated(f"{by.organisation.slug}-{PACK}", kind)
    job.product = keep_product(stream=io.BytesIO(content), name=name, media_type=media_type, by=by)
    record_activity(by=by, verb=ActivityEvent.Verb.EXPORTED, detail=f"{document.title} ({kind})")
    return {"kind": kind, "bytes": len(content), "sha256": job.product.sha256}
