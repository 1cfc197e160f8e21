"""The form that every row passes through: the register's own, filled again and again."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from grc.access.actor import Actor
from grc.models.record import Record
from grc.models.secret import SecretField
from grc.registers.forms import RecordForm, form_for
from grc.registers.register import Register


class FoundField(forms.Field):
    """A person or record that was looked up already."""

    def to_python(self, value: Any) -> Any:
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RowForm:
    """Validates one record after another, with every rule that the page's form has.

    Constraints are left out: ``grc.imports.constraints`` judges those for many rows at once.
    """

    def __init__(self, register: Register, actor: Actor) -> None:
        self._register = register
        self._actor = actor
        base = form_for(register)
        relations = {name for name in register.writable if register.field(name).is_relation} | {"organisation"}

        def excluded(form: Any) -> set[str]:
            # what was looked up exists: that is not to be asked again for every row
            return set(super(made, form)._get_validation_exclusions()) | relations  # type: ignore[misc]

        made: Any = type(
            "RowForm",
            (base,),
            {
                "validate_unique": _left_out,
                "_get_validation_exclusions": excluded,
            },
        )
        self._class = made
        self._relations = relations
        self._plain = register.form_class() is RecordForm
        self._forms: dict[bool, Any] = {}

    def validate(self, record: Record, values: dict[str, Any]) -> dict[str, list[str]]:
        """Set ``values`` on ``record``, which stays unsaved. Returns what is wrong, by field; empty: for the whole."""
        form = self._form(record)
        data = {name: values[name] if name in values else self._standing(record, name) for name in form.fields}
        form.instance, form.data, form.files = record, data, {}
        form._errors = None
        record.validate_constraints = _left_out  # type: ignore[method-assign]  # asks the database for every row
        try:
            form.full_clean()
        finally:
            del record.validate_constraints  # the class's own is back
        wrong: dict[str, list[str]] = {}
        for name, errors in form.errors.as_data().items():
            wrong["" if name == NON_FIELD_ERRORS else name] = [m for error in errors for m in _texts(error)]
        return wrong

    def _form(self, record: Record) -> Any:
        is_new = record.pk is None
        if self._plain and is_new in self._forms:
            return self._forms[is_new]
        form = self._class(data={}, instance=record, actor=self._actor, register=self._register)
        for name in self._relations & set(form.fields):
            label, required = form.fields[name].label, form.fields[name].required
            form.fields[name] = FoundField(label=label, required=required)
        self._forms[is_new] = form
        return form

    def _standing(self, record: Record, name: str) -> Any:
        if name == "lock":
            return record.lock
        if name == "change_reason" or name not in self._register.writable:
            return None
        field: Any = self._register.field(name)
        if isinstance(field, SecretField):
            return ""  # an empty secret means: as it is
        return None if getattr(record, field.attname) is None else getattr(record, name)


def _left_out(*_given: Any, **_more: Any) -> None:
    """Uniqueness and constraints are judged elsewhere, for many rows at once."""


def _texts(error: ValidationError) -> list[str]:
    return list(error.messages)
