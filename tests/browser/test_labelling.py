"""Saying on a drawing's page what it really shows."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage


@pytest.fixture
def seven(page: DrawingPage) -> DrawingPage:
    """The page of a seven."""
    page.draw(pen.SEVEN)
    page.recognise()
    page.open_newest()
    page.wait_until(lambda: page.element("correction").is_displayed())
    return page


def label(page: DrawingPage) -> str:
    return page.element("label").find_element(By.TAG_NAME, "dd").text


def test_a_key_says_what_it_is_and_the_page_shows_it(seven: DrawingPage) -> None:
    assert not seven.element("label").is_displayed()
    seven.keys("1")
    seven.wait_until(lambda: label(seven) == "1")
    assert seven.text("correction-status") == "Thanks. Saved as 1."
    seven.keys("2")
    seven.wait_until(lambda: label(seven) == "2")
    seven.browser.refresh()
    assert label(seven) == "2"


def test_a_non_digit_is_shown_as_such(seven: DrawingPage) -> None:
    seven.element("non-digit").send_keys(Keys.ENTER)
    seven.wait_until(lambda: label(seven) == "not a digit")
    seven.browser.refresh()
    assert label(seven) == "not a digit"


def test_a_number_is_typed(record: DrawingPage) -> None:
    record.keys("1")
    assert record.sent() == []
    record.keys("1", Keys.ENTER)
    record.wait_until(lambda: label(record) == "11")
    assert record.sent() == [{"text": "11"}]


def test_a_digit_that_chooses_a_speed_says_nothing_of_the_drawing(seven: DrawingPage) -> None:
    seven.wait_until(lambda: seven.element("player").is_displayed())
    seven.element("speed").send_keys("2")
    assert Select(seven.element("speed")).first_selected_option.text == "2×"
    assert seven.sent() == []


def test_a_label_that_is_not_saved_says_why_and_is_not_shown(seven: DrawingPage) -> None:
    body = {"code": "label_not_kept", "detail": "Not just now."}
    seven.run("window.answerInstead = async () => Response.json(arguments[0], {status: 503})", body)
    seven.keys("1")
    seven.wait_until(lambda: seven.text("correction-status") == "Not just now.")
    assert not seven.element("label").is_displayed()
