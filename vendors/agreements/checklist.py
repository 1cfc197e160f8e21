"""The list of a DPA's points as one form: each with what it asks, what was found, and in which clause."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.forms import RecordForm, form_of
from grc.registers.register import registers
from vendors.agreements.actions import Tick
from vendors.agreements.guide import ASKS, PARTICULARS, Ask
from vendors.agreements.lacks import met
from vendors.models import Agreement, AgreementPoint

FIELDS = ("finding", "clause", "note")
TONES = {"open": "yellow", "met": "green", "missing": "red"}


@dataclass
class Row:
    """One point. ``form`` is None for whoever may only read it."""

    point: AgreementPoint
    ask: Ask
    form: RecordForm | None

    @property
    def tone(self) -> str:
        return TONES[self.point.finding]


@dataclass(frozen=True)
class Chapter:
    title: str | Promise
    rows: list[Row]


@dataclass(frozen=True)
class Progress:
    """``met`` of ``all`` points are met by a named clause; ``seen``: somebody has looked at so many."""

    met: int
    seen: int
    all: int

    @property
    def percent(self) -> int:
        return round(100 * self.met / self.all) if self.all else 0


def progress_of(points: Sequence[AgreementPoint]) -> Progress:
    in_use = [point for point in points if point.archived_at is None]
    seen = sum(point.finding != AgreementPoint.Finding.OPEN for point in in_use)
    return Progress(sum(met(point) for point in in_use), seen, len(AgreementPoint.Point))


def points_of(agreement: Agreement, actor: Actor) -> list[AgreementPoint]:
    """Its points in use, in the order of the law. One query."""
    rows = AgreementPoint.objects.permitted(actor, Permission.VENDORS_VIEW).filter(agreement=agreement.pk)
    order = list(AgreementPoint.Point)
    found = list(rows.filter(archived_at=None).select_related("key", "organisation", "owner"))
    return sorted(found, key=lambda point: order.index(AgreementPoint.Point(point.point)))


def rows_of(agreement: Agreement, actor: Actor, data: Any = None) -> list[Row]:
    """The list for ``actor``; with ``data``, as it was sent."""
    may = agreement.archived_at is None
    rows = []
    for point in points_of(agreement, actor):
        form = _form(point, actor, data) if may and allows(actor, Permission.VENDORS_EDIT, point) else None
        rows.append(Row(point, ASKS[point.point], form))
    return rows


def chapters_of(rows: Sequence[Row]) -> list[Chapter]:
    """The particulars, then the letters."""
    first = [row for row in rows if row.point.point in PARTICULARS]
    rest = [row for row in rows if row.point.point not in PARTICULARS]
    return [
        Chapter(_("What the processing is"), first),
        Chapter(_("What the vendor promises: (a) to (h)"), rest),
    ]


def ticks_of(rows: Sequence[Row]) -> Mapping[str, Tick]:
    """What the valid forms of ``rows`` say."""
    said = {}
    for row in rows:
        if row.form is not None:
            values = row.form.cleaned_data
            said[row.point.point] = Tick(values["finding"], values["clause"], values["note"], values["lock"] or 0)
    return said


def _form(point: AgreementPoint, actor: Actor, data: Any) -> RecordForm:
    register = registers.of(AgreementPoint)
    # a form writes into its instance while it validates; the page goes on to say what is kept
    made = form_of(register, FIELDS)
    form: RecordForm = made(
        data, instance=copy(point), actor=actor, register=register, prefix=point.point, auto_id="point-%s"
    )
    del form.fields["change_reason"]
    form.fields["clause"].help_text = ""
    form.fields["clause"].widget.attrs["placeholder"] = "§ 4.2"
    form.fields["note"].widget = forms.TextInput(attrs={"class": "form-control", "maxlength": 300})
    return form
