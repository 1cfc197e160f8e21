"""What sealing adds to the app: a panel above the activity log, a thing to do when it does not hold, and its check."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.models.seal import ActivitySeal
from evidence.sealing.alarm import head_of, verify_and_tell
from evidence.sealing.bundle import MOST_EVENTS
from evidence.sealing.findings import Finding
from evidence.sealing.key import key_of
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.jobs.runners import Progress, runner
from grc.models.job import Job
from grc.registries import Part, Todo, activity_parts, todos

CHECK = "activity-check"
SHOWN = 20


def findings_of(seal: ActivitySeal) -> list[Finding]:
    return [Finding.from_json(value) for value in seal.findings]


@activity_parts.add()
def seal_panel(actor: Actor) -> Iterable[Part]:
    """Up to where the log is sealed and verified, under which key, and what does not hold."""
    seal = head_of(actor.organisation)
    found = findings_of(seal) if seal else []
    context = {
        "seal": seal,
        "fingerprint": key_of(seal).fingerprint if seal else "",
        "findings": [finding.sentence for finding in found[:SHOWN]],
        "more": max(len(found) - SHOWN, 0),
        "check_url": reverse("activity-seal-check", args=[actor.organisation.slug]),
        "bundle_url": reverse("activity-seal-bundle", args=[actor.organisation.slug]),
        "can_take": actor.can(Permission.SETTINGS_VIEW),
        "most": MOST_EVENTS,
    }
    yield Part("activity/seal.html", context, "top")


@todos.add(order=5)
def seal_in_trouble(actor: Actor) -> Iterable[Todo]:
    if not actor.can(Permission.ACTIVITY_VIEW):
        return
    seal = head_of(actor.organisation)
    url = reverse("activity", args=[actor.organisation.slug])
    if seal is not None and seal.findings:
        found = findings_of(seal)
        yield Todo(_("The activity log was tampered with"), found[0].sentence, url, "shield-x", "red")
    if seal is not None and seal.error:
        yield Todo(_("The activity log is no longer sealed"), seal.error, url, "shield-x", "red")


def may_see_check(job: Job, actor: Actor) -> bool:
    return actor.can(Permission.ACTIVITY_VIEW)


def to_activity(job: Job, actor: Actor) -> tuple[str, str]:
    return reverse("activity", args=[actor.organisation.slug]), _("Show the activity log")


@runner(CHECK, name=gettext_lazy("Verifying the activity log"), sight=may_see_check, then=to_activity)
def check_log(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    """The job behind “Verify now”: its result says how many events were looked at and what was found."""
    found = verify_and_tell(by.organisation, progress)
    seal = head_of(by.organisation)
    return {"events": seal.size if seal else 0, "findings": [finding.sentence for finding in found]}
