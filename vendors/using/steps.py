"""One step of one record: the fields that its page asks, its address in the API."""

from typing import Any, ClassVar

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.gate import require
from grc.api.base import OrganisationMixin
from grc.api.idempotency import once
from grc.api.registers import LOCK
from grc.api.serializers import serializer_for
from grc.approvals.api import StrictSerializer
from grc.registers.forms import LOCK_MOST, refuse_unstorable
from grc.registers.register import Register, registers


def text_field(label: Any, most: int, *, rows: int = 3, help_text: Any = "", required: bool = True) -> forms.CharField:
    attrs: dict[str, Any] = {"class": "form-control"}
    widget = forms.Textarea(attrs=attrs | {"rows": rows}) if rows > 1 else forms.TextInput(attrs=attrs)
    return forms.CharField(
        label=label, max_length=most, widget=widget, help_text=help_text, required=required,
        validators=[refuse_unstorable],
    )  # fmt: skip


def choice_field(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.Select(attrs={"class": "form-select"}), **more)


def date_field(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


class LockSerializer(StrictSerializer):
    lock = serializers.IntegerField(min_value=0, max_value=LOCK_MOST, help_text=LOCK)


class UseReasonSerializer(LockSerializer):
    reason = serializers.CharField(max_length=300, validators=[refuse_unstorable], help_text="Kept in the history")


def words_field(most: int, **more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=most, validators=[refuse_unstorable], **more)


class StepAPI(OrganisationMixin, APIView):
    """One step of one record; what is missing for it is said under ``state``. ``slug``: of its register."""

    slug: ClassVar[str]
    asks: ClassVar[type[serializers.Serializer] | None] = None  # type: ignore[type-arg]
    refusals: ClassVar[tuple[type[ValueError], ...]] = ()
    status: ClassVar[int] = 200

    @property
    def register(self) -> Register:
        return registers.by_slug(self.slug)

    def record(self, reference: str) -> Any:
        """Raises ``Http404`` where the caller does not see it."""
        if not self.actor.can(self.register.view):
            raise Http404
        rows: Any = self.register.model.objects.permitted(self.actor, self.register.view)
        foreign = self.register.foreign(self.register.fields)
        return get_object_or_404(rows.select_related("key", "organisation", *foreign), reference=reference)

    def take(self, request: Request, reference: str) -> Response:
        record = self.record(reference)
        require(self.actor, self.register.edit, record)
        return once(request, lambda: self._taken(request, record))

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        """Take it; what is answered: the record itself, another one, or several."""
        raise NotImplementedError

    def _taken(self, request: Request, record: Any) -> Response:
        values: dict[str, Any] = {}
        if self.asks is not None:
            asked = self.asks(data=request.data)
            asked.is_valid(raise_exception=True)
            values = asked.validated_data
        try:
            answer = self.step(record, values)
        except self.refusals as error:
            raise ValidationError({"state": [str(error)]}) from None
        return Response(self._read(answer), status=self.status)

    def _read(self, answer: Any) -> Any:
        many = isinstance(answer, list)
        if many and not answer:
            return []
        shown = serializer_for(registers.of(type(answer[0] if many else answer)))
        return shown(answer, many=many, context={"actor": self.actor}).data
