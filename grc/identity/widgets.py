from typing import Any

from django import forms


class Boxes(forms.CheckboxSelectMultiple):
    """Check boxes below each other. Django would give the list and each box the same class."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": "boxes"} | (attrs or {}), choices)

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"]["class"] = "form-check-input"
        return option
