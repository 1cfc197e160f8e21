"""The forms of agreements: the register's own, which asks what fits the kind, and how one ends early."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from grc.registers.forms import RecordForm
from grc.registers.register import Section
from grc.registers.steps import StepForm, date_field, text_field
from vendors.models import Agreement

Kind = Agreement.Kind
TELLING = {
    Kind.DPA: ("authorisation", "transfer", "training"),
    Kind.MSA: ("training",),
    Kind.NDA: (),
    Kind.BAA: ("authorisation", "training"),
    Kind.SCC: ("authorisation", "transfer"),
    Kind.UK: ("transfer",),
    Kind.OTHER: ("authorisation", "transfer", "training"),
}
"""Which of the sections that begin with these fields say something about an agreement of a kind."""

OPTIONAL = ("authorisation", "transfer", "training")


def fitting(sections: Sequence[Section], agreement: Agreement) -> list[Section]:
    """The sections that say something about ``agreement``: by its kind, or because something stands there."""
    telling = TELLING.get(Kind(agreement.kind), OPTIONAL) if agreement.kind else OPTIONAL
    return [
        section
        for section in sections
        if section.fields[0] not in OPTIONAL
        or section.fields[0] in telling
        or any(_filled(agreement, name) for name in section.fields)
    ]


def _filled(agreement: Agreement, name: str) -> bool:
    field: Any = Agreement._meta.get_field(name)
    value = getattr(agreement, field.attname)
    return bool(value != field.get_default()) and value not in (None, "", [])


class AgreementForm(RecordForm):
    """One that is there is asked what fits its kind. A field that is neither asked nor sent keeps what it holds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None and set(self.register.writable) <= set(self.fields):  # not one field of many
            asked = {name for section in fitting(self.register.sections, self.instance) for name in section.fields}
            for name in set(self.register.writable) - asked:
                if self.add_prefix(name) not in self.data:
                    del self.fields[name]


class EndForm(StepForm):
    on = date_field(
        _("Its last day"),
        help_text=_("It holds through that day, which may lie ahead: by when notice takes effect."),
    )
    reason = text_field(
        _("Why does it end?"),
        100,
        rows=1,
        help_text=_("Such as “notice given on 3 March, confirmed by mail”. Kept in the history."),
    )
