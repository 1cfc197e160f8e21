"""What an attacker with a role in the database, or a dishonest source, does."""

from typing import Any

from django.db import connection

from evidence.recorder.server import Answer, Contract
from evidence.tlog import entry


def update_as_owner(statement: str, *values: Any) -> int:
    """Change a decision's row behind every trigger, as whoever owns the database can; gives how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the test did before must be settled
        cursor.execute("SET LOCAL ROLE assay_owner")
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'evidence_decision'::regclass"
        )
        tables = [
            "evidence_decision",
            "evidence_segment",
            "evidence_sourcehead",
            *(name for (name,) in cursor.fetchall()),
        ]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        changed: int = cursor.rowcount
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET LOCAL ROLE assay_app")
    return changed


class Altering(Contract):
    """Serves an honest log, but for one text in the record at one position."""

    def __init__(self, honest: Contract, seq: int, old: bytes, new: bytes) -> None:
        self.__dict__ = honest.__dict__
        self._where, self._old, self._new = seq, old, new

    def get(self, path: str, query: str) -> Answer:
        answer = super().get(path, query)
        if path != "/v1/decisions":
            return answer
        lines = []
        for line in answer.body.splitlines(keepends=True):
            if line.startswith(b'{"seq":%d,' % self._where):
                seq, raw = entry.from_line(line.rstrip(b"\n"))
                line = entry.to_line(seq, raw.replace(self._old, self._new))
            lines.append(line)
        return answer._replace(body=b"".join(lines))
