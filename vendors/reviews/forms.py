"""The forms of reviews and findings: the ten answers on one page, and what single steps ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.forms import LOCK_MOST
from grc.registers.steps import StepForm, choice_field, text_field
from vendors.models import ReviewAnswer, VendorFact, VendorReview
from vendors.reviews.answers import citable_facts

ENDS = [choice for choice in VendorReview.Outcome.choices if choice[0] != VendorReview.Outcome.OPEN]


class AnswerForm(forms.Form):
    """One of the ten. Facts and evidence are named by reference; ``facts`` and ``items`` are what may be chosen."""

    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LOCK_MOST)
    answer = text_field(_("Answer"), 4000, rows=3, required=False)
    from_vendor = forms.BooleanField(
        label=_("In the vendor’s own words"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    verdict = choice_field(_("Verdict"), ReviewAnswer.Verdict.choices)
    why = text_field(_("Why"), 2000, rows=2, required=False)
    fact = choice_field(_("Cited fact"), (), required=False)
    file = choice_field(_("Evidence"), (), required=False)

    def __init__(self, *args: Any, facts: dict[str, VendorFact], items: dict[str, EvidenceItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts, self.items_ = facts, items
        empty = ("", _("None"))
        for name, rows in (("fact", facts), ("file", items)):
            self.fields[name].choices = [empty, *((key, str(row)) for key, row in rows.items())]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As ``save_answers`` takes them."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "lock"}
        return found | {"fact": self.facts.get(found["fact"]), "file": self.items_.get(found["file"])}


def answer_forms(review: VendorReview, answers: list[ReviewAnswer], actor: Actor, data: Any = None) -> list[AnswerForm]:
    """A form for each answer. What an answer cites stays on offer, also where it went stale since."""
    facts = {fact.reference: fact for fact in citable_facts(review)}
    rows = EvidenceItem.objects.permitted(actor, Permission.EVIDENCE_VIEW).filter(archived_at=None)
    items = {item.reference: item for item in rows.order_by("reference")}
    made = []
    for answer in answers:
        mine = facts | ({answer.fact.reference: answer.fact} if answer.fact else {})
        files = items | ({answer.file.reference: answer.file} if answer.file else {})
        initial = {
            "lock": answer.lock, "answer": answer.answer, "from_vendor": answer.from_vendor, "verdict": answer.verdict,
            "why": answer.why, "fact": answer.fact.reference if answer.fact else "",
            "file": answer.file.reference if answer.file else "",
        }  # fmt: skip
        made.append(AnswerForm(data, prefix=f"q{answer.question}", initial=initial, facts=mine, items=files))
    return made


class FinishForm(StepForm):
    outcome = choice_field(_("What came of it?"), [("", _("Choose…")), *ENDS])
    conclusion = text_field(
        _("Conclusion"), 4000, rows=5, help_text=_("What you found, and whether it is enough for how it is used.")
    )
    conditions = text_field(
        _("Conditions"), 2000, required=False, help_text=_("Where it is good enough with conditions: which, by when.")
    )


class ReopenForm(StepForm):
    reason = text_field(_("Why is it opened again?"), 100, rows=1, help_text=_("Kept in the history."))


class DoneForm(StepForm):
    result = text_field(_("What came of it?"), 2000)
