"""Six nonconformities over a year and five improvements: closed, waiting, late, repeated."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from aims.improvement.actions import NotMovable, check_effectiveness, close_nonconformity, make_nonconformity_of
from aims.models import AISystem, CorrectiveAction, Improvement, Nonconformity
from controls.models import Requirement, TestRun
from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.records import change_record, create_record
from grc.demo import HOME, demo_actor, person_of
from grc.registries import seeders
from grc.teamwork.actions.attachments import attach_files

OFFICER, AUDITOR = "carla@nordhaven.example", "tomas@nordhaven.example"
JONAS, SAM = "jonas@nordhaven.example", "sam@nordhaven.example"

# found: days ago; due: days from today; actions: what, who, due in days, done days ago or None
CASES: tuple[dict[str, Any], ...] = (
    {
        "found": 292, "due": -230, "source": "audit", "requirement": "A.3.2", "owner": JONAS,
        "name": "The oversight procedure names a deputy who left",
        "description": "Section 4 of the procedure for claims triage, seen in the audit of spring: the deputy of the "
        "head of claims left seven weeks before. Two handlers asked did not know whom to call.",
        "correction": "The procedure names the new deputy; both are on the emergency sheet.", "corrected": 288,
        "whys": ("Nobody changed the procedure when she left.", "Leaving staff are taken off systems, not off papers.",
                 "The list for leavers has no line for roles in the management system."),
        "cause": "The list for leavers does not ask for roles in the management system.",
        "similar": "All twelve role descriptions compared with the staff list: one more was out of date.",
        "actions": (("Add a line on roles to the list for leavers", OFFICER, -262, 270),),
        "checked": 238, "closed": 236,
        "effect": "Three people left since. For each, the roles were given to somebody within a week.",
        "file": ("leavers.csv", "who,roles handed over after days\n1,4\n2,2\n3,0\n"),
    },
    {
        "found": 204, "due": -130, "source": "own", "grade": "major", "requirement": "A.6.2.4", "owner": JONAS,
        "system": "claims-triage",
        "name": "A model version went live without a release review",
        "description": "The provider replaced the model behind the alias on a Tuesday evening. Until Thursday noon 611 "
        "claims were sorted by a version that nobody had evaluated.",
        "correction": "The proxy was set back to the version that was reviewed; the 611 claims were sorted again.",
        "corrected": 202,
        "whys": ("The proxy asked for an alias, not for a version.", "The configuration was copied from the trial.",
                 "Nothing in the release review asks how the version is pinned."),
        "cause": "The release review did not ask for a pinned version, and the proxy accepted an alias.",
        "similar": "The assistant asked for an alias as well; underwriting and fraud signals did not.",
        "actions": (("Pin every model by its exact version", JONAS, -185, 190),
                    ("Let the proxy refuse aliases", OFFICER, -170, 172)),
        "checked": 144, "closed": 142,
        "effect": "Records of four weeks: each names a reviewed version. An alias sent on purpose was refused.",
        "evidence": "Claims triage: validation report 2026",
    },
    {
        "found": 81, "due": 12, "source": "complaint", "requirement": "A.8.3", "owner": JONAS,
        "system": "customer-assistant",
        "name": "Complaints about the assistant were not kept for eleven days",
        "description": "A policyholder asked what became of her complaint. For eleven days none that came in by "
        "chat was in the register; at least nine are missing.",
        "correction": "The nine were entered from the chat logs, and the people were answered.", "corrected": 76,
        "whys": ("The form of the chat sent them to a mailbox that was closed.",
                 "The mailbox was moved, and the form was not on the list of what uses it."),
        "cause": "No list says what sends to the mailboxes of the service desk.",
        "similar": "All forms on the public site were tried: the others arrive.",
        "actions": (("List what sends to the mailboxes of the service desk", JONAS, -40, 43),
                    ("Send a test complaint each morning", SAM, -30, 33)),
    },
    {
        "found": 96, "due": -9, "source": "audit", "requirement": "7.2", "owner": JONAS,
        "name": "Training records of three new handlers are missing",
        "description": "Three of the five handlers who started in summer use claims triage without a record of the "
        "training that the procedure asks for.",
        "correction": "The three were trained in the same week.", "corrected": 90,
        "actions": (("Ask for the record before an account is opened", OFFICER, -20, None),),
    },
    {
        "found": 41, "due": 22, "source": "monitoring", "requirement": "A.6.2.4", "owner": OFFICER,
        "system": "customer-assistant",
        "name": "Prompt r42 of the assistant went live without a recorded review",
        "description": "The prompt was changed on a Friday; the record of its review is empty. The requirement was "
        "not met in spring, for a model.",
        "correction": "The review was done afterwards, on 120 kept conversations.", "corrected": 37,
        "whys": ("Prompts are changed in another tool than models.", "The release review is started for models only."),
        "cause": "The release review did not cover prompts.",
        "actions": (("Start the release review for prompts, too", JONAS, 10, None),),
    },
)  # fmt: skip
OF_A_TEST: dict[str, Any] = {
    "grade": "major", "due": 26, "correction": "The handler read the claim again; the decision stood.", "corrected": 30,
    "whys": ("Proposals can be confirmed before they are read.", "The limit of 40 an hour is counted, not enforced."),
    "actions": (("Hold the button back until the file was open", SAM, -2, None),),
}  # fmt: skip
# name, where it comes from, what gets better, state, due in days, result
IMPROVEMENTS = (
    ("Show handlers why a claim like it was decided otherwise", "Claims handlers", "Fewer overrides without a reason.",
     "accepted", 40, ""),
    ("One page on each AI system for the works council", "Works council", "No more questions by mail each month.",
     "done", -35, "Four pages, read 60 times in the first month."),
    ("Let the assistant offer a call back", "Complaints of summer", "People in distress reach a person sooner.",
     "idea", None, ""),
    ("Compare referral rates weekly instead of monthly", "Internal audit", "A drift is seen three weeks earlier.",
     "idea", None, ""),
    ("A voice for the assistant", "Marketing", "Reaches people who do not write.", "dropped", None, ""),
)  # fmt: skip


@seeders.add(order=67)
def seed_improvement() -> None:
    officer = demo_actor(OFFICER, HOME)
    organisation = officer.organisation
    with officer.working():
        if Nonconformity.objects.within(organisation).exists():
            return
        systems = {one.runtime_id: one for one in AISystem.objects.within(organisation)}
        for values in CASES:
            _case(officer, dict(values), systems)
        _case_of_a_test(officer, systems.get("claims-triage"))
        for number, said in enumerate(IMPROVEMENTS):
            _improvement(officer, said, days=190 - 34 * number)


def _case(officer: Actor, values: dict[str, Any], systems: dict[str, AISystem]) -> None:
    found = values["found"]
    nonconformity = Nonconformity(
        organisation=officer.organisation, name=values["name"], description=values["description"],
        source=values["source"], grade=values.get("grade", "minor"), owner=person_of(values["owner"]),
        found_on=_day(-found), due_on=_day(values["due"]), system=systems.get(values.get("system", "")),
        requirement=_requirement(officer, values["requirement"]),
    )  # fmt: skip
    _dated(nonconformity, found)
    create_record(record=nonconformity, by=officer)
    _work_on(nonconformity, values, officer)
    if "checked" in values:
        _end(nonconformity, values, officer)


def _work_on(nonconformity: Nonconformity, values: dict[str, Any], officer: Actor) -> None:
    """What was put right and found out, and the actions with their days."""
    for name in ("correction", "cause", "similar"):
        setattr(nonconformity, name, values.get(name, ""))
    for number, why in enumerate(values.get("whys", ()), start=1):
        setattr(nonconformity, f"why_{number}", why)
    nonconformity.corrected_on = _day(-values["corrected"])
    _dated(nonconformity, values["corrected"] - 1)
    change_record(record=nonconformity, by=officer, lock=nonconformity.lock, reason="Cause looked for with the team")
    for name, who, due, done in values["actions"]:
        action = CorrectiveAction(
            organisation=officer.organisation, nonconformity=nonconformity, name=name, owner=person_of(who),
            due_on=_day(due), done_on=None if done is None else _day(-done),
        )  # fmt: skip
        _dated(action, values["corrected"] - 2)
        create_record(record=action, by=officer)
        made_at = timezone.now() - dt.timedelta(days=values["corrected"] - 2)
        CorrectiveAction.objects.within(officer.organisation).filter(pk=action.pk).update(created_at=made_at)


def _end(nonconformity: Nonconformity, values: dict[str, Any], officer: Actor) -> None:
    """Evidence, the auditor's check, and the end of it."""
    if "file" in values:
        name, text = values["file"]
        attach_files(record=nonconformity, uploads=[SimpleUploadedFile(name, text.encode())], by=officer)
    item = EvidenceItem.objects.within(officer.organisation).filter(name=values.get("evidence", "")).first()
    if item is not None:
        link_records(source=nonconformity, reference=item.reference, by=officer, note="What was measured afterwards")
    auditor = demo_actor(AUDITOR, HOME)
    with auditor.working():
        _dated(nonconformity, values["checked"])
        check_effectiveness(
            nonconformity=nonconformity, by=auditor, effect=values["effect"], effective=True,
            lock=nonconformity.lock, at=timezone.now() - dt.timedelta(days=values["checked"]),
        )  # fmt: skip
    _dated(nonconformity, values["closed"])
    close_nonconformity(nonconformity=nonconformity, by=officer, lock=nonconformity.lock, on=_day(-values["closed"]))


