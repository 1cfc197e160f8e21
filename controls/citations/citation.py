"""What was found in a text: a number of a requirement, and what is wrong with it."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What is wrong; the last one is no mistake, only another way to write it."""

    MISSING = "no-such-number", _("No such number")
    OTHER_NAME = "other-name", _("Called by another’s name")
    GUIDANCE = "guidance", _("Annex B is guidance")
    OLDER = "older-edition", _("Number of an older edition")
    COUNT = "wrong-count", _("Wrong count")
    SPELLING = "spelling", _("Other spelling")


@dataclass(frozen=True)
class Citation:
    """A number in a text.

    ``start`` and ``end``: offsets of ``written`` in the text; ``line``: from 1; ``code``: as its catalogue writes it;
    ``frameworks``: keys of the catalogues it may belong to, with ``OTHER`` where it may be of none of them; ``said``:
    the words that name it, empty where none do; ``is_usual``: written as its catalogue writes it; ``is_near``: its
    framework is named close by, or by who asked; ``edition``: the year of the edition that the text names.
    """

    start: int
    end: int
    line: int
    written: str
    code: str
    frameworks: tuple[str, ...]
    said: str = ""
    is_usual: bool = True
    is_near: bool = True
    edition: str = ""

    @property
    def framework(self) -> str:
        """The catalogue's key; empty where several are possible."""
        return self.frameworks[0] if len(self.frameworks) == 1 else ""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where, in a sentence, and the ``right`` code with its title where one is known."""

    kind: Kind
    line: int
    start: int
    end: int
    written: str
    framework: str
    code: str
    said: str
    right: str
    right_title: str
    sentence: str

    @property
    def is_mistake(self) -> bool:
        return self.kind is not Kind.SPELLING


OTHER = ""
"""In ``Citation.frameworks``: a standard or law that no catalogue is of."""
