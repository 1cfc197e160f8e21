from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grc.models.notice import Notice, NoticeSetting
from grc.models.person import Person
from grc.notices.kinds import mail_wishes

HELP = {
    Notice.Kind.DUE: _("Each day’s dates are told once, in the morning of your time zone."),
    Notice.Kind.JOB: _("Imports, exports and archives: the page where you asked for them tells you as well."),
}


class MailForm(forms.Form):
    """One choice for each kind of notice: how it is mailed."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, mail in mail_wishes(person).items():
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=NoticeSetting.Mail.choices,
                initial=mail.value,
                help_text=HELP.get(kind, ""),
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def wishes(self) -> dict[Notice.Kind, NoticeSetting.Mail]:
        """What was chosen, once the form is valid."""
        return {Notice.Kind(name): NoticeSetting.Mail(mail) for name, mail in self.cleaned_data.items()}
