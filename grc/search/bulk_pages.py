"""One change to many records, by page: what is to change, what that will do, and what it did."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.access.actor import Actor
from grc.access.gate import require
from grc.jobs.actions import start_job
from grc.registers.bulk import (
    AT_ONCE,
    MOST,
    SHOWN,
    BulkChange,
    BulkRefused,
    Forecast,
    change_many,
    fingerprint,
    forecast,
    selected,
)
from grc.registers.pages import RegisterPage
from grc.registers.query import BadQuery, ListQuery
from grc.registers.register import Register
from grc.search.bulk_form import BulkForm

KINDS = ("edit", "archive", "restore")
JOB = "bulk-change"


@dataclass(frozen=True)
class Selection:
    """What was ticked: some references, or everything that a list's query matches."""

    register: Register
    actor: Actor
    references: list[str]
    query: str
    all: bool

    @classmethod
    def read(cls, register: Register, actor: Actor, data: QueryDict) -> "Selection":
        references = [value[:40].replace("\x00", "") for value in data.getlist("ref")[:AT_ONCE]]
        return cls(register, actor, list(dict.fromkeys(references)), data.get("query", ""), bool(data.get("all")))

    def rows(self) -> Any:
        """Raises ``BadQuery``."""
        if not self.all:
            return selected(self.register, self.actor, self.references)
        return ListQuery.read(self.register, self.actor, QueryDict(self.query)).chosen()


class BulkPage(RegisterPage):
    """Three steps, each a POST, so that many references fit: say what changes, see what it does, do it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, self.register.edit)
        selection = Selection.read(self.register, self.actor, request.POST)
        what = request.POST.get("what", "")
        try:
            count, mark = fingerprint(selection.rows())
        except BadQuery as error:
            return self.show("registers/bad_query.html", status=400, error=error)
        context: dict[str, Any] = {"selection": selection, "what": what, "count": count, "mark": mark}
        if what not in KINDS or not count or count > MOST:
            return self.show("registers/bulk/nothing.html", status=422, most=MOST, **context)
        form = BulkForm(request.POST if "step" in request.POST else None, actor=self.actor, register=self.register)
        if what == "edit" and ("step" not in request.POST or not form.is_valid()):
            return self.show("registers/bulk/edit.html", status=422 if form.is_bound else 200, form=form, **context)
        if request.POST.get("step") == "apply" and request.POST.get("mark") == mark:
            return self._apply(form, **context)
        return self._preview(form, stale="mark" in request.POST, **context)

    def _preview(
        self, form: BulkForm, *, stale: bool, refused: BulkRefused | None = None, **context: Any
    ) -> HttpResponse:
        what, count, selection = context["what"], context["count"], context["selection"]
        records = list(selection.rows().select_related("organisation").order_by("pk")[:AT_ONCE])
        seen = forecast(records=records, change=change_of(what, form), by=self.actor)
        if refused is not None:
            seen = Forecast(refusals=refused.refusals)
        return self.show(
            "registers/bulk/preview.html",
            status=409 if stale or refused is not None else 200,
            stale=stale,
            forecast=seen,
            refusals=seen.refusals[:SHOWN],
            more=max(0, len(seen.refusals) - SHOWN),
            looked=len(records),
            apart=count > AT_ONCE,
            words=form.words() if what == "edit" else [],
            carried=form.chosen() if what == "edit" else {},
            reason=self._reason,
            **context,
        )

    @property
    def _reason(self) -> str:
        return self.request.POST.get("reason", "").replace("\x00", "")[:100]

    def _apply(self, form: BulkForm, **context: Any) -> HttpResponse:
        what, count, mark, selection = (context[name] for name in ("what", "count", "mark", "selection"))
        if count > AT_ONCE:
            params = {
                "register": self.register.slug,
                "what": what,
                "query": selection.query,
                "mark": mark,
                "data": form.chosen() if what == "edit" else {},
                "reason": self._reason,
            }
            job = start_job(kind=JOB, title=title_of(what, self.register, count), params=params, by=self.actor)
            return redirect("job", self.actor.organisation.slug, job.public_id)
        locks = dict(selection.rows().values_list("reference", "lock"))
        try:
            changed = change_many(
                register=self.register, locks=locks, change=change_of(what, form), by=self.actor, reason=self._reason
            )
        except BulkRefused as error:
            return self._preview(form, stale=False, refused=error, **context)
        undo = {"archive": "restore", "restore": "archive"}.get(what, "")
        return self.show("registers/bulk/done.html", changed=changed, undo=undo, what=what, count=len(changed))


def change_of(what: str, form: BulkForm) -> BulkChange:
    """What a kind of bulk work means; the form is valid where it is asked."""
    return form.change if what == "edit" else BulkChange(archived=what == "archive")


def title_of(what: str, register: Register, count: int) -> str:
    words = {"edit": _("Change %(n)d %(names)s"), "archive": _("Archive %(n)d %(names)s")}
    names = register.name if count == 1 else register.plural
    return words.get(what, _("Restore %(n)d %(names)s")) % {"n": count, "names": names}


def done_words(count: int) -> str:
    return ngettext("%(n)d record is changed.", "%(n)d records are changed.", count) % {"n": count}


def form_of(register: Register, actor: Actor, data: Mapping[str, list[str]]) -> BulkForm:
    """The form as it was sent, from what a job kept of it."""
    params = QueryDict(mutable=True)
    for name, values in data.items():
        params.setlist(name, values)
    return BulkForm(params, actor=actor, register=register)
