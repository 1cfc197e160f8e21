"""What approvals add to the page of every approvable record, and to the navigation."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import grc.approvals.record_pages  # noqa: F401  (declares the addresses that every approvable record has)
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.approvals.queue import TONES
from grc.approvals.standing import Standing, missing_of, part_of, standing_of
from grc.approvals.telling import review_url
from grc.models.record import Record
from grc.registers.register import Action, Register
from grc.registries import Part, record_actions, record_parts
from grc.shell import Page, pages

pages.append(Page("work", _("Approvals"), "approvals", None, "rubber-stamp"))
pages.append(Page("settings", _("Signing key"), "signing-key", Permission.SETTINGS_VIEW, "signature"))


def _waits_for(standing: Standing, actor: Actor) -> bool:
    part = part_of(standing.running, actor.person) if standing.running else None
    return part is not None and not part.decision and actor.can(Permission.APPROVE)


def _may_send(register: Register, record: Record, actor: Actor) -> bool:
    """Whether ``actor`` is who sends it, and there is something to send: what it lacks is another question."""
    standing = standing_of(record)
    fit = record.archived_at is None and standing.running is None and standing.differs
    return fit and allows(actor, register.edit, record)


@record_parts.add(order=10)
def approval_parts(register: Register, record: Record, actor: Actor) -> Iterable[Part]:
    if not register.meanings:
        return
    standing = standing_of(record)
    told = not register.guides_to_approval and _may_send(register, record, actor)
    context = {
        "record": record,
        "missing": missing_of(record) if told else "",
        "standing": standing,
        "tone": TONES[standing.running.state] if standing.running else "",
        "reviews_url": reverse(f"{register.slug}-approvals", args=[record.organisation.slug, record.reference]),
    }
    if standing.running or standing.in_force or standing.sent_back:
        yield Part("approvals/parts/state.html", context, "top")
    yield Part("approvals/parts/rail.html", context, "rail")


@record_actions.add(order=10)
def approval_actions(register: Register, record: Record, actor: Actor) -> Iterable[Action]:
    if not register.meanings or record.archived_at is not None:
        return
    standing = standing_of(record)
    if standing.running is not None:
        if _waits_for(standing, actor):
            yield Action(_("Read and decide"), review_url(standing.running), "signature", primary=True)
    elif _may_send(register, record, actor) and not missing_of(record):
        url = reverse(f"{register.slug}-send", args=[record.organisation.slug, record.reference])
        yield Action(_("Send for approval"), url, "rubber-stamp", primary=True)
