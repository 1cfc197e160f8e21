"""What is asked when somebody looks again at a source, or confirms a certificate."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.registers.forms import RecordForm, form_of
from grc.registers.register import registers
from grc.registers.steps import StepForm, text_field
from vendors.knowledge.verifying import SAID
from vendors.models import VendorFact
from vendors.models.citable import UNVERIFIED


def verify_form(data: Any, fact: VendorFact, actor: Actor) -> RecordForm:
    """What the source of ``fact`` says now. Whoever has looked says how sure they are."""
    register = registers.of(VendorFact)
    form: RecordForm = form_of(register, SAID)(data, instance=fact, actor=actor, register=register)
    field: Any = form.fields["confidence"]
    field.choices = [("", _("Choose…"))] + [
        (value, label) for value, label in field.choices if value not in ("", UNVERIFIED)
    ]
    if fact.confidence == UNVERIFIED:
        form.initial["confidence"] = ""
    form.fields["says"].label = _("What does the source say now?")
    form.fields["change_reason"].label = _("Note")
    return form


class ConfirmForm(StepForm):
    confirmed_with = text_field(
        _("With whom?"),
        300,
        rows=1,
        help_text=_("The body itself, or its public register: name it, with the address where one can look."),
    )
