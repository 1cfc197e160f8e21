"""What documents add to imports: many files at once, each proposing what it says about itself."""

from aims.models import Document
from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.imports.importers import FileImporter, file_importers
from grc.imports.properties import Properties
from grc.models.activity import ActivityEvent
from grc.models.file import File
from grc.models.record import Record
from grc.models.teamwork import Attachment

KINDS = {
    Document.Kind.POLICY: ("policy", "policies", "richtlinie", "leitlinie"),
    Document.Kind.PROCEDURE: ("procedure", "process", "verfahren", "sop", "instruction"),
    Document.Kind.PLAN: ("plan",),
    Document.Kind.ROLE: ("role", "job description", "rolle"),
    Document.Kind.RECORD: ("record", "minutes", "protokoll", "report", "bericht"),
}


def propose(properties: Properties) -> dict[str, object]:
    """The fields of a document, as far as its file tells them; its kind by a word of the title."""
    words = f"{properties.title} {properties.name}".casefold()
    kind = next((kind for kind, spellings in KINDS.items() if any(word in words for word in spellings)), "")
    return {
        "name": properties.title,
        "kind": kind,
        "edition": properties.version,
        "approved_on": properties.approved_on,
    }


def hang_on_record(record: Record, file: File, by: Actor) -> None:
    """Attach ``file``, unless the same bytes hang there already."""
    hanging = Attachment.objects.within(by.organisation).filter(about=record.key, removed_at=None)
    if hanging.filter(file__sha256=file.sha256).exists():
        return
    Attachment(organisation=by.organisation, about=record.key, file=file, created_by=by.person).save(force_insert=True)
    record_activity(by=by, verb=ActivityEvent.Verb.ATTACHED, record=record.key, detail=file.name)


file_importers["documents"] = FileImporter(
    attach=hang_on_record, fields=("name", "kind", "edition", "approved_on"), propose=propose
)