def _case_of_a_test(officer: Actor, system: AISystem | None) -> None:
    rows = TestRun.objects.within(officer.organisation).filter(result="failed", automatic=False)
    run = rows.select_related("key", "organisation", "test__control").order_by("pk").first()
    if run is None:
        return
    try:
        nonconformity = make_nonconformity_of(run=run, by=officer)
    except NotMovable:
        return
    nonconformity.grade, nonconformity.system, nonconformity.due_on = OF_A_TEST["grade"], system, _day(OF_A_TEST["due"])
    nonconformity.requirement = nonconformity.requirement or _requirement(officer, "A.9.2")
    nonconformity.owner = person_of(JONAS)
    _work_on(nonconformity, OF_A_TEST, officer)


def _improvement(officer: Actor, values: tuple[Any, ...], *, days: int) -> None:
    name, source, benefit, state, due, result = values
    improvement = Improvement(organisation=officer.organisation, name=name, source=source, benefit=benefit)
    _dated(improvement, days)
    create_record(record=improvement, by=officer)
    if state == Improvement.State.IDEA:
        return
    improvement.state, improvement.result = state, result
    improvement.due_on = None if due is None else _day(due)
    improvement.done_on = improvement.due_on if state == Improvement.State.DONE else None
    _dated(improvement, max(days - 60, 5))
    change_record(record=improvement, by=officer, lock=improvement.lock, reason="Talked over in the round of owners")


def _requirement(officer: Actor, code: str) -> Requirement | None:
    rows = Requirement.objects.within(officer.organisation).filter(framework__catalogue="iso42001", code=code)
    found: Requirement | None = rows.order_by("pk").first()
    return found


def _day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def _dated(record: Any, days: int) -> None:
    record._history_date = timezone.now() - dt.timedelta(days=days)
