"""A hundred changes of the same records at once: one is made, the others are told that somebody was faster."""

import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.models import Organisation
from grc.registers import bulk
from grc.registers.bulk import BulkChange, BulkRefused, change_many
from grc.registers.register import registers
from tests.attacks.racing import ROUNDS, WAYS, race, without_row_locks
from tests.factories import make

pytestmark = pytest.mark.django_db(transaction=True)
RECORDS = 3


def change_at_once(organisation: Organisation) -> tuple[Counter[str], list[EvidenceItem]]:
    system = Actor.system(organisation)
    with system.working():
        items = [make("evidence", system) for _ in range(RECORDS)]
    locks = {item.reference: item.lock for item in items}

    def act(number: int) -> Any:
        # half of them name the records the other way round: they must not block each other for that
        mine = dict(reversed(locks.items())) if number % 2 else locks
        with system.working():
            try:
                change_many(
                    register=registers.by_slug("evidence"),
                    locks=mine,
                    change=BulkChange(add_tags=(f"tag {number}",)),
                    by=system,
                )
            except BulkRefused:
                return "refused"
            finally:
                connection.close()
        return "changed"

    outcomes = race(act)
    for item in items:
        item.refresh_from_db()
    return Counter(outcome if isinstance(outcome, str) else repr(outcome) for outcome in outcomes), items


def test_race_of_bulk_changes_has_one_winner_for_all_records(organisation: Organisation) -> None:
    for _ in range(ROUNDS):
        outcomes, items = change_at_once(organisation)
        assert outcomes == {"changed": 1, "refused": WAYS - 1}
        assert len({tuple(item.tags) for item in items}) == 1
        assert [item.history.count() for item in items] == [2] * RECORDS


def test_race_without_row_locks_is_judged_on_rows_that_change_meanwhile(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = bulk._save

    def slowly(*args: Any) -> None:
        time.sleep(0.05)  # long enough for others to have judged the same rows
        save(*args)

    monkeypatch.setattr(bulk, "_save", slowly)
    with without_row_locks(monkeypatch):
        outcomes, _items = change_at_once(organisation)
    assert outcomes != {"changed": 1, "refused": WAYS - 1}, "the harness cannot see the race"
