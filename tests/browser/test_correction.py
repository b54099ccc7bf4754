"""Correcting a result."""

from typing import Any

import pytest
import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage


@pytest.fixture
def recognised(page: DrawingPage) -> DrawingPage:
    """The page with a result."""
    page.draw(pen.SEVEN)
    page.recognise()
    return page


def saved_label(page: DrawingPage) -> Any:
    """What the history says of this visitor's newest drawing."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.browser.get_cookies()}
    address = f"{page.url}/api/v1/recognitions"
    (newest, *_) = requests.get(address, cookies=cookies, timeout=30).json()["recognitions"]
    label = requests.get(f"{address}/{newest['id']}", cookies=cookies, timeout=30).json()["label"]
    return label and label["text"]


def thanked(page: DrawingPage, text: str) -> bool:
    page.wait_until(lambda: page.text("correction-status").startswith("Thanks"))
    return page.text("correction-status") == f"Thanks. Saved as {text}."


def test_one_click_on_a_digit_saves_it(recognised: DrawingPage) -> None:
    recognised.browser.find_element(By.CSS_SELECTOR, "[data-correct][value='1']").click()
    assert thanked(recognised, "1")
    assert saved_label(recognised) == "1"


def test_one_key_saves_a_digit_and_another_replaces_it(recognised: DrawingPage) -> None:
    recognised.keys("1")
    assert thanked(recognised, "1")
    recognised.keys("2")
    recognised.wait_until(lambda: recognised.text("correction-status").endswith("2."))
    assert saved_label(recognised) == "2"


def test_a_non_digit_is_saved_as_such(recognised: DrawingPage) -> None:
    recognised.press("non-digit")
    assert thanked(recognised, "not a digit")
    assert saved_label(recognised) == ""


def test_digits_are_typed_and_typing_does_nothing_else(recognised: DrawingPage) -> None:
    recognised.element("correction-text").send_keys("100", Keys.BACKSPACE, Keys.ENTER)
    assert thanked(recognised, "10")
    assert saved_label(recognised) == "10"
    assert len(recognised.sent()) == 2
    assert recognised.ink() > 0


@pytest.mark.parametrize("sent_by", ["Enter", "the button"])
def test_full_width_digits_are_digits(recognised: DrawingPage, sent_by: str) -> None:
    recognised.element("correction-text").send_keys("１７")
    if sent_by == "Enter":
        recognised.keys(Keys.ENTER)
    else:
        recognised.element("correction").find_element(By.CSS_SELECTOR, "[type=submit]").click()
    assert thanked(recognised, "17")
    assert saved_label(recognised) == "17"


def test_letters_are_refused_with_what_is_expected(recognised: DrawingPage) -> None:
    field = recognised.element("correction-text")
    field.send_keys("seven", Keys.ENTER)
    assert recognised.run("return arguments[0].validity.patternMismatch", field)
    assert field.get_attribute("title") == "Digits only, at most 40"
    assert len(recognised.sent()) == 1


def test_of_several_digits_a_key_begins_the_correction_and_saves_nothing(page: DrawingPage) -> None:
    page.draw(pen.ONE_AND_SEVEN)
    page.recognise()
    assert page.text("result-text") == "17"
    page.keys("3")
    assert page.browser.switch_to.active_element == page.element("correction-text")
    assert page.text("correction-status") == ""
    assert len(page.sent()) == 1
    assert not page.browser.find_elements(By.CSS_SELECTOR, "[data-correct]:enabled")
    page.keys("1", Keys.ENTER)
    assert thanked(page, "31")


def test_there_is_nothing_to_correct_before_a_result_and_after_a_change(page: DrawingPage) -> None:
    assert not page.element("correction").is_displayed()
    page.keys("7")
    page.draw(pen.SEVEN)
    page.recognise()
    assert page.element("correction").is_displayed()
    page.keys(Keys.DELETE)
    assert not page.element("correction").is_displayed()
    page.keys("7")
    assert len(page.sent()) == 1


def test_a_correction_that_is_not_saved_says_why(recognised: DrawingPage) -> None:
    body = {"code": "label_not_kept", "detail": "Not just now."}
    recognised.run("window.answerInstead = async () => Response.json(arguments[0], {status: 503})", body)
    recognised.keys("1")
    recognised.wait_until(lambda: recognised.text("correction-status") == "Not just now.")
    assert saved_label(recognised) is None
