"""The form of a register's record, made from its declaration."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.forms.models import modelform_factory
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.formatted.widget import attributes
from grc.models.person import Person
from grc.models.record import Record, RecordKey
from grc.registers.query import people_of
from grc.registers.register import Register, registers
from grc.registers.sight import keys_seen_by
from grc.search.tags import TagsField

LOCK_MOST = 2**31 - 1
"""What the database takes for the number of a record's state."""


def refuse_unstorable(value: Any) -> None:
    """NUL never reaches PostgreSQL, which would answer with an error of its own."""
    if isinstance(value, str) and "\x00" in value:
        raise ValidationError(_("A NUL character has no place here."), code="null_characters_not_allowed")


class KeyField(forms.CharField):
    """A record of any register, by its reference, as far as ``actor`` (set by the form) may see it."""

    actor: Actor

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, RecordKey):
            return value.reference
        if isinstance(value, int):
            return keys_seen_by(self.actor).filter(pk=value).values_list("reference", flat=True).first() or ""
        return value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().upper()
        if not text:
            return None
        key = keys_seen_by(self.actor).filter(reference=text).first()
        if key is None:
            raise ValidationError(_("There is no record “%(reference)s” here."), params={"reference": text[:40]})
        return key

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """``lock`` says which state was edited, ``change_reason`` goes into the history."""

    lock = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=LOCK_MOST)
    change_reason = forms.CharField(
        label=_("Why this change?"),
        required=False,
        max_length=100,
        help_text=_("Kept in the history, for whoever asks later."),
    )

    def __init__(self, *args: Any, actor: Actor, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.register = register
        if self.instance.pk is None:
            del self.fields["change_reason"]
            self.instance.organisation = actor.organisation
        self.initial.setdefault("lock", self.instance.lock)
        self._offer_values()
        for name, field in self.fields.items():
            self._limit_choices(name, field)
            _dress(name, field)
            if name in register.formatted:
                field.widget.attrs |= attributes(actor.organisation.slug)

    def _offer_values(self) -> None:
        """A number that is a step of a scale is chosen by its words, not typed."""
        for name, field in self.fields.items():
            if isinstance(field, forms.IntegerField) and not field.widget.is_hidden:
                values = self.register.values_of(name, self.actor.organisation)
                if values:
                    self.fields[name] = _chosen(field, values, getattr(self.instance, name))

    def _limit_choices(self, name: str, field: forms.Field) -> None:
        """Offer what the actor may see, and what stands there now although it would not be offered any more.

        Choices are named by reference or public id: a key of the database counts the rows of every organisation.
        """
        if isinstance(field, KeyField):
            field.actor = self.actor
        if isinstance(field, TagsField):
            field.suggest(self.actor, self.register)
        if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
            return
        target = field.queryset.model
        current = getattr(self.instance, f"{name}_id")
        if target is Person:
            field.queryset = people_of(self.actor) | Person.objects.filter(pk=current).order_by("name", "pk")
            field.to_field_name = "public_id"
        elif issubclass(target, Record):
            seen = target.objects.permitted(self.actor, registers.of(target).view)
            field.queryset = seen.filter(Q(archived_at=None) | Q(pk=current))
            field.to_field_name = "reference"
        if self.instance.pk is not None:
            self.initial[name] = getattr(self.instance, name)

    def _get_validation_exclusions(self) -> set[str]:
        # these are no form fields; uniqueness within an organisation, and among what is in use, is checked all the same
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"organisation", "archived_at"}

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The register's sections with their bound fields, for the template."""
        return [
            (section, [self[name] for name in section.fields if name in self.fields])
            for section in self.register.sections
            if any(name in self.fields for name in section.fields)
        ]


def _chosen(field: forms.Field, values: Sequence[tuple[Any, Any]], current: Any) -> forms.Field:
    """The field as a choice among ``values``; what stands there now is offered, too: the scale may have changed."""
    known = dict(values)
    choices = list(known.items()) + ([(current, str(current))] if current is not None and current not in known else [])
    sentence = _("“%(value)s” is not a step of this scale, which goes from %(low)s to %(high)s.")
    said = {"low": values[0][0], "high": values[-1][0], "value": "%(value)s"}
    return forms.TypedChoiceField(
        choices=[("", ""), *choices],
        coerce=int,
        empty_value=None,
        required=field.required,
        label=field.label,
        help_text=field.help_text,
        initial=field.initial,
        error_messages={"invalid_choice": sentence % said},
    )


def _dress(name: str, field: forms.Field) -> None:
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
        widget.attrs["class"] = "form-check-input"
    elif isinstance(widget, forms.Select | forms.SelectMultiple):
        widget.attrs["class"] = "form-select"
    elif not isinstance(widget, forms.HiddenInput):
        widget.attrs["class"] = "form-control"
    if isinstance(widget, forms.Textarea):
        widget.attrs["rows"] = 3
    if isinstance(field, forms.DateField):
        field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
    if isinstance(field, forms.CharField):
        field.validators.append(refuse_unstorable)
    if isinstance(field, forms.ChoiceField):
        _say_what_empty_means(field)


def _say_what_empty_means(field: forms.ChoiceField) -> None:
    words = _("Choose…") if field.required else _("None")
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = field.empty_label and words  # type: ignore[assignment]
        return
    choices = list(field.choices)  # type: ignore[arg-type]
    if choices and choices[0][0] in ("", None):
        field.choices = [("", words), *choices[1:]]


def form_for(register: Register) -> type[RecordForm]:
    """The ModelForm class of a register, over its writable fields."""
    return form_of(register, register.writable)


def form_of(register: Register, fields: Sequence[str]) -> type[RecordForm]:
    """The same over some of them, for a page that asks for no more."""
    made: Any = modelform_factory(
        register.model, form=register.form_class(), fields=fields, formfield_callback=_form_field
    )
    return cast("type[RecordForm]", made)


def _form_field(field: Any, **kwargs: Any) -> Any:
    if field.name == "tags":
        return TagsField(label=_("Tags"), required=False, help_text=field.help_text)
    if field.is_relation and field.related_model is RecordKey:
        return KeyField(
            label=field.verbose_name[:1].upper() + field.verbose_name[1:],
            required=not field.blank,
            help_text=field.help_text or _("A reference, such as SYS-0001."),
            max_length=24,
        )
    choices = getattr(getattr(field, "base_field", None), "choices", None)
    if choices:  # any number of them: a tick each
        return forms.MultipleChoiceField(
            label=capfirst(field.verbose_name),
            choices=choices,
            required=not field.blank,
            widget=forms.CheckboxSelectMultiple,
            help_text=field.help_text,
        )
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"  # for what is typed without one
    return field.formfield(**kwargs)
