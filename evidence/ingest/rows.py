"""From accepted records to rows for COPY, in PostgreSQL's binary form.

One ``struct`` call per row: rows are the second most expensive part of ingestion, after the signatures.
"""

import struct
from collections.abc import Iterable, Sequence
from operator import itemgetter

from django.db import connection

from evidence.models.decision import DecisionRow
from evidence.models.term import Term
from evidence.tlog.chain import Accepted
from evidence.tlog.record import Record

COLUMNS = (
    "ts", "seq", "organisation_id", "source_id", "kind",
    "decision_id", "system_id", "policy_id", "model_id", "outcome", "subject_ref",
)  # fmt: skip
COPY = f"COPY evidence_decision ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)"
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
PG_EPOCH_US = 946_684_800_000_000
"""2000-01-01 in microseconds since 1970: where PostgreSQL counts from."""

KIND = {
    "decision": DecisionRow.Kind.DECISION.value,
    "completion": DecisionRow.Kind.COMPLETION.value,
    "heartbeat": DecisionRow.Kind.HEARTBEAT.value,
    "key_rotation": DecisionRow.Kind.KEY_ROTATION.value,
    "gap": DecisionRow.Kind.GAP.value,
}
OUTCOME = {
    "allow": DecisionRow.Outcome.ALLOW.value,
    "deny": DecisionRow.Outcome.DENY.value,
    "redact": DecisionRow.Outcome.REDACT.value,
    "escalate": DecisionRow.Outcome.ESCALATE.value,
    "error": DecisionRow.Outcome.ERROR.value,
}
_FIXED = struct.Struct(">hiqiqiiiiih").pack
_INT4 = struct.Struct(">ii").pack
_INT2 = struct.Struct(">ih").pack
_NULL = b"\xff\xff\xff\xff"
_UUID = b"\x00\x00\x00\x10"
_REF = b"\x00\x00\x00\x20"
_OUTCOME = {"": _NULL} | {name: _INT2(2, value) for name, value in OUTCOME.items()}

TermKey = tuple[int, str]


def term_keys(read: Record) -> tuple[TermKey | None, TermKey | None, TermKey | None]:
    """Which terms a record's row points at: AI system, policy version, model."""
    system = (Term.Kind.SYSTEM.value, read.system_id) if read.system_id else None
    policy = (Term.Kind.POLICY.value, f"{read.policy_id}@{read.policy_version}") if read.policy_id else None
    if not read.model_name:
        return system, policy, None
    provider = f"{read.model_provider}/" if read.model_provider else ""
    version = f"@{read.model_version}" if read.model_version else ""
    return system, policy, (Term.Kind.MODEL.value, f"{provider}{read.model_name}{version}")


_terms_of = itemgetter(*(Record._fields.index(name) for name in (
    "system_id", "policy_id", "policy_version", "model_provider", "model_name", "model_version",
)))  # fmt: skip


class RowWriter:
    """Makes the COPY rows of one source; knows its organisation's terms once they were looked up."""

    def __init__(self, organisation_id: int, source_id: int) -> None:
        self._organisation_id = organisation_id
        self._source_id = source_id
        self._terms: dict[tuple[str, ...], bytes] = {}

    def learn_terms(self, accepted: Iterable[Accepted]) -> None:
        """Look up, and add where they are new, all terms of these records. Runs as the role that may add them."""
        new = {_terms_of(one.record): one.record for one in accepted if _terms_of(one.record) not in self._terms}
        if not new:
            return
        wanted = sorted({key for read in new.values() for key in term_keys(read) if key is not None})
        ids = self._ids_of(wanted) if wanted else {}
        for texts, read in new.items():
            self._terms[texts] = b"".join(_NULL if key is None else _INT4(4, ids[key]) for key in term_keys(read))

    def _ids_of(self, wanted: Sequence[TermKey]) -> dict[TermKey, int]:
        kinds, texts = [kind for kind, _ in wanted], [text for _, text in wanted]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO evidence_term (organisation_id, kind, text) "
                "SELECT %s, k, t FROM unnest(%s::smallint[], %s::text[]) AS new (k, t) "
                "WHERE NOT EXISTS (SELECT FROM evidence_term AS old "
                "WHERE old.organisation_id = %s AND old.kind = k AND old.text = t) ON CONFLICT DO NOTHING",
                [self._organisation_id, kinds, texts, self._organisation_id],
            )
            cursor.execute(
                "SELECT kind, text, id FROM evidence_term JOIN unnest(%s::smallint[], %s::text[]) AS asked (k, t) "
                "ON kind = k AND text = t WHERE organisation_id = %s",
                [kinds, texts, self._organisation_id],
            )
            return {(kind, text): identifier for kind, text, identifier in cursor.fetchall()}

    def forget_terms(self) -> None:
        """After a rollback: what was added with it is not there."""
        self._terms.clear()

    def copy_rows(self, accepted: Sequence[Accepted]) -> bytes:
        """The rows in COPY's binary form, without header and trailer. ``learn_terms`` was called for these records."""
        organisation_id, source_id, terms = self._organisation_id, self._source_id, self._terms
        pieces: list[bytes] = []
        for seq, _, _, _, read in accepted:
            identifier, subject = read.decision_id, read.subject_ref
            pieces += (
                _FIXED(11, 8, read.ts_us - PG_EPOCH_US, 8, seq, 4, organisation_id, 4, source_id, 2, KIND[read.kind]),
                _UUID + bytes.fromhex(identifier.replace("-", "")) if identifier else _NULL,
                terms[_terms_of(read)],
                _OUTCOME[read.outcome],
                _REF + bytes.fromhex(subject) if subject else _NULL,
            )
        return b"".join(pieces)
