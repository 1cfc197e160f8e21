"""Looking for a decision among what did not hold. It is shown as quarantined, with the reason, and never as good."""

import uuid
from dataclasses import dataclass

import zstandard

from evidence.find.reach import DecisionReach
from evidence.ingest.hold import received_bytes
from evidence.ingest.lines import read_line
from evidence.models import Quarantined
from evidence.tlog import entry

_MAX_STRETCHES = 500
_MAX_BYTES = 64 * 1024 * 1024
_MAX_HITS = 10


@dataclass(frozen=True)
class Held:
    """One record in quarantine that names the decision: what it is held for, and its position as served."""

    stretch: Quarantined
    seq: int


def find_quarantined(reach: DecisionReach, decision_id: uuid.UUID) -> list[Held]:
    """Records in quarantine that carry this id, newest findings first; ten at most.

    Quarantine is small unless something is very wrong, so it has no index: its newest 500 stretches are read, up to
    64 MB as stored. What is shared with outsiders never holds any of it.
    """
    if reach.spans is not None:
        return []
    wanted, budget = str(decision_id).encode(), _MAX_BYTES
    found: list[Held] = []
    stretches = Quarantined.objects.within(reach.organisation).exclude(path="").select_related("source__organisation")
    for stretch in stretches.order_by("-pk")[:_MAX_STRETCHES]:
        budget -= stretch.size
        if budget < 0 or len(found) >= _MAX_HITS:
            break
        found += [Held(stretch, seq) for seq in _positions(stretch, wanted)]
    return found[:_MAX_HITS]


def _positions(stretch: Quarantined, wanted: bytes) -> list[int]:
    try:
        raw = received_bytes(stretch)
    except (OSError, zstandard.ZstdError):
        return []
    positions = []
    for line in raw.split(b"\n"):
        try:
            seq, held = read_line(line)
            payload = entry.decode(held).payload
        except entry.EntryRefused:
            continue
        if wanted in payload:
            positions.append(seq)
    return positions
