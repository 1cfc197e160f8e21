"""The forms of clause 10: the register's own with its suggestions, and those of single steps."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aims.models import CorrectiveAction, Nonconformity
from grc.access.actor import Actor
from grc.access.roles import Permission, Reach
from grc.models.person import Person
from grc.registers.forms import RecordForm, form_of
from grc.registers.register import registers
from grc.registers.steps import StepForm, choice_field, text_field

CLOSED_WITHIN = dt.timedelta(days=60)
"""What the form suggests; certification bodies set limits of their own."""

DONE_WITHIN = dt.timedelta(days=30)


class NonconformityForm(RecordForm):
    """A new one was found today and is to be closed in sixty days, unless somebody says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            today = timezone.localdate()
            self.initial.setdefault("found_on", today)
            if self.initial.get("due_on") is None:
                self.initial["due_on"] = today + CLOSED_WITHIN


class CheckForm(StepForm):
    effect = text_field(
        _("What did you look at, and what did you find?"),
        4000,
        rows=5,
        help_text=_("Such as: a sample of 40 claims from after the change, none of them wrong. Attach what shows it."),
    )
    verdict = choice_field(_("Is it gone?"), [("", _("Choose…")), *Nonconformity.Verdict.choices])


class ReopenForm(StepForm):
    reason = text_field(
        _("Why is it opened again?"),
        100,
        rows=1,
        help_text=_("Kept in the history. Its effectiveness is checked anew."),
    )


class FinishForm(StepForm):
    result = text_field(_("What came of it?"), 2000, rows=4)


def action_form(data: Any, nonconformity: Nonconformity, actor: Actor) -> RecordForm:
    """A further corrective action of ``nonconformity``, in one row; who keeps only their own adds their own."""
    register = registers.of(CorrectiveAction)
    action = CorrectiveAction(organisation=nonconformity.organisation, nonconformity=nonconformity)
    initial = {"owner": actor.person, "due_on": timezone.localdate() + DONE_WITHIN}
    form = form_of(register, ("name", "owner", "due_on"))(
        data, instance=action, initial=initial, actor=actor, register=register, auto_id="action-%s"
    )
    if actor.reach(Permission.IMPROVEMENT_EDIT) is not Reach.ALL and actor.person is not None:
        form.fields["owner"].queryset = Person.objects.filter(pk=actor.person.pk)  # type: ignore[attr-defined]
    return form
