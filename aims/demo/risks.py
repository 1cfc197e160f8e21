"""Fourteen risks by the firm’s own criteria, and how they moved; two are late, one is not judged, one is in doubt.

Ten of them are in the treatment plan that top management signed; four came up since.
"""

import datetime as dt
from typing import Any

from django.utils import timezone

from aims.demo.treatments import seed_first_treatments, sign_plan
from aims.models import AISystem, Risk, RiskCriteria
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.records import change_record, create_record
from grc.demo import HOME, OTHER, demo_actor, person_of
from grc.models.organisation import Organisation
from grc.models.teamwork import Task
from grc.registries import seeders

LIKELIHOOD = """Rare: not in ten years
Unlikely: once in a few years
Possible: about once a year
Likely: several times a year
Almost certain: every month or more"""
IMPACT = """Slight: a nuisance, put right the same day
Minor: a person loses time or small money; put right on request
Serious: a wrong decision that a person must fight; some hundred customers; a complaint to the ombudsman
Severe: a person or a group suffers harm that lasts; a finding of the supervisor; the press
Critical: harm to health or livelihood, systematic discrimination, loss of the licence"""

# name, system's id in records, who keeps it, inherent (likelihood, impact), treatment, residual or None, state, more;
# on: the impact on each, without and after treatment, whose worst are the impacts of both judgements
RISKS: list[dict[str, Any]] = [
    {
        "name": "Claims of people with foreign names are sent to investigation more often",
        "catalogue_ids": ["GAI-06", "MIT-1"],
        "system": "claims-triage", "judged": (4, 5), "left": (2, 5), "treatment": "reduce", "state": "treating",
        "source": "Historic claims that were settled by hand carry the handlers' bias into the model.",
        "event": "Claims are proposed for investigation by origin of the name, without a cause in the claim.",
        "for_individuals": "Longer waiting, suspicion, a refused claim that would have been paid.",
        "for_groups": "Discrimination by ethnic origin.",
        "for_society": "Less trust that claims are decided on their merits.",
        "for_organisation": "Finding of the supervisor under equal-treatment law.",
        "on": {"individuals": (4, 4), "groups": (5, 5), "society": (3, 2), "organisation": (4, 4)},
        "treatment_plan": "Monthly comparison of referral rates on matched claims; threshold 1.2; retraining without "
        "name and postcode; handlers see no score before their own first view.",
        "treat_in": -12, "review_in": 18, "moved": (5, 5), "tags": ["fairness", "high-risk"],
    },
    {
        "name": "A handler confirms proposals without reading the file",
        "catalogue_ids": ["GAI-07", "MIT-5"],
        "system": "claims-triage", "judged": (4, 4), "left": (3, 3), "treatment": "reduce", "state": "treating",
        "source": "Volume and time pressure; 97 % of proposals turn out right.",
        "event": "Wrong proposals pass because nobody looks.",
        "for_individuals": "A wrong refusal that a person must fight.",
        "for_organisation": "Complaints to the ombudsman that are lost.",
        "on": {"individuals": (4, 3), "organisation": (3, 2)},
        "treatment_plan": "Planted wrong proposals once a week; time on page measured; overrides reported monthly.",
        "treat_in": 25, "review_in": 40, "tags": ["oversight"],
    },
    {
        "name": "Health data reach the model provider in attachments",
        "catalogue_ids": ["GAI-04", "LLM02:2026"],
        "system": "claims-triage", "judged": (3, 4), "left": (1, 4), "treatment": "reduce", "state": "treated",
        "source": "Customers attach doctors' letters to household claims.",
        "event": "Special categories of data leave for a provider that has no agreement for them.",
        "for_individuals": "Loss of confidentiality about health.",
        "for_organisation": "A breach that must be notified to the data protection authority.",
        "on": {"individuals": (4, 4), "organisation": (4, 3)},
        "treatment_plan": "The proxy classifies and refuses special categories; every refusal names its policy.",
        "treat_in": -90, "review_in": 75, "tags": ["privacy"],
    },
    {
        "name": "The provider replaces the model behind the same name",
        "catalogue_ids": ["GAI-12", "LLM04:2026"],
        "system": "claims-triage", "judged": (3, 3), "left": (1, 3), "treatment": "reduce", "state": "treated",
        "source": "Aliases such as “latest”.",
        "event": "Quality changes without a release review.",
        "for_organisation": "Decisions that nobody validated.",
        "on": {"organisation": (3, 3)},
        "treatment_plan": "Versions are pinned; the proxy refuses an alias; a change needs the evaluation gate.",
        "treat_in": -150, "review_in": 60, "tags": ["supply chain"],
    },
    {
        "name": "The assistant promises cover that the policy does not give",
        "catalogue_ids": ["GAI-02", "LLM07:2026", "AML.T0062"],
        "system": "customer-assistant", "judged": (4, 3), "left": (2, 3), "treatment": "reduce", "state": "treating",
        "source": "Answers made from text that looks like the customer's policy.",
        "event": "A customer relies on a wrong answer about cover.",
        "for_individuals": "Money spent in the belief of being insured.",
        "for_organisation": "Bound by what the assistant said.",
        "on": {"individuals": (3, 3), "organisation": (3, 2)},
        "treatment_plan": "Answers cite the clause; no clause, no answer; sample of 200 conversations a month.",
        "treat_in": 33, "review_in": 21, "tags": ["misinformation"],
    },
    {
        "name": "Hidden instructions in a customer's document steer the assistant",
        "catalogue_ids": ["GAI-09", "LLM01:2026", "AML.T0051"],
        "system": "customer-assistant", "judged": (3, 4), "left": (2, 3), "treatment": "reduce", "state": "treating",
        "source": "Documents are read together with the instructions.",
        "event": "The assistant reveals data of others or starts a tool that nobody asked for.",
        "for_individuals": "Data of other customers shown.",
        "for_organisation": "A breach that must be notified, and the press.",
        "on": {"individuals": (3, 3), "organisation": (4, 3)},
        "treatment_plan": "Tools see the customer's contracts only; instructions in documents are not obeyed.",
        "treat_in": 60, "review_in": 45, "tags": ["security"],
    },
    {
        "name": "People do not notice that they talk with a machine",
        "catalogue_ids": ["GAI-07", "MIT-5"],
        "system": "customer-assistant", "judged": (2, 2), "left": (1, 2), "treatment": "reduce", "state": "treated",
        "source": "The window looks like the old chat with the service desk.",
        "event": "Somebody confides what they would not tell a machine.",
        "for_individuals": "Loss of a free choice.",
        "on": {"individuals": (2, 2)},
        "treatment_plan": "Notice at the start and after every pause; the records show that it was shown.",
        "treat_in": -200, "review_in": 90,
    },
    {
        "name": "The assistant is down on the day of a storm",
        "catalogue_ids": ["AML.T0029"],
        "system": "customer-assistant", "judged": (3, 2), "treatment": "accept", "state": "open",
        "source": "One provider, one region.",
        "event": "Nobody answers in chat for some hours.",
        "for_individuals": "Half an hour on the phone on a bad day.",
        "for_organisation": "More calls than the desk can take.",
        "on": {"individuals": (2, None), "organisation": (2, None)},
        "review_in": 110,
    },
    {
        "name": "The summary leaves out the sentence that matters",
        "catalogue_ids": ["GAI-02", "LLM07:2026"],
        "system": "underwriting-summary", "judged": (3, 3), "left": (2, 2), "treatment": "reduce", "state": "treating",
        "source": "Long submissions in several languages.",
        "event": "A cover is quoted without its exclusion.",
        "for_organisation": "A loss that was not priced.",
        "on": {"organisation": (3, 2)},
        "treatment_plan": "The underwriter signs that the submission itself was read; quarterly check of 30 files.",
        "treat_in": -4, "review_in": 10,
    },
    {
        "name": "Confidential submissions are used to train the provider's models",
        "catalogue_ids": ["GAI-04", "GAI-12"],
        "system": "underwriting-summary", "judged": (2, 4), "left": (1, 4), "treatment": "share", "state": "treated",
        "source": "Plan and route of the provider decide, not its name.",
        "event": "A broker's data show up elsewhere.",
        "for_organisation": "Loss of brokers' trust; damages.",
        "on": {"organisation": (4, 4)},
        "treatment_plan": "Contract without training use; checked once a year with the provider's own statement.",
        "treat_in": -60, "review_in": 150, "tags": ["vendors"],
    },
    {
        "name": "Fraud signals become the only ground for a refusal",
        "catalogue_ids": ["GAI-06", "MIT-5"],
        "system": "fraud-signals", "judged": (3, 5), "treatment": "undecided", "state": "open",
        "source": "The signal has a number, and numbers convince.",
        "event": "An honest customer is refused and reported.",
        "for_individuals": "Loss of livelihood, entry in the industry's warning list.",
        "for_organisation": "A ruling of the ombudsman; damages.",
        "on": {"individuals": (5, None), "organisation": (4, None)},
        "review_in": -6, "tags": ["high-risk"],
    },
    {
        "name": "Patterns of fraud have moved on since 2025",
        "catalogue_ids": ["MIT-7"],
        "system": "fraud-signals", "treatment": "undecided", "state": "open",
        "source": "Training data end in 2025.",
        "event": "New schemes pass; old ones are overrated.",
        "review_in": 30,
    },
    {
        "name": "Staff paste customer data into public AI tools",
        "catalogue_ids": ["GAI-04", "LLM02:2026"],
        "judged": (4, 3), "left": (3, 3), "treatment": "reduce", "state": "treating",
        "source": "The approved tools are slower than the public ones.",
        "event": "Customer data leave the firm without a contract.",
        "for_individuals": "Loss of confidentiality.",
        "for_organisation": "A breach without a contract to fall back on.",
        "on": {"individuals": (3, 3), "organisation": (3, 2)},
        "treatment_plan": "Approved tools made easier; public ones blocked on managed devices; yearly training.",
        "treat_in": 14, "review_in": 50, "tags": ["privacy"],
    },
    {
        "name": "The only engineer who knows the proxy leaves",
        "judged": (2, 3), "treatment": "accept", "state": "open",
        "source": "One person built it.",
        "event": "An outage takes days instead of hours.",
        "for_organisation": "Claims are sorted by hand meanwhile.",
        "on": {"organisation": (3, None)},
        "review_in": 200,
    },
]  # fmt: skip


