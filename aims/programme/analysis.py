"""The gap analysis as it stands: every answer in the areas of the standard, and how many stand how."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from aims.models import GapAnswer
from aims.programme.gaps import Area, areas_of, framework_of
from aims.programme.reading import LOOKED_AT, OPEN
from grc.access.actor import Actor
from grc.access.roles import Permission

Standing = GapAnswer.Standing
TONES = {
    Standing.NOTHING: "red",
    Standing.PARTLY: "orange",
    Standing.LARGELY: "yellow",
    Standing.DONE: "green",
    Standing.NOT_NEEDED: "purple",
    Standing.UNKNOWN: "secondary",
}


@dataclass(frozen=True)
class Chapter:
    """An area of the standard with the answers in it. ``without``: what is asked there and has no answer yet."""

    area: Area
    answers: list[GapAnswer]
    without: int

    @property
    def counts(self) -> Counter[str]:
        return Counter(answer.standing for answer in self.answers)

    @property
    def gaps(self) -> list[GapAnswer]:
        return [answer for answer in self.answers if answer.standing in OPEN]

    @property
    def looked_at(self) -> int:
        return sum(answer.standing in LOOKED_AT for answer in self.answers)

    @property
    def all(self) -> int:
        return len(self.answers) + self.without


@dataclass(frozen=True)
class Analysis:
    """``chapters`` is empty where ISO/IEC 42001 is not in use."""

    chapters: list[Chapter]

    @property
    def answers(self) -> list[GapAnswer]:
        return [answer for chapter in self.chapters for answer in chapter.answers]

    @property
    def gaps(self) -> list[GapAnswer]:
        return [answer for chapter in self.chapters for answer in chapter.gaps]

    @property
    def unseen(self) -> list[GapAnswer]:
        return [answer for answer in self.answers if answer.standing not in LOOKED_AT]

    @property
    def without(self) -> int:
        return sum(chapter.without for chapter in self.chapters)

    @property
    def all(self) -> int:
        return sum(chapter.all for chapter in self.chapters)

    @property
    def looked_at(self) -> int:
        return sum(chapter.looked_at for chapter in self.chapters)

    @property
    def effort(self) -> int:
        return effort_of(self.gaps)

    @property
    def unplaced(self) -> int:
        return sum(answer.step is None or answer.step.archived_at is not None for answer in self.gaps)


def read_analysis(actor: Actor) -> Analysis:
    """Every answer in use about the clauses and controls of ISO/IEC 42001. Three queries."""
    framework = framework_of(actor)
    if framework is None:
        return Analysis([])
    rows = GapAnswer.objects.permitted(actor, Permission.PROGRAMME_VIEW).filter(archived_at=None)
    rows = rows.filter(requirement__framework=framework)
    answers = {answer.requirement_id: answer for answer in rows.select_related("key", "requirement", "owner", "step")}
    chapters = []
    for area in areas_of(framework, actor):
        found = [answers[row.pk] for row in area.requirements if row.pk in answers]
        chapters.append(Chapter(area, found, len(area.requirements) - len(found)))
    return Analysis(chapters)


def effort_of(answers: Iterable[GapAnswer]) -> int:
    return sum(answer.days or 0 for answer in answers)
