"""Where a decision and the data say different things. Pure; each check names the records that it looked at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aims.models import AISystem, SoADecision
from controls.models import Control
from controls.standing import Facts as ControlFacts
from controls.standing import State, standing_of

CONTRADICTION, WARNING, NOTE = "contradiction", "warning", "note"
TONES = {CONTRADICTION: "red", WARNING: "yellow", NOTE: "blue"}
NAMES = {
    CONTRADICTION: _("Contradiction"),
    WARNING: _("Warning"),
    NOTE: _("Note"),
}
BUILT = (AISystem.Role.PROVIDER, AISystem.Role.BOTH)
USED = (AISystem.Role.DEPLOYER, AISystem.Role.BOTH)
RUNNING = (AISystem.Stage.OPERATION, AISystem.Stage.RE_EVALUATION)


@dataclass(frozen=True)
class Seen:
    """A record that a check looked at."""

    reference: str
    name: str
    url: str = ""


@dataclass(frozen=True)
class SystemSeen:
    """An AI system that is neither retired nor out of scope; ``data``: its data sets."""

    record: Seen
    role: str
    stage: str
    in_scope: bool
    data: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class Facts:
    """``supplied``: components of those systems that come from a supplier; ``vendors``: registered, and not ended;
    ``promised``: contracts with customers."""

    systems: tuple[SystemSeen, ...] = ()
    supplied: tuple[Seen, ...] = ()
    vendors: tuple[Seen, ...] = ()
    promised: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class Finding:
    """``kind`` is contradiction, warning or note."""

    kind: str
    text: str
    records: tuple[Seen, ...] = ()

    @property
    def tone(self) -> str:
        return TONES[self.kind]

    @property
    def name(self) -> str:
        return str(NAMES[self.kind])


@dataclass(frozen=True)
class Check:
    """Controls that are not left out while there are such records. ``codes``: numbers, or with a “.” at their end,
    the beginning of numbers."""

    catalogue: str
    codes: tuple[str, ...]
    says: str | Promise
    looks: Callable[[Facts], Sequence[Seen]]

    def is_about(self, catalogue: str, code: str) -> bool:
        return catalogue == self.catalogue and any(
            code.startswith(one) if one.endswith(".") else code == one for one in self.codes
        )


def _systems(facts: Facts, test: Callable[[SystemSeen], bool]) -> list[Seen]:
    return [system.record for system in facts.systems if test(system)]


def _supplied(facts: Facts) -> Sequence[Seen]:
    return facts.supplied


def _vendors(facts: Facts) -> Sequence[Seen]:
    return facts.vendors


def _promised(facts: Facts) -> Sequence[Seen]:
    return facts.promised


def _partners(facts: Facts) -> Sequence[Seen]:
    return (*facts.vendors, *facts.promised)


def _with_data(facts: Facts) -> list[Seen]:
    """Data sets, and the systems that are built or developed here, for which data are chosen."""
    sets = [one for system in facts.systems for one in system.data]
    return sets + _systems(facts, lambda system: system.role in BUILT or system.stage == AISystem.Stage.DEVELOPMENT)


def _built(facts: Facts) -> list[Seen]:
    return _systems(facts, lambda system: system.role in BUILT)


def _running(facts: Facts) -> list[Seen]:
    return _systems(facts, lambda system: system.stage == AISystem.Stage.OPERATION)


def _in_scope(facts: Facts) -> list[Seen]:
    return _systems(facts, lambda system: system.in_scope)


def _in_use(facts: Facts) -> list[Seen]:
    return _systems(facts, lambda system: system.role in USED and system.stage in RUNNING)


CHECKS = (
    Check("iso42001", ("A.5.",), _("Excluded, although there are AI systems in scope to assess."), _in_scope),
    Check("iso42001", ("A.6.2.",), _("Excluded, although AI systems are built here."), _built),
    Check("iso42001", ("A.7.",), _("Excluded, although data are chosen or kept for AI systems here."), _with_data),
    Check("iso42001", ("A.8.",), _("Excluded, although AI systems are in operation."), _running),
    Check("iso42001", ("A.9.",), _("Excluded, although AI systems are in use here."), _in_use),
    Check("iso42001", ("A.10.3",), _("Excluded, although parts of AI systems come from suppliers."), _supplied),
    Check("iso42001", ("A.10.2",), _("Excluded, although vendors or customers have a part in it."), _partners),
    Check("iso42001", ("A.10.3",), _("Excluded, although vendors are registered."), _vendors),
    Check("iso42001", ("A.10.4",), _("Excluded, although customers were promised something."), _promised),
    Check(
        "iso27001",
        ("A.5.19", "A.5.20", "A.5.21", "A.5.22"),
        _("Excluded, although vendors are registered."),
        _vendors,
    ),
    Check(
        "iso27001",
        ("A.5.19", "A.5.20", "A.5.21", "A.5.22", "A.5.23"),
        _("Excluded, although parts of AI systems come from suppliers."),
        _supplied,
    ),
    Check(
        "iso27001",
        ("A.8.25", "A.8.26", "A.8.27", "A.8.28", "A.8.29", "A.8.30", "A.8.31"),
        _("Excluded, although software is built here."),
        _built,
    ),
)
"""ISO/IEC 27001: A.5.19 to A.5.23 are about suppliers, A.8.25 to A.8.31 about development."""


def findings_of(
    *,
    catalogue: str,
    code: str,
    applies: str,
    facts: Facts,
    risks: Sequence[Seen],
    controls: Sequence[tuple[Seen, ControlFacts]],
) -> Iterator[Finding]:
    """What is to be said of one decision. ``risks``: that ask for it; ``controls``: ours that serve it."""
    if applies == SoADecision.Applies.OUT:
        for check in CHECKS:
            if check.is_about(catalogue, code) and (found := tuple(check.looks(facts))):
                yield Finding(CONTRADICTION, str(check.says), found)
        if risks:
            yield Finding(CONTRADICTION, str(_("Excluded, although the treatment of risks asks for it.")), tuple(risks))
    elif applies == SoADecision.Applies.IN:
        yield from _shown(controls)


def _shown(controls: Sequence[tuple[Seen, ControlFacts]]) -> Iterator[Finding]:
    """Whether an included control is there at all, and what one knows against it."""
    operating = [(seen, facts) for seen, facts in controls if facts.state == Control.State.OPERATING]
    if not operating:
        text = _("Included, and no control of yours that serves it is in operation.")
        yield Finding(WARNING, str(text), tuple(seen for seen, _known in controls))
        return
    standing = standing_of([facts for _record, facts in operating])
    if standing.state in (State.FAILED, State.STALE, State.BARE):
        yield Finding(NOTE, standing.sentence, tuple(seen for seen, _known in operating))
