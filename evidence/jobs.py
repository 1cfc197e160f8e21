"""What evidence adds to imports: a ZIP with an index becomes items, each with its file."""

from evidence.actions.items import add_stored_file
from grc.access.actor import Actor
from grc.imports.importers import FileImporter, file_importers
from grc.models.file import File


def hang_on_item(record: object, file: File, by: Actor) -> None:
    add_stored_file(item=record, file=file, by=by)  # type: ignore[arg-type]


file_importers["evidence"] = FileImporter(attach=hang_on_item)
