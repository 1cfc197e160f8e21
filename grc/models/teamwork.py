"""What people say and hang on to any record."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.models.about import AboutRecord, S
from grc.models.file import File
from grc.models.organisation import Organisation
from grc.models.record import GatedManager, RecordKey

if TYPE_CHECKING:
    from grc.access.actor import Actor


def seen_with_record(rows: S, actor: "Actor") -> S:
    """Those of ``rows`` whose record (``about``) ``actor`` may open; what is about none stays."""
    from grc.registers.sight import about_seen

    return about_seen(rows, actor)


class Comment(models.Model):
    """What somebody said about a record. Taken back, its place stays and its words go from the page."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    about = models.ForeignKey(RecordKey, on_delete=models.PROTECT, related_name="comments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    body = models.TextField(_("comment"), max_length=5000)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[GatedManager["Comment"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Comment"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        indexes = [models.Index(fields=["about", "created_at"], name="comment_about")]

    @classmethod
    def seen_by(cls, rows: S, actor: "Actor") -> S:
        return seen_with_record(rows, actor)


class Attachment(models.Model):
    """A file that hangs on a record. Removed, it leaves the page and stays in storage, with who removed it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(RecordKey, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[GatedManager["Attachment"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Attachment"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["about", "file"], condition=Q(removed_at__isnull=True), name="attachment_once"
            )
        ]

    @classmethod
    def seen_by(cls, rows: S, actor: "Actor") -> S:
        return seen_with_record(rows, actor)


class Task(AboutRecord):
    """Something to be done by its owner until a date, about any record or about none.

    It belongs to its owner, and to who may change the record that it is about: either may change it.
    """

    NEVER_ABOUT = ("tasks", "links")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DOING = "doing", _("Being done")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    name = models.CharField(_("what is to be done"), max_length=200)
    about = models.ForeignKey(
        RecordKey, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("about")
    )
    details = models.TextField(_("details"), max_length=4000, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    done_on = models.DateField(_("done"), null=True, blank=True, editable=False)

    class Meta(AboutRecord.Meta):
        abstract = False
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [models.Index(fields=["organisation", "owner", "state", "due_on"], name="task_due")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="task_reference_once"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | (~Q(state="done") & Q(done_on__isnull=True)),
                name="task_done_has_date",
                violation_error_message=_("A task that is done has the day on which it was; one that is not has none."),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.OPEN, self.State.DOING}

    def clean(self) -> None:
        self._date_done()
        super().clean()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._date_done()
        super().save(*args, **kwargs)

    def _date_done(self) -> None:
        # done means done today, whoever says so and by what way; opened again means not done
        if self.state != self.State.DONE:
            self.done_on = None
        elif self.done_on is None:
            self.done_on = timezone.localdate()
