"""Where announced changes are found, and what they add to the pages of their records."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import vendors.changes.inbound
import vendors.changes.rules  # noqa: F401
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Action, Register
from grc.registries import Part, list_actions, record_actions, record_parts
from grc.shell import Page, pages
from vendors.changes.panels import change_panel, commitment_panel, inbound_panel, may_move
from vendors.models import CustomerCommitment, Subprocessor, SubprocessorChange, SubprocessorNotice, VendorNotice

P = Permission

pages += [
    Page("vendors", _("Public subprocessor list"), "subprocessors-public", P.CUSTOMERS_VIEW, "world"),
    Page("vendors", _("All promises together"), "customer-commitments-overview", P.CUSTOMERS_VIEW, "heart-handshake"),
]

PUBLIC = (_("As customers read it"), "subprocessors-public", "world")
OVERVIEWS = {
    "subprocessors": PUBLIC,
    "subprocessor-changes": PUBLIC,
    "subprocessor-lists": PUBLIC,
    "customer-commitments": (_("All together"), "customer-commitments-overview", "columns"),
}


@list_actions.add(order=20)
def from_lists(register: Register, actor: Actor) -> Iterable[Action]:
    if register.slug in OVERVIEWS:
        label, view, icon = OVERVIEWS[register.slug]
        yield Action(label, reverse(view, args=[actor.organisation.slug]), icon)


@record_parts.add(order=5)
def clocks(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    if isinstance(record, SubprocessorChange):
        yield Part("vendors/changes/change.html", change_panel(record, actor), "top")
    elif isinstance(record, VendorNotice):
        yield Part("vendors/changes/inbound.html", inbound_panel(record, actor), "top")
    elif isinstance(record, CustomerCommitment):
        yield Part("vendors/changes/commitment.html", commitment_panel(record, actor), "main")


@record_actions.add(order=30)
def steps(register: Register, record: Record, actor: Actor) -> Iterable[Action]:
    if isinstance(record, Subprocessor) and may_move(actor, record):
        yield from _of_subprocessor(register, record)
    elif isinstance(record, SubprocessorNotice) and may_move(actor, record):
        if record.is_unsettled:
            yield Action(_("Settle the objection"), register.url("settle", record), "check", primary=True)
        elif record.change.state != SubprocessorChange.State.WITHDRAWN:
            yield Action(_("Record an objection"), register.url("objection", record), "message-2")


def _of_subprocessor(register: Register, record: Subprocessor) -> Iterable[Action]:
    changes = registers_url(record)
    running = record.changes.filter(
        state__in=(SubprocessorChange.State.DRAFT, SubprocessorChange.State.ANNOUNCED), archived_at=None
    )
    if record.state == Subprocessor.State.REMOVED or running.exists():
        return
    if record.state == Subprocessor.State.PLANNED:
        yield Action(_("Plan its change"), f"{changes}&kind=add", "speakerphone", primary=True)
        yield Action(_("It was there before"), register.url("put-on-list", record), "check")
    else:
        yield Action(_("Plan its removal"), f"{changes}&kind=remove", "speakerphone")


def registers_url(record: Subprocessor) -> str:
    """The form of a new change of this subprocessor."""
    return f"{reverse('subprocessor-changes-new', args=[record.organisation.slug])}?subprocessor={record.reference}"
