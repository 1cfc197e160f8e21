"""Which decision records somebody may find: all of an organisation's, or the stretches that a scope names.

There is one look-up for insiders and outsiders. It takes a ``DecisionReach`` and never an actor, so that whoever gets
here has passed a gate: ``whole`` asks for the permission, ``of_scope`` takes what a running grant has opened.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from evidence.models import DecisionRow, Term
from grc.access.actor import Actor
from grc.access.gate import NotVisible
from grc.access.roles import Permission
from grc.models.organisation import Organisation
from grc.models.record import RecordQuerySet
from grc.models.scope import ScopeEntry


@dataclass(frozen=True)
class Span:
    """Positions ``first_seq`` to ``last_seq`` (both within) of a source; ``system_id`` empty: any system."""

    source_id: int
    first_seq: int
    last_seq: int
    system_id: str = ""


@dataclass(frozen=True)
class DecisionReach:
    """What may be found. ``spans`` None: every record of the organisation."""

    organisation: Organisation
    spans: tuple[Span, ...] | None = None

    @classmethod
    def whole(cls, actor: Actor, permission: Permission = Permission.DECISIONS_VIEW) -> "DecisionReach":
        """Everything, for an actor who holds ``permission``; for any other it does not exist (``NotVisible``)."""
        if not actor.can(permission):
            raise NotVisible
        return cls(actor.organisation)

    @classmethod
    def of_scope(cls, organisation: Organisation, entries: Iterable[ScopeEntry]) -> "DecisionReach":
        """The stretches among a scope's entries. The caller has judged the grant (``grc.access.room``)."""
        spans = tuple(
            Span(entry.log_id, entry.first_seq, entry.last_seq, entry.system_id)
            for entry in entries
            if entry.log_id is not None
            and entry.first_seq is not None
            and entry.last_seq is not None
            and entry.organisation_id == organisation.pk
        )
        return cls(organisation, spans)

    def rows(self, *, any_system: bool = False) -> "RecordQuerySet[DecisionRow]":
        """The rows within reach. ``any_system``: also rows of the stretches that name no system (completions)."""
        rows = DecisionRow.objects.within(self.organisation)
        if self.spans is None:
            return rows
        terms = {} if any_system else self._terms()
        condition = Q(pk__in=[])
        for span in self.spans:
            place = Q(source_id=span.source_id, seq__range=(span.first_seq, span.last_seq))
            if span.system_id and not any_system:
                place &= Q(system_id=terms.get(span.system_id, 0))
            condition |= place
        return rows.filter(condition)

    def _terms(self) -> dict[str, int]:
        names = {span.system_id for span in self.spans or () if span.system_id}
        found = Term.objects.within(self.organisation).filter(kind=Term.Kind.SYSTEM, text__in=names)
        return {term.text: term.pk for term in found}

    def sources(self) -> list[int] | None:
        """Keys of the sources within reach; None for all of the organisation's."""
        return None if self.spans is None else sorted({span.source_id for span in self.spans})
