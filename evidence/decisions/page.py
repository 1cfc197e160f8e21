"""Everything that a page about one decision shows, put together once for the insiders' page and the room."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from evidence.decisions import verdicts
from evidence.decisions.chapters import OUTCOMES, Chapter, Fact, chapters
from evidence.decisions.legible import legible_record
from evidence.decisions.reading import Opened, open_decision
from evidence.decisions.story import tell
from evidence.find.lookup import Found
from evidence.models import DecisionRow
from evidence.tlog.record import Record
from grc.registries import NamedSystem


@dataclass(frozen=True)
class DecisionView:
    """``story`` and ``chapters`` are empty where the stored bytes can't be read as a signed record."""

    opened: Opened
    decision_id: str
    checked_at: dt.datetime
    title: str | Promise
    tone: str
    story: list[str]
    chapters: list[Chapter]
    lines: list[verdicts.Line]
    completion_lines: list[verdicts.Line]
    level: str
    level_sentence: str | Promise
    good: bool
    limits: list[str | Promise]
    payload: str
    others: list[DecisionRow]

    @property
    def row(self) -> DecisionRow:
        return self.opened.found.decision


def page_of(found: Found, names: Mapping[str, NamedSystem]) -> DecisionView:
    """Read, examine and tell. ``names``: what the reader may know of the system, by its id in records."""
    opened = open_decision(found)
    record = opened.decision.record
    told = legible_record(record) if record is not None and record.kind == "decision" else None
    after = opened.completion.record if opened.completion else None
    completion = legible_record(after) if after is not None and after.kind == "completion" else None
    named = names.get(record.system_id) if record else None
    title, tone = OUTCOMES[told.outcome] if told else ("", "red")
    level = opened.decision.level if opened.good else None
    return DecisionView(
        opened=opened,
        decision_id=str(found.decision.decision_id),
        checked_at=timezone.now(),
        title=title,
        tone=tone,
        story=tell(told, completion, named.name if named else "") if told else [],
        chapters=_chapters(told, completion, named) if told else [],
        lines=verdicts.lines_of(opened.decision.checks),
        completion_lines=verdicts.lines_of(opened.completion.checks) if opened.completion else [],
        level=level.value if level else "",
        level_sentence=verdicts.LEVELS[level] if level else verdicts.NO_LEVEL,
        good=opened.good,
        limits=verdicts.limits_of(opened.decision),
        payload=json.dumps(_shown(record), indent=2, ensure_ascii=False) if record else "",
        others=found.others,
    )


def as_json(view: DecisionView) -> dict[str, Any]:
    """The same for programs: sentences, verdicts, level, and the signed objects as they are."""
    record, completion = view.opened.decision.record, view.opened.completion
    return {
        "decision_id": view.decision_id,
        "source": view.opened.source.reference,
        "log_id": view.opened.source.origin,
        "seq": view.row.seq,
        "checked_at": view.checked_at.isoformat(),
        "good": view.good,
        "level": view.level or None,
        "level_meaning": str(view.level_sentence),
        "story": view.story,
        "verdicts": _verdicts(view.lines),
        "completion_verdicts": _verdicts(view.completion_lines),
        "limits": [str(limit) for limit in view.limits],
        "record": record.data if record else None,
        "completion": completion.record.data if completion and completion.record else None,
    }


def _shown(record: Record) -> dict[str, Any]:
    return legible_record(record).data


def _chapters(record: Record, completion: Record | None, named: NamedSystem | None) -> list[Chapter]:
    told = chapters(record, completion, named.url if named else "", named.name if named else "")
    return [*told, _place(record)]


def _place(record: Record) -> Chapter:
    facts = [
        Fact(_("Log"), record.log_id, code=True),
        Fact(_("Position"), str(record.seq)),
        Fact(_("Record before (hash)"), record.prev, code=True),
        Fact(_("Recorder’s boot"), record.boot_id, code=True),
    ]
    if record.trace_id:
        facts.append(Fact(_("Trace"), record.trace_id, code=True))
    return Chapter("place", _("Place in the log"), "link", facts, "")


def _verdicts(lines: list[verdicts.Line]) -> list[dict[str, str]]:
    return [{"check": line.code, "result": line.result.value, "sentence": line.sentence} for line in lines]
