"""What can be wrong with a log, each with a code, the place, a sentence that says what, and what to do about
it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class Reason(StrEnum):
    """Codes of findings; stored, so never renamed."""

    MALFORMED_ENTRY = "malformed_entry"
    MALFORMED_RECORD = "malformed_record"
    UNKNOWN_KEY = "unknown_key"
    KEY_NOT_YET_VALID = "key_not_yet_valid"
    KEY_EXPIRED = "key_expired"
    KEY_REVOKED = "key_revoked"
    ALGORITHM = "algorithm"
    ROTATION = "rotation"
    SIGNATURE = "signature"
    WRONG_LOG = "wrong_log"
    MISSING = "missing"
    OUT_OF_PLACE = "out_of_place"
    CHANGED_HISTORY = "changed_history"
    REPLAYED = "replayed"
    CHAIN_BROKEN = "chain_broken"
    FUTURE = "future"
    BACKDATED = "backdated"
    RESTART_UNDECLARED = "restart_undeclared"
    QUARANTINED = "quarantined"
    CHECKPOINT_REFUSED = "checkpoint_refused"
    ROLLED_BACK = "rolled_back"
    FORK = "fork"
    REWRITTEN = "rewritten"
    TAIL_CUT = "tail_cut"
    HEAD_CUT = "head_cut"
    CHECKPOINT_OLDER = "checkpoint_older"
    ROOT_DIFFERS = "root_differs"


_ASK = "Keep what the source served, and ask the proxy's operator"
REMEDIES: Mapping[Reason, str] = {
    Reason.MALFORMED_ENTRY: f"{_ASK} for this position's entry as it was signed.",
    Reason.MALFORMED_RECORD: f"{_ASK} which recorder wrote it; its software must be corrected.",
    Reason.UNKNOWN_KEY: f"{_ASK} whose key this is. Never pin a key because a record asks for it.",
    Reason.KEY_NOT_YET_VALID: f"{_ASK} to check the recorder's clock and the key's dates.",
    Reason.KEY_EXPIRED: f"{_ASK} why a key that was rotated out is still signing.",
    Reason.KEY_REVOKED: f"{_ASK} who holds the revoked key; its records are forged until shown otherwise.",
    Reason.ALGORITHM: f"{_ASK} to use Ed25519; nothing else is accepted, and nothing is negotiated.",
    Reason.ROTATION: f"{_ASK} for a proper rotation, signed by a key in force.",
    Reason.SIGNATURE: f"{_ASK} for the original from the recorder's own storage.",
    Reason.WRONG_LOG: f"{_ASK} why another log is served here; check the source's address.",
    Reason.MISSING: f"{_ASK} for the missing records; if they are lost, record that as an incident.",
    Reason.OUT_OF_PLACE: f"{_ASK} to serve the records in their order.",
    Reason.CHANGED_HISTORY: f"{_ASK} which of the two is true; what came first is kept as evidence.",
    Reason.REPLAYED: "Check caches and proxies between here and the source; an old page came again.",
    Reason.CHAIN_BROKEN: f"{_ASK} for the record before it; history was inserted, removed or rewritten.",
    Reason.FUTURE: f"{_ASK} to set the recorder's clock.",
    Reason.BACKDATED: f"{_ASK} why the recorder's clock went back; the order of records is still proved.",
    Reason.RESTART_UNDECLARED: f"{_ASK} what happened between the boots; decisions may be missing.",
    Reason.QUARANTINED: "Settle the finding before it; then pull again from the last good record.",
    Reason.CHECKPOINT_REFUSED: f"{_ASK} for a checkpoint that one of the log's keys signed.",
    Reason.ROLLED_BACK: f"{_ASK} whether a backup was restored; published records have vanished.",
    Reason.FORK: f"{_ASK} and other readers for their checkpoints: the log shows two faces.",
    Reason.REWRITTEN: f"{_ASK} and other readers for their checkpoints: history was replaced.",
    Reason.TAIL_CUT: f"{_ASK} for the records that the checkpoint claims.",
    Reason.HEAD_CUT: f"{_ASK} under which retention rule the beginning was removed.",
    Reason.CHECKPOINT_OLDER: "Check caches between here and the source; an old checkpoint was served.",
    Reason.ROOT_DIFFERS: f"{_ASK} for the tree's tiles: other records were signed for than were served.",
}


class Finding(NamedTuple):
    """One thing that is wrong: code, log, position (leaf index, or tree size for checkpoints), and the
    sentence."""

    reason: Reason
    log_id: str
    seq: int
    what: str

    @property
    def remedy(self) -> str:
        """What to do about it, one sentence."""
        return REMEDIES[self.reason]

    def __str__(self) -> str:
        return f"{self.log_id} at {self.seq}: {self.what} {self.remedy}"

    def to_json(self) -> dict[str, Any]:
        return {"reason": self.reason.value, "log_id": self.log_id, "seq": self.seq, "what": self.what}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Finding:
        return cls(Reason(value["reason"]), value["log_id"], value["seq"], value["what"])
