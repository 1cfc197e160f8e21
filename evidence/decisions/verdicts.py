"""Verdicts in words for a page: names of checks, what a level means, and what none of this proves."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evidence.decisions.check import Examined
from evidence.tlog.verdict import Check, Level, State

NAMES: dict[str, str | Promise] = {
    "bytes": _("Stored bytes"),
    "signature": _("Signature"),
    "chain": _("Chain"),
    "checkpoint": _("Checkpoint"),
    "inclusion": _("Inclusion in the checkpoint"),
    "consistency": _("Consistency with what was seen first"),
    "index": _("Database against record"),
    "witness": _("Witness"),
    "belongs": _("Completion"),
    "completeness": _("Completeness"),
}
STATES: dict[State, tuple[str | Promise, str, str]] = {
    State.HOLDS: (_("Holds"), "green", "circle-check"),
    State.FAILS: (_("Fails"), "red", "circle-x"),
    State.NOT_CHECKED: (_("Not checked"), "secondary", "circle-dashed"),
}
"""State to its word, colour and icon."""

LEVELS: dict[Level, str | Promise] = {
    Level.A: _(
        "Level A: signed and chained by a write path that the application cannot reach, and another legal entity has "
        "witnessed the checkpoint."
    ),
    Level.B: _(
        "Level B: signed and chained. No other legal entity has witnessed the checkpoint, so whoever holds the signing "
        "key could show somebody else another history."
    ),
    Level.C: _("Level C: not signed by its origin. Assay sealed it as it arrived, and proves nothing about before."),
}
NO_LEVEL: str | Promise = _("No level of assurance: at least one check fails. Do not rely on this record.")

_ALWAYS: tuple[str | Promise, ...] = (
    _(
        "Decisions that were never recorded. Compare the counts of the proxy with those of the load balancer or with "
        "the provider’s bill."
    ),
    _("What was asked and answered. Content stays with the proxy’s operator; the record holds salted commitments."),
    _("That the recorder told the truth when it signed. Proof begins at the signature."),
    _("The time to the second: it is the recorder’s own clock, checked against its neighbours and our arrival time."),
)
_WITHOUT_WITNESS: str | Promise = _(
    "That everybody was shown the same history: no outside witness has cosigned this checkpoint."
)


@dataclass(frozen=True)
class Line:
    name: str | Promise
    state: str | Promise
    tone: str
    icon: str
    sentence: str
    code: str
    result: State


def lines_of(checks: Iterable[Check]) -> list[Line]:
    """The verdicts as lines, what fails first."""
    order = list(State)
    ranked = sorted(checks, key=lambda check: (check.state is not State.FAILS, order.index(check.state)))
    return [Line(NAMES[check.name], *STATES[check.state], check.sentence, check.name, check.state) for check in ranked]


def limits_of(examined: Examined) -> list[str | Promise]:
    """What the verdicts do not prove."""
    witnessed = any(check.name == "witness" and check.state is State.HOLDS for check in examined.checks)
    return [*_ALWAYS, *([] if witnessed else [_WITHOUT_WITNESS])]
