"""What the records of an organisation say, read once for a page and only as far as it is asked for."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from aims.models import AIRole, AISystem, Competence, Document, Risk
from controls.models import Control, Requirement
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.models.approval import Review
from grc.models.link import Link
from grc.models.record import Record
from grc.models.teamwork import Attachment
from grc.registers.register import registers

P = Permission
ISO_42001 = "iso42001"
APPROVABLE = ("scope", "documents", "risk-criteria", "treatment-plans", "soa", "controls")
OPEN_RISK = (Risk.State.OPEN, Risk.State.TREATING, Risk.State.TREATED)
TITLED: dict[type[Record], tuple[str, ...]] = {AIRole: ("system",), Competence: ("need", "person")}
"""What the title of a record says of another one."""

T = TypeVar("T")


@dataclass(frozen=True)
class Next:
    """What to do next. ``url`` is empty for who may not do it; ``waits``: somebody else has it in hand."""

    text: str
    url: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Facts:
    """What ``actor`` may see of the records that answer clauses. Each table is read once, and only if asked for.

    Registers that can hold thousands of rows (risks, treatments, decisions) are asked with ``first`` and ``some``.
    """

    actor: Actor
    today: dt.date = field(default_factory=timezone.localdate)
    known: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: Any, ask: Callable[[], T]) -> T:
        """What ``ask`` says, asked once for ``key``."""
        if key not in self.known:
            self.known[key] = ask()
        found: T = self.known[key]
        return found

    # Rows

    def asked(self, model: type[Record]) -> "QuerySet[Any]":
        rows = model.objects.permitted(self.actor, registers.of(model).view).filter(archived_at=None).order_by("pk")
        return rows.select_related(*TITLED.get(model, ()))

    def rows(self, model: type[Record]) -> list[Any]:
        """Every row that is in use, in the order in which they came."""
        return self.once(model, lambda: list(self.asked(model)))

    def first(self, model: type[Record], *where: Q, **fields: Any) -> Any:
        """The first row of which this is true; None where there is none."""
        key = (model, "first", str(where), str(sorted(fields.items())))
        return self.once(key, lambda: self.asked(model).filter(*where, **fields).first())

    def some(self, model: type[Record], **fields: Any) -> list[Any]:
        """The first few rows, enough to show what was looked at."""
        key = (model, "some", str(sorted(fields.items())))
        return self.once(key, lambda: list(self.asked(model).filter(**fields)[:6]))

    @cached_property
    def systems(self) -> list[AISystem]:
        """AI systems that are not retired."""
        return [row for row in self.rows(AISystem) if row.stage != AISystem.Stage.RETIRED]

    @property
    def in_scope(self) -> list[AISystem]:
        return [row for row in self.systems if row.in_scope == AISystem.InScope.IN]

    @property
    def undecided(self) -> list[AISystem]:
        return [row for row in self.systems if row.in_scope == AISystem.InScope.UNDECIDED]

    @property
    def without_role(self) -> list[AISystem]:
        """Systems for which nobody said which part the organisation plays; a role without a system counts for all."""
        held = {row.system_id for row in self.rows(AIRole)}
        return [] if None in held else [row for row in self.systems if row.pk not in held]

    # Approvals

    @cached_property
    def reviews(self) -> dict[str, set[int]]:
        """The keys of records that are approved, and of those in review."""
        states = (Review.State.APPROVED, Review.State.IN_REVIEW)
        rows = Review.objects.within(self.actor.organisation).filter(key__register__in=APPROVABLE, state__in=states)
        found: dict[str, set[int]] = defaultdict(set)
        for state, key in rows.values_list("state", "key_id"):
            found[state].add(key)
        return found

    def is_approved(self, record: Record) -> bool:
        return record.pk in self.reviews[Review.State.APPROVED]

    def to_approve(self, records: Iterable[Any], what: str) -> Next | None:
        """None where one of ``records`` is approved; otherwise what leads there. ``what``: the words for sending it."""
        rows = list(records)
        if not rows or any(self.is_approved(row) for row in rows):
            return None
        waiting = next((row for row in rows if row.pk in self.reviews[Review.State.IN_REVIEW]), None)
        if waiting is not None:
            return Next(_("%s waits for an approver.") % waiting.reference, waiting.get_absolute_url(), waits=True)
        return Next(what, self.send(rows[-1]))

    # Links and documents

    @cached_property
    def requirements(self) -> dict[str, tuple[int, str]]:
        """Number → key and reference, of ISO/IEC 42001 as it was taken over; empty where it was not."""
        rows = Requirement.objects.permitted(self.actor, P.FRAMEWORKS_VIEW)
        rows = rows.filter(archived_at=None, framework__archived_at=None, framework__catalogue=ISO_42001)
        found: dict[str, tuple[int, str]] = {}
        for code, key, reference in rows.order_by("framework", "pk").values_list("code", "key_id", "reference"):
            found.setdefault(code, (key, reference))
        return found

    @cached_property
    def linked_keys(self) -> dict[int, set[int]]:
        """Requirement → keys of the documents and controls that are linked with it, from either side."""
        links = Link.objects.permitted(self.actor, P.LINKS_VIEW).filter(archived_at=None)
        forth = Q(source__register="requirements", target__register__in=("documents", "controls"))
        back = Q(target__register="requirements", source__register__in=("documents", "controls"))
        found: dict[int, set[int]] = defaultdict(set)
        for source, target, register in links.filter(forth | back).values_list(
            "source_id", "target_id", "source__register"
        ):
            requirement, other = (source, target) if register == "requirements" else (target, source)
            found[requirement].add(other)
        return found

    def linked(self, code: str) -> list[Any]:
        """The documents and controls in use that are linked with the requirement of this number."""
        known = self.requirements.get(code)
        keys = self.linked_keys.get(known[0], set()) if known else set()
        if not keys:
            return []
        controls = (row for row in self.rows(Control) if row.state != Control.State.RETIRED)
        return [row for row in (*self.rows(Document), *controls) if row.pk in keys]

    @cached_property
    def filed(self) -> set[int]:
        """The keys of documents on which a file hangs."""
        rows = Attachment.objects.within(self.actor.organisation).filter(removed_at=None, about__register="documents")
        return set(rows.values_list("about_id", flat=True))

    def says_something(self, record: Any) -> bool:
        """A document with a text or a file; a control that says how it works here."""
        if isinstance(record, Control):
            return bool(record.how)
        return bool(record.text) or record.pk in self.filed

    def documents(self, kinds: Iterable[str], words: str, codes: Iterable[str]) -> list[Any]:
        """Documents of these kinds that are linked with one of ``codes``, or in whose title ``words`` is found."""
        linked = {row.pk for code in codes for row in self.linked(code)}
        return [
            row
            for row in self.rows(Document)
            if row.kind in kinds and (row.pk in linked or re.search(words, row.name, re.IGNORECASE))
        ]

    @cached_property
    def process_links(self) -> list[tuple[int, int, str]]:
        """Which processes hand on to which, and the words on the link."""
        links = Link.objects.permitted(self.actor, P.LINKS_VIEW).filter(
            archived_at=None, source__register="processes", target__register="processes"
        )
        return list(links.order_by("pk").values_list("source_id", "target_id", "note"))

    # Addresses, for who may use them

    def new(self, slug: str, **given: str) -> str:
        """The form for a new record, with what is known filled in."""
        register = registers.by_slug(slug)
        if not allows(self.actor, register.edit):
            return ""
        query = f"?{urlencode(given)}" if given else ""
        return f"{register.list_url(self.actor.organisation.slug)}new{query}"

    def edit(self, record: Record) -> str:
        register = registers.of(type(record))
        return register.url("edit", record) if allows(self.actor, register.edit, record) else ""

    def send(self, record: Record) -> str:
        """Where it is sent for approval."""
        register = registers.of(type(record))
        return register.url("send", record) if allows(self.actor, register.edit, record) else ""

    def page(self, name: str, needs: Permission) -> str:
        """A page of this organisation that is no record's."""
        return reverse(name, args=[self.actor.organisation.slug]) if allows(self.actor, needs) else ""
