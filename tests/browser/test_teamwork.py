"""People at work on one record: a name is offered at an @, a record while one types, a task is done with one click."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from grc.access.actor import Actor
from grc.models import Attachment, Comment, Link, Notice, Organisation, Task
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Complaints
from tests.factories import make


def test_teamwork_on_a_record(
    organisation: Organisation,
    system: Actor,
    actor_of: Callable[..., Actor],
    open_as: Callable[..., Page],
    complaints: Complaints,
    tmp_path: Path,
) -> None:
    risk = make("risks", system, name="Bias in claims", owner=actor_of("contributor").person)
    other = make("ai-systems", system, name="Claims triage")
    page = open_as("administrator", risk.get_absolute_url())

    # a mention, by keys alone
    words = page.get_by_label("Say something")
    words.press_sequentially("Please look, @contr")
    expect(page.locator(".typeahead-list").get_by_role("option")).to_contain_text("contributor@nordhaven.example")
    words.press("Enter")
    expect(words).to_have_value("Please look, @Contributor ")
    words.press_sequentially(f"at {other.reference}")
    page.get_by_role("button", name="Comment", exact=True).click()
    said = page.locator("#comments")
    expect(said.locator(".mention")).to_have_text("@Contributor")
    expect(said.get_by_role("link", name=other.reference)).to_be_visible()
    assert Comment.unscoped.count() == 1

    # a link, found by its title
    page.get_by_text("Link a record", exact=True).click()
    which = page.get_by_label("Which record")
    expect(which).to_be_focused()
    which.press_sequentially("triage")
    page.locator(".typeahead-list").get_by_role("option", name="Claims triage").click()
    expect(which).to_have_value(other.reference)
    page.get_by_label("Why they belong together").fill("It sorts them")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("#links")).to_contain_text("It sorts them")
    assert Link.unscoped.get().target == other.key

    # a task, added and done
    page.get_by_text("Add a task", exact=True).click()
    page.locator("#tasks").get_by_label("What is to be done").fill("Compare the rates")
    page.locator("#tasks").get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Done: Compare the rates").click()
    expect(page.locator("#tasks")).to_contain_text("Everything is done.")
    assert Task.unscoped.get().state == "done"

    # a file, sent as soon as it is chosen
    file = tmp_path / "rates.csv"
    file.write_text("region,rate\nnorth,1\n")
    page.get_by_label("Attach files").set_input_files(file)
    expect(page.get_by_role("link", name="rates.csv")).to_be_visible()
    assert Attachment.unscoped.count() == 1

    assert violations(page) == []
    assert overflow(page) <= 0
    assert complaints == []


def test_notices_are_opened_and_read(
    organisation: Organisation,
    system: Actor,
    actor_of: Callable[..., Actor],
    open_as: Callable[..., Page],
    complaints: Complaints,
) -> None:
    from grc.teamwork.actions.comments import write_comment

    risk = make("risks", system, name="Bias in claims")
    with system.working():
        write_comment(record=risk, body="@contributor@nordhaven.example", by=actor_of("administrator"))
        actor_of("contributor")
        write_comment(record=risk, body="@contributor@nordhaven.example again", by=actor_of("administrator"))
    page = open_as("contributor", "/o/nordhaven/")
    page.get_by_role("link", name="Notices: 1 not read").click()
    assert violations(page) == []
    assert overflow(page) <= 0
    page.get_by_role("link", name="mentions you on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bias in claims")
    assert Notice.unscoped.get().read_at is not None
    expect(page.get_by_role("link", name="Notices: 0 not read")).to_be_visible()
    for address in ("/o/nordhaven/my-tasks", "/me/notices"):
        page.goto(page.url.split("/o/")[0] + address)
        assert violations(page) == []
        assert overflow(page) <= 0
    assert complaints == []
