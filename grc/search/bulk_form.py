"""The form in which one says what changes for many records."""

import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.registers.bulk import BulkChange, bulk_fields
from grc.registers.forms import form_for
from grc.registers.register import Register
from grc.search.tags import TagsField

SET = "set"
"""The parameter that names the fields to be set; the others stay as they are, whatever stands in their inputs."""


class BulkForm(forms.Form):
    """Fields of the register's own form; only those that ``set`` names are read."""

    def __init__(self, data: Any, *, actor: Actor, register: Register) -> None:
        super().__init__(data)
        self.given: Any = data
        self.register = register
        self.wanted = [name for name in data.getlist(SET) if name in bulk_fields(register)] if data else []
        own = form_for(register)(
            instance=register.model(organisation=actor.organisation), actor=actor, register=register
        )
        for name in bulk_fields(register):
            if name in own.fields:
                self.fields[name] = self._field(name, own.fields[name])
        for name, label in (("add_tags", gettext_lazy("Add tags")), ("remove_tags", gettext_lazy("Take tags away"))):
            tags = TagsField(label=label, required=False)
            tags.widget.attrs["class"] = "form-control"
            tags.suggest(actor, register)
            self.fields[name] = tags

    def _field(self, name: str, own: forms.Field) -> forms.Field:
        field = copy.copy(own)
        field.required = own.required and name in self.wanted
        field.initial = None
        return field

    def settable(self) -> list[tuple[forms.BoundField, bool]]:
        """Each field that may be set, and whether it is to be."""
        return [(self[name], name in self.wanted) for name in bulk_fields(self.register) if name in self.fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and self.change.is_empty:
            raise ValidationError(_("Tick what is to change, or name tags."))
        return data

    def _clean_fields(self) -> None:
        # an input whose field is not ticked says nothing, not even something wrong
        every = self.fields
        self.fields = {name: every[name] for name in every if name in {*self.wanted, "add_tags", "remove_tags"}}
        super()._clean_fields()  # type: ignore[misc]
        self.fields = every

    @property
    def change(self) -> BulkChange:
        """What was asked for, once the form is valid."""
        data = self.cleaned_data
        return BulkChange(
            values={name: data[name] for name in self.wanted if name in data},
            add_tags=tuple(data.get("add_tags") or ()),
            remove_tags=tuple(data.get("remove_tags") or ()),
        )

    def chosen(self) -> dict[str, list[str]]:
        """The parameters that say the same again: what a confirmation, or a job, carries along."""
        names = [SET, *self.wanted, "add_tags", "remove_tags"]
        return {name: values for name in names if (values := self.given.getlist(name))}

    def words(self) -> list[tuple[str, str]]:
        """What changes, in words: heading and new value."""
        said = []
        for name in self.wanted:
            value = self.cleaned_data.get(name)
            choices = dict(self.register.field(name).flatchoices) if self.register.field(name).choices else {}
            text = _("Yes") if value is True else _("No") if value is False else str(choices.get(value, value or "–"))
            if isinstance(value, list):
                text = ", ".join(str(each) for each in value) or "–"
            said.append((self.register.heading(name), text))
        tags = [name for name in ("add_tags", "remove_tags") if self.cleaned_data.get(name)]
        return [*said, *((str(self.fields[name].label), ", ".join(self.cleaned_data[name])) for name in tags)]