IN_PLAN = 10
"""So many risks were known when top management signed the treatment plan; the others came up since."""


@seeders.add(order=30)
def seed_risks() -> None:
    officer = demo_actor("carla@nordhaven.example", HOME)
    if Risk.objects.within(officer.organisation).exists():
        return
    with officer.working():
        _criteria(officer, "Nordhaven’s risk criteria", days=330)
        systems = {s.runtime_id: s for s in AISystem.objects.within(officer.organisation).select_related("owner")}
        for number, values in enumerate(RISKS[:IN_PLAN]):
            _risk(officer, values, systems, days=310 - 9 * number)
        seed_first_treatments(officer)
        sign_plan(officer)
        for number, values in enumerate(RISKS[IN_PLAN:]):
            _risk(officer, values, systems, days=95 - 9 * number)
        _links_and_tasks(officer)
    rosa = demo_actor("rosa@brightwell.example", OTHER)
    with rosa.working():
        _criteria(rosa, "Risk criteria", days=40)
        _risk(rosa, {**RISKS[7], "system": "", "name": "Appointments are proposed on closed days"}, {}, days=30)


def _criteria(officer: Actor, name: str, *, days: int) -> None:
    criteria = RiskCriteria(
        organisation=officer.organisation, name=name, likelihood_scale=LIKELIHOOD, impact_scale=IMPACT,
        review_on=timezone.localdate() + dt.timedelta(days=35),
    )  # fmt: skip
    _dated(criteria, days)
    create_record(record=criteria, by=officer)


