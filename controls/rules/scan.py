"""Putting questions to the signed records of a period: one pass over each log, however many questions there are.

The bytes that were signed are read, not the search index: an index that somebody changed changes no answer. Which
positions a period covers is found in the log itself, by halving.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from controls.rules.asking import Asking
from controls.rules.outcome import Log, Outcome
from controls.rules.rule import Rule
from controls.rules.systems import systems_of
from evidence.decisions.reading import UNREADABLE
from evidence.models import Quarantined, Source, SourceHead
from evidence.storage.records import stored_entries, stored_entry
from evidence.tlog import moment
from evidence.tlog.entry import HEADER_SIZE
from grc.models.organisation import Organisation

STEP = 20_000
"""Records between two reports of progress."""

OUT_OF_ORDER = 512
"""Positions that are read before a period's first one: instants may run back a little within a log."""

Progress = Callable[[int, int], None]
"""Told now and then how many records are read, and of how many."""


def ignore(done: int, total: int) -> None:
    """Progress that nobody watches."""


def period(rule: Rule, *, wait_minutes: int, now: dt.datetime | None = None) -> tuple[str, str]:
    """The period that a rule is about, as records write instants: it ends a little ago, for completions to come."""
    until = (now or timezone.now()) - dt.timedelta(minutes=wait_minutes)
    begin = until - dt.timedelta(days=rule.over_days)
    return _written(begin), _written(until)


def ask(
    organisation: Organisation,
    questions: Sequence[tuple[Rule, Outcome]],
    *,
    progress: Progress = ignore,
) -> None:
    """Fill each question's outcome, whose ``begin`` and ``until`` say its period. Works in the caller's context.

    What cannot be read stands in the outcome as trouble; nothing is raised for what the storage holds.
    """
    systems = systems_of(organisation)
    heads = list(
        SourceHead.objects.within(organisation)
        .filter(next_seq__gt=0)
        .select_related("source__organisation")
        .order_by("pk")
    )
    begin = min(outcome.begin for _rule, outcome in questions)
    spans = {head.pk: _span(head, begin) for head in heads}
    total = sum(last - first + 1 for first, last, _trouble in spans.values())
    done = 0
    for head in heads:
        first, last, trouble = spans[head.pk]
        done = _ask_log(head, first, last, trouble, questions, systems, lambda n, d=done: progress(d + n, total))  # type: ignore[misc]


def _ask_log(
    head: SourceHead,
    first: int,
    last: int,
    trouble: str,
    questions: Sequence[tuple[Rule, Outcome]],
    systems: Mapping[str, Any],
    progress: Callable[[int], None],
) -> int:
    source = head.source
    askings = [Asking(rule, source, outcome, systems) for rule, outcome in questions]
    end = max(outcome.until for _rule, outcome in questions)
    seq, read = first, 0
    if not trouble:
        try:
            for seq, entry in stored_entries(source, first, last):
                record = orjson.loads(entry[HEADER_SIZE:])  # its form was checked when it was taken in
                for asking in askings:
                    asking.feed(seq, record)
                read += 1
                if read % STEP == 0:
                    progress(read)
                    if record["ts"] >= end and not any(asking.waits for asking in askings):
                        break
        except UNREADABLE as error:
            trouble = _("%(source)s could not be read on from position %(seq)d: %(why)s") % {
                "source": source.reference, "seq": seq, "why": error,
            }  # fmt: skip
    served = not source.paused and source.archived_at is None
    for asking in askings:
        asking.finish(at_end=served and not trouble)
    held = _held(source)
    for _rule, outcome in questions:
        outcome.logs.append(
            Log(source.reference, source.origin, first, seq if read else first - 1, head.checkpoint, held, trouble)
        )
    progress(read)
    return read


def _span(head: SourceHead, begin: str) -> tuple[int, int, str]:
    """The positions from ``begin`` on, a few before, and why they are not known (empty: they are)."""
    low, high = head.min_index, head.next_seq
    try:
        while low < high:
            middle = (low + high) // 2
            if _instant_at(head.source, middle) < begin:
                low = middle + 1
            else:
                high = middle
    except UNREADABLE as error:
        trouble = _("%(source)s could not be read: %(why)s") % {"source": head.source.reference, "why": error}
        return low, low - 1, trouble
    return max(head.min_index, low - OUT_OF_ORDER), head.next_seq - 1, ""


def _instant_at(source: Source, seq: int) -> str:
    return str(orjson.loads(stored_entry(source, seq)[HEADER_SIZE:])["ts"])


def _held(source: Source) -> int:
    held = Quarantined.objects.within(source.organisation).filter(source=source, resolved_at=None)
    return sum(one.count for one in held)


def _written(instant: dt.datetime) -> str:
    return moment.to_text((instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1))
