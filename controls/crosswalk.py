"""One framework beside another: what corresponds to what, and what corresponds to nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from controls.counterparts import Counterpart, Counterparts, counterparts_in
from controls.models import Framework, Mapping, Requirement, requirements_of
from controls.outline import assessable
from grc.access.actor import Actor
from grc.registers.query import BadQuery

MAX_SEARCH_LENGTH = 200
ONLY = {"gaps": gettext_lazy("Without a counterpart"), "mapped": gettext_lazy("With a counterpart")}
HEADINGS = (
    gettext_lazy("From"), gettext_lazy("Title"), gettext_lazy("How"), gettext_lazy("To"), gettext_lazy("Title there"),
    gettext_lazy("Standing"), gettext_lazy("Confidence"), gettext_lazy("Who says so"), gettext_lazy("Remarks"),
    gettext_lazy("Mapping"),
)  # fmt: skip


@dataclass(frozen=True)
class CrosswalkQuery:
    """What is asked for: two frameworks, and which of the mappings between them."""

    source: Framework
    target: Framework
    standing: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    only: str = ""
    search: str = ""

    @classmethod
    def read(cls, params: QueryDict, frameworks: Sequence[Framework]) -> "CrosswalkQuery":
        """Read ``params``; without ``from`` and ``to``, the first two of ``frameworks``. Raises ``BadQuery``."""
        for name in params:
            if "\x00" in "".join(params.getlist(name)):
                raise BadQuery(name, _("A NUL character has no place here."))
        source = _framework(params, "from", frameworks) or frameworks[0]
        target = _framework(params, "to", frameworks)
        if target is None:
            target = next(other for other in frameworks if other.pk != source.pk)
        if source.pk == target.pk:
            raise BadQuery("to", _("Choose two different frameworks."))
        search = params.get("q", "").strip()
        if len(search) > MAX_SEARCH_LENGTH:
            raise BadQuery("q", _("Search for at most %(n)d characters.") % {"n": MAX_SEARCH_LENGTH})
        only = params.get("only", "")
        if only and only not in ONLY:
            raise BadQuery("only", _("There is no such choice."))
        standing = _choices(params, "standing", Mapping.Standing)
        confidence = _choices(params, "confidence", Mapping.Confidence)
        return cls(source, target, standing, confidence, only, search)

    @property
    def narrowed(self) -> bool:
        return bool(self.standing or self.confidence or self.only or self.search)

    def takes(self, one: Counterpart) -> bool:
        """Whether a mapping has the standing and the confidence that are asked for."""
        mapping = one.mapping
        return (not self.standing or mapping.standing in self.standing) and (
            not self.confidence or mapping.confidence in self.confidence
        )


@dataclass(frozen=True)
class Line:
    """One requirement of the first framework, with those of its counterparts that were asked for.

    ``is_gap``: nothing corresponds to it, or what did was rejected.
    """

    requirement: Requirement
    counterparts: list[Counterpart]
    is_gap: bool


@dataclass(frozen=True)
class Crosswalk:
    """``gaps`` of ``all``: requirements to be met that have no counterpart, whatever was asked for."""

    lines: list[Line]
    all: int
    gaps: int
    proposed: int


def crosswalk_of(query: CrosswalkQuery, actor: Actor) -> Crosswalk:
    """The two frameworks side by side, in the order of the first. Two queries, whatever their size."""
    rows = list(requirements_of(actor.organisation, query.source).defer("text", "oscal"))
    found = counterparts_in(actor, query.source, query.target)
    met = {row.pk for row in assessable(rows)}
    every = [_line(row, found) for row in rows if row.pk in met or row.pk in found]
    lines = [line for line in (_narrowed(line, query) for line in every) if line is not None]
    return Crosswalk(
        lines=lines,
        all=len(met),
        gaps=sum(line.is_gap for line in every if line.requirement.pk in met),
        proposed=sum(one.is_open for line in every for one in line.counterparts),
    )


def _line(row: Requirement, found: Counterparts) -> Line:
    counterparts = found.get(row.pk, [])
    return Line(row, counterparts, not any(one.counts for one in counterparts))


def _narrowed(line: Line, query: CrosswalkQuery) -> Line | None:
    if (query.only == "gaps" and not line.is_gap) or (query.only == "mapped" and line.is_gap):
        return None
    counterparts = [one for one in line.counterparts if query.takes(one)]
    if query.search and not _says(line.requirement, query.search):
        counterparts = [one for one in counterparts if _says(one.requirement, query.search) or _told(one, query)]
        return Line(line.requirement, counterparts, line.is_gap) if counterparts else None
    if not counterparts and (query.standing or query.confidence):
        return None
    return Line(line.requirement, counterparts, line.is_gap)


def _says(row: Requirement, search: str) -> bool:
    return search.casefold() in f"{row.label} {row.name}".casefold()


def _told(one: Counterpart, query: CrosswalkQuery) -> bool:
    return query.search.casefold() in f"{one.mapping.origin} {one.mapping.remarks} {one.mapping.reference}".casefold()


def table_of(lines: Sequence[Line]) -> Iterator[list[Any]]:
    """The rows of an export under ``HEADINGS``: one for each mapping, and one for a requirement without any."""
    for line in lines:
        row = line.requirement
        for one in line.counterparts:
            mapping, other = one.mapping, one.requirement
            yield [
                row.label, row.name, str(one.how.label), other.label, other.name, str(mapping.get_standing_display()),
                str(mapping.get_confidence_display()), mapping.origin, mapping.remarks, mapping.reference,
            ]  # fmt: skip
        if not line.counterparts:
            yield [row.label, row.name, *[""] * (len(HEADINGS) - 2)]


def _framework(params: QueryDict, name: str, frameworks: Sequence[Framework]) -> Framework | None:
    given = params.get(name, "")
    if not given:
        return None
    found = next((framework for framework in frameworks if framework.reference == given), None)
    if found is None:
        raise BadQuery(name, _("There is no framework “%(reference)s” in use here.") % {"reference": given[:40]})
    return found


def _choices(params: QueryDict, name: str, known: Any) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(value for value in params.getlist(name) if value))
    for value in given:
        if value not in known.values:
            raise BadQuery(name, _("There is no such choice."))
    return given
