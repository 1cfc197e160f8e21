"""Files that hang on a record."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import NotVisible, refuse_archived, require
from grc.actions.activity import record_activity
from grc.actions.files import store_file
from grc.models.activity import ActivityEvent
from grc.models.record import Record
from grc.models.teamwork import Attachment
from grc.registers.register import registers
from grc.uploads import FileRefused

MOST = 100
"""Files on one record."""


@transaction.atomic
def attach_files(*, record: Record, uploads: Sequence[UploadedFile], by: Actor) -> list[Attachment]:
    """Check and keep ``uploads``, and hang them on ``record``: all of them, or none where one is refused.

    Raises ``FileRefused`` with the reason, ``Denied``.
    """
    _require_change(record, by)
    if Attachment.objects.within(by.organisation).filter(about=record.key, removed_at=None).count() > MOST - len(
        uploads
    ):
        raise FileRefused(_("A record has at most %(n)d files.") % {"n": MOST})
    added = []
    for upload in uploads:
        file = store_file(upload=upload, name=upload.name or "", by=by)
        added.append(
            Attachment.unscoped.create(organisation=by.organisation, about=record.key, file=file, created_by=by.person)
        )
        record_activity(by=by, verb=ActivityEvent.Verb.ATTACHED, record=record.key, detail=file.name)
    return added


@transaction.atomic
def remove_attachment(*, attachment: Attachment, record: Record, by: Actor) -> None:
    """Take a file from its record. It stays in storage, and the history keeps its name and hash. Raises ``Denied``."""
    _require_change(record, by)
    rows = Attachment.objects.within(by.organisation).filter(about=record.key, removed_at=None)
    current = rows.select_for_update(of=("self",)).select_related("file").filter(pk=attachment.pk).first()
    if current is None:
        raise NotVisible
    current.removed_at, current.removed_by = timezone.now(), by.person
    current.save(update_fields=["removed_at", "removed_by"])
    record_activity(by=by, verb=ActivityEvent.Verb.DETACHED, record=record.key, detail=current.file.name)


def _require_change(record: Record, by: Actor) -> None:
    require(by, registers.of(type(record)).edit, record)
    refuse_archived(record)
