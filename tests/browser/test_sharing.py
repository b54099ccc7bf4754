"""A drawing is shared by its link, and somebody else opens it."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.drawing_page import DrawingPage

CLIPBOARD = "navigator.clipboard.readText().then(arguments[0])"
SELECTED = "return arguments[0].value.slice(arguments[0].selectionStart, arguments[0].selectionEnd)"


@pytest.fixture
def shared(record: DrawingPage) -> DrawingPage:
    """A drawing's page with its link unfolded, by the keyboard alone."""
    record.browser.find_element(By.CSS_SELECTOR, ".sharing summary").send_keys(Keys.ENTER)
    record.wait_until(lambda: record.element("share-link").is_displayed())
    return record


def link(page: DrawingPage) -> str:
    return str(page.element("share-link").get_property("value"))


def path(page: DrawingPage) -> str:
    return link(page).removeprefix(page.url)


def test_somebody_else_sees_the_drawing_and_its_replay(shared: DrawingPage, stranger: DrawingPage) -> None:
    stranger.open(path(shared))
    stranger.wait_until(lambda: stranger.element("player").is_displayed())
    assert stranger.browser.find_element(By.TAG_NAME, "h1").text == "Read as 17"
    whole = stranger.ink("replay")
    stranger.press("step-back")
    assert stranger.text("place") == "Stroke 1 of 2"
    assert 0 < stranger.ink("replay") < whole
    stranger.press("play")
    stranger.wait_until(lambda: stranger.text("play") == "Play")
    assert stranger.ink("replay") == pytest.approx(whole)
    assert not {"sessionid", "visitor"} & {cookie["name"] for cookie in stranger.browser.get_cookies()}


def test_what_is_shared_speaks_the_language_of_who_opens_it(
    shared: DrawingPage, stranger: DrawingPage
) -> None:
    stranger.open(path(shared))
    stranger.choose_language("zh-hans")
    assert stranger.browser.find_element(By.TAG_NAME, "h1").text == "识别为 17"
    assert stranger.browser.current_url == link(shared)


@pytest.mark.parametrize("width_px", [320, 1280])
def test_neither_page_scrolls_sideways(shared: DrawingPage, width_px: int) -> None:
    shared.set_window(width_px, 640)
    address = path(shared)
    assert shared.run("return document.documentElement.scrollWidth") <= width_px
    shared.open(address)
    assert shared.run("return document.documentElement.scrollWidth") <= width_px


def test_a_deletion_takes_the_link_back(shared: DrawingPage, stranger: DrawingPage) -> None:
    address = path(shared)
    stranger.open(address)
    shared.browser.find_element(By.CSS_SELECTOR, ".deletion summary").send_keys(Keys.ENTER)
    shared.browser.find_element(By.CSS_SELECTOR, ".deletion button").send_keys(Keys.ENTER)
    shared.wait_until(lambda: shared.browser.current_url.endswith("/history/"))
    stranger.open(address)
    assert stranger.browser.find_elements(By.CSS_SELECTOR, "[data-record-page]") == []
    stranger.forgive_console()


def test_one_press_copies_the_link(shared: DrawingPage) -> None:
    permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"]
    shared.cdp("Browser.grantPermissions", origin=shared.url, permissions=permissions)
    shared.element("copy").send_keys(Keys.ENTER)
    shared.wait_until(lambda: shared.text("share-status") == "Link copied.")
    assert shared.browser.execute_async_script(CLIPBOARD) == link(shared)
    shared.cdp("Browser.resetPermissions")


@pytest.mark.parametrize("clipboard", ["undefined", "{writeText: () => Promise.reject(new Error())}"])
def test_where_nothing_may_be_copied_the_link_is_selected(shared: DrawingPage, clipboard: str) -> None:
    shared.run(f"Object.defineProperty(navigator, 'clipboard', {{value: {clipboard}}})")
    shared.press("copy")
    shared.wait_until(lambda: shared.text("share-status") == "The link is selected. Copy it from there.")
    assert shared.run(SELECTED, shared.element("share-link")) == link(shared)


def test_a_device_that_shares_is_handed_the_link(page: DrawingPage, record: DrawingPage) -> None:
    assert not record.element("share-with").is_displayed()
    share = "navigator.share = async (what) => { window.shared = what; }"
    page.cdp("Page.addScriptToEvaluateOnNewDocument", source=share)
    record.browser.refresh()
    record.browser.find_element(By.CSS_SELECTOR, ".sharing summary").click()
    record.wait_until(lambda: record.element("share-with").is_displayed())
    record.press("share-with")
    record.wait_until(lambda: record.run("return window.shared?.url") == link(record))
