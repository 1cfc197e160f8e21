"""What was checked, what came out, and the level of assurance that this earns: never more than was shown."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from evidence.tlog.checkpoint import Opened
from evidence.tlog.trust import Trust, Witness

LIMIT = (
    "This proves what happened to records after they were signed. A decision that was never recorded is found only by "
    "reconciling the counts of the proxy with those of the load balancer or the provider's bill."
)


class State(StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    NOT_CHECKED = "not checked"


class Level(StrEnum):
    """Levels of assurance.

    A: signed and chained by a write path that the application cannot reach, and witnessed by another legal
    entity. B: signed and chained. C: unsigned, sealed as it arrived.
    """

    A = "A"
    B = "B"
    C = "C"


class Check(NamedTuple):
    """One thing that was looked at: a short name, how it came out, and one sentence."""

    name: str
    state: State
    sentence: str


class Verdict(NamedTuple):
    """The checks of one record and its level; no level when anything fails."""

    checks: tuple[Check, ...]
    level: Level | None

    @property
    def good(self) -> bool:
        return all(check.state is not State.FAILS for check in self.checks)


def other_entities(opened: Opened, trust: Trust) -> list[Witness]:
    """The trusted witnesses that cosigned and are run by another legal entity than the log, with a key of their own."""
    log = trust.log(opened.checkpoint.origin)
    operator = log.operator.strip().casefold() if log is not None else ""
    if not operator:
        return []
    own = {key.public_key for key in opened.signers}
    keys = {signed.key for signed in opened.witnesses if signed.key.public_key not in own}
    return [one for one in trust.witnesses if one.key in keys and one.operator.strip().casefold() != operator]


def level(*, pinned: bool, opened: Opened | None, trust: Trust) -> Level:
    """The level of a record that is signed, in its place in the chain, and covered by ``opened`` (None: by
    nothing)."""
    if opened is None or not pinned:
        return Level.B
    log = trust.log(opened.checkpoint.origin)
    if log is not None and log.separate_write_path and other_entities(opened, trust):
        return Level.A
    return Level.B


def of_accepted(seq: int, opened: Opened | None, trust: Trust) -> Verdict:
    """The verdict on record ``seq``, which ``Chain`` accepted and ``check_covered`` found under ``opened``.

    ``opened`` is None, or smaller than needed, as long as no checkpoint covers the record.
    """
    covered = opened if opened is not None and seq < opened.checkpoint.size else None
    checks = [
        Check("signature", State.HOLDS, "Signed by a key of this log that was in force at the record's time."),
        Check("chain", State.HOLDS, "Stands in its place; it follows the record before it, hash by hash."),
    ]
    if covered is None:
        checks.append(Check("checkpoint", State.NOT_CHECKED, "No checkpoint covers this record yet."))
    else:
        size = covered.checkpoint.size
        checks.append(Check("checkpoint", State.HOLDS, f"Covered by the log's signed checkpoint of {size} records."))
    checks.append(witness_check(covered, trust))
    checks.append(Check("completeness", State.NOT_CHECKED, LIMIT))
    return Verdict(tuple(checks), level(pinned=True, opened=covered, trust=trust))


def witness_check(opened: Opened | None, trust: Trust) -> Check:
    """Whether anyone else saw the checkpoint, as a check."""
    others: Sequence[Witness] = other_entities(opened, trust) if opened is not None else ()
    if not others:
        return Check(
            "witness",
            State.NOT_CHECKED,
            "No witness of another legal entity, known here, cosigned the checkpoint.",
        )
    names = ", ".join(f"{one.key.name} ({one.operator})" for one in others)
    return Check("witness", State.HOLDS, f"The checkpoint was cosigned by {names}.")
