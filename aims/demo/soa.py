"""Nordhaven’s statements: one in force for ISO/IEC 42001 with its next draft, one for ISO/IEC 27001 half decided."""

import datetime as dt
from typing import Any

from django.utils import timezone

from aims.models import Risk, SoA, SoADecision, Treatment
from aims.soa.actions import add_control, begin_soa, decide
from controls.models import Control, Framework, Requirement
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.records import change_record, create_record
from grc.approvals.demo import APPROVER, OFFICER, send, sign
from grc.approvals.signing import sign_waiting
from grc.demo import HOME, demo_actor
from grc.registries import seeders

INTRODUCTION = """We went through the reference controls of ISO/IEC 42001 with the owners of our four AI systems. \
A control is in where the treatment of a risk needs it, where law or a contract asks for it, or where work that we do \
cannot be steered without it. A control is out only where its owner could say why nothing is lost.

Six controls are our own: they guard the path between our applications and the models of others."""

# by area: why it is in, and how far it is
REASONS = {
    "A.2": ("The board answers for AI by a policy that everybody can read.", "implemented"),
    "A.3": ("Tasks around AI need a name beside them, and people a way to speak up.", "implemented"),
    "A.4": ("Without knowing what a system is made of, nobody can say what a change does to it.", "implemented"),
    "A.5": (
        "Claims triage and fraud signals touch people’s lives; what that does is looked at first.",
        "partly",
    ),
    "A.6": ("We build two systems ourselves and change the two others by prompts and settings.", "implemented"),
    "A.7": ("The fraud model is trained on our own claims; bad data there is a wrong suspicion.", "implemented"),
    "A.8": ("Customers talk with a machine and have a right to know; brokers ask for it in contracts.", "implemented"),
    "A.9": ("Handlers use proposals every day; rules and a second look keep them deciding.", "implemented"),
    "A.10": ("Three providers deliver models, and brokers hand us data of their clients.", "implemented"),
}
PARTLY = ("A.5.5", "A.6.1.2", "A.7.6", "A.8.5", "A.10.4")
FIRST_OUT = {
    "A.4.4": "Tools stand with the components of each system, with version and region. A list beside it would be a "
    "second truth.",
    "A.5.5": "Effects on society are covered where we assess effects on individuals and groups.",
}
NOW_IN = ("A.5.5", "Tomáš showed that groups and society are not the same: premiums for whole districts may shift.")
NOW_OUT = ("A.7.5", "All training data comes from our own claims system, whose history is kept there.")
OWN = "Plant wrong proposals to see whether people look"
ADDED = {
    "ai-path-1": "Every proposal must lead back to the person who asked; Annex A asks for records, not for this.",
    "ai-path-2": "Treats RSK-0003: health data is stopped before it leaves.",
    "ai-path-3": "The same request gets the same answer of our policy; handlers rely on it.",
    "ai-path-4": "An auditor can check that no decision was changed afterwards.",
    "ai-path-5": "Treats RSK-0010: what a provider may do with submissions depends on plan and route.",
    "": "Treats RSK-0002: a planted wrong proposal shows whether the file was read.",
}
SECURITY = {
    "A.5": ("Part of our security management since 2021; supervisors of insurers ask for it.", "implemented"),
    "A.6": ("All staff and agents work under it; part of every contract of employment.", "implemented"),
}
SECURITY_PARTLY = ("A.5.7", "A.5.21", "A.5.23", "A.5.30", "A.6.3")
SECURITY_OUT = ("A.7.6", "We have no area that only cleared people may enter; the data centres are the host’s.")
# risk, what is done, starter of the control, the control of ISO/IEC 27001 that it serves as well
TREATED = (
    ("RSK-0003", "Sort attachments by sensitivity before a model reads them", "ai-path-2", "A.8.12"),
    ("RSK-0013", "Let models be reached through the proxy only", "ai-path-3", "A.8.23"),
    ("RSK-0006", "Watch for instructions hidden in documents", "ai-path-4", "A.8.16"),
)