def _risk(officer: Actor, values: dict[str, Any], systems: dict[str, AISystem], *, days: int) -> None:
    today, values = timezone.localdate(), dict(values)
    system = systems.get(values.pop("system", ""))
    judged, left = values.pop("judged", (None, None)), values.pop("left", (None, None))
    before, later = values.pop("moved", judged), {name: values.pop(name) for name in ("treatment", "state")}
    on = values.pop("on", {})
    treat_in, review_in = values.pop("treat_in", None), values.pop("review_in")
    risk = Risk(
        organisation=officer.organisation, system=system, owner=system.owner if system else officer.person,
        likelihood=before[0], impact=before[1], **{f"{who}_impact": was for who, (was, _left) in on.items()}, **values,
    )  # fmt: skip
    _dated(risk, days)
    create_record(record=risk, by=officer)
    risk.likelihood, risk.impact = judged
    risk.residual_likelihood, risk.residual_impact = left
    for who, (_was, remains) in on.items():
        setattr(risk, f"residual_{who}_impact", remains)
    risk.treatment, risk.state = later["treatment"], later["state"]
    risk.treat_by = today + dt.timedelta(days=treat_in) if treat_in is not None else None
    risk.review_on = today + dt.timedelta(days=review_in)
    _dated(risk, max(days - 120, days // 2))
    change_record(record=risk, by=officer, lock=risk.lock, reason="Workshop on treatment")


def _dated(record: Any, days: int) -> None:
    record._history_date = timezone.now() - dt.timedelta(days=days)


def _links_and_tasks(officer: Actor) -> None:
    organisation: Organisation = officer.organisation
    today = timezone.localdate()
    risks = {risk.reference: risk for risk in Risk.objects.within(organisation).select_related("key")}
    link_records(source=risks["RSK-0001"], reference="RSK-0011", by=officer, note="The same bias, in both systems")
    for what, about, who, days in (
        ("Report referral rates of October", "RSK-0001", "jonas@nordhaven.example", -3),
        ("Plant this week’s wrong proposals", "RSK-0002", "jonas@nordhaven.example", 2),
        ("Ask the works council about time on page", "RSK-0002", "carla@nordhaven.example", 12),
        ("Decide on treatment before release", "RSK-0011", "carla@nordhaven.example", 5),
        ("Name a deputy for the proxy", "RSK-0014", "sam@nordhaven.example", 30),
    ):
        task = Task(
            organisation=organisation, name=what, about=risks[about].key, owner=person_of(who),
            due_on=today + dt.timedelta(days=days),
        )  # fmt: skip
        create_record(record=task, by=officer)
