"""Reviews of vendors with their answers, findings, questionnaires; exit plans; incidents."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from grc.access.roles import Permission
from grc.registers.register import Register, Related, Section, registers
from vendors.models import ExitPlan, ReviewAnswer, VendorAsk, VendorFinding, VendorIncident, VendorReview

P = Permission


@registers.add
class VendorReviewRegister(Register):
    model = VendorReview
    slug, prefix, group, icon = "vendor-reviews", "VRV", "vendors", "clipboard-check"
    about = _("Looking at a vendor before first use, once a year, and when something changes.")
    first_step = _("Begin with the vendor whose review is longest ago; ten questions wait for answers.")
    view, edit = P.VENDORS_VIEW, P.VENDORS_EDIT
    over = {"outcome": ("good", "conditions", "not-good")}
    columns = ("reference", "vendor", "offering", "kind", "due_on", "done_on", "outcome", "score", "owner")
    filters = ("outcome", "kind", "vendor", "offering", "owner", "due_on", "done_on")
    search = ("reference", "conclusion", "conditions")
    sections = (
        Section(_("What is reviewed"), ("vendor", "offering", "kind", "due_on", "owner")),
        Section(_("What came of it"), ("done_on", "outcome", "score", "conclusion", "conditions")),
    )
    readonly = ("done_on", "outcome", "score")
    related = (
        Related("review-answers", "review", _("Answers"), ("question", "verdict", "answer"), on_page=False),
        Related("vendor-findings", "review", _("Findings"), ("reference", "name", "severity", "due_on", "done_on")),
        Related(
            "vendor-asks", "review", _("Questionnaires"), ("reference", "name", "state", "expires_on"), in_version=False
        ),
    )
    tones = {"outcome": {"open": "yellow", "good": "green", "conditions": "blue", "not-good": "red"}}


@registers.add
class ReviewAnswerRegister(Register):
    model = ReviewAnswer
    slug, prefix, group, icon = "review-answers", "VRA", "vendors", "message-question"
    about = _("The ten questions that buyers ask about AI, as a vendor answers them.")
    first_step = _("Open a review: its questions are there.")
    view, edit = P.VENDORS_VIEW, P.VENDORS_EDIT
    columns = ("reference", "review", "question", "verdict", "answer")
    filters = ("review", "question", "verdict", "owner")
    search = ("reference", "answer", "why")
    sections = (
        Section(_("Question"), ("review", "question", "answer", "from_vendor")),
        Section(_("What you make of it"), ("verdict", "why", "fact", "file", "owner")),
    )
    tones = {"verdict": {"open": "yellow", "good": "green", "partly": "blue", "bad": "red", "out": "secondary"}}
    in_navigation = False


@registers.add
class VendorFindingRegister(Register):
    model = VendorFinding
    slug, prefix, group, icon = "vendor-findings", "VFN", "vendors", "alert-octagon"
    about = _("What reviews, incidents and notices brought up about vendors, and what is done about it.")
    first_step = _("Findings come out of reviews; add one there.")
    view, edit = P.VENDORS_VIEW, P.VENDORS_EDIT
    columns = ("reference", "name", "vendor", "severity", "owner", "due_on", "done_on")
    filters = ("vendor", "review", "severity", "owner", "due_on", "done_on")
    search = ("reference", "name", "action", "result")
    sections = (
        Section(_("Finding"), ("vendor", "review", "question", "incident", "name", "severity", "owner")),
        Section(_("What is done"), ("action", "due_on", "done_on", "result")),
    )
    readonly = ("question",)
    tones = {"severity": {"high": "red", "medium": "orange"}}


@registers.add
class VendorAskRegister(Register):
    model = VendorAsk
    slug, prefix, group, icon = "vendor-asks", "VAS", "vendors", "mail-question"
    about = _("Questionnaires that a vendor's person answers by a link, without an account.")
    first_step = _("Open a review and ask the vendor its questions.")
    view, edit = P.VENDORS_VIEW, P.VENDORS_EDIT
    over = {"state": ("answered", "withdrawn")}
    columns = ("reference", "name", "email", "review", "state", "sent_at", "expires_on")
    filters = ("state", "review", "owner", "expires_on")
    search = ("reference", "name", "email")
    sections = (
        Section(_("Whom you ask"), ("review", "name", "email", "message", "expires_on", "owner")),
        Section(_("How it goes"), ("state", "sent_at", "opened_at", "answered_at", "answered_by")),
    )
    readonly = ("state", "sent_at", "opened_at", "answered_at", "answered_by")
    tones = {"state": {"sent": "blue", "answered": "green", "draft": "yellow", "withdrawn": "secondary"}}
    in_navigation = False

    def form_class(self) -> Any:
        from vendors.asking.forms import AskForm

        return AskForm

    def extra_urls(self) -> list[URLPattern]:
        from vendors.asking import pages as own

        one, given = f"{self.slug}/<reference:reference>", {"register": self}
        return [
            path(f"{one}/send-link", own.SendPage.as_view(**given), name=f"{self.slug}-send-link"),
            path(f"{one}/withdraw", own.WithdrawPage.as_view(**given), name=f"{self.slug}-withdraw"),
            path(f"{one}/take-over", own.TakeOverPage.as_view(**given), name=f"{self.slug}-take-over"),
        ]


@registers.add
class ExitPlanRegister(Register):
    model = ExitPlan
    slug, prefix, group, icon = "exit-plans", "EXP", "vendors", "door-exit"
    about = _("How to go on without a vendor, and whether that was ever tried.")
    first_step = _("Write down what takes the place of the model that your most important system calls.")
    view, edit = P.VENDORS_VIEW, P.VENDORS_EDIT
    columns = ("reference", "name", "vendor", "rehearsed_on", "rehearsal", "review_on", "owner")
    more_columns = ("offering", "days_needed", "tags", "updated_at")
    filters = ("vendor", "rehearsal", "owner", "review_on")
    search = ("reference", "name", "alternative", "steps")
    sections = (
        Section(_("Plan"), ("vendor", "offering", "name", "triggers", "alternative", "owner")),
        Section(_("How"), ("steps", "data_return", "days_needed")),
        Section(_("Rehearsal"), ("rehearsed_on", "rehearsal", "rehearsal_note", "review_on")),
    )
    tones = {"rehearsal": {"never": "yellow", "worked": "green", "partly": "blue", "failed": "red"}}


@registers.add
class VendorIncidentRegister(Register):
    model = VendorIncident
    slug, prefix, group, icon = "vendor-incidents", "VIN", "vendors", "flame"
    about = _("What went wrong at vendors: when they knew, when they told us, and what it did.")
    first_step = _("Write down the last outage that your customers noticed.")
    view, edit = P.VENDORS_VIEW, P.VENDORS_EDIT
    over = {"state": ("closed",)}
    columns = ("reference", "name", "vendor", "severity", "our_data", "told_at", "state", "owner")
    more_columns = ("offering", "known_at", "closed_on", "tags", "updated_at")
    filters = ("state", "vendor", "severity", "our_data", "owner", "told_at")
    search = ("reference", "name", "description")
    sections = (
        Section(_("What happened"), ("vendor", "offering", "name", "description", "severity", "owner")),
        Section(_("When"), ("known_at", "told_at")),
        Section(_("For us"), ("our_data", "impact", "done", "state", "closed_on")),
    )
    tones = {
        "state": {"open": "yellow", "closed": "green"},
        "severity": {"high": "red", "medium": "orange"},
        "our_data": {"unknown": "yellow", "yes": "red"},
    }
