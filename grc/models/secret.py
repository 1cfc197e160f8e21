"""Secrets of connectors: encrypted with a key outside the database, write-only everywhere else."""

from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _


class SecretUnreadable(RuntimeError):
    """A stored secret cannot be decrypted: ``ASSAY_SECRETS_KEY`` is another one than when it was stored."""


class Sealed(str):
    """A secret as it is stored. As text it only says that it is set, so that no page, log or export can leak it.

    The tag in the text is a hash of the ciphertext: history shows that the secret was replaced, not what it is.
    """

    __slots__ = ("ciphertext",)
    ciphertext: str

    @classmethod
    def of(cls, plain: str) -> "Sealed":
        return cls.stored(Fernet(settings.SECRETS_KEY).encrypt(plain.encode()).decode())

    @classmethod
    def stored(cls, ciphertext: str) -> "Sealed":
        tag = sha256(ciphertext.encode()).hexdigest()[:8]
        sealed = cls(_("Set (%(tag)s)") % {"tag": tag})
        sealed.ciphertext = ciphertext
        return sealed

    def open(self) -> str:
        """The secret itself. Raises ``SecretUnreadable``."""
        try:
            return Fernet(settings.SECRETS_KEY).decrypt(self.ciphertext.encode()).decode()
        except InvalidToken:
            raise SecretUnreadable(
                _("A stored secret cannot be decrypted: ASSAY_SECRETS_KEY has changed. Enter the secret again.")
            ) from None

    def __deepcopy__(self, memo: dict[int, Any]) -> "Sealed":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (Sealed.stored, (self.ciphertext,))


class _SealsWhatIsSet:
    """The attribute of a ``SecretField``: whatever text is assigned is encrypted at once."""

    def __init__(self, field: "SecretField") -> None:
        self.name = field.attname

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        return self if instance is None else instance.__dict__.get(self.name, "")

    def __set__(self, instance: models.Model, value: str | None) -> None:
        sealed: str = value if isinstance(value, Sealed) else Sealed.of(value) if value else ""
        instance.__dict__[self.name] = sealed


class SecretField(models.TextField):  # type: ignore[type-arg]
    """A secret: text goes in, ``Sealed`` comes out, ciphertext is stored. Empty means none."""

    write_only = True

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _SealsWhatIsSet(self))

    def from_db_value(self, value: str | None, *_: Any) -> str:
        return Sealed.stored(value) if value else ""

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Sealed) else super().to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return value.ciphertext
        return Sealed.of(value).ciphertext if value else ""

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**kwargs | {"widget": forms.PasswordInput(render_value=False), "max_length": 500})

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        # An edit form shows no secret, so an empty field means "as it is"; the API's empty text removes it.
        if data:
            super().save_form_data(instance, data)
