"""The document of a record: as it stands, or as a version froze it, as far as whoever asks may see it."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.access.actor import Actor
from grc.access.roles import Reach
from grc.actions.versions import canonical, snapshot
from grc.models.approval import Review
from grc.models.record import Record
from grc.models.version import Version
from grc.registers.register import Register, registers
from grc.registers.sight import keys_seen_by
from grc.reports.document import Document, Note
from grc.reports.front import moment
from grc.reports.versions import document_of_snapshot

LANGUAGE = "en-gb"  # versions are frozen in it


@dataclass(frozen=True)
class KeptVersion:
    """A version of a record with what became of it; ``state`` is empty where it was never sent for approval."""

    version: Version
    state: str
    tone: str


TONES = {
    Review.State.APPROVED: "green",
    Review.State.IN_REVIEW: "yellow",
    Review.State.REJECTED: "red",
    Review.State.SUPERSEDED: "secondary",
    Review.State.WITHDRAWN: "secondary",
}


def versions_of(record: Record) -> list[KeptVersion]:
    """Every version of ``record``, the latest first."""
    versions = Version.objects.within(record.organisation).filter(key=record.pk)
    reviews = Review.objects.within(record.organisation).filter(key=record.pk).order_by("pk")
    state_of = {review.version_id: review for review in reviews.only("version", "state")}
    found = []
    for version in versions.select_related("made_by").defer("body").order_by("-number"):
        review = state_of.get(version.pk)
        state, tone = (str(review.get_state_display()), TONES[Review.State(review.state)]) if review else ("", "")
        found.append(KeptVersion(version, state, tone))
    return found


def document_of_draft(record: Record, by: Actor) -> Document:
    """``record`` as it stands at this moment: nobody froze it, nobody signed it, and the document says so."""
    now = timezone.now()
    with translation.override(LANGUAGE):
        body = snapshot(record)
        canonical(body)  # what cannot be frozen cannot be handed out either
        body, withheld = seen_part(body, by)
        document = document_of_snapshot(body, organisation=record.organisation.name, made_at=now)
        said = _("A draft: the record as it stood on %(when)s. It may change at any time.") % {"when": moment(now)}
        notes = [Note(said, "yellow"), *_withheld(withheld)]
        status = _("Draft, as of %(when)s") % {"when": moment(now)}
        return dataclasses.replace(document, status=status, author=_who(by), blocks=[*notes, *document.blocks])


def document_of_kept(kept: KeptVersion, by: Actor) -> Document:
    """A version of a record, with what became of it."""
    version = kept.version
    with translation.override(LANGUAGE):
        body, withheld = seen_part(json.loads(bytes(version.body)), by)
        document = document_of_snapshot(
            body,
            organisation=version.organisation.name,
            version=str(version.number),
            sha256=version.sha256,
            made_at=version.made_at,
            status=kept.state or _("Not sent for approval"),
            author=str(version.made_by or ""),
        )
        return dataclasses.replace(document, blocks=[*_withheld(withheld), *document.blocks])


def seen_part(body: dict[str, Any], by: Actor) -> tuple[dict[str, Any], int]:
    """What ``by`` may see of a snapshot: (the snapshot without the rest, how many records were left out)."""
    references = [link["reference"] for link in body["links"]]
    seen = set(keys_seen_by(by).filter(reference__in=references).values_list("reference", flat=True))
    links = [link for link in body["links"] if link["reference"] in seen]
    related = [table for table in body["related"] if _sees_table(body["register"], table, by)]
    withheld = len(body["links"]) - len(links)
    withheld += sum(len(table["rows"]) for table in body["related"] if table not in related)
    return {**body, "links": links, "related": related}, withheld


def _sees_table(slug: str, table: dict[str, Any], by: Actor) -> bool:
    """Whether a table of a snapshot shows records of a register that ``by`` sees whole.

    The table is found by its title; where no register claims it any more, only who sees every register sees it.
    """
    register: Register = registers.by_slug(slug)
    for related in register.related:
        if str(related.title) == table["title"]:
            return _sees_whole(registers.by_slug(related.register), by)
    return all(_sees_whole(other, by) for other in registers)


def _sees_whole(register: Register, by: Actor) -> bool:
    return by.reach(register.view) is Reach.ALL


def _withheld(count: int) -> list[Note]:
    if not count:
        return []
    words = ngettext(
        "%(n)d record that belongs here is left out, because whoever made this document may not see it.",
        "%(n)d records that belong here are left out, because whoever made this document may not see them.",
        count,
    )
    return [Note(words % {"n": count}, "orange")]


def _who(by: Actor) -> str:
    return str(by.person) if by.person else ""
