"""How files become records: said, in an app's module ``jobs``, for a register whose records carry files."""

from collections.abc import Callable
from dataclasses import dataclass

from grc.access.actor import Actor
from grc.imports.properties import Properties
from grc.models.file import File
from grc.models.record import Record


@dataclass(frozen=True)
class FileImporter:
    """``attach`` hangs a stored file on a record, and does nothing where it hangs there already.

    ``propose`` fills the fields of a new record from what a file says about itself; ``fields`` are those that are shown
    for editing. Without ``propose``, files come with an index only.
    """

    attach: Callable[[Record, File, Actor], None]
    fields: tuple[str, ...] = ()
    propose: Callable[[Properties], dict[str, object]] | None = None


file_importers: dict[str, FileImporter] = {}
"""By the slug of the register."""
