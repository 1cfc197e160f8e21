from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from controls.catalogues.shipped import KEYS, catalogue
from controls.citations.upload import ACCEPTED, text_of_file
from grc.registers.forms import refuse_unstorable
from grc.uploads import FileRefused

MOST_CHARACTERS = 100_000


class LinesField(forms.CharField):
    """A text whose line ends count as one character each, as in the browser that counted them."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class CheckForm(forms.Form):
    """A text, or a file that holds one; and what to hold its numbers for where it does not say."""

    text = LinesField(
        label=_("Text"),
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        validators=[refuse_unstorable],
        help_text=_("A policy, an article, a table from a spreadsheet: up to 100,000 characters."),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 12, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,  # one door refuses files, with one sentence
        help_text=_("DOCX, TXT, MD or CSV."),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ",".join(ACCEPTED)}),
    )
    framework = forms.ChoiceField(
        label=_("Framework, where the text does not say"),
        required=False,
        help_text=_("A.5.2 is a number of ISO 42001 and of ISO 27001: what stands near it decides, else this."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    refused = ""
    """Why the file was refused; empty where it was not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "check-%s")
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["framework"]
        choices.choices = [("", _("leave it open")), *((key, catalogue(key).short) for key in KEYS)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        upload, text = given.get("file"), given.get("text", "")
        if upload is not None and text.strip():
            raise ValidationError({"file": _("Either a text or a file: take one of them away.")})
        if upload is not None:
            try:
                given["text"] = text_of_file(upload, name=upload.name or "", most=MOST_CHARACTERS)
            except FileRefused as error:
                self.refused = str(error)
                raise ValidationError({"file": str(error)}) from None
        elif not text.strip() and "text" not in self.errors and "file" not in self.errors:
            raise ValidationError({"text": _("Paste a text, or choose a file.")})
        return given
