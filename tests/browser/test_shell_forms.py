"""Forms: errors are found and named, nothing typed is lost, nobody's save is overwritten."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from aims.models import AISystem
from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.models import Organisation
from tests.browser.axe import violations
from tests.browser.conftest import Complaints
from tests.factories import make

NEW = "/o/nordhaven/ai-systems/new"


def test_form_errors_take_the_focus_and_lead_to_the_field(
    organisation: Organisation, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as("administrator", NEW)
    page.get_by_label("Who uses it").fill("Claims handlers")
    page.get_by_role("button", name="Save").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: New AI system · Nordhaven · Assay")
    expect(page.get_by_label("Who uses it")).to_have_value("Claims handlers")
    name = page.locator("#id_name")
    expect(name).to_have_attribute("aria-invalid", "true")
    described = (name.get_attribute("aria-describedby") or "").split()
    assert "This field is required." in " ".join(page.locator(f"#{part}").inner_text() for part in described)
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    summary.get_by_role("link", name="Name").click()
    expect(name).to_be_focused()
    assert complaints == []


def test_form_typed_text_outlives_a_lost_session(
    organisation: Organisation, system: Actor, open_as: Callable[..., Page]
) -> None:
    record = make("ai-systems", system, name="Claims triage")
    edit = f"{record.get_absolute_url()}/edit"
    page = open_as("administrator", edit)
    page.get_by_label("Who uses it").fill("Everybody in claims")
    session = next(c for c in page.context.cookies() if c["name"] == "sessionid")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.context.add_cookies([{**session}])  # type: ignore[list-item]
    page.goto(edit)
    expect(page.get_by_label("Who uses it")).to_have_value("")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_label("Who uses it")).to_have_value("Everybody in claims")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()
    page.goto(edit)
    expect(page.get_by_role("button", name="Bring it back")).to_be_hidden()
    assert AISystem.unscoped.get(pk=record.pk).users == "Everybody in claims"


def test_form_asks_before_unsaved_text_is_left(
    organisation: Organisation, system: Actor, open_as: Callable[..., Page]
) -> None:
    record = make("ai-systems", system)
    page = open_as("administrator", f"{record.get_absolute_url()}/edit")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    assert asked == []
    page.go_back()
    page.get_by_label("Who uses it").fill("Nobody yet")
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    assert asked == ["beforeunload"]


def test_form_shows_what_somebody_else_saved_first(
    organisation: Organisation,
    system: Actor,
    actor_of: Callable[..., Actor],
    open_as: Callable[..., Page],
    complaints: Complaints,
) -> None:
    record = make("ai-systems", system, name="Claims triage")
    page = open_as("administrator", f"{record.get_absolute_url()}/edit")
    page.locator("#id_name").fill("Claims sorting")
    theirs = AISystem.unscoped.get(pk=record.pk)
    theirs.name = "Claims routing"
    change_record(record=theirs, by=actor_of("compliance-officer"), lock=theirs.lock)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.get_by_role("button", name="Save").click()
    assert answer.value.status == 409
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("Claims sorting")
    expect(page.locator(".field", has=page.locator("#id_name"))).to_contain_text("Claims routing")
    expect(page.locator(".their")).to_have_count(1)
    assert violations(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Claims sorting")
    assert complaints == []


def test_token_is_shown_once(organisation: Organisation, open_as: Callable[..., Page]) -> None:
    page = open_as("reader", "/me/tokens")
    page.get_by_label("What is it for?").fill("Nightly export")
    page.get_by_role("button", name="Make it").click()
    secret = page.get_by_label("Token", exact=True).input_value()
    assert len(secret) > 30
    assert violations(page) == []
    page.goto("/me/tokens")
    assert secret not in page.content()
    expect(page.get_by_role("row", name="Nightly export")).to_be_visible()


def test_form_sent_twice_is_saved_once(organisation: Organisation, open_as: Callable[..., Page]) -> None:
    page = open_as("administrator", NEW)
    page.locator("#id_name").fill("Claims triage")
    page.get_by_label("Intended use").fill("Sorts claims")
    page.get_by_label("Our role").select_option("deployer")
    page.get_by_role("button", name="Save").dblclick(no_wait_after=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Claims triage")
    assert AISystem.unscoped.filter(name="Claims triage").count() == 1
