"""What a source's page says of it: how far it is taken in, how fast, what is wrong."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from evidence.ingest.head import head_of
from evidence.models.quarantine import Quarantined, SourceAlarm
from evidence.models.source import PullRun, Source, SourceHead

TONES = {
    SourceHead.State.NEW: "blue",
    SourceHead.State.OK: "green",
    SourceHead.State.ALARMED: "red",
    SourceHead.State.SILENT: "orange",
    SourceHead.State.UNREACHABLE: "yellow",
}
_RUN_TONES = {
    PullRun.State.QUEUED: "blue",
    PullRun.State.RUNNING: "blue",
    PullRun.State.DONE: "green",
    PullRun.State.FAILED: "yellow",
}
RECENT = 5


@dataclass(frozen=True)
class RunLine:
    """One run for the page. ``percent`` is None while its target is not known."""

    run: PullRun
    state: str
    tone: str
    percent: int | None
    per_second: int | None

    @property
    def active(self) -> bool:
        return self.run.state in (PullRun.State.QUEUED, PullRun.State.RUNNING)


def run_line(run: PullRun) -> RunLine:
    wanted = None if run.target_size is None else run.target_size - run.first_seq
    percent = None
    if wanted is not None:
        percent = 100 if wanted <= 0 else min(100, 100 * run.accepted // wanted)
    rate = None
    if run.started_at and run.finished_at and run.accepted:
        seconds = (run.finished_at - run.started_at).total_seconds()
        rate = round(run.accepted / seconds) if seconds > 0 else None
    tone = "red" if run.quarantined else _RUN_TONES[PullRun.State(run.state)]
    return RunLine(run, str(PullRun.State(run.state).label), tone, percent, rate)


def level_of(source: Source, head: SourceHead) -> tuple[str, str]:
    """The level of assurance of what was taken in, as letter and sentence. Never above what is proved."""
    if source.witness_key and head.checkpoint and head.witnessed_size == head.checkpoint_size:
        return "A", _("Signed and chained; the checkpoint is witnessed by %(name)s.") % {"name": source.witness_name}
    return "B", _("Signed and chained. Level A takes a witness of another legal entity.")


def state_panel(source: Source) -> dict[str, Any]:
    """The context of ``evidence/source_panel.html``."""
    head = head_of(source)
    organisation = source.organisation
    state = SourceHead.State(head.state)
    alarms = SourceAlarm.objects.within(organisation).filter(source=source, closed_at=None).order_by("-raised_at")[:10]
    runs = PullRun.objects.within(organisation).filter(source=source).select_related("requested_by").order_by("-id")
    findings = Quarantined.objects.within(organisation).filter(source=source, resolved_at=None)
    lines = [run_line(run) for run in runs[:RECENT]]
    level, level_sentence = level_of(source, head)
    return {
        "source": source,
        "head": head,
        "state": _("Paused") if source.paused else state.label,
        "tone": "secondary" if source.paused else TONES[state],
        "level": level,
        "level_sentence": level_sentence,
        "alarms": list(alarms),
        "runs": lines,
        "findings": findings.filter(is_finding=True).count(),
    }
