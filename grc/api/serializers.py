"""A register's records as JSON: the declared fields, other records by reference, people by email."""

from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grc.access.actor import Actor
from grc.models.person import Person
from grc.models.record import Record, RecordKey
from grc.models.secret import SecretField
from grc.registers.forms import refuse_unstorable
from grc.registers.query import people_of
from grc.registers.register import Register, registers
from grc.registers.sight import keys_seen_by

KERNEL_FIELDS = ["reference", "lock", "created_at", "updated_at", "archived_at"]


def words_field(most: int, **more: Any) -> serializers.CharField:
    """A text of at most so many characters that the database can keep."""
    return serializers.CharField(max_length=most, validators=[refuse_unstorable], **more)


class StrictSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Unknown fields are refused by name."""

    def to_internal_value(self, data: Any) -> Any:
        # a typing error must not look like success
        writable = {name for name, field in self.fields.items() if not field.read_only}
        unknown = sorted(str(name) for name in set(data) - writable) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "format": "email"})
class PersonField(serializers.SlugRelatedField):  # type: ignore[type-arg]
    """A person of the caller's organisation, by email."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="email", **kwargs)

    def get_queryset(self) -> Any:
        actor: Actor | None = self.context.get("actor")
        return people_of(actor) if actor else Person.objects.none()


@extend_schema_field({"type": "string", "description": "The reference of a record"})
class RecordField(serializers.SlugRelatedField):  # type: ignore[type-arg]
    """A record that the caller may see, by reference."""

    def __init__(self, target: type[Record] | None = None, **kwargs: Any) -> None:
        super().__init__(slug_field="reference", **kwargs)
        self.target = target

    def get_queryset(self) -> Any:
        actor: Actor | None = self.context.get("actor")
        if actor is None or self.target is None:
            return None
        return self.target.objects.permitted(actor, registers.of(self.target).view).filter(archived_at=None)


@extend_schema_field({"type": "string", "description": "The reference of a record of any register"})
class KeyField(serializers.SlugRelatedField):  # type: ignore[type-arg]
    """A record of any register that the caller may see, by reference."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="reference", **kwargs)

    def get_queryset(self) -> Any:
        actor: Actor | None = self.context.get("actor")
        return keys_seen_by(actor) if actor else RecordKey.unscoped.none()


class SecretSerializerField(serializers.CharField):
    """A secret in the API: may be written, is never read. An empty text removes it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("style", None)
        super().__init__(**kwargs | {"write_only": True, "max_length": 500})


serializers.ModelSerializer.serializer_field_mapping[SecretField] = SecretSerializerField


class RecordSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """Unknown fields are refused by name: a typing error must not look like success."""

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        related = relation_info.related_model
        field = relation_info.model_field
        kwargs: dict[str, Any] = {"required": not field.null and not field.blank, "allow_null": field.null}
        if field_name in getattr(self.Meta, "read_only_fields", ()):
            kwargs = {"read_only": True}
        if related is Person:
            return PersonField, kwargs
        if related is RecordKey:
            return KeyField, kwargs
        return RecordField, kwargs if kwargs.get("read_only") else kwargs | {"target": related}

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if issubclass(field_class, serializers.CharField):
            kwargs["validators"] = [*kwargs.get("validators", ()), refuse_unstorable]
        return field_class, kwargs

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = set(self.initial_data) - set(self.fields)
        readonly = {n for n in self.initial_data if n in self.fields and self.fields[n].read_only and n != "lock"}
        if unknown or readonly:
            raise serializers.ValidationError(
                {name: [_("There is no such field.")] for name in unknown}
                | {name: [_("This field cannot be written.")] for name in readonly}
            )
        return attrs


@cache
def serializer_for(register: Register) -> type[RecordSerializer]:
    """The serializer class of a register: one, whoever asks, as the API's description names it once."""
    meta = type(
        "Meta",
        (),
        {
            "model": register.model,
            "fields": ["reference", *register.fields, *[f for f in KERNEL_FIELDS if f != "reference"]],
            "read_only_fields": [*KERNEL_FIELDS, *register.readonly],
        },
    )
    return type(f"{register.model.__name__}Serializer", (RecordSerializer,), {"Meta": meta})