@seeders.add(order=75)
def seed_statements() -> None:
    officer = demo_actor(OFFICER, HOME)
    organisation = officer.organisation
    if SoA.objects.within(organisation).exists():
        return
    frameworks = {one.catalogue: one for one in Framework.objects.within(organisation).filter(archived_at=None)}
    with officer.working():
        _treat(officer, frameworks["iso27001"])
        soa = begin_soa(framework=frameworks["iso42001"], by=officer)
        soa.introduction, soa.review_on = INTRODUCTION, timezone.localdate() + dt.timedelta(days=50)
        soa = change_record(record=soa, by=officer, lock=soa.lock, reason="Introduction as discussed")
        _first_edition(soa, officer)
        note = "First statement, after the workshops with the owners of the systems."
        sign(send(soa, note, officer, demo_actor(APPROVER, HOME)), demo_actor(APPROVER, HOME), days_ago=150)
        _say(soa, officer, {NOW_IN[0]: NOW_IN[1]}, "in", "partly")
        _say(soa, officer, {NOW_OUT[0]: NOW_OUT[1]}, "out", "")
        _security(frameworks["iso27001"], officer)
    sign_waiting(organisation)


def _first_edition(soa: SoA, officer: Actor) -> None:
    for area, (reason, status) in REASONS.items():
        _say(soa, officer, dict.fromkeys(_codes(soa, area), reason), "in", status)
    _say(soa, officer, FIRST_OUT, "out", "")
    for code in (code for code in PARTLY if code not in FIRST_OUT):
        _say(soa, officer, {code: _row(soa, code).reason}, _row(soa, code).applies, "partly")
    by_starter = {one.starter: one for one in Control.objects.within(soa.organisation).exclude(starter="")}
    by_starter[""] = _own_control(officer)
    for starter, reason in ADDED.items():
        added = add_control(soa=soa, control=by_starter[starter], reason=reason, by=officer)
        state = "implemented" if by_starter[starter].state == Control.State.OPERATING else "not-started"
        decide(soa=soa, locks={added.reference: 1}, applies="in", reason=reason, status=state, by=officer)


def _own_control(officer: Actor) -> Control:
    control = Control(
        organisation=officer.organisation,
        name=OWN,
        objective="Shows whether those who confirm proposals read the file, before harm shows it.",
        how="The head of claims plants five wrong proposals a week. What was confirmed is talked about the same week.",
        state=Control.State.OPERATING,
        operating_since=timezone.localdate() - dt.timedelta(days=120),
        frequency=Control.Frequency.WEEKLY,
        kind=Control.Kind.DETECTIVE,
    )
    return create_record(record=control, by=officer)


def _security(framework: Framework, officer: Actor) -> None:
    soa = begin_soa(framework=framework, by=officer)
    for area, (reason, status) in SECURITY.items():
        _say(soa, officer, dict.fromkeys(_codes(soa, area), reason), "in", status)
    for code in SECURITY_PARTLY:
        _say(soa, officer, {code: _row(soa, code).reason}, "in", "partly")
    _say(soa, officer, dict([SECURITY_OUT]), "out")


def _treat(officer: Actor, framework: Framework) -> None:
    """Treatments by controls of the proxy, which serve a control of information security as well."""
    rows = Risk.objects.within(officer.organisation).select_related("owner")
    risks = {risk.reference: risk for risk in rows}
    for reference, name, starter, code in TREATED:
        control = Control.objects.within(officer.organisation).filter(starter=starter).first()
        line = Requirement.objects.within(officer.organisation).filter(framework=framework, code=code).first()
        risk = risks.get(reference)
        if control is None or line is None or risk is None:
            continue
        link_records(source=control, reference=line.reference, by=officer)
        treatment = Treatment(
            organisation=officer.organisation, risk=risk, name=name, control=control, owner=risk.owner,
            done_on=timezone.localdate() - dt.timedelta(days=60),
        )  # fmt: skip
        create_record(record=treatment, by=officer)


def _say(soa: SoA, officer: Actor, reasons: dict[str, str], applies: str, status: str | None = None) -> None:
    for reason in dict.fromkeys(reasons.values()):
        rows: Any = [_row(soa, code) for code, why in reasons.items() if why == reason]
        locks = {row.reference: row.lock for row in rows}
        decide(soa=soa, locks=locks, applies=applies, reason=reason, status=status, by=officer)


def _codes(soa: SoA, area: str) -> list[str]:
    rows = SoADecision.objects.within(soa.organisation).filter(soa=soa, requirement__code__startswith=f"{area}.")
    return list(rows.order_by("pk").values_list("requirement__code", flat=True))


def _row(soa: SoA, code: str) -> SoADecision:
    return SoADecision.objects.within(soa.organisation).get(soa=soa, requirement__code=code)
