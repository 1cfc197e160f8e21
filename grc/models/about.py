"""Records that are about another one: a task, a piece of evidence that is wanted, a request for it."""

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grc.models.record import Record

if TYPE_CHECKING:
    from grc.access.actor import Actor

S = TypeVar("S", bound="models.QuerySet[Any]")


class AboutRecord(Record):
    """A record whose ``about`` (a foreign key to ``RecordKey``) decides who sees it.

    It belongs to its owner, and to who may change what it is about: either may change it.
    """

    NEVER_ABOUT: ClassVar[tuple[str, ...]]
    """Registers whose records it is never about."""

    about: Any
    about_id: int | None

    class Meta(Record.Meta):
        abstract = True

    @classmethod
    def seen_by(cls, rows: S, actor: "Actor") -> S:
        from grc.registers.sight import about_seen

        return about_seen(rows, actor, "about", cls.NEVER_ABOUT)

    @classmethod
    def own_rows(cls, rows: S, actor: "Actor") -> S:
        from grc.registers.sight import about_changeable

        return rows.filter(Q(owner=actor.person) | about_changeable(actor, "about", cls.NEVER_ABOUT))

    def is_own(self, actor: "Actor") -> bool:
        from grc.registers.sight import may_change

        return super().is_own(actor) or (self.about is not None and may_change(actor, self.about))

    def clean(self) -> None:
        """It is about a record that its owner may open, and of a register that such records are about."""
        from grc.access.actor import Actor
        from grc.registers.sight import may_see

        super().clean()
        if self.about_id is None:
            return
        if self.about.register in self.NEVER_ABOUT:
            name = self._meta.verbose_name
            raise ValidationError(
                {"about": ValidationError(_("“%(name)s” is about another kind of record."), params={"name": name})}
            )
        doer = Actor.of(self.owner, self.organisation) if self.owner else None
        if doer is not None and not may_see(doer, self.about):
            said = {"person": self.owner, "reference": self.about.reference}
            raise ValidationError({"owner": ValidationError(_("%(person)s may not see %(reference)s."), params=said)})
