"""A value is added to an objective, a component taken over, a line of the plan done: pages that everybody can read."""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from aims.models import Communication, Measurement, Resource
from grc.access.actor import Actor
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.factories import make


def test_daily_tools_of_the_aims(
    system: Actor, actor_of: Callable[..., Actor], open_as: Callable[..., Page], complaints: Complaints
) -> None:
    me, today = actor_of("compliance-officer").person, timezone.localdate()
    objective = make("objectives", system, name="Fewer overrides", due_on=today + dt.timedelta(days=90), owner=me)
    make("measurements", system, objective=objective, measured_on=today - dt.timedelta(days=40), value="9")
    make("competence-needs", system, name="Law", responsibility=make("responsibilities", system, holder=me))
    make("competence-needs", system, name="Stopping", responsibility=make("responsibilities", system))
    part = make("components", system, kind="tool", name="Payment")
    make("resources", system, system=part.system, enough=False, gap="Too little of it.")
    make("communications", system, name="Tell customers", every="monthly", next_on=today - dt.timedelta(days=1))

    page = open_as("compliance-officer", objective.get_absolute_url())
    page.get_by_label("Today’s value").fill("7.5")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="is noted")).to_be_visible()
    assert Measurement.unscoped.count() == 2
    _is_readable(page)

    page.goto(_whole(page, f"{part.system.get_absolute_url()}#resources"))
    page.get_by_role("button", name="Take over Payment").click()
    expect(page.get_by_role("status").filter(has_text="is added")).to_be_visible()
    assert Resource.unscoped.filter(name__startswith="Payment").count() == 1
    _is_readable(page)

    page.goto(_whole(page, "/o/nordhaven/communications/calendar"))
    _is_readable(page)
    page.get_by_role("button", name="Done today: Tell customers").click()
    expect(page.get_by_role("status").filter(has_text="was done today")).to_be_visible()
    assert Communication.unscoped.get().last_on == today

    for address in ("objectives/overview", "competences/matrix", "resources/overview", "my-work"):
        page.goto(_whole(page, f"/o/nordhaven/{address}"))
        _is_readable(page)
    assert complaints == []


def _is_readable(page: Page) -> None:
    assert violations(page) == []
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 1280, "height": 800})


def _whole(page: Page, path: str) -> str:
    return page.url.split("/o/")[0] + path
