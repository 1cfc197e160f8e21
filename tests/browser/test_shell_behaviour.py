"""What the shell does for hands and eyes: keys, skip link, menus, theme, help on a phone, and without a script."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from grc.access.actor import Actor
from grc.models import Organisation, Person
from tests.browser.axe import violations
from tests.browser.conftest import Complaints
from tests.factories import make

HOME = "/o/nordhaven/"
LIST = "/o/nordhaven/ai-systems/"


def test_skip_link_is_first_and_leads_to_the_content(organisation: Organisation, open_as: Callable[..., Page]) -> None:
    page = open_as("administrator", HOME)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_tab_reaches_every_page_of_the_menu(organisation: Organisation, open_as: Callable[..., Page]) -> None:
    page = open_as("administrator", HOME)
    wanted = set(page.locator("nav.side a").evaluate_all("links => links.map(link => link.getAttribute('href'))"))
    assert LIST in wanted
    reached = set()
    for _ in range(len(wanted) + 30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href')"))
    assert wanted <= reached


def test_keys_search_list_and_new(organisation: Organisation, open_as: Callable[..., Page]) -> None:
    page = open_as("administrator", LIST)
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search everything")).to_be_focused()
    page.keyboard.type("n/?")
    expect(page.get_by_role("combobox", name="Search everything")).to_have_value("n/?")
    page.locator("main").focus()
    page.keyboard.press("f")
    expect(page.get_by_role("searchbox", name="Search in AI systems")).to_be_focused()
    page.locator("main").focus()
    page.keyboard.press("n")
    expect(page).to_have_url(f"{page.url.partition('/o/')[0]}{LIST}new")
    page.locator("main").focus()
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")


def test_keys_are_listed_and_can_be_turned_off(
    organisation: Organisation, open_as: Callable[..., Page], complaints: Complaints
) -> None:
    page = open_as("administrator", LIST)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Search everything")
    expect(dialog).to_contain_text("New AI system")
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.locator("main").focus()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search everything")).not_to_be_focused()
    assert complaints == []


def test_menus_open_by_keyboard_and_close_by_escape(organisation: Organisation, open_as: Callable[..., Page]) -> None:
    page = open_as("administrator", LIST)
    menu = page.locator("summary.user")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Your settings")).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Your settings")).to_be_hidden()
    expect(menu).to_be_focused()


def test_theme_switch_is_kept(organisation: Organisation, open_as: Callable[..., Page], complaints: Complaints) -> None:
    page = open_as("administrator", HOME, color_scheme="light")
    light = background(page)
    with page.expect_response("**/me/theme") as answer:
        page.get_by_role("button", name="Switch between light and dark").click()
    assert answer.value.status == 204
    dark = background(page)
    assert dark != light
    assert Person.objects.get(email="administrator@nordhaven.example").theme == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert background(page) == dark
    with page.expect_response("**/me/theme"):
        page.get_by_role("button", name="Switch between light and dark").click()
    assert background(page) == light
    assert complaints == []


def test_theme_follows_the_device_without_a_script(organisation: Organisation, open_as: Callable[..., Page]) -> None:
    shades = {
        background(open_as("administrator", HOME, color_scheme=scheme, java_script_enabled=False))
        for scheme in ("light", "dark")
    }
    assert len(shades) == 2


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_menu_on_a_phone_opens_and_closes(organisation: Organisation, open_as: Callable[..., Page]) -> None:
    page = open_as("administrator", HOME, viewport={"width": 320, "height": 640})
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Components")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Components")


def test_messages_are_announced_and_dismissed(
    organisation: Organisation, system: Actor, open_as: Callable[..., Page]
) -> None:
    record = make("ai-systems", system)
    page = open_as("administrator", f"{record.get_absolute_url()}/edit")
    page.get_by_role("button", name="Save").click()
    message = page.get_by_role("status").filter(has_text="is saved")
    expect(message).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".alert")).to_have_count(0)
