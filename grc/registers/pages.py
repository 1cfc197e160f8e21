"""The pages of every register. They translate a request into one domain call and its answer into HTML."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from grc.access.actor import Actor
from grc.access.gate import allows, refuse_archived, require
from grc.actions.records import (
    StaleRecord,
    archive_record,
    change_record,
    create_record,
    restore_record,
)
from grc.exports.lists import export_list
from grc.models.person import Person
from grc.models.record import Record
from grc.registers.cells import cells
from grc.registers.forms import RecordForm, form_for
from grc.registers.history import changes, with_happenings
from grc.registers.query import BadQuery, ListQuery, people_of
from grc.registers.references import PATTERN
from grc.registers.register import Action, Register, registers
from grc.registries import record_actions, record_parts
from grc.shell import current_actor

PAGE_SIZE = 50


class RegisterPage(View):
    """A page of one register: for whoever may see the register, and a 404 for everybody else."""

    register: Register = None  # type: ignore[assignment]  # given to as_view
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        if not self.actor.can(self.register.view):
            raise Http404
        kwargs.pop("organisation", None)
        return super().dispatch(request, *args, **kwargs)

    def record(self, reference: str) -> Any:
        rows = self.register.model.objects.permitted(self.actor, self.register.view)
        foreign = self.register.foreign([*self.register.fields, "created_by", "updated_by"])
        return get_object_or_404(rows.select_related("key", "organisation", "owner", *foreign), reference=reference)

    def editable(self, reference: str) -> Any:
        """The record, for who may change it: the refusal comes before anything else is looked at. Raises ``Denied``."""
        record = self.record(reference)
        require(self.actor, self.register.edit, record)
        return record

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        context |= {
            "register": self.register,
            "list_url": self.register.list_url(self.actor.organisation.slug),
        }
        return render(self.request, template, context, status=status)


class ExportPage(RegisterPage):
    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        try:
            query = ListQuery.read(self.register, self.actor, request.GET)
            rows = query.rows()
        except BadQuery as error:
            return self.show("registers/bad_query.html", status=400, error=error)
        return export_list(query, rows, kind=kind, params=request.GET)


class DetailPage(RegisterPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.record(reference)
        actions = [
            *self.register.actions(record, self.actor),
            *(action for add in record_actions for action in add(self.register, record, self.actor)),
        ]
        parts = [part for add in record_parts for part in add(self.register, record, self.actor)]
        return self.show(
            "registers/detail.html",
            record=record,
            sections=[(s, cells(self.register, record, s.fields)) for s in self.register.sections_of(record)],
            related=[
                related_table(self.register, record, related, self.actor)
                for related in self.register.related
                if related.on_page
            ],
            panels=self.register.panels(record, self.actor),
            parts={place: [part for part in parts if part.place == place] for place in ("top", "main", "rail")},
            actions=one_primary(actions),
            can_edit=allows(self.actor, self.register.edit, record),
        )


def one_primary(actions: Sequence[Action]) -> list[Action]:
    """``actions`` with the first primary one as the next step, and no other beside it."""
    first = next((action for action in actions if action.primary), None)
    return [action if action is first else replace(action, primary=False) for action in actions]


def related_table(register: Register, record: Record, related: Any, actor: Actor) -> dict[str, Any]:
    """The rows of another register that point at ``record``, as far as ``actor`` may see them (200 at most)."""
    other = registers.by_slug(related.register)
    rows = other.model.objects.permitted(actor, other.view).filter(**{related.field: record.pk}, archived_at=None)
    rows = rows.select_related(*other.foreign(related.columns)).order_by("pk")
    shown = list(rows[:200])
    return {
        "title": related.title,
        "register": other,
        "headings": [other.heading(name) for name in related.columns],
        "rows": [cells(other, row, related.columns) for row in shown],
        "add_url": f"{other.list_url(actor.organisation.slug)}new?{related.field}={record.reference}"
        if allows(actor, other.edit) and record.archived_at is None
        else "",
    }


class FormPage(RegisterPage):
    """Create and edit. What was typed is never lost: an error, or somebody else's save, shows it again."""

    def get(self, request: HttpRequest, reference: str | None = None) -> HttpResponse:
        record = self._editable(reference)
        return self._form(self._bound(record, None))

    def post(self, request: HttpRequest, reference: str | None = None) -> HttpResponse:
        record = self._editable(reference)
        form = self._bound(record, request.POST)
        if not form.is_valid():
            return self._form(form, status=422)
        try:
            saved = self._save(form, record)
        except StaleRecord as error:
            form.add_error(None, str(error))
            again = request.POST.copy()
            again["lock"] = str(error.current.lock)
            form.data = again
            differing = [
                name for name in self.register.writable if form.cleaned_data.get(name) != getattr(error.current, name)
            ]
            theirs = cells(self.register, error.current, differing)
            return self._form(form, status=409, theirs=theirs)
        messages.success(request, _("%(reference)s is saved.") % {"reference": saved.reference})
        return redirect(saved.get_absolute_url())

    def _editable(self, reference: str | None) -> Any:
        record = self.record(reference) if reference else None
        require(self.actor, self.register.edit, record)
        if record is not None:
            refuse_archived(record)
        return record

    def _bound(self, record: Any, data: Any) -> RecordForm:
        initial: dict[str, Any] = {}
        if record is None:
            initial = {"owner": self.actor.person} if self.actor.person else {}
            initial |= self._prefilled()
        return form_for(self.register)(data, instance=record, initial=initial, actor=self.actor, register=self.register)

    def _prefilled(self) -> dict[str, Any]:
        # "Add component" on a system's page arrives with ?system=SYS-0001; people come by public id, choices by value
        asked = {name: self.request.GET.get(name, "") for name in self.register.writable}
        found = {name: self._prefill(name, value) for name, value in asked.items() if value}
        return {name: value for name, value in found.items() if value is not None}

    def _prefill(self, name: str, value: str) -> Any:
        field = self.register.field(name)
        target: Any = field.related_model
        if not field.is_relation:
            return value if value in dict(field.flatchoices) else None
        if target is Person:
            return next((person for person in people_of(self.actor) if str(person.public_id) == value), None)
        if not re.fullmatch(PATTERN, value) or not issubclass(target, Record):
            return None
        other = registers.of(target)
        return other.model.objects.permitted(self.actor, other.view).filter(reference=value).first()

    def _save(self, form: RecordForm, record: Any) -> Record:
        if record is None:
            return create_record(record=form.save(commit=False), by=self.actor)
        return change_record(
            record=form.save(commit=False),
            by=self.actor,
            lock=form.cleaned_data.get("lock") or 0,
            reason=form.cleaned_data["change_reason"],
        )

    def _form(self, form: RecordForm, status: int = 200, **context: Any) -> HttpResponse:
        return self.show("registers/form.html", status=status, form=form, record=form.instance, **context)


class HistoryPage(RegisterPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.record(reference)
        rows = record.history.select_related(
            "history_user", "organisation", *self.register.foreign(self.register.fields)
        )
        page = Paginator(rows.order_by("-history_date", "-history_id"), PAGE_SIZE).get_page(request.GET.get("page"))
        earlier = rows.filter(history_id__lt=page[-1].history_id).order_by("-history_id").first() if len(page) else None
        steps = changes(self.register, [*page, earlier])
        after = earlier.history_date if earlier else None
        before = page[0].history_date if page.number > 1 else None
        steps = with_happenings(steps, record, self.actor, after, before)
        return self.show("registers/history.html", record=record, page=page, steps=steps)


class ArchivePage(RegisterPage):
    """Archive asks why; restore is one click, because it undoes."""

    archived: bool = True

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        return self.show("registers/archive.html", record=self.editable(reference))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        act = archive_record if self.archived else restore_record
        saved = act(record=record, by=self.actor, reason=request.POST.get("reason", "").replace("\x00", "")[:100])
        done = _("%(reference)s is archived.") if self.archived else _("%(reference)s is back in the list.")
        messages.success(request, done % {"reference": saved.reference})
        return redirect(saved.get_absolute_url())
