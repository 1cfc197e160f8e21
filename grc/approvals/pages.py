"""The pages of approvals: the queue, a review, its decision, and what every approvable record has."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from grc.access.actor import Actor
from grc.access.gate import Denied, allows, require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.actions.files import attachment
from grc.approvals.actions import NotWithdrawable, withdraw_review
from grc.approvals.deciding import NotDecidable, decide
from grc.approvals.forms import DecisionForm
from grc.approvals.proofs import (
    NotProven,
    Proof,
    TooManyTries,
    begin_proof,
    proof_begun_for,
    prove_by_password,
    spend_proof,
    ways_of,
)
from grc.approvals.queue import SHOWS, TONES, reviews_for, tabs_for, usual_show
from grc.approvals.reading import read_review
from grc.approvals.standing import file_of, part_of, record_of, review_seen_by, reviews_seen_by, whole
from grc.models.activity import ActivityEvent
from grc.models.approval import Review
from grc.models.person import Person
from grc.registers.register import registers
from grc.shell import current_actor
from grc.views.errors import page as error_page

PAGE_SIZE = 50


class ApprovalsPage(View):
    """What waits for me, what I sent, what I decided."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        show = request.GET.get("show", "")
        show = show if show in SHOWS else usual_show(actor)
        page = Paginator(reviews_for(actor, show), PAGE_SIZE).get_page(request.GET.get("page"))
        rows = [(review, TONES[review.state], part_of(review, actor.person)) for review in page]
        context = {"tabs": tabs_for(actor, show), "show": show, "page": page, "rows": rows}
        return render(request, "approvals/queue.html", context)


class ReviewPage(View):
    """One review, for whoever may see its record, and a 404 for everybody else."""

    actor: Actor
    review: Review

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        self.review = review_seen_by(self.actor, kwargs.pop("review"))
        kwargs.pop("organisation", None)
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> Person:
        person: Person = self.request.user  # type: ignore[assignment]
        return person

    def asked(self) -> bool:
        """Whether the review waits for this person, who may approve."""
        part = part_of(self.review, self.actor.person)
        running = self.review.state == Review.State.IN_REVIEW
        return running and part is not None and not part.decision and self.actor.can(Permission.APPROVE)

    def back(self) -> HttpResponse:
        return redirect("approval", self.actor.organisation.slug, self.review.public_id)

    def show(self, form: DecisionForm | None = None, status: int = 200) -> HttpResponse:
        register = registers.by_slug(self.review.key.register)
        record = record_of(self.review)
        history = whole(reviews_seen_by(self.actor).filter(key=self.review.key)).order_by("-sent_at", "-pk")
        asked = self.asked()
        context: dict[str, Any] = {
            "register": register,
            "record": record,
            "review": self.review,
            "tone": TONES[self.review.state],
            "read": read_review(self.review, list(history[:200])),
            "can_withdraw": self.review.state == Review.State.IN_REVIEW and allows(self.actor, register.edit, record),
        }
        if asked:
            context |= {
                "form": form or DecisionForm(register=register),
                "proof": proof_begun_for(self.request, self.person, self.review),
                "ways": ways_of(self.person),
                "has_password": self.person.has_usable_password(),
                "my_part": part_of(self.review, self.person),
            }
        return render(self.request, "approvals/review.html", context, status=status)


class ReviewReadPage(ReviewPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show()


class DecidePage(ReviewPage):
    """Approve or send back. What was typed stays where something is missing; the password never does."""

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, Permission.APPROVE)
        form = DecisionForm(request.POST, register=registers.by_slug(self.review.key.register))
        if not form.is_valid():
            return self.show(form if self.asked() else None, status=422)
        if part_of(self.review, self.person) is None:
            raise Denied(_("You were not asked to approve this version."))
        try:
            proof = self._proof(form)
            decided = decide(
                review=self.review,
                decision=form.cleaned_data["decision"],
                meaning=form.cleaned_data["meaning"],
                comment=form.cleaned_data["comment"],
                proof=proof,
                by=self.actor,
            )
        except TooManyTries as error:
            return error_page(request, 429, _("Too many tries"), str(error))
        except NotProven as error:
            form.add_error("password" if self.person.has_usable_password() else None, str(error))
            return self.show(form, status=422)
        except NotDecidable as error:
            if not error.field:
                return error_page(request, 409, _("Not possible any more"), str(error))
            form.add_error(error.field, str(error))
            return self.show(form, status=422)
        spend_proof(request)
        messages.success(request, _done(decided))
        return redirect("approvals", self.actor.organisation.slug)

    def _proof(self, form: DecisionForm) -> Proof:
        begun = proof_begun_for(self.request, self.person, self.review)
        if begun is not None and not form.cleaned_data["password"]:
            return begun
        return prove_by_password(self.request, self.person, form.cleaned_data["password"])


class ProvePage(ReviewPage):
    """Go and prove who one is by another way than the password, for this review."""

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, Permission.APPROVE)
        try:
            return redirect(begin_proof(request, self.person, self.review, request.POST.get("way", "")))
        except NotProven as error:
            messages.error(request, str(error))
            return self.show(status=422)


class WithdrawPage(ReviewPage):
    def post(self, request: HttpRequest) -> HttpResponse:
        reason = request.POST.get("reason", "").replace("\x00", "").strip()[:200]
        try:
            withdraw_review(review=self.review, by=self.actor, reason=reason)
        except NotWithdrawable as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The review is withdrawn. The record is a draft again."))
        return self.back()


class VersionPage(ReviewPage):
    """The signed bytes themselves, whose SHA-256 every approval names."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return version_file(self.review, self.actor)


class SignedPage(ReviewPage):
    """The signed PDF, once it is made."""

    def get(self, request: HttpRequest) -> FileResponse:
        return signed_file(self.review, self.actor)


class FilePage(ReviewPage):
    """A file that was attached when the version was made: it is signed with it, by its hash."""

    def get(self, request: HttpRequest, sha256: str) -> FileResponse:
        return attached_file(self.review, sha256, self.actor)


def attached_file(review: Review, sha256: str, actor: Actor) -> FileResponse:
    """An attachment of the review's version as a download. Raises ``Http404``."""
    file = file_of(review, sha256)
    if file is None:
        raise Http404
    record_activity(by=actor, verb=ActivityEvent.Verb.DOWNLOADED, record=review.key, detail=file.name)
    return attachment(file)


def version_file(review: Review, actor: Actor) -> HttpResponse:
    """The version's canonical JSON as a download."""
    name = f"{review.key.reference}-v{review.version.number}.json"
    record_activity(by=actor, verb=ActivityEvent.Verb.DOWNLOADED, record=review.key, detail=name)
    response = HttpResponse(bytes(review.version.body), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def signed_file(review: Review, actor: Actor) -> FileResponse:
    """The signed PDF as a download. Raises ``Http404`` while there is none."""
    if review.signed_pdf is None:
        raise Http404
    record_activity(by=actor, verb=ActivityEvent.Verb.DOWNLOADED, record=review.key, detail=review.signed_pdf.name)
    return attachment(review.signed_pdf)


def _done(review: Review) -> str:
    what = {"reference": review.key.reference, "number": review.version.number}
    if review.state == Review.State.APPROVED:
        return _("Version %(number)d of %(reference)s is approved and in force.") % what
    if review.state == Review.State.REJECTED:
        return _("Version %(number)d of %(reference)s is sent back.") % what
    return _("Your signature is kept. Version %(number)d of %(reference)s waits for the others.") % what
