import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.organisation import Organisation
from grc.models.record import GatedManager, RecordKey


class SearchEntry(models.Model):
    """What a record can be found by: one row each, kept by ``grc.search`` whenever the record is saved.

    ``vector`` weighs reference and title (A) above the rest (B); ``body`` serves trigrams and extracts.
    """

    carried = False  # follows from the records

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = models.OneToOneField(RecordKey, on_delete=models.PROTECT, related_name="search_entry")
    register = models.CharField(max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    archived = models.BooleanField(default=False)
    title = models.CharField(max_length=300)
    body = models.TextField()
    vector = SearchVectorField()

    objects: ClassVar[GatedManager["SearchEntry"]] = GatedManager()
    unscoped: ClassVar[models.Manager["SearchEntry"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        indexes = [
            GinIndex(fields=["vector"], name="search_vector"),
            GinIndex(OpClass(models.F("body"), name="gin_trgm_ops"), name="search_trigram"),
            models.Index(fields=["organisation", "register"], name="search_register"),
        ]


class SavedView(models.Model):
    """A register's list as somebody wants to see it again: filters, order and columns, as its query string."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    register = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    shared = models.BooleanField(_("shared with everybody here"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[GatedManager["SavedView"]] = GatedManager()
    unscoped: ClassVar[models.Manager["SavedView"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "register", "name"],
                name="saved_view_once",
                violation_error_message=_("You have a view of this name here."),
            )
        ]
