"""What the index says of a record, and what it ought to say: the same fields as texts, for comparing."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.ingest.rows import term_keys
from evidence.models import DecisionRow
from evidence.tlog import moment
from evidence.tlog.record import Record

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

FIELDS = {
    "kind": _("Kind"),
    "ts": _("Time"),
    "decision_id": _("Decision"),
    "outcome": _("Outcome"),
    "subject_ref": _("Customer’s keyed hash"),
    "system": _("System"),
    "policy": _("Policy"),
    "model": _("Model"),
}


def fields_of(read: Record) -> dict[str, str]:
    """What the index must say of a signed record, by the names of ``FIELDS``; empty where it must say nothing."""
    system, policy, model = (key[1] if key else "" for key in term_keys(read))
    return {
        "kind": read.kind,
        "ts": read.ts,
        "decision_id": read.decision_id,
        "outcome": read.outcome,
        "subject_ref": read.subject_ref,
        "system": system,
        "policy": policy,
        "model": model,
    }


def name_of(choices: type[models.IntegerChoices], value: int | None) -> str:
    """The name that records use for a stored number; the number itself where it stands for nothing."""
    if value is None:
        return ""
    try:
        return choices(value).name.lower()
    except ValueError:
        return str(value)


def fields_in(row: DecisionRow) -> dict[str, str]:
    """What the row says, in the same form. The caller has fetched its terms."""
    microseconds = (row.ts - _EPOCH) // dt.timedelta(microseconds=1)
    return {
        "kind": name_of(DecisionRow.Kind, row.kind),
        "ts": moment.to_text(microseconds),
        "decision_id": str(row.decision_id or ""),
        "outcome": name_of(DecisionRow.Outcome, row.outcome),
        "subject_ref": bytes(row.subject_ref).hex() if row.subject_ref else "",
        "system": row.system.text if row.system else "",
        "policy": row.policy.text if row.policy else "",
        "model": row.model.text if row.model else "",
    }
