"""What a verification found is told once, for as long as it stays the same."""

import hashlib
import json
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from evidence.models.seal import ActivitySeal
from evidence.sealing.check import verify_seal
from evidence.sealing.findings import Finding
from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.jobs.runners import Progress
from grc.models.activity import ActivityEvent
from grc.models.notice import Notice
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person
from grc.notices.actions import notify

LISTENERS = ("administrator", "compliance-officer")


def head_of(organisation: Organisation) -> ActivitySeal | None:
    """How the organisation's log is sealed; None as long as nothing was."""
    return ActivitySeal.objects.within(organisation).select_related("organisation").first()


@transaction.atomic
def verify_and_tell(organisation: Organisation, progress: Progress | None = None) -> list[Finding]:
    """Verify the organisation's sealed log, and raise the alarm about what was not found before."""
    seal = head_of(organisation)
    if seal is None:
        return []
    found = verify_seal(seal, progress)
    told = hashlib.sha256(json.dumps(seal.findings, sort_keys=True).encode()).hexdigest() if found else ""
    if told != seal.alarmed:
        seal.alarmed = told
        seal.save(update_fields=["alarmed"])
        if found:
            _tell(organisation, found, told)
    return found


def _tell(organisation: Organisation, found: Sequence[Finding], once: str) -> None:
    text = _("The activity log was tampered with: %(first)s (%(n)d findings)") % {
        "first": found[0].sentence, "n": len(found),
    }  # fmt: skip
    system = Actor.system(organisation)
    record_activity(by=system, verb=ActivityEvent.Verb.ALARMED, detail=text)
    members = Membership.objects.filter(organisation=organisation, role__in=LISTENERS, ended_at=None)
    url = reverse("activity", args=[organisation.slug])
    for person in Person.objects.filter(pk__in=members.values("person"), is_active=True).order_by("pk"):
        notify(person=person, organisation=organisation, kind=Notice.Kind.ALARM, text=text, url=url, once=once)
