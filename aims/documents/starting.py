"""The starters: first drafts of documents in our own words (``starters/*.md``), read once a process."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "starters"
CATALOGUE = "iso42001"


@dataclass(frozen=True)
class Starter:
    """``answers``: numbers of ISO/IEC 42001; ``own``: what must be made one's own; ``text`` has ``{{places}}``."""

    key: str
    name: str
    kind: str
    about: str
    answers: tuple[str, ...]
    own: str
    readers: tuple[str, ...]
    text: str

    @property
    def words(self) -> int:
        return len(self.text.split())


@cache
def starters() -> dict[str, Starter]:
    """Every starter by its key, in the order of their files."""
    found = (_read(path) for path in sorted(FOLDER.glob("*.md")))
    return {starter.key: starter for starter in found}


def _read(path: Path) -> Starter:
    head, text = path.read_text().removeprefix("---\n").split("\n---\n", 1)
    said = dict(line.split(": ", 1) for line in head.splitlines())
    return Starter(
        key=path.stem.partition("-")[2],
        name=said["name"],
        kind=said["kind"],
        about=said["about"],
        answers=tuple(said["answers"].split(", ")),
        own=said["own"],
        readers=tuple(said.get("readers", "").split()),
        text=text.strip() + "\n",
    )


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
