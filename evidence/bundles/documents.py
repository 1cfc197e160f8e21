"""The documents that a decision names by hash, as far as the organisation holds a file with that hash."""

from hashlib import sha256

from django.db.models import QuerySet

from evidence.models import EvidenceItem
from evidence.tlog.bundle import Document
from evidence.tlog.page import named_documents
from evidence.tlog.record import Record
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.file import File

MAX_DOCUMENT = 20 * 1024 * 1024
_KEPT_INSIDE = (EvidenceItem.Classification.CONFIDENTIAL, EvidenceItem.Classification.RESTRICTED)


def files_to_disclose(by: Actor) -> "QuerySet[File]":
    """The files that ``by`` may hand to a stranger: those of evidence that they see and that is not confidential.

    What is left out is no gap: the bundle names every document by its hash, and the verifier lists the missing ones.
    """
    items = EvidenceItem.objects.permitted(by, Permission.EVIDENCE_VIEW).filter(archived_at=None)
    open_items = items.exclude(classification__in=_KEPT_INSIDE)
    return File.objects.within(by.organisation).filter(
        pk__in=open_items.filter(files__file__isnull=False).values("files__file")
    )


def documents_of(decision: Record, files: "QuerySet[File]") -> list[Document]:
    """Policy, impact assessment, controls and prompt of a decision, where ``files`` has them byte for byte."""
    named = named_documents(decision)
    rows = files.filter(sha256__in={digest for _role, digest in named}, size__lte=MAX_DOCUMENT).order_by("pk")
    held = {row.sha256: row for row in rows}
    found = []
    for role, digest in named:
        row = held.get(digest)
        if row is None:
            continue
        with row.content.open("rb") as file:
            content = file.read()
        if sha256(content).hexdigest() == digest:
            found.append(Document(role, row.name, content))
    return found
