"""Two engagements: one that runs, with its auditor's login, and one whose end has passed."""

import datetime as dt

from django.utils import timezone

from aims.models import AISystem
from audits.actions.engagements import open_engagement
from audits.models import Engagement
from grc.actions.records import create_record
from grc.demo import HOME, demo_actor
from grc.models.scope import GrantPeriod
from grc.registries import seeders


@seeders.add(order=80)
def seed_engagements() -> None:
    officer = demo_actor("carla@nordhaven.example", HOME)
    if Engagement.objects.within(officer.organisation).exists():
        return
    system = AISystem.objects.within(officer.organisation).get(runtime_id="claims-triage")
    now, today = timezone.now(), timezone.localdate()
    with officer.working():
        running = Engagement(
            organisation=officer.organisation, name="ISO/IEC 42001 Stage 1", kind=Engagement.Kind.STAGE_1,
            body="Certbody International", auditor_name="Eva Marchetti", auditor_email="eva@certbody.example",
            system=system, records_from=today - dt.timedelta(days=30), records_to=today,
            access_from=now - dt.timedelta(days=2), access_until=now + dt.timedelta(days=40),
        )  # fmt: skip
        ended = Engagement(
            organisation=officer.organisation, name="Customer’s audit, spring", kind=Engagement.Kind.CUSTOMER,
            body="Old Cert AS", auditor_name="Erik Sandvik", auditor_email="erik@oldcert.example",
            system=system, records_from=today - dt.timedelta(days=200), records_to=today - dt.timedelta(days=170),
            access_from=now - dt.timedelta(days=180), access_until=now + dt.timedelta(hours=1),
        )  # fmt: skip
        for engagement in (running, ended):
            create_record(record=engagement, by=officer)
            open_engagement(engagement=engagement, by=officer)
        # opened as it once was, then let to have ended: the demo has no way to travel in time
        past = now - dt.timedelta(days=150)
        GrantPeriod.objects.within(officer.organisation).filter(scope__about=ended.key).update(not_after=past)
        ended_rows = Engagement.objects.within(officer.organisation).filter(pk=ended.pk)
        ended_rows.update(access_until=past)
