from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from grc.context import current_context
from grc.models.organisation import Organisation
from grc.models.person import Person

if TYPE_CHECKING:
    from grc.access.actor import Actor
    from grc.access.roles import Permission


M = TypeVar("M", bound=models.Model, covariant=True)  # noqa: PLC0105  (Django's own name for it)


class UnscopedQuery(RuntimeError):
    """Somebody asked for records without saying for whom."""


class RecordQuerySet(models.QuerySet[M]):
    def permitted(self, actor: "Actor", permission: "Permission") -> Self:
        """The rows on which ``actor`` holds ``permission``; none where they hold it nowhere."""
        from grc.access.gate import permitted

        return permitted(self, actor, permission)


class GatedManager(models.Manager[M]):
    """The only way to records outside of the kernel: for an actor, or within one organisation."""

    def get_queryset(self) -> RecordQuerySet[M]:
        raise UnscopedQuery(
            f"{self.model.__name__}.objects is asked for nobody: "
            f"use .permitted(actor, permission), or .within(organisation) in domain code."
        )

    def permitted(self, actor: "Actor", permission: "Permission") -> RecordQuerySet[M]:
        return RecordQuerySet(self.model, using=self._db).permitted(actor, permission)

    def within(self, organisation: Organisation) -> RecordQuerySet[M]:
        """Every row of one organisation, for domain code and tasks that work for it, not for a person."""
        return RecordQuerySet(self.model, using=self._db).filter(organisation=organisation)

    def keyed(self) -> RecordQuerySet[M]:
        """What the context's ``key`` lets be read before an organisation is known (``also_read_by``), and no more."""
        context = current_context()
        if context is None or not context.key or not getattr(self.model, "also_read_by", ""):
            raise UnscopedQuery(f"{self.model.__name__} is asked for by a key, and there is none.")
        return RecordQuerySet(self.model, using=self._db)


def acting_person(instance: models.Model, **_: Any) -> models.Model | None:
    """Whom history names: the person that the current context works for; nobody for the system itself."""
    context = current_context()
    if context is None or context.person_id is None:
        return None
    return Person(pk=context.person_id)


class ReferenceCounter(models.Model):
    """The last number given out for a prefix, so that a reference is never given twice, even after archiving."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=8)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "prefix"], name="reference_counter_once")]


class RecordKey(models.Model):
    """The identity of a record of any register: what links, versions, scopes and activity point at.

    A record's primary key *is* its key's, so that a reference to "any record" is a real foreign key.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    register = models.CharField(max_length=60)
    reference = models.CharField(max_length=24)
    title = models.CharField(max_length=300)

    objects: ClassVar[GatedManager["RecordKey"]] = GatedManager()
    unscoped: ClassVar[models.Manager["RecordKey"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["organisation", "reference"], name="record_reference_once")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        from grc.registers.register import registers

        return registers.by_slug(self.register).detail_url(self.organisation.slug, self.reference)

    @classmethod
    def arrives(cls, values: dict[str, Any]) -> None:
        """A record that is taken in from an archive is of a register that is here. Raises ``ValueError``."""
        from grc.registers.register import registers

        if values["register"] not in {register.slug for register in registers}:
            raise ValueError("there is no such register here")


class Record(models.Model):
    """A row of a register. Saved through ``grc.actions.records`` only, archived instead of deleted."""

    key = models.OneToOneField(
        RecordKey,
        on_delete=models.PROTECT,
        primary_key=True,
        editable=False,
        related_name="+",
        db_column="id",
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, editable=False, related_name="+")
    reference = models.CharField(_("reference"), max_length=24, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    tags = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("tags"),
        default=list,
        blank=True,
        help_text=_("Words of your own, with commas between them."),
    )
    lock = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    history = HistoricalRecords(inherit=True, get_user=acting_person)
    objects: ClassVar[GatedManager[Any]] = GatedManager()
    unscoped: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @classmethod
    def own_rows(cls, rows: "RecordQuerySet[Any]", actor: "Actor") -> Any:
        """Those of ``rows`` that are the actor's own: what a role allows for one's own records, it allows for these."""
        return rows.filter(owner=actor.person)

    def is_own(self, actor: "Actor") -> bool:
        """``own_rows`` of this record alone, which need not be saved yet."""
        return actor.person is not None and self.owner_id == actor.person.pk

    def frozen(self) -> str:
        """Why nobody may change or archive this record, whatever their role; empty where they may."""
        return ""

    @property
    def title(self) -> str:
        """What the record is called in lists and links; registers with no ``name`` say their own."""
        return str(getattr(self, "name", ""))

    def get_absolute_url(self) -> str:
        from grc.registers.register import registers

        return registers.of(type(self)).detail_url(self.organisation.slug, self.reference)
