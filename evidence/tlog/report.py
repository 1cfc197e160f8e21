"""The result of checking a bundle, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field

from evidence.tlog.verdict import Check, Level, State

_MARKS = {State.HOLDS: "holds       ", State.FAILS: "FAILS       ", State.NOT_CHECKED: "not checked "}


@dataclass
class Report:
    """What holds, what fails, what was not checked; ``facts`` are lines read from the signed record itself."""

    log_id: str = ""
    fingerprint: str = ""
    facts: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    level: Level | None = None
    pinned: bool = False

    @property
    def good(self) -> bool:
        """Whether nothing failed."""
        return bool(self.checks) and all(check.state is not State.FAILS for check in self.checks)

    @property
    def exit_code(self) -> int:
        return 0 if self.good else 1

    def add(self, name: str, state: State, sentence: str) -> None:
        self.checks.append(Check(name, state, sentence))

    def text(self) -> str:
        """Plain text, control characters made visible, so that a record cannot paint over the verdict."""
        lines = [*(f"  {fact}" for fact in self.facts), ""] if self.facts else []
        for state in (State.FAILS, State.HOLDS, State.NOT_CHECKED):
            lines += [f"{_MARKS[state]}{check.name}: {check.sentence}" for check in self.checks if check.state is state]
        lines += ["", self.conclusion()]
        return "\n".join(_visible(line) for line in lines) + "\n"

    def conclusion(self) -> str:
        """One line: refused, or good and at which level."""
        if not self.good:
            return "REFUSED: do not rely on this bundle."
        if not self.pinned:
            return (
                f"Consistent, key not pinned: level {self.level} at most, and only if {self.fingerprint} "
                "is what the log's owner tells you."
            )
        return f"Good, at assurance level {self.level}."


def _visible(line: str) -> str:
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in line)
