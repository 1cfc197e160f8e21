"""What the approval of use adds to pages: the guide, buttons, how an incident was told, and where to ask."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission, Reach
from grc.approvals.standing import standing_of
from grc.models.record import Record
from grc.registers.register import Action, Register
from grc.registries import Part, list_actions, record_actions, record_pages, record_parts
from vendors.models import ExitPlan, Offering, VendorIncident
from vendors.using.guide import case_of, steps_of
from vendors.using.incidents import finding_of, telling_of

P, State = Permission, Offering.State
STOPPED = (State.REFUSED, State.ENDED)


@list_actions.add(order=15)
def ask_for_one(register: Register, actor: Actor) -> Iterable[Action]:
    if register.slug in ("vendors", "offerings") and actor.can(P.VENDORS_EDIT):
        yield Action(_("Request a vendor"), reverse("vendors-request", args=[actor.organisation.slug]), "package")


@record_parts.add(order=4)
def guide(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """On an offering: the way to its approved use, the step that is next, and what stands already."""
    if not isinstance(record, Offering):
        return
    steps, standing = steps_of(case_of(record)), standing_of(record)
    may = record.archived_at is None and allows(actor, register.edit, record)
    ready = all(step.done for step in steps)
    sendable = may and ready and standing.differs and not standing.running
    context = {
        "offering": record,
        "steps": steps,
        "done": sum(step.done for step in steps),
        "may": may,
        "ready": ready,
        "running": standing.running,
        "approved": record.state == State.APPROVED,
        "changed": standing.in_force is not None and standing.differs,
        "send_url": register.url("send", record) if sendable and record.state not in STOPPED else "",
        "sent_back": record.state == State.REQUESTED and record.state_reason,
        "stopped": record.state in (*STOPPED, State.SUSPENDED),
    }
    yield Part("vendors/using/guide.html", context, "top")


@record_parts.add(order=6)
def telling(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """On an incident: whether we were told in time."""
    if isinstance(record, VendorIncident):
        found = telling_of(record, timezone.now())
        hours = round(found.took.total_seconds() / 3600) if found.took is not None else None
        yield Part("vendors/using/telling.html", {"telling": found, "hours": hours, "incident": record}, "top")


@record_actions.add(order=31)
def steps(register: Register, record: Record, actor: Actor) -> Iterable[Action]:
    if record.archived_at is not None or not allows(actor, register.edit, record):
        return
    if isinstance(record, Offering):
        yield from _of_offering(register, record, actor)
    elif isinstance(record, ExitPlan):
        yield Action(_("Rehearsed"), register.url("rehearse", record), "check", primary=record.rehearsed_on is None)
    elif isinstance(record, VendorIncident):
        found = finding_of(record)
        if found is None:
            yield Action(_("Make a finding"), register.url("finding", record), "alert-octagon", post=True)
        if record.state == VendorIncident.State.OPEN:
            yield Action(_("Close it"), register.url("close", record), "check", primary=True)


def _of_offering(register: Register, offering: Offering, actor: Actor) -> Iterator[Action]:
    manager = actor.reach(P.VENDORS_EDIT) is Reach.ALL
    if offering.state == State.APPROVED:
        yield Action(_("Suspend"), register.url("suspend", offering), "alert-triangle")
    if manager and offering.state == State.REQUESTED:
        yield Action(_("Refuse"), register.url("refuse", offering), "ban")
    if manager and offering.state in (State.APPROVED, State.SUSPENDED):
        yield Action(_("End its use"), register.url("end", offering), "door-exit")
    if manager and offering.state in (*STOPPED, State.SUSPENDED):
        yield Action(_("Take it up again"), register.url("resume", offering), "arrow-back-up", primary=True)


@record_pages.add(order=61)
def addresses(register: Register) -> Iterator[URLPattern]:
    from vendors.using import pages

    one, name = f"{register.slug}/<reference:reference>", register.slug
    found: dict[str, dict[str, Any]] = {
        "offerings": {
            "suspend": pages.SuspendPage,
            "resume": pages.ResumePage,
            "refuse": pages.RefusePage,
            "end": pages.EndPage,
        },
        "exit-plans": {"rehearse": pages.RehearsePage},
        "vendor-incidents": {"close": pages.CloseIncidentPage, "finding": pages.IncidentFindingPage},
    }
    for what, page in found.get(name, {}).items():
        yield path(f"{one}/{what}", page.as_view(register=register), name=f"{name}-{what}")
