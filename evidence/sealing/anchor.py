"""The last checkpoint, kept outside of the database as well: whoever rolls the database back is seen by it."""

import hashlib
import logging

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evidence.models.seal import ActivitySeal

FOLDER = "activity-seal"
KEPT = 2
log = logging.getLogger(__name__)


def keep_anchor(seal: ActivitySeal) -> None:
    """Write the checkpoint beside the one before, and forget what is older. A full disk stops no sealing."""
    folder = _folder(seal)
    try:
        default_storage.save(f"{folder}/{seal.size:016}", ContentFile(seal.checkpoint.encode()))
        for name in sorted(default_storage.listdir(folder)[1])[:-KEPT]:
            default_storage.delete(f"{folder}/{name}")
    except OSError:
        log.exception("the checkpoint of the activity log %s could not be kept outside", seal.log_id)


def anchored(seal: ActivitySeal) -> list[bytes]:
    """The checkpoints kept outside, older first; none where the folder is gone."""
    folder = _folder(seal)
    try:
        names = sorted(default_storage.listdir(folder)[1])
    except OSError:
        return []
    found = []
    for name in names:
        try:
            with default_storage.open(f"{folder}/{name}", "rb") as file:
                found.append(file.read())
        except OSError:
            continue  # swept by a sealer at this moment
    return found


def _folder(seal: ActivitySeal) -> str:
    return f"{FOLDER}/{hashlib.sha256(seal.log_id.encode()).hexdigest()[:32]}"
