"""A hundred people do the same thing at once: one wins, and nobody is told a lie.

The control without locks fails, which shows that the harness sees a race where there is one.
"""

import io
import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audits.actions.engagements import NotOpenable, add_revision, change_end, open_engagement
from evidence.actions.items import add_file
from evidence.actions.sources import request_pull
from evidence.models import ItemFile, PullRun
from grc.access.actor import Actor
from grc.actions import records as record_actions
from grc.actions.links import NotLinkable, link_records, unlink_records
from grc.actions.records import StaleRecord, archive_record, change_record, create_record, restore_record
from grc.actions.tokens import make_token
from grc.actions.versions import make_version
from grc.models import ActivityEvent, GrantPeriod, Link, OutboxMessage, Person, Scope, ScopeRevision, Version
from grc.registers.register import Register, registers
from tests.attacks.planting import texts_for
from tests.attacks.racing import ROUNDS, WAYS, race, without_row_locks
from tests.factories import make

pytestmark = pytest.mark.django_db(transaction=True)


def of(outcomes: list[Any], kind: type) -> list[Any]:
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def only(outcomes: list[Any], *kinds: type) -> None:
    strange = [outcome for outcome in outcomes if not isinstance(outcome, kinds)]
    assert strange == [], strange[:3]


def edit(register: Register, pk: int, by: Actor, number: int, lock: int) -> Any:
    record = register.model.unscoped.select_related("organisation", "key").get(pk=pk)
    name = next(iter(texts_for(register.model, register.writable)))
    setattr(record, name, f"edit {number}")
    return change_record(record=record, by=by, lock=lock)


WRITTEN = [register for register in registers if texts_for(register.model, register.writable)]


@pytest.mark.parametrize("register", WRITTEN, ids=lambda r: r.slug)
def test_edit_with_one_lock_has_one_winner(register: Register, system: Actor) -> None:
    for _ in range(ROUNDS):
        record = make(register.slug, system)
        outcomes = race(lambda number, pk=record.pk: edit(register, pk, system, number, 1))
        assert len(of(outcomes, register.model)) == 1
        assert len(of(outcomes, StaleRecord)) == WAYS - 1
        record.refresh_from_db()
        assert record.lock == 2
        assert record.history.count() == 2
        assert ActivityEvent.unscoped.filter(record=record.key, verb="changed").count() == 1


def test_edit_without_row_locks_loses_writes(system: Actor, monkeypatch: Any) -> None:
    register = registers.by_slug("ai-systems")
    record = make(register.slug, system)
    meet, write = threading.Barrier(2), record_actions._write

    def write_later(*args: Any, **named: Any) -> None:
        try:
            meet.wait(2)
        except threading.BrokenBarrierError:
            meet.reset()
        write(*args, **named)

    with without_row_locks(monkeypatch):
        monkeypatch.setattr(record_actions, "_write", write_later)
        outcomes = race(lambda number: edit(register, record.pk, system, number, 1), ways=4, at_once=4)
    assert len(of(outcomes, register.model)) > 1


@pytest.mark.parametrize("register", list(registers), ids=lambda r: r.slug)
def test_create_gives_everybody_a_reference_of_their_own(register: Register, system: Actor) -> None:
    outcomes = race(lambda _number: make(register.slug, system))
    only(outcomes, register.model)
    references = sorted(record.reference for record in outcomes)
    assert references == [f"{register.prefix}-{number:04d}" for number in range(1, WAYS + 1)]


def test_create_that_fails_leaves_the_others_alone(system: Actor) -> None:
    """Every second one breaks a rule of its row after it was given a number: no reference is given twice."""
    register = registers.by_slug("evidence")

    def create(number: int) -> Any:
        texts = {"name": f"n{number}", "kind": "report"}
        record = register.model(organisation=system.organisation, **texts)
        record.name = None if number % 2 else record.name
        return create_record(record=record, by=system)

    outcomes = race(create)
    made = of(outcomes, register.model)
    assert len(made) == WAYS // 2
    assert len({record.reference for record in made}) == WAYS // 2
    assert register.model.unscoped.count() == WAYS // 2


def test_open_engagement_makes_one_scope(system: Actor) -> None:
    for _ in range(ROUNDS):
        engagement = make("engagements", system)
        outcomes = race(lambda _number, one=engagement: open_engagement(engagement=one, by=system))
        assert len(of(outcomes, GrantPeriod)) == 1
        only(outcomes, GrantPeriod, NotOpenable)
        assert Scope.unscoped.filter(about=engagement.key).count() == 1
        assert GrantPeriod.unscoped.filter(scope__about=engagement.key).count() == 1
        assert OutboxMessage.unscoped.filter(payload__to=engagement.auditor_email).count() == 1


