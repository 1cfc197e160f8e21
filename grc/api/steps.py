"""One step of one record through the API: the same gate and the same action as its page in ``grc.registers.steps``."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from grc.api.base import RecordView
from grc.api.idempotency import once
from grc.api.registers import IDEMPOTENCY, LOCK
from grc.api.serializers import StrictSerializer, serializer_for
from grc.registers.forms import LOCK_MOST
from grc.registers.register import registers
from grc.registers.steps import Step


class LockSerializer(StrictSerializer):
    """Unknown fields are refused by name."""

    lock = serializers.IntegerField(min_value=0, max_value=LOCK_MOST, help_text=LOCK)


class StepAPI(RecordView, Step):
    """One step of one record; what is missing for it is said under the field that it concerns, or under ``state``."""

    asks: ClassVar[type[StrictSerializer] | None] = None  # without it, what is sent is not looked at
    status: ClassVar[int] = 200

    def step(self, record: Any, values: dict[str, Any]) -> Any:
        """Take it; what is answered: the record itself, another one, several, or a ready ``Response``."""
        raise NotImplementedError

    def post(self, request: Request, reference: str, **_kwargs: Any) -> Response:
        record = self.allowed(reference)
        return once(request, lambda: self._taken(request, record))

    def _taken(self, request: Request, record: Any) -> Response:
        values: dict[str, Any] = {}
        if self.asks is not None:
            asked = self.asks(data=request.data)
            asked.is_valid(raise_exception=True)
            values = asked.validated_data
        try:
            answer = self.step(record, values)
        except self.refusals as error:
            raise ValidationError({getattr(error, "field", "state"): [str(error)]}) from None
        return answer if isinstance(answer, Response) else Response(self._read(answer), status=self.status)

    def _read(self, answer: Any) -> Any:
        many = isinstance(answer, list)
        if many and not answer:
            return []
        shown = serializer_for(registers.of(type(answer[0] if many else answer)))
        return shown(answer, many=many, context={"actor": self.actor}).data


S = TypeVar("S", bound=StepAPI)


def documented(summary: str, operation: str, *, tags: list[str], answers: Any) -> Callable[[type[S]], type[S]]:
    """Describe a step for OpenAPI: its name there is ``operation``, and ``answers`` are serializers."""

    def describe(view: type[S]) -> type[S]:
        schema = extend_schema(
            summary=summary, operation_id=operation, tags=tags, request=view.asks, responses={view.status: answers},
            parameters=[IDEMPOTENCY],
        )  # fmt: skip
        return extend_schema_view(post=schema)(view)

    return describe
