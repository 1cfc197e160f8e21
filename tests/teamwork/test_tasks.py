"""Tasks: whose they are, when they were done, who hears of them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.actions.records import archive_record, change_record
from grc.models import Notice, Organisation, OutboxMessage, Person, Task
from grc.registries import todos
from grc.teamwork.actions.tasks import add_task, set_task_state
from grc.teamwork.due import remind_of_due
from tests.conftest import make_person
from tests.factories import make

pytestmark = pytest.mark.django_db
API = "/api/v1/o/nordhaven/tasks"
NOON = dt.datetime(2031, 3, 10, 12, tzinfo=dt.UTC)
TODAY = NOON.date()


def day(offset: int) -> dt.date:
    return TODAY + dt.timedelta(days=offset)


def done(pk: int) -> tuple[str, bool]:
    task = Task.unscoped.get(pk=pk)
    return task.state, task.done_on is not None


# When it was done


def test_done_has_its_date_by_page_api_and_domain(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("administrator")
    by_click, by_form, by_api, by_domain = (make("tasks", system) for _ in range(4))
    client.post(f"{by_click.get_absolute_url()}/state", {"state": "done"})
    form = {"name": by_form.name, "state": "done", "lock": 1}
    assert client.post(f"{by_form.get_absolute_url()}/edit", form).status_code == 302
    assert (
        client.patch(f"{API}/{by_api.reference}", {"lock": 1, "state": "done"}, "application/json").status_code == 200
    )
    by_domain.state = Task.State.DONE
    change_record(record=by_domain, by=system, lock=1)
    for task in (by_click, by_form, by_api, by_domain):
        assert done(task.pk) == ("done", True)
        assert task.history.latest("history_id").done_on is not None
    client.post(f"{by_click.get_absolute_url()}/state", {"state": "open"})
    assert done(by_click.pk) == ("open", False)
    answer = client.patch(f"{API}/{by_api.reference}", {"lock": 2, "done_on": "2020-01-01"}, "application/json")
    assert answer.status_code == 400


def test_done_twice_is_done_once(system: Actor) -> None:
    task = make("tasks", system)
    for _ in range(2):
        set_task_state(task=task, state=Task.State.DONE, by=system)
    assert Task.unscoped.get(pk=task.pk).lock == 2


def test_unknown_state_and_foreign_page_to_go_back_to(system: Actor, client_of: Callable[..., Client]) -> None:
    task, client = make("tasks", system), client_of("administrator")
    assert client.post(f"{task.get_absolute_url()}/state", {"state": "eaten"}).status_code == 404
    response = client.post(f"{task.get_absolute_url()}/state", {"state": "done", "from": "https://evil.example"})
    assert response["Location"] == task.get_absolute_url()


# Whose it is


def test_doer_and_keeper_of_the_record_move_a_task_and_nobody_else(
    system: Actor, actor_of: Callable[..., Actor]
) -> None:
    contributor, auditor = actor_of("contributor"), actor_of("internal-auditor")
    risk = make("risks", system, owner=contributor.person)
    task = make("tasks", system, about=risk.key, owner=auditor.person)
    set_task_state(task=task, state=Task.State.DOING, by=contributor)
    set_task_state(task=task, state=Task.State.DONE, by=auditor)
    with pytest.raises(Denied):
        set_task_state(task=task, state=Task.State.OPEN, by=actor_of("approver"))
    assert done(task.pk) == ("done", True)
    other = make("tasks", system, about=make("risks", system).key)
    with pytest.raises(Denied):
        set_task_state(task=other, state=Task.State.DONE, by=contributor)


def test_task_is_not_given_to_who_may_not_see_its_record(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    risk, blind = make("risks", system), actor_of("procurement-responder").person
    assert blind is not None
    with pytest.raises(ValidationError, match="may not see"):
        add_task(name="Read it", about=risk.key, owner=blind, by=system)
    client, form = client_of("administrator"), {"name": "Read it", "owner": str(blind.public_id)}
    page = client.post(f"{risk.get_absolute_url()}/tasks", form)
    assert page.status_code == 422
    assert "may not see" in page.content.decode()
    assert "Read it" in page.content.decode()
    body = {"name": "Read it", "about": risk.reference, "owner": blind.email}
    assert client.post(API, body, "application/json").status_code == 400
    assert not Task.unscoped.exists()


def test_task_is_about_no_task_and_no_link(system: Actor, client_of: Callable[..., Client]) -> None:
    for slug in Task.NEVER_ABOUT:
        body = {"name": "x", "about": make(slug, system).reference}
        assert client_of("administrator").post(API, body, "application/json").status_code == 400, slug


def test_task_on_a_record_of_another_organisation_is_not_added(
    other_organisation: Organisation, actor_of: Callable[..., Actor], system: Actor
) -> None:
    there = Actor.system(other_organisation)
    with there.working():
        foreign = make("risks", there)
    with pytest.raises(NotVisible):
        add_task(name="x", about=foreign.key, by=actor_of("administrator"))
    stranger = make_person("stranger@elsewhere.example", other_organisation, "administrator")
    with pytest.raises(ValidationError):
        add_task(name="x", owner=stranger, by=actor_of("administrator"))


def test_offered_doers_are_oneself_where_one_may_not_give(
    system: Actor, client_of: Callable[..., Client], actor_of: Callable[..., Actor]
) -> None:
    risk, other = make("risks", system), actor_of("administrator").person
    page = client_of("approver").get(risk.get_absolute_url()).content.decode()
    assert str(actor_of("approver").person.public_id) in page  # type: ignore[union-attr]
    assert str(other.public_id) not in page  # type: ignore[union-attr]
    form = {"name": "x", "owner": str(other.public_id)}  # type: ignore[union-attr]
    assert client_of("approver").post(f"{risk.get_absolute_url()}/tasks", form).status_code == 422
    seen = make("ai-systems", system).get_absolute_url()
    assert client_of("reader").post(f"{seen}/tasks", form).status_code == 403


# Who hears of it


def test_who_is_given_a_task_hears_of_it_once(system: Actor, actor_of: Callable[..., Actor]) -> None:
    by, doer, next_doer = actor_of("compliance-officer"), actor_of("contributor"), actor_of("approver")
    task = add_task(name="Check the log", owner=doer.person, by=by)
    assert Notice.unscoped.get(kind="task").person == doer.person
    task.details = "All of it"
    change_record(record=task, by=by, lock=1)
    assert Notice.unscoped.filter(kind="task").count() == 1
    task.owner = next_doer.person
    change_record(record=task, by=by, lock=2)
    assert list(Notice.unscoped.filter(kind="task").order_by("pk").values_list("person", flat=True)) == [
        doer.person.pk,  # type: ignore[union-attr]
        next_doer.person.pk,  # type: ignore[union-attr]
    ]
    add_task(name="My own", by=by)
    assert Notice.unscoped.filter(kind="task").count() == 2


def remind(organisation: Organisation, now: dt.datetime = NOON) -> None:
    remind_of_due(organisation=organisation, now=now)


def texts() -> list[str]:
    return list(Notice.unscoped.filter(kind="due").order_by("pk").values_list("text", flat=True))


def test_due_tasks_are_told_once_a_day(
    system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    person = actor_of("contributor").person
    for offset, state in ((-3, "open"), (-1, "doing"), (0, "open"), (3, "open"), (4, "open"), (-1, "dropped")):
        make("tasks", system, owner=person, due_on=day(offset), state=state)
    archive_record(record=make("tasks", system, owner=person, due_on=day(-9)), by=system)
    make("tasks", system, owner=person)
    for _ in range(3):
        remind(organisation)
    assert texts() == ["2 of your tasks are late, 1 is due today, 1 is due soon"]
    remind(organisation, NOON + dt.timedelta(days=1))
    assert len(texts()) == 2


@pytest.mark.parametrize(("offset", "said"), [(-1, "Late"), (0, "Due today"), (2, "Due soon")])
def test_a_single_due_task_is_named(
    offset: int, said: str, system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    task = make("tasks", system, owner=actor_of("contributor").person, due_on=day(offset))
    remind(organisation)
    notice = Notice.unscoped.get(kind="due")
    assert (notice.text, notice.url, notice.about) == (f"{said}: {task}", task.get_absolute_url(), task.key)


@pytest.mark.parametrize(
    ("zone", "hour", "told"),
    [
        ("Pacific/Auckland", 12, False),  # after midnight there
        ("Pacific/Auckland", 18, True),
        ("America/Los_Angeles", 12, False),  # five in the morning
        ("America/Los_Angeles", 14, True),
        ("Europe/Berlin", 4, False),
        ("Europe/Berlin", 5, True),
        ("Nowhere/Land", 6, True),
    ],
)
def test_it_is_told_in_the_persons_morning(
    zone: str, hour: int, told: bool, system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    person = actor_of("contributor").person
    Person.objects.filter(pk=person.pk).update(time_zone=zone)  # type: ignore[union-attr]
    make("tasks", system, owner=person, due_on=day(-1))
    remind(organisation, NOON.replace(hour=hour))
    assert bool(texts()) is told


def test_due_is_told_of_what_one_may_see_and_to_who_works_here(
    system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    risk, doer = make("risks", system), actor_of("contributor")
    make("tasks", system, about=risk.key, owner=doer.person, due_on=day(0))
    doer.person.memberships.update(role="reader")  # type: ignore[union-attr]
    remind(organisation)
    assert texts() == []
    make("tasks", system, owner=doer.person, due_on=day(0))
    doer.person.memberships.update(ended_at=timezone.now())  # type: ignore[union-attr]
    remind(organisation)
    assert texts() == []
    assert not OutboxMessage.unscoped.exists()


# Where one finds them


def test_my_tasks_are_mine_open_and_in_order(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    me, today = actor_of("contributor"), timezone.localdate()
    for name, offset in (("later", 30), ("over", -2), ("today", 0), ("week", 5)):
        make("tasks", system, name=f"task {name}", owner=me.person, due_on=today + dt.timedelta(days=offset))
    make("tasks", system, name="task dateless", owner=me.person)
    make("tasks", system, name="task finished", owner=me.person, state="done")
    make("tasks", system, name="task elsewhere")
    client = client_of("contributor")
    page = client.get("/o/nordhaven/my-tasks").content.decode()
    places = [page.index(f"task {name}") for name in ("over", "today", "week", "later", "dateless")]
    assert places == sorted(places)
    assert "task finished" not in page
    assert "task elsewhere" not in page
    over = Task.unscoped.get(name="task over").get_absolute_url()
    response = client.post(f"{over}/state", {"state": "done", "from": "mine"})
    assert response["Location"] == "/o/nordhaven/my-tasks"
    assert "task over" not in client.get("/o/nordhaven/my-tasks").content.decode()


def test_home_is_told_of_ones_tasks_soonest_first(system: Actor, actor_of: Callable[..., Actor]) -> None:
    me, today = actor_of("contributor"), timezone.localdate()
    for offset in range(-1, 7):
        make("tasks", system, name=f"task {offset}", owner=me.person, due_on=today + dt.timedelta(days=offset))
    make("tasks", system, name="far away", owner=me.person, due_on=today + dt.timedelta(days=60))
    shown = [todo for source in todos for todo in source(me) if todo.icon == "checkbox"]
    assert [str(todo.text) for todo in shown] == [*(f"task {n}" for n in range(-1, 7)), "far away"]
    assert [todo.tone for todo in shown[:3]] == ["red", "yellow", "blue"]
    other: Any = actor_of("approver")
    assert not [todo for source in todos for todo in source(other) if todo.icon == "checkbox"]


def test_my_tasks_ask_as_often_at_20_tasks_as_at_1(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = client_of("contributor"), []
    for number in (1, 20):
        for _ in range(number):
            make("tasks", system, owner=actor_of("contributor").person, about=make("risks", system).key)
        client.get("/o/nordhaven/my-tasks")
        with CaptureQueriesContext(connection) as queries:
            client.get("/o/nordhaven/my-tasks")
        counts.append(len(queries))
    assert counts[0] == counts[1]
