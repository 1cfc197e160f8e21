"""How a requirement stands: from the controls that serve it, their evidence, and their tests. Pure, in one place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from controls.models import Control


class State(models.TextChoices):
    """From nothing at all to all that can be shown."""

    NONE = "none", gettext_lazy("No control")
    PLANNED = "planned", gettext_lazy("Planned only")
    BARE = "bare", gettext_lazy("Without evidence")
    STALE = "stale", gettext_lazy("Evidence stale")
    FAILED = "failed", gettext_lazy("Test failed")
    SHOWN = "shown", gettext_lazy("Shown by evidence")
    OPERATING = "operating", gettext_lazy("In operation")


LADDER = (State.NONE, State.PLANNED, State.BARE, State.STALE, State.FAILED, State.SHOWN)
"""In the order of a legend. ``OPERATING`` is for those who may not see evidence, in place of the three about it."""

TONES = {
    "none": "secondary", "planned": "yellow", "bare": "orange", "stale": "purple", "failed": "red", "shown": "green",
    "operating": "blue",
}  # fmt: skip
ICONS = {
    "none": "circle-dashed", "planned": "clock", "bare": "file-off", "stale": "history", "failed": "circle-x",
    "shown": "circle-check", "operating": "player-play",
}  # fmt: skip
MEANINGS = {
    State.NONE: gettext_lazy("Nobody does anything about it yet."),
    State.PLANNED: gettext_lazy("What serves it is not in operation yet."),
    State.BARE: gettext_lazy("A control is in operation, and nothing is kept that shows it."),
    State.STALE: gettext_lazy("There is evidence, and it has expired, is too old, or has no file."),
    State.FAILED: gettext_lazy("A test of a control in operation failed the last time."),
    State.SHOWN: gettext_lazy("Each control in operation has fresh evidence, and no test failed."),
    State.OPERATING: gettext_lazy("A control is in operation; evidence is not for your role to see."),
}
WEAKEST = (State.FAILED, State.BARE, State.STALE, State.OPERATING, State.SHOWN)
"""Of several controls in operation, the first of these that one is in says how the requirement stands."""


@dataclass(frozen=True)
class Facts:
    """What counts of one control. ``evidence``: item → whether it supports the control today; None: not to be seen.

    ``failed``: tests in use whose last run failed.
    """

    state: str
    evidence: Mapping[int, bool] | None
    failed: int = 0


@dataclass(frozen=True)
class Standing:
    """A requirement's state and what it was counted from. ``evidence`` and ``fresh`` are None for who sees none.

    They count the items of every control, those that are only planned included.
    """

    state: State
    controls: int
    operating: int
    behind: int
    failed: int
    evidence: int | None
    fresh: int | None

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def icon(self) -> str:
        return ICONS[self.state]

    @property
    def sentence(self) -> str:
        """Why it stands so."""
        if self.state in (State.BARE, State.STALE) and self.behind < self.operating:
            text = (
                _("%(n)d of %(of)d controls in operation has no evidence.")
                if self.state == State.BARE
                else _("%(n)d of %(of)d controls in operation has no fresh evidence.")
            )
            return text % {"n": self.behind, "of": self.operating}
        if self.state == State.FAILED:
            return ngettext("%(n)d test failed the last time.", "%(n)d tests failed the last time.", self.failed) % {
                "n": self.failed
            }
        return str(MEANINGS[self.state])


def state_of(facts: Facts) -> State:
    """How one control stands. A test that failed outweighs evidence: it is known not to work."""
    if facts.state == Control.State.RETIRED:
        return State.NONE
    if facts.state == Control.State.PLANNED:
        return State.PLANNED
    if facts.failed:
        return State.FAILED
    if facts.evidence is None:
        return State.OPERATING
    if not facts.evidence:
        return State.BARE
    return State.SHOWN if any(facts.evidence.values()) else State.STALE


def standing_of(controls: Sequence[Facts]) -> Standing:
    """How a requirement stands that these controls serve: as the weakest of those in operation."""
    states = [state_of(one) for one in controls]
    operating = [state for state in states if state in WEAKEST]
    state = State.PLANNED if State.PLANNED in states else State.NONE
    if operating:
        state = min(operating, key=WEAKEST.index)
    items = _items(controls)
    return Standing(
        state=state,
        controls=sum(one != State.NONE for one in states),
        operating=len(operating),
        behind=operating.count(state),
        failed=sum(one.failed for one in controls if one.state == Control.State.OPERATING),
        evidence=None if items is None else len(items),
        fresh=None if items is None else sum(items.values()),
    )


def _items(controls: Iterable[Facts]) -> dict[int, bool] | None:
    """Each item once; it counts as fresh where it supports every control that it is linked with."""
    items: dict[int, bool] = {}
    for control in controls:
        if control.evidence is None:
            return None
        if control.state != Control.State.RETIRED:
            for item, fresh in control.evidence.items():
                items[item] = items.get(item, True) and fresh
    return items
