"""Running a test on decision records: the question put, the run written, the evidence kept, the owner told."""

import datetime as dt
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from controls.models import ControlTest, TestRun
from controls.models.test import Result
from controls.rules.outcome import KEPT, SHOWN, Outcome
from controls.rules.rule import Rule, read_rule
from controls.rules.scan import Progress, ask, ignore, period
from evidence.actions.items import add_file
from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.links import NotLinkable, link_records
from grc.actions.records import change_record, create_record
from grc.cadence import nth
from grc.models.notice import Notice
from grc.models.organisation import Organisation
from grc.notices.actions import notify

FORMAT = 1


@dataclass
class Question:
    test: ControlTest
    rule: Rule
    outcome: Outcome


def run_tests(*, tests: Sequence[ControlTest], by: Actor, progress: Progress = ignore) -> list[TestRun]:
    """Run ``tests`` of one organisation in one pass over the records, and keep what came out. Raises ``Denied``.

    What a test needs is written in one transaction: its run, its evidence, its next day.
    """
    now, questions = timezone.now(), []
    for test in tests:
        require(by, Permission.CONTROLS_EDIT, test)
        rule = read_rule(test)
        begin, until = period(rule, wait_minutes=test.wait_minutes, now=now)
        questions.append(Question(test, rule, Outcome(begin, until)))
    if not questions:
        return []
    ask(by.organisation, [(q.rule, q.outcome) for q in questions], progress=progress)
    return [_keep(question, by) for question in questions]


def due_tests(organisation: Organisation, now: dt.datetime) -> list[ControlTest]:
    """The tests that are to run by themselves now; those of archived or retired controls rest."""
    rows = ControlTest.objects.within(organisation).filter(
        way=ControlTest.Way.RECORDS, next_run_at__lte=now, archived_at=None, control__archived_at=None
    )
    return list(rows.exclude(control__state="retired").select_related("key", "organisation", "control__key", "owner"))


def result_of(rule: Rule, outcome: Outcome) -> Result:
    """What an outcome means. Nothing to test is no pass, and an answer that lacks a part is none."""
    if outcome.gaps or not rule.good_enough(outcome.good, outcome.asked):
        return Result.FAILED
    if outcome.trouble:
        return Result.UNABLE
    if rule.must and not outcome.asked:
        return Result.NOTHING
    return Result.PASSED if outcome.read else Result.NOTHING


@transaction.atomic
def _keep(question: Question, by: Actor) -> TestRun:
    test, outcome = question.test, question.outcome
    began, until = dt.datetime.fromisoformat(outcome.begin), dt.datetime.fromisoformat(outcome.until)
    run = TestRun(
        organisation=by.organisation,
        test=test,
        owner=test.owner,
        automatic=True,
        result=result_of(question.rule, outcome),
        began_at=began,
        until_at=until,
        period_from=began.date(),
        period_to=until.date(),
        population=outcome.asked,
        sampled=outcome.asked if question.rule.must else outcome.read,
        exceptions=outcome.bad,
        rule=question.rule.as_data(),
        found=outcome.as_data(most=SHOWN),
        conclusion=outcome.trouble,
    )
    system = Actor.system(by.organisation, way=by.way)  # what ran by itself is written by nobody in person
    create_record(record=run, by=system)
    run.item = _write_evidence(run, question, system)
    TestRun.objects.within(by.organisation).filter(pk=run.pk).update(item=run.item)
    now = timezone.now()
    ControlTest.objects.within(by.organisation).filter(pk=test.pk).update(
        last_result=run.result, last_run_at=now, next_run_at=_next_run(test, now)
    )
    if run.result in (Result.FAILED, Result.UNABLE):
        _tell(run, question)
    return run


def _next_run(test: ControlTest, now: dt.datetime) -> dt.datetime | None:
    if not test.every or test.paused:
        return None
    return dt.datetime.combine(nth(now.date(), test.every, 1), now.timetz())


def _write_evidence(run: TestRun, question: Question, by: Actor) -> EvidenceItem:
    """The whole answer as a file: of one item a month, so that the library is not flooded."""
    test = question.test
    name = _("Test %(reference)s %(month)s: %(name)s") % {
        "reference": test.reference, "month": run.done_on.strftime("%Y-%m"), "name": test.name,
    }  # fmt: skip
    items = EvidenceItem.objects.within(by.organisation).filter(archived_at=None, kind=EvidenceItem.Kind.RECORD)
    item = items.filter(name=name[:200]).first()
    if item is None:
        item = EvidenceItem(
            organisation=by.organisation,
            name=name[:200],
            kind=EvidenceItem.Kind.RECORD,
            description=question.rule.sentence(),
            dated_on=run.done_on,
            period_from=run.period_from,
            period_to=run.period_to,
            owner=test.owner,
        )
        create_record(record=item, by=by)
        for other in (test.control.reference, test.reference):
            try:
                link_records(source=item, reference=other, by=by)
            except NotLinkable:
                continue  # it is gone from the lists; the run names it all the same
    elif item.period_to is None or run.period_to > item.period_to:  # type: ignore[operator]
        item.period_to, item.dated_on = run.period_to, run.done_on
        change_record(record=item, by=by, lock=item.lock, reason=run.reference)
    content = json.dumps(evidence_of(run, question), ensure_ascii=False, indent=1, sort_keys=True).encode()
    add_file(item=item, upload=io.BytesIO(content), name=f"{test.reference}-{run.reference}.json", by=by)
    return item


def evidence_of(run: TestRun, question: Question) -> dict[str, Any]:
    """What the evidence file says: the question, the period, the logs with their checkpoints, what offends."""
    return {
        "format": FORMAT,
        "organisation": run.organisation.name,
        "control": {"reference": question.test.control.reference, "name": question.test.control.name},
        "test": {"reference": question.test.reference, "name": question.test.name},
        "run": run.reference,
        "asked": question.rule.as_data(),
        "sentence": question.rule.sentence(),
        "result": run.result,
        "outcome": question.outcome.as_data(most=KEPT),
        "does_not_show": "Decisions that no proxy recorded, and records that are held in quarantine.",
    }


def _tell(run: TestRun, question: Question) -> None:
    """Whoever keeps the test, and whoever keeps the control, hear of it once a day at the most."""
    test = question.test
    people = {person.pk: person for person in (test.owner, test.control.owner) if person is not None}
    if run.result == Result.UNABLE:
        text = _("%(test)s could not be run: %(why)s") % {"test": test, "why": run.conclusion}
    else:
        text = _("%(test)s failed: %(n)d records are not as they must be.") % {"test": test, "n": run.exceptions}
    for person in people.values():
        notify(
            person=person,
            organisation=run.organisation,
            kind=Notice.Kind.ALARM,
            text=text,
            url=run.get_absolute_url(),
            about=test.key,
            once=f"{test.reference}:{run.result}:{run.done_on.isoformat()}",
        )
