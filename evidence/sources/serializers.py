from typing import Any

from rest_framework import serializers

from evidence.models.secret import SecretField


class SecretSerializerField(serializers.CharField):
    """A secret in the API: may be written, is never read. An empty text removes it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("style", None)
        super().__init__(**kwargs | {"write_only": True, "max_length": 500})


serializers.ModelSerializer.serializer_field_mapping[SecretField] = SecretSerializerField
