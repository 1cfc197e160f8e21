"""What came out of a question: counts that add up, where one looked, and which records offend."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

SHOWN = 100
"""Offending records that a run keeps for its page."""

SUMS = 20
"""Kinds of offence that are summed up, the most frequent first."""

KEPT = 100_000
"""Offending records that the evidence file names; beyond that only their number is known."""


@dataclass(frozen=True)
class Offence:
    """One record that does not do what it must, or the record after a gap: where it stands, and why.

    ``about``: what it concerns: an AI system, and the model that answered where the question is about models.
    """

    source: str
    seq: int
    ts: str
    decision_id: str
    about: str
    why: str

    def as_data(self) -> dict[str, Any]:
        found = {"source": self.source, "seq": self.seq, "ts": self.ts, "about": self.about, "why": self.why}
        return found | ({"decision_id": self.decision_id} if self.decision_id else {})


@dataclass(frozen=True)
class Log:
    """What was read of one log: positions (both within), and the signed checkpoint that covers what is stored of it.

    ``held``: records of it in quarantine, which no question looks at. ``trouble``: why reading it ended early.
    """

    source: str
    origin: str
    first_seq: int
    last_seq: int
    checkpoint: str
    held: int = 0
    trouble: str = ""

    def as_data(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "log": self.origin,
            "first_seq": self.first_seq,
            "last_seq": self.last_seq,
            "checkpoint": self.checkpoint,
            "in_quarantine": self.held,
            "trouble": self.trouble,
        }


@dataclass
class Outcome:
    """``read``: records that were read; ``asked``: those that the question is about; ``good``: those that do it.

    ``begin`` and ``until`` as in records: the period's first instant, and the first instant after it.
    """

    begin: str
    until: str
    read: int = 0
    asked: int = 0
    good: int = 0
    gaps: int = 0
    offences: list[Offence] = field(default_factory=list)
    sums: Counter[tuple[str, str]] = field(default_factory=Counter)
    logs: list[Log] = field(default_factory=list)

    def offend(self, offence: Offence) -> None:
        self.sums[offence.about, offence.why] += 1
        if len(self.offences) < KEPT:
            self.offences.append(offence)

    @property
    def bad(self) -> int:
        return self.asked - self.good + self.gaps

    @property
    def trouble(self) -> str:
        """Why the answer is not a whole one: what could not be read."""
        return " ".join(log.trouble for log in self.logs if log.trouble)

    def as_data(self, *, most: int) -> dict[str, Any]:
        """The outcome as plain JSON, with the first ``most`` offending records."""
        return {
            "from": self.begin,
            "until": self.until,
            "records_read": self.read,
            "asked": self.asked,
            "good": self.good,
            "gaps": self.gaps,
            "offending": self.bad,
            "sums": [[about, why, count] for (about, why), count in self.sums.most_common(SUMS)],
            "offences": [offence.as_data() for offence in self.offences[:most]],
            "logs": [log.as_data() for log in self.logs],
        }
