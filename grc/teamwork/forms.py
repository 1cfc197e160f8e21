from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.models.person import Person
from grc.registers.forms import RecordForm, refuse_unstorable
from grc.registers.query import people_of
from grc.teamwork.actions.comments import MAX_LENGTH


class TaskForm(forms.Form):
    """What is to be done on a record, by whom, and by when."""

    name = forms.CharField(
        label=_("What is to be done"),
        max_length=200,
        validators=[refuse_unstorable],
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    owner: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Who"),
        queryset=None,
        to_field_name="public_id",
        empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    due_on = forms.DateField(
        label=_("Due"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )

    def __init__(self, *args: Any, actor: Actor, for_others: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "task-%s")
        super().__init__(*args, **kwargs)
        people = people_of(actor)
        owner: Any = self.fields["owner"]
        owner.queryset = people if for_others or actor.person is None else people.filter(pk=actor.person.pk)
        if actor.person is not None:
            self.initial.setdefault("owner", actor.person.public_id)


class CommentForm(forms.Form):
    body = forms.CharField(
        label=_("Comment"),
        max_length=MAX_LENGTH,
        validators=[refuse_unstorable],
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
    )


class LinkForm(RecordForm):
    """The two ends of a link that is there are shown, and stay what they are (``Link.clean``)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for name in ("source", "target"):
                self.fields[name].widget.attrs["readonly"] = True
                self.fields[name].help_text = _("Stays as it is. Archive the link, and make another one.")
