"""The mails to customers and subscribers: plain text with what, why, where, from when, until when, and how to object.

Dates are written as ISO has them, and days with the zone in which they are counted: a customer may sit anywhere.
"""

from django.utils.translation import gettext as _

from vendors.clock import zone_of
from vendors.models import Subprocessor, SubprocessorChange, SubprocessorNotice
from vendors.models.vendor import DataClass


def announcement(change: SubprocessorChange, notice: SubprocessorNotice) -> tuple[str, str]:
    """Subject and text."""
    organisation = change.organisation.name
    subject = _("%(organisation)s: change of subprocessors from %(day)s") % {
        "organisation": organisation,
        "day": change.effective_on.isoformat(),
    }
    parts = [_greeting(change, notice), *_what(change), *_reason(change), _when(change), _objecting(change, notice)]
    return subject, "\n\n".join([*parts, organisation])


def withdrawal(change: SubprocessorChange) -> tuple[str, str]:
    """Subject and text of the mail that takes an announcement back."""
    organisation = change.organisation.name
    subject = _("%(organisation)s: announced change of subprocessors withdrawn") % {"organisation": organisation}
    what = _("We announced this change of our subprocessors: %(what)s. It will not take place.") % {"what": change.name}
    why = _("Why: %(reason)s") % {"reason": change.ended_reason}
    left = _("You need not do anything. What you wrote to us about it stays on file.")
    return subject, "\n\n".join([what, why, left, organisation])


def _greeting(change: SubprocessorChange, notice: SubprocessorNotice) -> str:
    given = {"organisation": change.organisation.name, "customer": notice.told}
    if notice.customer is not None:
        return _("%(organisation)s tells %(customer)s of a planned change of its subprocessors, as agreed.") % given
    return _("%(organisation)s tells you of a planned change of its subprocessors: you asked to be told.") % given


def _what(change: SubprocessorChange) -> list[str]:
    lead = {
        SubprocessorChange.Kind.ADD: _("This company is added:"),
        SubprocessorChange.Kind.REPLACE: _("This company comes in:"),
        SubprocessorChange.Kind.REMOVE: _("This company is removed:"),
    }[SubprocessorChange.Kind(change.kind)]
    said = [f"{change.name}.", f"{lead}\n{_lines(change.subprocessor)}"]
    if change.kind == SubprocessorChange.Kind.REPLACE and change.replaces is not None:
        said.append(f"{_('This company goes:')}\n{_lines(change.replaces)}")
    return said


def _lines(subprocessor: Subprocessor) -> str:
    data = ", ".join(str(DataClass(one).label) for one in subprocessor.data)
    facts = [
        (_("Company"), subprocessor.name),
        (_("What it does"), subprocessor.service),
        (_("Where"), subprocessor.location),
        (_("Data"), data),
        (_("Transfer safeguard"), subprocessor.safeguard),
    ]
    return "\n".join(f"  {label}: {text}" for label, text in facts if text)


def _reason(change: SubprocessorChange) -> list[str]:
    return [_("Why: %(reason)s") % {"reason": change.reason}] if change.reason else []


def _when(change: SubprocessorChange) -> str:
    return _("It takes effect on %(day)s at the earliest.") % {"day": change.effective_on.isoformat()}


def _objecting(change: SubprocessorChange, notice: SubprocessorNotice) -> str:
    if change.kind == SubprocessorChange.Kind.REMOVE:
        return _("You need not do anything. Questions: %(who)s.") % {"who": _address(change)}
    return _(
        "You may object until the end of %(day)s (%(zone)s). Write to %(who)s, name %(reference)s, and say what "
        "you object to. Without an objection by then, the change takes effect."
    ) % {
        "day": notice.object_until.isoformat(),
        "zone": zone_of(notice.time_zone).key,
        "who": _address(change),
        "reference": change.reference,
    }


def _address(change: SubprocessorChange) -> str:
    """Where answers go: announcing asks for an owner."""
    owner = change.owner
    return f"{owner.name} <{owner.email}>" if owner is not None else change.organisation.name
