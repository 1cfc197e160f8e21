"""One alarm for one thing that is wrong, for as long as it lasts."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.ingest.head import head_of, lock_head
from evidence.models.quarantine import SourceAlarm
from evidence.models.source import Source
from evidence.tlog.finding import Finding, Reason
from grc.registries import Alarm, raise_alarm

SILENT = "silent"
STORE = "store_changed"
LOG_CODES = frozenset(reason.value for reason in Reason) - {Reason.HEAD_CUT.value}
"""What a good pull settles; a beginning that is gone stays gone."""


def raise_source_alarm(source: Source, code: str, position: int, summary: str, advice: str) -> bool:
    """Raise an alarm unless the same one (code and position) is open already. Returns whether it was new."""
    alarm = SourceAlarm(
        organisation=source.organisation,
        source=source,
        code=code,
        position=position,
        summary=summary[:500],
        advice=advice[:500],
    )
    with transaction.atomic():
        head_of(source)
        lock_head(source)  # so that two who notice at once raise it once
        open_ones = SourceAlarm.objects.within(source.organisation).filter(source=source, closed_at=None)
        if open_ones.filter(code=code, position=position).exists():
            return False
        alarm.save(force_insert=True)
        raise_alarm(
            Alarm(organisation=source.organisation, record=source.key, code=code, summary=summary, advice=advice)
        )
    return True


def alarm_about(source: Source, finding: Finding) -> bool:
    """The alarm of a finding in a log."""
    summary = _("%(source)s, position %(seq)d: %(what)s") % {
        "source": source.reference,
        "seq": finding.seq,
        "what": finding.what,
    }
    return raise_source_alarm(source, finding.reason.value, finding.seq, summary, finding.remedy)


def close_alarms(source: Source, codes: Iterable[str]) -> int:
    """Close the open alarms of these codes; gives how many there were."""
    rows = SourceAlarm.objects.within(source.organisation).filter(source=source, closed_at=None)
    return rows.filter(code__in=list(codes)).update(closed_at=timezone.now())
