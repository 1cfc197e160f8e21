"""Counting which AI system calls which model, record by record as they come in, so that no page scans them.

What was denied called no model. A completion is counted where it names another model than its decision asked for.
"""

import datetime as dt
import uuid
from collections import defaultdict
from typing import Any, NamedTuple

from django.db import transaction

from evidence.models import DecisionRow, Source, SourceHead, Term
from grc.models.organisation import Organisation
from vendors.models import SeenHead, SeenModel

STEP = 200_000
"""Positions that are counted in one transaction."""

FEW = 1000


class Use(NamedTuple):
    """Whose calls are one row of a day."""

    day: dt.date
    system: str
    model: str
    answered: bool


class Asked(NamedTuple):
    """What a decision named, by the keys of the terms."""

    system: int | None
    model: int | None


class Tally(NamedTuple):
    first: dt.datetime
    last: dt.datetime
    number: int

    def with_(self, other: "Tally") -> "Tally":
        return Tally(min(self.first, other.first), max(self.last, other.last), self.number + other.number)


def count_new(organisation: Organisation) -> int:
    """Count what has come in since the last time; gives how many positions that were. Twice is the same as once."""
    heads = SourceHead.objects.within(organisation).filter(next_seq__gt=0).order_by("pk")
    return sum(_count_source(head.source) for head in heads.select_related("source__organisation"))


def count_again(organisation: Organisation) -> int:
    """Forget what was counted and count every record anew."""
    with transaction.atomic():
        heads = SeenHead.objects.within(organisation).select_for_update()
        heads.filter(pk__in=list(heads.values_list("pk", flat=True))).update(next_seq=0)
        SeenModel.objects.within(organisation).delete()
    return count_new(organisation)


def plain(model: str) -> str:
    """A model's text without a version that only repeats its name."""
    base, _at, version = model.partition("@")
    return base if version == base.rpartition("/")[2] else model


def _count_source(source: Source) -> int:
    done = 0
    while step := _count_step(source):
        done += step
    return done


@transaction.atomic
def _count_step(source: Source) -> int:
    """The next positions of one source; 0 when there are none."""
    SeenHead.objects.within(source.organisation).get_or_create(source=source, organisation=source.organisation)
    head = SeenHead.objects.within(source.organisation).select_for_update().get(source=source)
    known = SourceHead.objects.within(source.organisation).get(source=source).next_seq
    end = min(known, head.next_seq + STEP)
    if end <= head.next_seq:
        return 0
    first, head.next_seq = head.next_seq, end
    _add(source, _tallies(source, first, end))
    head.save(update_fields=["next_seq"])
    return end - first


def _tallies(source: Source, first: int, end: int) -> dict[Use, Tally]:
    """What the positions from ``first`` up to ``end`` (not within) hold, read in one pass."""
    asked: dict[uuid.UUID, Asked] = {}
    answers: list[tuple[uuid.UUID, int, dt.datetime]] = []
    counted: dict[tuple[int | None, int, bool, dt.date], Tally] = {}
    for kind, decision, system, model, outcome, ts in (
        _rows(source).filter(seq__gte=first, seq__lt=end).iterator(20_000)
    ):
        if kind == DecisionRow.Kind.DECISION:
            asked[decision] = Asked(system, model)
            if model is not None and outcome != DecisionRow.Outcome.DENY:
                _count(counted, (system, model, False, _day(ts)), ts)
        elif model is not None:
            answers.append((decision, model, ts))
    asked |= _asked_before(source, {decision for decision, *_rest in answers} - asked.keys())
    text = _texts(source, asked, {model for _decision, model, _ts in answers})
    for decision, model, ts in answers:
        of = asked.get(decision)
        if of is not None and plain(text[of.model]) != plain(text[model]):
            _count(counted, (of.system, model, True, _day(ts)), ts)
    return {
        Use(day, text[system], text[model], answered): tally
        for (system, model, answered, day), tally in counted.items()
    }


def _rows(source: Source) -> Any:
    kinds = (DecisionRow.Kind.DECISION, DecisionRow.Kind.COMPLETION)
    rows = DecisionRow.objects.within(source.organisation).filter(source=source, kind__in=kinds)
    return rows.order_by().values_list("kind", "decision_id", "system_id", "model_id", "outcome", "ts")


def _asked_before(source: Source, decisions: set[uuid.UUID]) -> dict[uuid.UUID, Asked]:
    """What was asked by decisions that were counted in an earlier step: found by id, a few at a time."""
    found, ids = {}, sorted(decisions)
    for at in range(0, len(ids), FEW):
        rows = _rows(source).filter(decision_id__in=ids[at : at + FEW], kind=DecisionRow.Kind.DECISION)
        found.update({decision: Asked(system, model) for _kind, decision, system, model, *_rest in rows})
    return found


def _texts(source: Source, asked: dict[uuid.UUID, Asked], answered: set[int]) -> dict[int | None, str]:
    keys = {key for of in set(asked.values()) for key in of if key is not None} | answered
    terms = Term.objects.within(source.organisation).filter(pk__in=keys)
    return defaultdict(str, terms.values_list("pk", "text"))


def _count(counted: dict[Any, Tally], use: tuple[int | None, int, bool, dt.date], ts: dt.datetime) -> None:
    known = counted.get(use)
    counted[use] = known.with_(Tally(ts, ts, 1)) if known else Tally(ts, ts, 1)


def _day(ts: dt.datetime) -> dt.date:
    return ts.astimezone(dt.UTC).date()


def _add(source: Source, tallies: dict[Use, Tally]) -> None:
    days = {use.day for use in tallies}
    rows = SeenModel.objects.within(source.organisation).filter(source=source, day__in=days)
    known = {Use(row.day, row.system, row.model, row.answered): row for row in rows}
    new = []
    for use, tally in tallies.items():
        row = known.get(use)
        if row is None:
            new.append(SeenModel(organisation=source.organisation, source=source, **use._asdict(), **_fields(tally)))
            continue
        for name, value in _fields(Tally(row.first_seen, row.last_seen, row.decisions).with_(tally)).items():
            setattr(row, name, value)
        row.save(update_fields=[*_fields(tally)])
    SeenModel.objects.within(source.organisation).bulk_create(new)


def _fields(tally: Tally) -> dict[str, Any]:
    return {"first_seen": tally.first, "last_seen": tally.last, "decisions": tally.number}
