"""The demo firm's context and leadership: issues, parties, roles, scope, processes, responsibilities, commitments.

Two gaps are left for the product to find: nobody decided on the fraud system since it went into validation, and
nobody holds the role of data steward.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from aims.demo.context_texts import AI_ROLES, COMMITMENTS, DECISIONS, HANDS_ON, ISSUES, PARTIES, PROCESSES, ROLES, SCOPE
from aims.models import (
    AIRole,
    AISystem,
    Commitment,
    InterestedParty,
    Issue,
    Process,
    Responsibility,
    ScopeStatement,
)
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.records import change_record, create_record
from grc.approvals.demo import APPROVER, OFFICER, send, sign
from grc.demo import HOME, demo_actor, person_of
from grc.registries import seeders


@seeders.add(order=64)
def seed_context() -> None:
    officer, approver = demo_actor(OFFICER, HOME), demo_actor(APPROVER, HOME)
    if Issue.objects.within(officer.organisation).exists():
        return
    with officer.working(), transaction.atomic():
        systems = {row.runtime_id: row for row in AISystem.objects.within(officer.organisation)}
        _issues(officer)
        _parties(officer)
        for name, role, act_role, why in AI_ROLES:
            values = {"role": role, "act_role": act_role, "reason": why, "system": systems[name]}
            _add(officer, AIRole, 320, owner=systems[name].owner, **values)
        _processes(officer)
        _leadership(officer)
        _scope(officer, approver, systems)


def _issues(officer: Actor) -> None:
    for name, kind, topic, effect, relevant, response, review in ISSUES:
        values = {"kind": kind, "topic": topic, "effect": effect, "relevant": relevant, "response": response}
        _add(officer, Issue, 330, name=name, review_on=_in(review), owner=officer.person, **values)


def _parties(officer: Actor) -> None:
    for name, kind, needs, met_by in PARTIES:
        values = {"kind": kind, "needs": needs, "met_by": met_by}
        _add(officer, InterestedParty, 325, name=name, owner=officer.person, review_on=_in(100), **values)


def _processes(officer: Actor) -> None:
    made = [
        _add(
            officer, Process, 290, name=name, purpose=purpose, inputs=inputs, outputs=outputs, measured_by=measured_by,
            owner=_person(owner), review_on=_in(130),
        )
        for name, purpose, inputs, outputs, measured_by, owner in PROCESSES
    ]  # fmt: skip
    for source, target, note in HANDS_ON:
        link_records(source=made[source], reference=made[target].reference, by=officer, note=note)


def _leadership(officer: Actor) -> None:
    for name, duty, holder, deputy, answers_for, may_decide, reports_to in ROLES:
        _add(
            officer, Responsibility, 310, name=name, duty=duty, holder=_person(holder), deputy=_person(deputy),
            answers_for=answers_for, may_decide=may_decide, reports_to=reports_to, owner=officer.person,
            told_on=_in(-300) if holder else None, review_on=_in(65),
        )  # fmt: skip
    for name, kind, extent, text, ago in COMMITMENTS:
        values = {"kind": kind, "extent": extent, "text": text, "given_on": _in(-ago), "given_by": _person("margit")}
        _add(officer, Commitment, ago, name=name, owner=officer.person, **values)


def _scope(officer: Actor, approver: Actor, systems: dict[str, Any]) -> None:
    """Approved when each system was decided on; since then one has moved on, and is undecided again."""
    for name, (decision, reason) in DECISIONS.items():
        _decide(officer, systems[name], decision, reason, 215)
    scope = _add(
        officer, ScopeStatement, 212, name="Scope of the AI management system", text=SCOPE,
        boundary="Claims, customer service and the AI platform. Borders on underwriting, finance and the data centre.",
        sites="Head office, Hamburg: claims, platform, management\nService centre, Leipzig: customer service",
        headcount=140, outsourced="Model inference: three suppliers, under contract; versions pinned, calls recorded",
        exclusions="Commercial underwriting: another line of business, with its own controls", owner=officer.person,
        review_on=_in(150),
    )  # fmt: skip
    review = send(scope, "First scope, after the board’s discussion.", officer, approver)
    sign(review, approver, days_ago=208)
    _decide(officer, systems["fraud-signals"], "undecided", "In validation since: to be decided before release.", 18)


def _decide(officer: Actor, system: Any, decision: str, reason: str, ago: int) -> None:
    system.refresh_from_db()
    system.in_scope, system.scope_reason = decision, reason
    system._history_date = timezone.now() - dt.timedelta(days=ago)
    change_record(record=system, by=officer, lock=system.lock, reason="Scope")


def _add(officer: Actor, model: Any, ago: int, **values: Any) -> Any:
    record = model(organisation=officer.organisation, **values)
    record._history_date = timezone.now() - dt.timedelta(days=ago)
    return create_record(record=record, by=officer)


def _person(name: str) -> Any:
    return person_of(f"{name}@nordhaven.example") if name else None


def _in(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)
