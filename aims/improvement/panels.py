"""What stands on a nonconformity's page beside its fields: its steps, its actions, and others like it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aims.improvement.actions import nonconformity_of
from aims.improvement.case import Case, age_of, is_late, is_ready_for_check, missing_of, read_case, steps_of
from aims.improvement.forms import action_form
from aims.models import Nonconformity
from controls.models import TestRun
from controls.models.test import Result
from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible, allows, require_reach
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Action, Register, registers
from grc.registries import Part, record_actions, record_pages, record_parts

P = Permission
SIMILAR = 8


@record_parts.add(order=5)
def steps_part(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """Above everything: how far it has come, and the step that can be taken now."""
    if isinstance(record, Nonconformity):
        yield Part("aims/improvement/steps.html", steps_context(record, actor), "top")


def steps_context(nonconformity: Nonconformity, actor: Actor) -> dict[str, Any]:
    case, today = _case(nonconformity), timezone.localdate()
    register = registers.of(Nonconformity)
    is_open, in_use = nonconformity.state == Nonconformity.State.OPEN, nonconformity.archived_at is None
    missing = missing_of(case)
    may_edit = in_use and _may(actor, P.IMPROVEMENT_EDIT, nonconformity)
    return {
        "nonconformity": nonconformity,
        "steps": steps_of(case),
        "missing": missing if is_open else [],
        "late": is_late(nonconformity, today),
        "age": age_of(nonconformity, today),
        "check_url": register.url("check", nonconformity) if in_use and is_open and may_check(case, actor) else "",
        "close_url": register.url("close", nonconformity) if may_edit and is_open and not missing else "",
        "reopen_url": register.url("reopen", nonconformity) if may_edit and not is_open else "",
    }


def may_check(case: Case, actor: Actor) -> bool:
    """Whether ``actor`` is another person who may judge it, and there is something to judge that nobody has."""
    owners = {case.nonconformity.owner_id, *(action.owner_id for action in case.actions)}
    if actor.person is None or actor.person.pk in owners or not is_ready_for_check(case):
        return False
    return _may(actor, P.IMPROVEMENT_CHECK, case.nonconformity)


def actions_panel(nonconformity: Nonconformity, actor: Actor) -> dict[str, Any]:
    """Its corrective actions, each with whether this person may say that it is done, and the row for a further one."""
    case, register = _case(nonconformity), registers.by_slug("corrective-actions")
    may_add = nonconformity.archived_at is None and allows(actor, P.IMPROVEMENT_EDIT, nonconformity)
    rows = []
    for action in case.actions:
        action.nonconformity = nonconformity
        rows.append((action, action.done_on is None and allows(actor, register.edit, action)))
    return {
        "rows": rows,
        "form": action_form(None, nonconformity, actor) if may_add else None,
        "url": registers.of(Nonconformity).url("actions", nonconformity),
    }


def similar_panel(nonconformity: Nonconformity, actor: Actor) -> dict[str, Any]:
    """Others of the same requirement or AI system, the latest first, open or closed."""
    same = Q(pk__in=())
    if nonconformity.requirement_id is not None:
        same |= Q(requirement=nonconformity.requirement_id)
    if nonconformity.system_id is not None:
        same |= Q(system=nonconformity.system_id)
    rows = Nonconformity.objects.permitted(actor, P.IMPROVEMENT_VIEW).filter(same, archived_at=None)
    rows = rows.exclude(pk=nonconformity.pk).select_related("organisation", "requirement", "system")
    return {
        "rows": list(rows.order_by("-found_on", "-pk")[:SIMILAR]),
        "known": nonconformity.requirement_id is not None or nonconformity.system_id is not None,
    }


@record_actions.add(order=40)
def make_of_run(register: Register, record: Record, actor: Actor) -> Iterable[Action]:
    """On a test run that failed: make a nonconformity of it, or go to the one that it is."""
    if not isinstance(record, TestRun) or record.result != Result.FAILED or not actor.can(P.IMPROVEMENT_VIEW):
        return
    found = nonconformity_of(record)
    if found is not None:
        yield Action(found.reference, found.get_absolute_url(), "alert-octagon")
    elif record.archived_at is None and actor.can(P.IMPROVEMENT_EDIT):
        url = reverse("test-runs-nonconformity", args=[actor.organisation.slug, record.reference])
        yield Action(_("Make a nonconformity of it"), url, "alert-octagon", post=True, primary=True)


@record_pages.add(order=60)
def addresses(register: Register) -> Iterator[URLPattern]:
    if register.slug == "test-runs":
        from aims.improvement.pages import MakeOfRunPage

        one = f"{register.slug}/<reference:reference>/nonconformity"
        yield path(one, MakeOfRunPage.as_view(), name=f"{register.slug}-nonconformity")


def _case(nonconformity: Nonconformity) -> Case:
    """Read once for a page, though several of its parts ask."""
    case: Case | None = nonconformity.__dict__.get("_case")
    if case is None:
        case = nonconformity.__dict__["_case"] = read_case(nonconformity)
    return case


def _may(actor: Actor, permission: Permission, record: Record) -> bool:
    try:
        require_reach(actor, permission, record)
    except (Denied, NotVisible):
        return False
    return True
