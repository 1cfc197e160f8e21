"""The documents of the demo firm: some in force, one due for review, one draft."""

import datetime as dt

from django.utils import timezone

from aims.models import Document
from grc.actions.records import create_record
from grc.demo import HOME, OTHER, demo_actor
from grc.registries import seeders

POLICY = """1. Why this policy
Nordhaven uses AI where it serves policyholders better than a person alone would, and nowhere else.

2. What we promise
- A person decides every claim above 500 euros and every refusal.
- Nobody is treated worse because of who they are; we measure it every month and publish the result to the board.
- People are told when they talk with a machine.
- Every decision of an AI system is recorded, signed and kept for ten years.

3. Who does what
The board approves this policy and reviews it once a year. The head of claims owns the systems that decide on claims.
The compliance officer keeps the management system and reports to the board each quarter.

4. What we do not do
We do not score people, read emotions, or let a machine alone refuse a claim.

5. Review
Once a year, after every serious incident, and when the law changes."""

PROCEDURE = """1. Whoever sees an AI system do harm, or nearly, tells the service desk at once. No form is needed.
2. The platform engineer on call may switch the system off without asking anybody.
3. The compliance officer decides within a day whether an authority or customers must be told.
4. The decision records of the hour before and after are put under legal hold.
5. Within ten days the cause, similar cases and the correction are written down and approved."""

OVERSIGHT = """Each proposal is shown with its reasons after the handler has entered a first view of their own.
An override needs one sentence. Handlers do not confirm more than 40 proposals an hour.
The head of claims reads the share of overrides weekly; below 1 % or above 15 % a review starts."""

# title, kind, text, version, age in days, days until review
DOCUMENTS = (
    ("AI policy", "policy", POLICY, "3", 320, 45),
    ("Procedure for AI incidents and concerns", "procedure", PROCEDURE, "2", 280, -8),
    ("Human oversight of claims triage", "procedure", OVERSIGHT, "1.4", 210, 155),
    ("Role: owner of an AI system", "role", "Knows what it is for, who is affected, and can stop it.", "1", 300, 65),
    ("Plan: release of fraud signals", "plan", "Draft. Validation by region is missing.", "0.3", 20, 20),
    ("Supervisor’s circular on AI in claims handling", "external", "", "2026-05", 150, 200),
)


@seeders.add(order=35)
def seed_documents() -> None:
    officer = demo_actor("carla@nordhaven.example", HOME)
    if Document.objects.within(officer.organisation).exists():
        return
    today = timezone.localdate()
    with officer.working():
        for name, kind, text, edition, age, review in DOCUMENTS:
            document = Document(
                organisation=officer.organisation, name=name, kind=kind, text=text, edition=edition,
                review_on=today + dt.timedelta(days=review),
            )  # fmt: skip
            document._history_date = timezone.now() - dt.timedelta(days=age)  # type: ignore[attr-defined]
            create_record(record=document, by=officer)
    rosa = demo_actor("rosa@brightwell.example", OTHER)
    with rosa.working():
        policy = Document(organisation=rosa.organisation, name="AI policy", kind="policy", text="Draft.")
        create_record(record=policy, by=rosa)
