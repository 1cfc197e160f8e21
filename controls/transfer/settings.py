"""What somebody said about an import beside its file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST = {"into": 40, "name": 200, "short": 40}
MOST_ANSWERS = 40


@dataclass(frozen=True)
class Settings:
    """``into``: the reference of the framework that it goes into; empty for a new one, called ``name`` and ``short``.

    ``answers``: which framework (its reference) each thing is that the file names and nobody here knows.
    """

    into: str = ""
    name: str = ""
    short: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Settings":
        """From a form, a body or a job's params: whatever is too long or no text is cut or left out."""
        answers = said.get("answers") or {}
        kept = {
            str(name).replace("\x00", "")[:500]: value.replace("\x00", "")[:40].strip()
            for name, value in list(answers.items())[:MOST_ANSWERS]
            if isinstance(value, str) and value.strip()
        }
        plain = {name: str(said.get(name) or "").replace("\x00", "").strip() for name in LONGEST}
        return cls(**{name: value[: LONGEST[name] + 1] for name, value in plain.items()}, answers=kept)

    def as_params(self) -> dict[str, Any]:
        return {"into": self.into, "name": self.name, "short": self.short, "answers": dict(self.answers)}
