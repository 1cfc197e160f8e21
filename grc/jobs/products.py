"""Files that a job makes for whoever asked: kept like an upload, but made here, so that nothing is to be inspected."""

import hashlib
from typing import IO

from django.core.files import File as DjangoFile

from grc.access.actor import Actor
from grc.models.file import File

CHUNK = 1024 * 1024


def keep_product(*, stream: IO[bytes], name: str, media_type: str, by: Actor) -> File:
    """Keep the bytes of ``stream`` (seekable, read from its beginning) as a file called ``name``."""
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(CHUNK):
        digest.update(piece)
        size += len(piece)
    stream.seek(0)
    file = File(
        organisation=by.organisation,
        name=name[:255],
        original_name=name,
        media_type=media_type,
        size=size,
        sha256=digest.hexdigest(),
        uploaded_by=by.person,
    )
    file.content.save(name, DjangoFile(stream), save=False)
    try:
        file.save(force_insert=True)
    except BaseException:
        file.content.delete(save=False)  # its row is rolled back, and the bytes do not stay behind
        raise
    return file
