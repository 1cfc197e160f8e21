"""The form of an impact assessment: it asks about fundamental rights only where the law may."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aims.models import AISystem, ImpactAssessment
from grc.registers.forms import RecordForm

YEARS_KEPT = 10


def asks_fundamental_rights(system: AISystem | None, fria: str) -> bool:
    """Whether Art. 27 of Regulation (EU) 2024/1689 may ask for it: chosen so, or a high-risk system that we deploy."""
    if fria == ImpactAssessment.Fria.YES or system is None:
        return True
    return system.risk_class == AISystem.RiskClass.HIGH and system.role != AISystem.Role.PROVIDER


class ImpactAssessmentForm(RecordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "keep_until" in self.fields:
            self._suggest_retention()
        if "fria_text" in self.fields and not asks_fundamental_rights(self._system(), self._value("fria")):
            del self.fields["fria_text"]

    def _suggest_retention(self) -> None:
        self.fields["keep_until"].help_text = _(
            "A.5.3 asks for a retention period. Ten years is common practice; providers of high-risk systems keep "
            "their technical documentation as long (Regulation (EU) 2024/1689, Art. 18, as of 21 November 2026)."
        )
        if self.instance.pk is None and self.initial.get("keep_until") is None:
            today = timezone.localdate()
            self.initial["keep_until"] = today.replace(year=today.year + YEARS_KEPT, day=min(today.day, 28))

    def _value(self, name: str) -> str:
        """What is chosen in the form as it was sent, or stands in the record."""
        if self.is_bound and self.add_prefix(name) in self.data:
            return str(self.data[self.add_prefix(name)])
        return str(getattr(self.instance, name))

    def _system(self) -> AISystem | None:
        if self.is_bound and "system" in self.fields:
            try:
                found: AISystem | None = self.fields["system"].clean(self.data.get(self.add_prefix("system"), ""))
            except ValidationError:  # which the field says by itself
                return None
            return found
        if self.instance.pk is not None:
            return self.instance.system  # type: ignore[no-any-return]
        return self.initial.get("system")
