"""What a document's page says about how it stands, and a document's or campaign's about who has read it."""

import datetime as dt
from typing import Any

from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aims.documents.points import open_points
from aims.documents.readers import Readable, asked_of, facts_of, members_of, version_in_force
from aims.documents.starting import digest, starters
from aims.documents.state import STATE_TONES
from aims.models.support import Document
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.models.record import Record
from grc.models.teamwork import Attachment
from grc.registers.register import Action, Register, registers

MOST = 200


def standing_panel(document: Document, actor: Actor) -> dict[str, Any]:
    """How it stands in words, what is open, where its content is, how long it is kept, what replaced it."""
    hanging = Attachment.objects.within(document.organisation).filter(about=document.pk, removed_at=None)
    files = list(hanging.select_related("file").order_by("pk")) if not document.text.strip() else []
    starter = starters().get(document.starter)
    return {
        "document": document,
        "tone": STATE_TONES[document.state],
        "points": open_points(document),
        "files": files,
        "starter": starter if starter and digest(document.text) == document.starter_sha256 else None,
        "kept_until": kept_until(document),
        "edition": edition_in_force(document),
        "can_edit": allows(actor, registers.of(Document).edit, document),
        "edit_url": registers.of(Document).url("edit", document),
        "replaces": list(document.replaces.filter(archived_at=None).select_related("organisation")),
    }


def edition_in_force(document: Document) -> str:
    """What the version in force calls itself, which the next draft may not; empty where nothing is in force here."""
    version = version_in_force(document) if document.in_force_since else None
    return str(facts_of(version)["facts"].get("edition", {}).get("text", "")) if version else ""


def kept_until(document: Document) -> dt.date | None:
    """The last day on which it must be kept; None where that is not said, or it is not withdrawn yet."""
    if document.keep_until or document.keep_years is None or document.withdrawn_on is None:
        return document.keep_until
    day = document.withdrawn_on
    return dt.date(
        min(day.year + document.keep_years, dt.MAXYEAR), day.month, 28 if (day.month, day.day) == (2, 29) else day.day
    )


def readers_panel(about: Readable, actor: Actor) -> dict[str, Any]:
    """Who has read it and who has not; people who have left are left out. Three queries."""
    members = members_of(about.organisation)
    rows = [row for row in asked_of(about).select_related("owner", "organisation") if row.owner_id in members]
    waiting = sorted((row for row in rows if not row.acknowledged_at), key=lambda row: (row.due_on, str(row.owner)))
    read = sorted((row for row in rows if row.acknowledged_at), key=lambda row: row.acknowledged_at, reverse=True)
    slug, field = about.organisation.slug, "document" if isinstance(about, Document) else "campaign"
    export = f"{registers.by_slug('acknowledgements').list_url(slug)}?{field}={about.reference}"
    return {
        "about": about,
        "waiting": waiting[:MOST],
        "read": read[:MOST],
        "all": len(rows),
        "count": len(read),
        "percent": 100 * len(read) // len(rows) if rows else 0,
        "today": timezone.localdate(),
        "late": sum(row.due_on < timezone.localdate() for row in waiting),
        "version": version_in_force(about) if isinstance(about, Document) else None,
        "list_url": export if actor.can(registers.by_slug("acknowledgements").view) else "",
    }


def ask_actions(register: Register, record: Record, actor: Actor) -> list[Action]:
    if record.archived_at is not None or not allows(actor, register.edit, record):
        return []
    if isinstance(record, Document) and version_in_force(record) is None:
        return []
    return [Action(_("Ask people to read it"), register.url("ask", record), "send")]


def ask_urls(register: Register) -> list[URLPattern]:
    from aims.documents.pages import AskPage

    one = f"{register.slug}/<reference:reference>"
    return [path(f"{one}/ask", AskPage.as_view(register=register), name=f"{register.slug}-ask")]
