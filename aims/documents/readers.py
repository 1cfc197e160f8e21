"""Who reads: the people behind “everybody” and behind roles, and what one person still has to read."""

import json
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aims.models import Acknowledgement, Campaign, Document
from aims.models.support import EVERYBODY
from grc.access.actor import Actor
from grc.models.approval import Review
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person
from grc.models.version import Version

Readable = Document | Campaign


def people_who_read(organisation: Organisation, readers: Collection[str]) -> list[Person]:
    """The members that ``readers`` names (see ``READERS``), by name. Who has left is none."""
    running = Membership.objects.filter(organisation=organisation, ended_at=None)
    if EVERYBODY not in readers:
        running = running.filter(role__in=readers)
    people = Person.objects.filter(pk__in=running.values("person"), is_active=True)
    return list(people.order_by("name", "pk"))


def members_of(organisation: Organisation) -> set[int]:
    """Keys of everybody who works here now."""
    running = Membership.objects.filter(organisation=organisation, ended_at=None, person__is_active=True)
    return set(running.values_list("person", flat=True))


def version_in_force(document: Document) -> Version | None:
    """What readers of ``document`` read: its approved version."""
    approved = Review.objects.within(document.organisation).filter(key=document.pk, state=Review.State.APPROVED)
    review = approved.select_related("version").first()
    return review.version if review else None


def asked_of(about: Readable) -> "QuerySet[Any]":
    """The acknowledgements of what is to be read now: of a document its version in force."""
    rows = Acknowledgement.objects.within(about.organisation).filter(archived_at=None)
    if isinstance(about, Campaign):
        return rows.filter(campaign=about.pk)
    version = version_in_force(about)
    return rows.filter(document=about.pk, version=version) if version else rows.none()


def to_read(actor: Actor) -> "QuerySet[Any]":
    """What ``actor`` was asked to read, whatever their role lets them see otherwise; open first, soonest first."""
    rows = Acknowledgement.objects.within(actor.organisation).filter(owner=actor.person, archived_at=None)
    rows = rows.select_related("organisation", "key", "document", "campaign__document", "version", "owner")
    return rows.order_by("acknowledged_at", "due_on", "pk") if actor.person else rows.none()


def facts_of(version: Version) -> dict[str, Any]:
    """What a version holds: ``facts`` by field name, and ``attachments`` (name, size, sha256)."""
    body = json.loads(bytes(version.body))
    facts = {fact["name"]: fact for section in body["sections"] for fact in section["facts"]}
    return {"facts": facts, "attachments": body.get("attachments", []), "title": body["title"]}


def texts_of(acknowledgement: Acknowledgement) -> list[dict[str, Any]]:
    """What is read, part by part: title, text, whether it is formatted, and the files with their hashes."""
    parts = [_part(acknowledgement.version, "text" if acknowledgement.document_id else "message")]
    campaign = acknowledgement.campaign
    if campaign is not None and campaign.document is not None:
        version = version_in_force(campaign.document)
        parts += [_part(version, "text")] if version else []
    return parts


def _part(version: Version, name: str) -> dict[str, Any]:
    held = facts_of(version)
    fact = held["facts"].get(name, {"text": ""})
    return {
        "title": held["title"],
        "number": version.number,
        "sha256": version.sha256,
        "text": fact["text"],
        "formatted": fact.get("format") == "markdown",
        "files": held["attachments"],
        "edition": held["facts"].get("edition", {}).get("text", ""),
        "words": _("version %(number)d") % {"number": version.number},
    }
