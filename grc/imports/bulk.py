"""Records made of files, each with its file: all of them or none."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.actions.records import create_record
from grc.imports.importers import FileImporter
from grc.models.file import File
from grc.models.record import Record
from grc.registers.register import Register


class FilesRefused(ValueError):
    """Nothing was made; the forms say why, each for its file."""


def create_from_files(
    *, register: Register, files: Sequence[tuple[File, Any]], importer: FileImporter, by: Actor
) -> list[Record]:
    """Make a record of each file and its form (bound, of the register), with the file hung on it.

    Raises ``FilesRefused``, with what is wrong in the forms' errors; ``Denied``.
    """
    require(by, register.edit)
    valid = [form.is_valid() for _file, form in files]
    if not all(valid):
        raise FilesRefused
    made: list[Record] = []
    form: Any = None
    try:
        with transaction.atomic():
            for file, form in files:
                with transaction.atomic():
                    record = create_record(
                        record=form.save(commit=False), by=by, reason=(_("Imported from %s") % file.name)[:100]
                    )
                    importer.attach(record, file, by)
                made.append(record)
    except IntegrityError:
        form.add_error(None, _("Another file of this table, or another record, says the same."))
        raise FilesRefused from None
    return made
