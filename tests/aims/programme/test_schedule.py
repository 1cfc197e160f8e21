"""The schedule alone: what it says can be worked out in a second way, whatever the plan."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aims.programme.schedule import Circle, Schedule, State, Task, followers, schedule

TODAY = dt.date(2026, 6, 1)
at_ease = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure


def on(offset: int) -> dt.date:
    return TODAY + dt.timedelta(days=offset)


@st.composite
def plans(draw: st.DrawFn) -> list[Task]:
    """Steps that wait for earlier ones only; some are done, some have begun."""
    tasks: list[Task] = []
    for number in range(draw(st.integers(1, 9))):
        before = tuple(task.key for task in tasks if draw(st.booleans()))
        started = draw(st.none() | st.integers(-60, 0))
        done = draw(st.none() | st.integers(0, 20)) if started is not None else None
        tasks.append(
            Task(
                key=f"S{number}",
                starts_on=on(draw(st.integers(-80, 80))),
                days=draw(st.integers(1, 40)),
                after=before,
                started_on=None if started is None else on(started),
                done_on=None if started is None or done is None else on(min(started + done, 0)),
                first_planned=on(draw(st.integers(-80, 120))),
            )
        )
    return draw(st.permutations(tasks))


def ends_by_chains(tasks: list[Task]) -> dict[str, dt.date]:
    """The end of each step as the latest over every chain that leads to it, chain by chain."""
    by_key = {task.key: task for task in tasks}

    def chains(key: str) -> list[list[Task]]:
        task = by_key[key]
        return [[task], *([*chain, task] for one in task.after for chain in chains(one))]

    def end_of(chain: list[Task]) -> dt.date:
        end = dt.date.min
        for task in chain:
            if task.done_on:
                end = task.done_on
            elif task.started_on:
                end = max(task.started_on + dt.timedelta(days=task.days - 1), TODAY)
            else:
                start = max(task.starts_on, TODAY, end + dt.timedelta(days=1))
                end = start + dt.timedelta(days=task.days - 1)
        return end

    return {key: max(map(end_of, chains(key))) for key in by_key}


@at_ease
@given(plans())
def test_every_end_is_the_latest_over_the_chains_that_lead_to_it(tasks: list[Task]) -> None:
    found, expected = schedule(tasks, TODAY), ends_by_chains(tasks)
    assert {key: step.end for key, step in found.steps.items()} == expected
    assert found.end == max(expected.values())


@at_ease
@given(plans())
def test_nothing_ends_later_than_it_may(tasks: list[Task]) -> None:
    found = schedule(tasks, TODAY)
    assert all(step.float_days >= 0 for step in found.steps.values())
    if any(step.state != State.DONE and step.end == found.end for step in found.steps.values()):
        assert any(step.critical for step in found.steps.values())


@at_ease
@given(plans(), st.data())
def test_a_step_that_moves_within_its_room_does_not_move_the_end(tasks: list[Task], data: st.DataObject) -> None:
    before = schedule(tasks, TODAY)
    free = [task for task in tasks if not task.started_on]
    if not free:
        return
    task = data.draw(st.sampled_from(free))
    step = before.steps[task.key]
    by = data.draw(st.integers(0, step.float_days))
    moved = replace(task, starts_on=step.start + dt.timedelta(days=by))
    after = schedule([moved if one is task else one for one in tasks], TODAY)
    assert after.end == before.end
    further = replace(task, starts_on=step.latest_end - dt.timedelta(days=task.days - 2))
    beyond = schedule([further if one is task else one for one in tasks], TODAY)
    assert beyond.end is not None
    assert before.end is not None
    assert beyond.end == before.end + dt.timedelta(days=1)


@at_ease
@given(plans(), st.data())
def test_what_does_not_lead_to_the_goal_is_never_critical(tasks: list[Task], data: st.DataObject) -> None:
    goal = data.draw(st.sampled_from(tasks))
    found = schedule(tasks, TODAY, [goal.key])
    after = {task.key: task.after for task in tasks}
    assert found.end == found.steps[goal.key].end
    for key, step in found.steps.items():
        assert step.leads == (goal.key in followers(key, after))
        assert step.float_days >= 0
        assert step.leads or not step.critical
        task = next(one for one in tasks if one.key == key)
        if not task.started_on:
            moved = replace(task, starts_on=step.latest_end - dt.timedelta(days=task.days - 1))
            after_it = schedule([moved if one is task else one for one in tasks], TODAY, [goal.key])
            assert after_it.end == found.end


@at_ease
@given(plans(), st.data())
def test_steps_that_wait_for_each_other_are_refused(tasks: list[Task], data: st.DataObject) -> None:
    """A circle is closed by letting a step wait for one that waits for it, or for itself."""
    task = data.draw(st.sampled_from(tasks))
    end = data.draw(st.sampled_from(followers(task.key, {one.key: one.after for one in tasks})))
    closed = [replace(one, after=(*one.after, end)) if one is task else one for one in tasks]
    with pytest.raises(Circle) as refused:
        schedule(closed, TODAY)
    assert {task.key, end} <= set(refused.value.keys)


def test_an_empty_plan_has_no_end() -> None:
    assert schedule([], TODAY) == Schedule({}, [], None, None)
    assert schedule([], TODAY).slip == 0


def test_the_last_day_of_all_is_not_passed() -> None:
    (step,) = schedule([Task("S", dt.date.max, 1000)], TODAY).steps.values()
    assert step.end == dt.date.max


def test_slip_names_the_step_that_lost_the_days_and_not_those_behind_it() -> None:
    tasks = [
        Task("A", on(-60), 20, (), on(-60), on(-41), on(-41)),
        Task("B", on(-40), 10, ("A",), on(-40), on(-12), on(-31)),
        Task("C", on(-30), 40, ("B",), on(-11), None, on(9)),
        Task("D", on(10), 5, ("C", "unknown"), None, None, on(14)),
    ]
    found = schedule(tasks, TODAY)
    assert found.slip == 19
    assert [step.key for step in found.causes] == ["B"]
    assert found.causes[0].own_slip == 19
    assert list(found.chain) == ["A", "B", "C", "D"]
    assert [step.key for step in found.steps.values() if step.critical] == ["C", "D"]


def test_only_what_could_have_begun_or_ended_is_late() -> None:
    tasks = [
        Task("ready", on(-5), 3),
        Task("waits", on(-5), 3, ("ready",)),
        Task("running", on(-20), 10, (), on(-20)),
        Task("in time", on(-2), 10, (), on(-2)),
        Task("done late", on(-20), 3, (), on(-20), on(-1)),
    ]
    late = {step.key: step.late_by for step in schedule(tasks, TODAY).late}
    assert late == {"ready": 5, "running": 11}


def test_what_has_begun_does_not_hold_up_what_it_should_have_waited_for() -> None:
    tasks = [Task("A", on(0), 5), Task("B", on(0), 30, ("A",), on(-3))]
    steps = schedule(tasks, TODAY).steps
    assert steps["B"].critical
    assert steps["A"].float_days == (steps["B"].end - steps["A"].end).days > 0
