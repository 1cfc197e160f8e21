"""How a framework is laid out: which of its lines are to be met, in which groups they stand. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from controls.models import Requirement

Kind = Requirement.Kind


@dataclass(frozen=True)
class Group:
    """``head``: the topmost line above them that is not to be met itself; None for those without one."""

    head: Requirement | None
    requirements: list[Requirement] = field(default_factory=list)


PARTS = {"annex": _("Annex A"), "clauses": _("Clauses")}
"""A management system standard has two: the reference controls, and the clauses."""


def assessable(requirements: Sequence[Requirement]) -> list[Requirement]:
    """Those of a framework's requirements that something is to be done about, in their order.

    Not those that only hold others together: groups, control objectives, clauses with sub-clauses, whole articles
    whose paragraphs stand below them.
    """
    above = {row.parent_id for row in requirements if row.parent_id is not None}
    return [row for row in requirements if not holds_others(row.kind, row.pk in above, row.parent_id is not None)]


def holds_others(kind: str, has_parts: bool, is_part: bool) -> bool:
    """Whether a line is only there for those below it."""
    if kind in Requirement.GROUPING:
        return True
    return has_parts and (kind == Kind.CLAUSE or (kind == Kind.ARTICLE and not is_part))


def groups_of(requirements: Sequence[Requirement], chosen: Sequence[Requirement]) -> list[Group]:
    """``chosen``, in the groups of the framework that ``requirements`` are all lines of."""
    rows = {row.pk: row for row in requirements}
    met = {row.pk for row in assessable(requirements)}
    groups: dict[int | None, Group] = {}
    for row in chosen:
        head, above = None, row
        while above.parent_id is not None and above.parent_id in rows:
            above = rows[above.parent_id]
            if above.pk not in met:
                head = above
        key = head.pk if head else None
        groups.setdefault(key, Group(head)).requirements.append(row)
    return list(groups.values())


def parts_of(requirements: Sequence[Requirement]) -> list[str]:
    """The parts between which one can switch; none where the framework is of one piece."""
    kinds = {row.kind for row in assessable(requirements)}
    return list(PARTS) if {Kind.CONTROL, Kind.CLAUSE} <= kinds else []


def of_part(requirements: Sequence[Requirement], part: str) -> list[Requirement]:
    """Those of ``requirements`` in that part; all of them where ``part`` is empty."""
    if not part:
        return list(requirements)
    return [row for row in requirements if (row.kind == Kind.CLAUSE) == (part == "clauses")]
