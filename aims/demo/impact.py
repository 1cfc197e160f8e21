"""Impact assessments: one in force, one of a system that changed since, one under way; one system has none."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from aims.models import AISystem, ImpactAssessment
from grc.access.actor import Actor
from grc.actions.records import change_record, create_record
from grc.approvals.demo import APPROVER, OFFICER, send, sign
from grc.demo import HOME, demo_actor
from grc.registries import seeders

ASSESSMENTS: tuple[dict[str, Any], ...] = (
    {
        "system": "claims-triage",
        "days": 262,
        "concluded": 250,
        "repeat_in": 115,
        "name": "Claims triage: impact on policyholders and injured people",
        "reason": "Before first use",
        "intended": "Sorts motor and household claims into pay, review and investigate. A handler decides "
        "above 500 euros.",
        "unintended": "A handler confirms without reading. The score is read as proof of fraud. Use for health claims.",
        "data": "Settled claims of seven years. Rural claims are few, and handled by fewer offices than others.",
        "model": "Two bought language models behind one prompt; no training on our data.",
        "environment": "In the claims system, with the proposal shown after the handler’s own first view.",
        "affected": "Policyholders and injured third parties, about 41,000 a year. Children as injured third parties.",
        "benefits": "Four of ten claims are paid on the same day instead of in nine days.",
        "harms_individuals": "A justified claim waits, or its owner is asked for proof that others are not asked for.",
        "harms_groups": "People with foreign names or from some postcodes are sent to investigation more often.",
        "harms_society": "People stop claiming what they are owed, because a machine is said to decide.",
        "failures": "If the model is down, claims are sorted by hand within the hour; nothing is paid twice.",
        "severity": 4,
        "likelihood": 3,
        "measures": "Monthly comparison of referral rates on matched claims, with a limit of 1.2. Name and postcode "
        "are not shown to the model. A person decides and signs each refusal. Wrong proposals are planted each week.",
        "outcome": "measures",
        "conclusion": "The benefit reaches most policyholders; the worst harm can be undone by a person within days, "
        "and the measures show when it happens.",
        "fria": "no",
    },
    {
        "system": "customer-assistant",
        "days": 214,
        "concluded": 203,
        "repeat_in": 160,
        "name": "Customer assistant: impact on policyholders",
        "reason": "Before first use",
        "intended": "Answers policyholders’ questions on cover and on the state of a claim.",
        "unintended": "Advice on whether to insure. Answers to people in distress after an accident.",
        "affected": "Policyholders, about 9,000 conversations a month.",
        "benefits": "An answer at any hour, in plain words.",
        "harms_individuals": "Somebody relies on a wrong answer about cover.",
        "harms_groups": "Answers in other languages than German and English are worse.",
        "severity": 3,
        "likelihood": 2,
        "outcome": "go",
        "conclusion": "It says that it is a machine, cites the clause, and hands over to a person when asked.",
    },
    {
        "system": "fraud-signals",
        "days": 16,
        "name": "Fraud signals: impact on people under suspicion",
        "reason": "Before release",
        "intended": "Points investigators to unusual patterns; never the only ground for a refusal.",
        "affected": "Policyholders whose claims are investigated.",
        "harms_individuals": "Suspicion without cause, a refused claim, an entry in the industry’s warning list.",
        "severity": 5,
    },
)
CHANGED = ("customer-assistant", 18, "Policyholders, and people who ask for an offer")


@seeders.add(order=63)
def seed_impact_assessments() -> None:
    officer, approver = demo_actor(OFFICER, HOME), demo_actor(APPROVER, HOME)
    with officer.working(), transaction.atomic():
        if ImpactAssessment.objects.within(officer.organisation).exists():
            return
        systems = {one.runtime_id: one for one in AISystem.objects.within(officer.organisation).select_related("owner")}
        made = [_assessment(officer, dict(values), systems) for values in ASSESSMENTS]
        review = send(
            made[0], "Discussed with the works council and with two policyholders’ representatives.", officer, approver
        )
        sign(review, approver, days_ago=245)
        name, days, affected = CHANGED
        system = systems[name]
        system.affected = affected
        _dated(system, days)
        change_record(record=system, by=officer, lock=system.lock, reason="The assistant is on the public site now")


def _assessment(officer: Actor, values: dict[str, Any], systems: dict[str, AISystem]) -> ImpactAssessment:
    today, system = timezone.localdate(), systems[values.pop("system")]
    days, concluded, repeat_in = values.pop("days"), values.pop("concluded", None), values.pop("repeat_in", None)
    end = {name: values.pop(name) for name in ("outcome", "conclusion") if name in values}
    assessment = ImpactAssessment(organisation=officer.organisation, system=system, owner=system.owner, **values)
    _dated(assessment, days)
    create_record(record=assessment, by=officer)
    if concluded is not None:
        begun = today - dt.timedelta(days=concluded)
        assessment.keep_until = begun.replace(year=begun.year + 10, day=min(begun.day, 28))
        assessment.repeat_on = today + dt.timedelta(days=repeat_in)
        for name, value in end.items():
            setattr(assessment, name, value)
        _dated(assessment, concluded)
        change_record(record=assessment, by=officer, lock=assessment.lock, reason="Concluded in the workshop")
    return assessment


def _dated(record: Any, days: int) -> None:
    record._history_date = timezone.now() - dt.timedelta(days=days)
