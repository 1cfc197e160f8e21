"""A record as the pack shows it: by its approved version where there is one, else as it stands, marked as a draft."""

import datetime as dt
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from grc.formats import day
from grc.models.approval import Approval, Review
from grc.registers.cells import cell
from grc.registers.register import Register

ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
SHORT_HASH = 12


def said(text: str) -> str:
    """A text of a record or version for a reader: a date that stands alone is written out."""
    if not ISO_DATE.fullmatch(text):
        return text
    return day(dt.date.fromisoformat(text))


@dataclass(frozen=True)
class Signed:
    """The approval of a version: its number and hash, on which day (UTC), and the names of who signed."""

    number: int
    sha256: str
    on: dt.date
    by: tuple[str, ...]


class Entry:
    """``approved``: the review that put a version in force. ``text`` is that version's.

    ``is_live``: the record says how things are, so that it is shown as it stands, and its approval beside it.
    """

    def __init__(
        self, record: Any, register: Register, approved: Review | None, in_review: bool, *, live: bool = False
    ) -> None:
        self.record = record
        self.register = register
        self.approved = approved
        self.in_review = in_review
        self.is_live = live

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @cached_property
    def body(self) -> dict[str, Any]:
        """The approved version; empty where there is none."""
        return json.loads(bytes(self.approved.version.body)) if self.approved else {}

    @cached_property
    def facts(self) -> dict[str, str]:
        """The fields of the approved version, by name; nothing where there is none."""
        return {fact["name"]: fact["text"] for part in self.body.get("sections", ()) for fact in part["facts"]}

    def text(self, name: str) -> str:
        """What field ``name`` says; empty where it says nothing, or the version is older than the field."""
        if name == "reference":
            return self.reference
        if self.body and not self.is_live:
            return said(self.facts.get(name, ""))
        return said(cell(self.register, self.record, name).text)

    @property
    def title(self) -> str:
        return str(self.body["title"] if self.body and not self.is_live else self.record.title)

    @property
    def name(self) -> str:
        return f"{self.reference} {self.title}"

    @cached_property
    def signed(self) -> Signed | None:
        if self.approved is None or self.approved.ended_at is None:
            return None
        version = self.approved.version
        parts = [part for part in self.approved.approvals.all() if part.decision == Approval.Decision.APPROVED]
        names = tuple(str(part.approver) for part in parts)
        return Signed(version.number, version.sha256, self.approved.ended_at.astimezone(dt.UTC).date(), names)

    @property
    def is_draft(self) -> bool:
        """Such records are approved here, and no version of this one is in force."""
        return bool(self.register.meanings) and self.approved is None

    @property
    def changed_since(self) -> bool:
        """The record was edited after its approved version was made."""
        return self.approved is not None and self.record.updated_at > self.approved.version.made_at

    @property
    def standing(self) -> str:
        """In a few words: which version is in force, or that it is a draft."""
        if self.signed is not None:
            words = {"number": self.signed.number, "day": day(self.signed.on)}
            return _("version %(number)d, approved %(day)s") % words
        if not self.register.meanings:
            return _("record")
        return _("DRAFT, in review") if self.in_review else _("DRAFT")
