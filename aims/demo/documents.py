"""The documents of the demo firm: in force, due for review, from outside, drafts; and who has read them."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from aims.demo.document_texts import INCIDENTS, OVERSIGHT, OWNER, PLAN, POLICY
from aims.documents.adding import add_starters
from aims.documents.asking import acknowledge, ask_readers, remind_readers
from aims.documents.state import refresh
from aims.models import Acknowledgement, Campaign, Document
from grc.access.actor import Actor
from grc.actions.records import create_record
from grc.approvals.demo import date_back
from grc.demo import HOME, OTHER, PEOPLE, demo_actor, person_of
from grc.models.approval import Review
from grc.registries import seeders

OFFICER, LATE, SLOW = "carla@nordhaven.example", "sam@nordhaven.example", "lena@nordhaven.example"
EVERYBODY = ["everybody"]

# title, kind, text, version, age in days, days until review, more
DOCUMENTS: tuple[tuple[str, str, str, str, int, int, dict[str, Any]], ...] = (
    (
        "AI policy", "policy", POLICY, "3", 320, 45,
        {"readers": EVERYBODY, "confidentiality": "public", "keep_years": 10},
    ),
    ("Procedure for AI incidents and concerns", "procedure", INCIDENTS, "2", 400, -8, {"readers": EVERYBODY}),
    ("Human oversight of claims triage", "procedure", OVERSIGHT, "1.4", 210, 155, {"readers": ["contributor"]}),
    ("Role: owner of an AI system", "role", OWNER, "1", 300, 65, {}),
    ("Plan: release of fraud signals", "plan", PLAN, "0.3", 20, 20, {"confidentiality": "confidential"}),
    (
        "Supervisor’s circular on AI in claims handling", "external", "", "2026-05", 150, 200,
        {"origin": "The insurance supervisor", "kept_at": "Public web site of the supervisor, section circulars",
         "watched": OFFICER},
    ),
)  # fmt: skip
# beginning of the title: days since it is in force, days until the next review
IN_FORCE = {"AI policy": (318, 47), "Procedure for AI incidents": (373, -8), "Human oversight": (205, 160)}
STARTED = ["model-and-prompt-changes", "acceptable-use"]


@seeders.add(order=35)
def seed_documents() -> None:
    officer = demo_actor(OFFICER, HOME)
    if Document.objects.within(officer.organisation).exists():
        return
    today = timezone.localdate()
    with officer.working():
        for name, kind, text, edition, age, review, more in DOCUMENTS:
            said = dict(more)
            if email := said.pop("watched", ""):
                said["watched_by"] = person_of(email)
            document = Document(
                organisation=officer.organisation, name=name, kind=kind, text=text, edition=edition,
                review_on=today + dt.timedelta(days=review), **said,
            )  # fmt: skip
            if kind == Document.Kind.EXTERNAL:
                document.approved_on = today - dt.timedelta(days=age)
            document._history_date = timezone.now() - dt.timedelta(days=age)  # type: ignore[attr-defined]
            create_record(record=document, by=officer)
    rosa = demo_actor("rosa@brightwell.example", OTHER)
    with rosa.working():
        policy = Document(organisation=rosa.organisation, name="AI policy", kind="policy", text="Draft.")
        create_record(record=policy, by=rosa)


@seeders.add(order=66)
def seed_reading() -> None:
    """What was approved came into force in the past, and nearly everybody has read it. One person is late."""
    officer = demo_actor(OFFICER, HOME)
    with officer.working(), transaction.atomic():
        if Campaign.objects.within(officer.organisation).filter(name=CAMPAIGN).exists():
            return
        for title, (days, review) in IN_FORCE.items():
            _in_force(officer, title, days, review)
        add_starters(keys=STARTED, by=officer)
        _campaign(officer)
    with Actor.system(officer.organisation, way="command").working():
        remind_readers(organisation=officer.organisation, today=timezone.localdate())


def _in_force(officer: Actor, title: str, days: int, review: int) -> None:
    rows = Document.objects.within(officer.organisation).filter(name__startswith=title, starter="")
    document = rows.select_related("key", "organisation").first()
    if document is None:
        return
    signed = Review.objects.within(officer.organisation).filter(key=document.pk, state=Review.State.APPROVED)
    ended = date_back(signed, days)
    rows.filter(pk=document.pk).update(review_on=timezone.localdate() + dt.timedelta(days=review))
    refresh(rows.select_related("key", "organisation").get(pk=document.pk))
    asked = Acknowledgement.objects.within(officer.organisation).filter(document=document.pk)
    late = LATE if title == "AI policy" else ""
    _read(asked, ended.date() + dt.timedelta(days=14), ended, without={late})


def _read(asked: Any, due_on: dt.date, since: dt.datetime, *, without: set[str]) -> None:
    """Everybody who was asked reads within a few days, but for ``without``."""
    asked.update(due_on=due_on, created_at=since)
    rows = asked.select_related("owner", "organisation", "key", "document", "campaign")
    for number, row in enumerate(rows.order_by("pk")):
        if row.owner.email in without:
            if due_on < timezone.localdate():  # asked later than the others, and late all the same
                asked.filter(pk=row.pk).update(due_on=timezone.localdate() - dt.timedelta(days=9))
            continue
        reader = Actor.of(row.owner, row.organisation, way="command")
        if reader is None:
            continue
        with reader.working():
            acknowledge(acknowledgement=row, by=reader)
        asked.filter(pk=row.pk).update(acknowledged_at=since + dt.timedelta(days=1 + number % 9, hours=number))


CAMPAIGN = "AI at work: what changed this year"
MESSAGE = """Three things are new since spring:

- **One place to report.** Tell the service desk about anything odd that an AI system does. No form is needed.
- **A limit for checking.** Nobody confirms more than 40 proposals an hour.
- **Approved tools only.** Customer data stay out of every other tool.

If somebody keeps these rules from working, the head of the department is told. Nobody is blamed for a report."""


def _campaign(officer: Actor) -> None:
    begun = timezone.now() - dt.timedelta(days=12)
    policy = Document.objects.within(officer.organisation).filter(name="AI policy").first()
    campaign = Campaign(
        organisation=officer.organisation, name=CAMPAIGN, message=MESSAGE, document=policy, audience="All staff",
        readers=EVERYBODY, starts_on=begun.date(), due_on=timezone.localdate() + dt.timedelta(days=2),
    )  # fmt: skip
    campaign._history_date = begun  # type: ignore[attr-defined]
    create_record(record=campaign, by=officer)
    ask_readers(campaign)
    asked = Acknowledgement.objects.within(officer.organisation).filter(campaign=campaign.pk)
    staff = {person.email for person in PEOPLE if person.organisation == HOME}
    readers = {OFFICER, "margit@nordhaven.example", "jonas@nordhaven.example", "tomas@nordhaven.example"}
    _read(asked, campaign.due_on, begun, without=(staff - readers) | {LATE, SLOW})