def test_open_engagements_for_one_new_auditor_makes_one_person(system: Actor) -> None:
    engagements = [make("engagements", system, auditor_email="new@certbody.example") for _ in range(20)]

    def open_one(number: int) -> GrantPeriod:
        with system.working():  # as a request does: who comes second goes back to a savepoint, and is told again
            return open_engagement(engagement=engagements[number], by=system)

    only(race(open_one, ways=20), GrantPeriod)
    assert Person.objects.filter(email="new@certbody.example").count() == 1


def test_revisions_are_numbered_without_a_gap(system: Actor) -> None:
    engagement = make("engagements", system)
    open_engagement(engagement=engagement, by=system)
    outcomes = race(lambda _number: add_revision(engagement=engagement, note="", by=system), ways=20)
    only(outcomes, ScopeRevision)
    assert sorted(revision.number for revision in outcomes) == list(range(2, 22))


def test_change_end_leaves_one_running_period(system: Actor) -> None:
    engagement = make("engagements", system)
    open_engagement(engagement=engagement, by=system)
    ends = engagement.access_until
    only(race(lambda _number: change_end(engagement=engagement, ends=ends, by=system), ways=20), GrantPeriod)
    assert GrantPeriod.unscoped.filter(revoked_at=None).count() == 1


def test_versions_of_one_state_are_one(system: Actor) -> None:
    record = make("ai-systems", system)
    only(race(lambda _number: make_version(record=record, by=system)), Version)
    assert Version.unscoped.get(key=record.key).number == 1


def test_archive_and_restore_alternate(system: Actor) -> None:
    record = make("ai-systems", system)
    acts = (archive_record, restore_record)
    only(race(lambda number: acts[number % 2](record=record, by=system)), type(record))
    steps = [row.archived_at is not None for row in record.history.order_by("history_id")]
    assert all(before != after for before, after in itertools.pairwise(steps))
    record.refresh_from_db()
    assert record.lock == len(steps)


def test_link_made_from_both_sides_is_one(system: Actor) -> None:
    for _ in range(ROUNDS * 3):
        one, other = make("ai-systems", system), make("evidence", system)
        pairs = ((one, other.reference), (other, one.reference))
        outcomes = race(
            lambda n, pairs=pairs: link_records(source=pairs[n % 2][0], reference=pairs[n % 2][1], by=system), ways=20
        )
        only(outcomes, Link, NotLinkable)
        assert len(of(outcomes, Link)) == 1
        assert Link.unscoped.filter(source__in=(one.key, other.key), archived_at=None).count() == 1


def test_link_is_ended_once(system: Actor) -> None:
    one, other = make("ai-systems", system), make("evidence", system)
    link_records(source=one, reference=other.reference, by=system)

    def end(_number: int) -> None:
        unlink_records(link=Link.unscoped.get(), by=system)

    only(race(end, ways=20), type(None))
    assert ActivityEvent.unscoped.filter(record=one.key, detail__startswith="unlinked").count() == 1


def test_file_versions_are_numbered_without_a_gap(system: Actor) -> None:
    item = make("evidence", system)
    outcomes = race(
        lambda n: add_file(item=item, upload=io.BytesIO(f"a,{n}\r\n".encode()), name="a.csv", by=system), ways=20
    )
    only(outcomes, ItemFile)
    assert sorted(file.number for file in outcomes) == list(range(1, 21))


def test_pull_asked_for_at_once_is_one_run(system: Actor) -> None:
    source = make("sources", system)
    only(race(lambda _number: request_pull(source=source, by=system, enqueue=lambda run: None), ways=40), PullRun)
    assert PullRun.unscoped.filter(source=source).count() == 1


def test_idempotency_key_sent_at_once_writes_once(system: Actor, actor_of: Callable[..., Actor]) -> None:
    person = actor_of("administrator").person
    assert person is not None
    _token, secret = make_token(person=person, name="script", days=7)
    body = {"name": "Chat", "purpose": "Talks", "role": "deployer"}
    headers = {"HTTP_AUTHORIZATION": f"Bearer {secret}", "HTTP_IDEMPOTENCY_KEY": "once"}
    url = f"/api/v1/o/{system.organisation.slug}/ai-systems"
    outcomes = race(lambda _number: Client().post(url, body, "application/json", **headers).status_code, ways=40)
    assert set(outcomes) <= {201, 409}
    assert 201 in outcomes
    assert registers.by_slug("ai-systems").model.unscoped.count() == 1
