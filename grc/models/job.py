import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grc.models.file import File
from grc.models.organisation import Organisation
from grc.models.record import GatedManager


class Job(models.Model):
    """Long work that a worker does for a person: an import, an export, an archive. It can be left and come back to.

    ``params`` and ``result`` are plain JSON, whose shape the job's kind says (``grc.jobs.runners``).
    """

    carried = False  # workers here did it

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    params = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    source = models.ForeignKey(File, on_delete=models.PROTECT, null=True, related_name="+")
    product = models.ForeignKey(File, on_delete=models.PROTECT, null=True, related_name="+")
    step = models.CharField(_("step"), max_length=200, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True)
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects: ClassVar[GatedManager["Job"]] = GatedManager()
    unscoped: ClassVar[models.Manager["Job"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        indexes = [models.Index(fields=["organisation", "person", "-created_at"], name="job_recent")]

    def __str__(self) -> str:
        return self.title
