"""Days on which something was to be done are marked in every list and on every page, once they have passed."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grc.access.actor import Actor
from grc.actions.records import archive_record
from grc.registers.cells import cell
from grc.registers.register import registers
from tests.factories import make

pytestmark = pytest.mark.django_db
MARK = 'class="state state-red"><time'


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("slug", "name", "over"),
    [
        ("vendors", "review_on", {}),
        ("offerings", "review_on", {"state": "ended"}),
        ("risks", "review_on", {"state": "closed"}),
        ("impact-assessments", "repeat_on", {}),
        ("tasks", "due_on", {"state": "done"}),
        ("tasks", "due_on", {"state": "dropped"}),
        ("corrective-actions", "due_on", {"done_on": day(-1)}),
    ],
)
def test_a_day_is_marked_once_it_has_passed_and_while_something_is_to_be_done(
    slug: str, name: str, over: dict[str, object], system: Actor
) -> None:
    register, record = registers.by_slug(slug), make(slug, system)
    tones = []
    for days in (-1, 0, 1):
        setattr(record, name, day(days))
        tones.append(cell(register, record, name).tone)
    assert tones == ["red", "", ""]
    setattr(record, name, day(-1))
    for field, value in over.items():
        setattr(record, field, value)
    assert cell(register, record, name).tone == ("" if over else "red")


def test_what_is_archived_and_days_of_another_kind_are_not_marked(system: Actor) -> None:
    record = make("vendors", system, review_on=day(-1), ended_on=day(-1))
    assert cell(registers.by_slug("vendors"), record, "ended_on").tone == ""
    archived = archive_record(record=record, by=system)
    assert cell(registers.by_slug("vendors"), archived, "review_on").tone == ""


@pytest.mark.parametrize("slug", ["vendors", "risks", "tasks"])
def test_list_and_page_mark_it_with_no_query_a_row(slug: str, system: Actor, client_of: Callable[..., Client]) -> None:
    client, name = client_of("administrator"), "due_on" if slug == "tasks" else "review_on"
    url = registers.by_slug(slug).list_url("nordhaven")

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url, {"col": ["reference", name]}).content.decode()
        return len(queries), "".join(page.split()).count("".join(MARK.split()))

    record = make(slug, system, **{name: day(-1)})
    asked()
    few, marked = asked()
    assert marked == 1
    for _more in range(4):
        make(slug, system, **{name: day(-1)})
    assert asked() == (few, 5)
    page = client.get(record.get_absolute_url()).content.decode()
    assert "(has passed)" in page
