from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from evidence.models.item import EvidenceItem, ItemFile
from grc.access.actor import Actor
from grc.access.gate import refuse_archived, require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.actions.files import store_file
from grc.models.activity import ActivityEvent
from grc.models.file import File
from grc.uploads import FileRefused


@transaction.atomic
def add_file(*, item: EvidenceItem, upload: IO[bytes], name: str, by: Actor) -> ItemFile:
    """Keep ``upload`` as the item's next version. Raises ``FileRefused`` with the reason, ``Denied``."""
    require(by, Permission.EVIDENCE_EDIT, item)
    locked = EvidenceItem.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=item.pk)
    refuse_archived(locked)
    file = store_file(upload=upload, name=name, by=by)
    try:
        return _added(locked, file, by)
    except BaseException:
        file.content.delete(save=False)  # its row is rolled back, and the bytes do not stay behind
        raise


@transaction.atomic
def add_stored_file(*, item: EvidenceItem, file: File, by: Actor) -> None:
    """Make a file that was checked and stored already the item's next version; the latest version again is nothing.

    Raises ``Denied``.
    """
    require(by, Permission.EVIDENCE_EDIT, item)
    locked = EvidenceItem.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=item.pk)
    latest = (
        ItemFile.objects.within(by.organisation).filter(item=locked).select_related("file").order_by("-number").first()
    )
    if latest is None or latest.file.sha256 != file.sha256:
        _added(locked, file, by)


def _added(item: EvidenceItem, file: File, by: Actor) -> ItemFile:
    files = ItemFile.objects.within(by.organisation).filter(item=item).select_related("file")
    latest = files.order_by("-number").first()
    if latest is not None and latest.file.sha256 == file.sha256:
        raise FileRefused(
            _("“%(name)s” is the same file as version %(number)d.") % {"name": file.name, "number": latest.number}
        )
    added = ItemFile(
        organisation=by.organisation,
        item=item,
        number=latest.number + 1 if latest else 1,
        file=file,
        added_by=by.person,
    )
    added.save(force_insert=True)
    record_activity(by=by, verb=ActivityEvent.Verb.CHANGED, record=item.key, detail=_("file version %d") % added.number)
    return added
