"""What every approvable record has: the form that sends it for approval, and the list of its reviews."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from grc.actions.records import StaleRecord
from grc.approvals.actions import NotSendable, send_for_approval
from grc.approvals.forms import SendForm
from grc.approvals.people import approvers_of, authors_of, written_since
from grc.approvals.queue import TONES
from grc.approvals.standing import reviews_seen_by, standing_of, whole
from grc.models.person import Person
from grc.registers.pages import RegisterPage
from grc.registers.register import Register
from grc.registries import record_pages

PAGE_SIZE = 50


class RecordReviewsPage(RegisterPage):
    """Every review of one record, the latest first."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.record(reference)
        reviews = whole(reviews_seen_by(self.actor).filter(key=record.pk)).order_by("-sent_at", "-pk")
        page = Paginator(reviews, PAGE_SIZE).get_page(request.GET.get("page"))
        rows = [(review, TONES[review.state]) for review in page]
        return self.show("approvals/record_reviews.html", record=record, page=page, rows=rows)


class SendPage(RegisterPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        return self._form(self.editable(reference), None)

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        form = self._bound(record, request.POST)
        if not form.is_valid():
            return self._form(record, form, status=422)
        given = form.cleaned_data
        try:
            review = send_for_approval(
                record=record,
                approvers=list(given["approvers"]),
                note=given["note"],
                due_on=given["due_on"],
                safeguard=given.get("safeguard", ""),
                lock=given["lock"],
                by=self.actor,
            )
        except NotSendable as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self._form(record, form, status=422 if error.field else 409)
        except StaleRecord as error:
            again = request.POST.copy()
            again["lock"] = str(error.current.lock)
            form = self._bound(error.current, again)
            form.add_error(None, str(error))
            return self._form(error.current, form, status=409)
        messages.success(request, _("Version %d is sent for approval.") % review.version.number)
        return redirect(record.get_absolute_url())

    def _bound(self, record: Any, data: Any) -> SendForm:
        able, writers = self._people(record)
        alone = bool(able) and all(person.pk in writers for person in able)
        return SendForm(data, able=able, alone=alone, record=record)

    def _people(self, record: Any) -> tuple[list[Person], dict[int, Person]]:
        in_force = standing_of(record).in_force
        since = written_since(in_force.version if in_force else None)
        person: Person = self.request.user  # type: ignore[assignment]
        return approvers_of(record, self.actor.organisation), authors_of(record, since=since, sender=person)

    def _form(self, record: Any, form: SendForm | None, status: int = 200) -> HttpResponse:
        form = form or self._bound(record, None)
        able, writers = self._people(record)
        alone = "safeguard" in form.fields
        chosen = form.chosen()
        people = [(person, person.pk in writers and not alone, str(person.public_id) in chosen) for person in able]
        return self.show(
            "approvals/send.html",
            status=status,
            record=record,
            form=form,
            people=people,
            alone=alone,
            standing=standing_of(record),
            missing=self.register.not_ready(record),
        )


@record_pages.add(order=30)
def approval_pages(register: Register) -> Iterable[URLPattern]:
    if not register.meanings:
        return
    one = f"{register.slug}/<reference:reference>"
    yield path(f"{one}/approvals", RecordReviewsPage.as_view(register=register), name=f"{register.slug}-approvals")
    yield path(f"{one}/send", SendPage.as_view(register=register), name=f"{register.slug}-send")
