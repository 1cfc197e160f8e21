from typing import Any

from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.models.item import EvidenceItem, ItemFile
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import Register, Section, registers


@registers.add
class EvidenceRegister(Register):
    model = EvidenceItem
    slug, prefix, group, icon = "evidence", "EVD", "evidence", "file-certificate"
    about = _("What supports your claims: documents, reports, records and certificates, with the period they cover.")
    first_step = _("Add the document that you are asked for most, and link the AI systems that it is about.")
    view, edit = Permission.EVIDENCE_VIEW, Permission.EVIDENCE_EDIT
    columns = ("reference", "name", "kind", "period_from", "period_to", "expires_on", "owner")
    more_columns = ("dated_on", "classification", "retain_until", "legal_hold", "created_at", "updated_at")
    filters = ("kind", "classification", "owner", "legal_hold")
    search = ("reference", "name", "description")
    sections = (
        Section(_("What it is"), ("name", "kind", "description", "owner")),
        Section(_("When it holds"), ("dated_on", "period_from", "period_to", "expires_on")),
        Section(_("How it is kept"), ("classification", "retain_until", "legal_hold")),
    )
    attachable = False  # its files are versions of the evidence itself
    tones = {"classification": {"confidential": "orange", "restricted": "red"}}

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        files = _files_of(record)
        context = {
            "record": record,
            "files": [(entry, self.file_url(record, entry.number)) for entry in files],
            "upload_url": self.url("files", record)
            if record.archived_at is None and allows(actor, self.edit, record)
            else "",
            "expired": record.expires_on is not None and record.expires_on <= timezone.localdate(),
        }
        return [("evidence/files_panel.html", context)]

    def snapshot(self, record: Any) -> dict[str, Any]:
        """The files with their hashes: what a version cites is the bytes, not the name."""
        return {
            "files": [
                {
                    "number": entry.number,
                    "id": str(entry.file.public_id),
                    "name": entry.file.name,
                    "media_type": entry.file.media_type,
                    "size": entry.file.size,
                    "sha256": entry.file.sha256,
                    "uploaded_at": entry.added_at.isoformat(),
                }
                for entry in _files_of(record)
            ]
        }

    def file_url(self, record: Any, number: int) -> str:
        return f"{self.detail_url(record.organisation.slug, record.reference)}/files/{number}"

    def extra_urls(self) -> list[URLPattern]:
        from evidence.library.pages import AddFilePage, FilePage

        one = f"{self.slug}/<reference:reference>/files"
        return [
            path(one, AddFilePage.as_view(register=self), name=f"{self.slug}-files"),
            path(f"{one}/<int:number>", FilePage.as_view(register=self), name=f"{self.slug}-file"),
        ]


def _files_of(item: EvidenceItem) -> list[ItemFile]:
    files = ItemFile.objects.within(item.organisation).filter(item=item).select_related("file", "added_by")
    return list(files.order_by("-number"))
