"""What corresponds to a requirement in other frameworks, whichever way the mapping was written."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from controls.models import Framework, Mapping, Requirement
from grc.access.actor import Actor
from grc.access.roles import Permission

Relationship = Mapping.Relationship
TURNED = {Relationship.SUBSET: Relationship.SUPERSET, Relationship.SUPERSET: Relationship.SUBSET}
"""What a relationship is called from the other side; the others are the same from both."""


@dataclass(frozen=True)
class Counterpart:
    """``requirement`` corresponds to ``of``; ``how`` is read in that direction."""

    mapping: Mapping
    of: Requirement
    requirement: Requirement
    how: Relationship

    @property
    def counts(self) -> bool:
        """Whether it may be built on: one that was rejected, or says that nothing corresponds, may not."""
        return self.mapping.standing != Mapping.Standing.REJECTED and self.how != Relationship.NONE

    @property
    def is_confirmed(self) -> bool:
        return self.mapping.standing == Mapping.Standing.CONFIRMED

    @property
    def is_open(self) -> bool:
        """Nobody has judged it yet."""
        return self.mapping.standing == Mapping.Standing.PROPOSED


Counterparts = dict[int, list[Counterpart]]
"""By the key of the requirement that they correspond to, in the order of their frameworks."""


def counterparts_of(actor: Actor, requirements: Collection[int]) -> Counterparts:
    """What corresponds to each of ``requirements``, in every framework in use. One query."""
    rows = _mappings(actor).filter(Q(source__in=requirements) | Q(target__in=requirements))
    ends = set(requirements)
    return _by_end(rows, lambda end: end.pk in ends)


def counterparts_in(actor: Actor, framework: Framework, other: Framework | None = None) -> Counterparts:
    """What corresponds to each requirement of ``framework``, in ``other`` or in every framework in use. One query."""
    forth, back = Q(source__framework=framework), Q(target__framework=framework)
    if other is not None:
        forth, back = forth & Q(target__framework=other), back & Q(source__framework=other)
    return _by_end(_mappings(actor).filter(forth | back), lambda end: end.framework_id == framework.pk)


def _mappings(actor: Actor) -> QuerySet[Mapping]:
    rows = Mapping.objects.permitted(actor, Permission.FRAMEWORKS_VIEW).filter(archived_at=None)
    for end in ("source", "target"):
        rows = rows.filter(**{f"{end}__archived_at": None, f"{end}__framework__archived_at": None})
        # the licensed text of both ends may be long, and is shown on their own pages only
        rows = rows.select_related(f"{end}__framework").defer(f"{end}__text", f"{end}__oscal", "oscal")
    return rows.select_related("organisation")


def _by_end(rows: QuerySet[Mapping], is_end: Callable[[Requirement], bool]) -> Counterparts:
    found: Counterparts = {}
    for mapping in rows:
        how = Relationship(mapping.relationship)
        if is_end(mapping.source):
            one = Counterpart(mapping, mapping.source, mapping.target, how)
            found.setdefault(mapping.source_id, []).append(one)
        if is_end(mapping.target):
            one = Counterpart(mapping, mapping.target, mapping.source, TURNED.get(how, how))
            found.setdefault(mapping.target_id, []).append(one)
    return {key: sorted(found[key], key=_order) for key in found}


def _order(one: Counterpart) -> tuple[int, int, int]:
    return one.requirement.framework_id, one.requirement.position, one.requirement.pk
