"""Finding decision records among a hundred million: by id, and by filters within a period, newest first."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Q

from evidence.find.cursor import Cursor
from evidence.find.period import Period
from evidence.find.query import DecisionQuery
from evidence.find.reach import DecisionReach
from evidence.models import DecisionRow, Source, SourceHead, Term
from grc.models.organisation import Organisation
from grc.models.record import RecordQuerySet

PAGE_SIZE = 50
COUNT_LIMIT = 10_000
_FIRST_WINDOW = dt.timedelta(hours=1)
_WIDEN = 8


@dataclass(frozen=True)
class Found:
    """A decision with its completion (the first one that follows it), and whatever else carries the same id."""

    decision: DecisionRow
    completion: DecisionRow | None
    others: list[DecisionRow]
    organisation: Organisation


@dataclass(frozen=True)
class Listing:
    """One page, newest first. ``next_cursor`` is empty on the last page."""

    rows: list[DecisionRow]
    next_cursor: str


@dataclass(frozen=True)
class Count:
    """How many; where ``more`` is set, at least that many and nobody counted further."""

    number: int
    more: bool


def find_decision(reach: DecisionReach, decision_id: uuid.UUID) -> Found | None:
    """The decision of this id, or None where there is none within reach; one query (see ``name_rows`` for names).

    An id is random, so one decision carries it. Should more than one, the earliest taken in stands and the rest are
    named beside it: none is hidden.
    """
    rows = list(reach.rows(any_system=True).filter(decision_id=decision_id)[:100])
    # a kind that was changed by hand must not hide the record: its page says what differs
    decisions = [row for row in rows if row.kind == DecisionRow.Kind.DECISION] or [
        row for row in rows if row.kind != DecisionRow.Kind.COMPLETION
    ]
    if reach.spans is not None:
        decisions = [row for row in decisions if _within(reach, row)]
    if not decisions:
        return None
    decision = min(decisions, key=lambda row: (row.ts, row.source_id, row.seq))
    completions = [
        row
        for row in rows
        if row.kind == DecisionRow.Kind.COMPLETION and row.source_id == decision.source_id and row.seq > decision.seq
    ]
    completion = min(completions, key=lambda row: row.seq, default=None)
    others = [row for row in rows if row is not decision and row is not completion]
    return Found(decision, completion, [row for row in others if _same_log(reach, row, decisions)], reach.organisation)


def find_latest(reach: DecisionReach) -> Found | None:
    """The newest decision of the last year that its log's checkpoint covers, among the newest few."""
    heads = SourceHead.objects.within(reach.organisation)
    sizes = dict(heads.values_list("source_id", "checkpoint_size"))
    for row in list_decisions(reach, DecisionQuery(Period.last("365d")), size=2000).rows:
        if row.seq < sizes.get(row.source_id, 0) and row.decision_id is not None:
            return find_decision(reach, row.decision_id)
    return None


def list_decisions(reach: DecisionReach, query: DecisionQuery, *, size: int = PAGE_SIZE, few: bool = False) -> Listing:
    """One page of what ``query`` asks for. It reads from the newest window on, so no page costs more than its rows.

    ``few``: the caller has counted that at most ``COUNT_LIMIT`` match, which one query over the period reads at once.
    """
    rows = _matching(reach, query)
    found: list[DecisionRow] = []
    if rows is not None:
        at_once = few or bool(query.subject)
        for begin, end in [(query.period.begin, query.period.end)] if at_once else windows(query):
            window = rows.filter(ts__gte=begin, ts__lt=end)
            found += window.order_by("-ts", "-source_id", "-seq")[: size + 1 - len(found)]
            if len(found) > size:
                break
    cursor = Cursor(found[size - 1].ts, found[size - 1].source_id, found[size - 1].seq) if len(found) > size else None
    return Listing(name_rows(reach.organisation, found[:size]), cursor.encode() if cursor else "")


def name_rows(organisation: Organisation, rows: list[DecisionRow]) -> list[DecisionRow]:
    """The rows with their sources and terms fetched: two small queries instead of five joins over partitions.

    A row whose source does not exist was put there by hand: it is left out, for nothing can prove it.
    """
    sources = Source.objects.within(organisation).select_related("organisation", "key")
    by_key = {source.pk: source for source in sources.filter(pk__in={row.source_id for row in rows})} if rows else {}
    keys = {key for row in rows for key in (row.system_id, row.policy_id, row.model_id) if key is not None}
    terms = {term.pk: term for term in Term.objects.within(organisation).filter(pk__in=keys)} if keys else {}
    rows = [row for row in rows if row.source_id in by_key]
    for row in rows:
        row.source = by_key[row.source_id]
        for name in ("system", "policy", "model"):
            setattr(row, name, terms.get(getattr(row, f"{name}_id")))
    return rows


def count_decisions(reach: DecisionReach, query: DecisionQuery, *, limit: int = COUNT_LIMIT) -> Count:
    """How many ``query`` asks for, over all its pages; beyond ``limit`` nobody counts."""
    rows = _matching(reach, query, from_cursor=False)
    if rows is None:
        return Count(0, more=False)
    rows = rows.filter(ts__gte=query.period.begin, ts__lt=query.period.end)
    number = rows.order_by()[: limit + 1].count()
    return Count(min(number, limit), more=number > limit)


def iterate_decisions(reach: DecisionReach, query: DecisionQuery, *, limit: int) -> Iterator[DecisionRow]:
    """The first ``limit`` rows of ``query``, page by page, so that memory stays flat."""
    left = limit
    while left > 0:
        page = list_decisions(reach, query, size=min(left, 2000))
        yield from page.rows
        left -= len(page.rows)
        if not page.next_cursor:
            return
        query = replace(query, cursor=Cursor.decode(page.next_cursor))


def windows(query: DecisionQuery) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The period in pieces from its end back, each eight times as long as the one before: begin (within), end (not).

    A page is usually full after the first piece; with few records it takes a handful of queries, each by an index.
    """
    end, step = query.period.end, _FIRST_WINDOW
    if query.cursor is not None:
        end = min(end, query.cursor.ts + dt.timedelta(microseconds=1))
    while end > query.period.begin:
        begin = max(end - step, query.period.begin)
        yield begin, end
        end, step = begin, step * _WIDEN


def _matching(
    reach: DecisionReach, query: DecisionQuery, *, from_cursor: bool = True
) -> "RecordQuerySet[DecisionRow] | None":
    conditions = query.conditions(reach.organisation)
    if conditions is None:
        return None
    rows = reach.rows().filter(**conditions)
    if from_cursor and query.cursor is not None:
        ts, source, seq = query.cursor
        rows = rows.filter(Q(ts__lt=ts) | Q(ts=ts, source_id__lt=source) | Q(ts=ts, source_id=source, seq__lt=seq))
    return rows


def _within(reach: DecisionReach, row: DecisionRow) -> bool:
    return any(
        row.source_id == span.source_id
        and span.first_seq <= row.seq <= span.last_seq
        and (not span.system_id or (row.system is not None and row.system.text == span.system_id))
        for span in reach.spans or ()
    )


def _same_log(reach: DecisionReach, row: DecisionRow, decisions: list[DecisionRow]) -> bool:
    # a scope opens one system's decisions: what else carries the id is shown only beside those
    return reach.spans is None or any(row.source_id == decision.source_id for decision in decisions)
