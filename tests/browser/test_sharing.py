"""A drawing is shared by its link, and somebody else opens it."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.browser.drawing_page import DrawingPage

CLIPBOARD = "navigator.clipboard.readText().then(arguments[0])"
SELECTED = "return arguments[0].value.slice(arguments[0].selectionStart, arguments[0].selectionEnd)"


@pytest.fixture
def shared(record: DrawingPage) -> DrawingPage:
    """A drawing's page with its link, shared by the keyboard alone."""
    record.browser.find_element(By.CSS_SELECTOR, ".sharing summary").send_keys(Keys.ENTER)
    record.wait_until(lambda: record.element("share").is_displayed())
    send(record, "share", Keys.ENTER)
    record.wait_until(lambda: record.element("copy").is_displayed())
    return record


def send(page: DrawingPage, button: str, key: str = "") -> None:
    """Press a button of a form, with the mouse or a key, and wait for the next page."""
    page.run("window.isOld = true")
    if key:
        page.element(button).send_keys(key)
    else:
        page.press(button)
    page.wait_until(lambda: page.run("return !window.isOld && document.readyState === 'complete'"))


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


def test_a_device_that_does_not_share_offers_no_such_button(shared: DrawingPage) -> None:
    assert not shared.element("share-with").is_displayed()


def test_a_device_that_shares_is_handed_the_link(page: DrawingPage, record: DrawingPage) -> None:
    share = "navigator.share = async (what) => { window.shared = what; }"
    page.cdp("Page.addScriptToEvaluateOnNewDocument", source=share)
    record.browser.find_element(By.CSS_SELECTOR, ".sharing summary").click()
    send(record, "share")
    record.wait_until(lambda: record.element("share-with").is_displayed())
    record.press("share-with")
    record.wait_until(lambda: record.run("return window.shared?.url") == link(record))


@pytest.mark.parametrize("key", [Keys.ENTER, ""])
def test_one_press_stops_sharing(shared: DrawingPage, stranger: DrawingPage, key: str) -> None:
    address = path(shared)
    send(shared, "stop-sharing", key)
    assert shared.browser.find_elements(By.CSS_SELECTOR, "[data-share-link]") == []
    assert "The drawing is no longer shared." in shared.element("sharing").text
    stranger.open(address)
    assert stranger.browser.find_elements(By.CSS_SELECTOR, "[data-record-page]") == []
    stranger.forgive_console()
    send(shared, "share", key)
    assert path(shared) != address
    stranger.open(path(shared))
    stranger.element("record-page")


def test_enter_in_the_link_does_not_stop_sharing(shared: DrawingPage) -> None:
    shared.element("share-link").send_keys(Keys.ENTER)
    shared.browser.refresh()
    assert link(shared)


def test_after_a_change_the_focus_and_the_view_are_there(shared: DrawingPage) -> None:
    for _ in range(2):
        assert shared.run("return document.activeElement.id") == "sharing"
        assert shared.run(IS_IN_VIEW, shared.element("sharing"))
        shared.keys(Keys.TAB)
        assert shared.run("return document.querySelector('#sharing').contains(document.activeElement)")
        send(shared, "stop-sharing" if shared.browser.find_elements(By.ID, "share-link") else "share")


IS_IN_VIEW = """
const { top, bottom } = arguments[0].getBoundingClientRect();
return top >= 0 && bottom <= innerHeight;
"""


@pytest.mark.parametrize(("days", "ends"), [("1", True), ("30", True), ("unlimited", False)])
def test_the_end_is_chosen_and_shown_in_the_visitor_s_time(
    record: DrawingPage, days: str, ends: bool
) -> None:
    record.browser.find_element(By.CSS_SELECTOR, ".sharing summary").click()
    Select(record.browser.find_element(By.ID, "share-days")).select_by_value(days)
    send(record, "share")
    shown = record.browser.find_elements(By.CSS_SELECTOR, "#sharing time")
    assert len(shown) == ends
    if ends:
        left_ms = record.run("return new Date(arguments[0].dateTime) - new Date()", shown[0])
        assert left_ms == pytest.approx(int(days) * 86_400_000, abs=120_000)
        assert shown[0].text == record.run(LOCAL_TIME, shown[0])


LOCAL_TIME = """
const format = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
return format.format(new Date(arguments[0].dateTime));
"""


def test_it_works_without_scripts(record: DrawingPage) -> None:
    record.cdp("Emulation.setScriptExecutionDisabled", value=True)
    try:
        record.browser.refresh()
        record.browser.find_element(By.CSS_SELECTOR, ".sharing summary").click()
        record.element("share").click()
        shown = WebDriverWait(record.browser, 10).until(
            lambda browser: browser.find_element(By.ID, "share-link")
        )
        assert "/shared/" in str(shown.get_attribute("value"))
        record.element("stop-sharing").click()
        WebDriverWait(record.browser, 10).until(
            lambda browser: not browser.find_elements(By.ID, "share-link")
        )
        assert "The drawing is no longer shared." in record.element("sharing").text
    finally:
        record.cdp("Emulation.setScriptExecutionDisabled", value=False)
