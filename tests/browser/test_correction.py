"""Saying what a drawing really shows."""

from typing import Any

import pytest
import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage


@pytest.fixture
def answered(page: DrawingPage) -> DrawingPage:
    """The page with an answer."""
    page.draw(pen.SEVEN)
    page.recognise()
    return page


def kept_label(page: DrawingPage) -> Any:
    """What the history says of this visitor's newest drawing."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.browser.get_cookies()}
    address = f"{page.url}/api/v1/recognitions"
    (newest, *_) = requests.get(address, cookies=cookies, timeout=30).json()["recognitions"]
    label = requests.get(f"{address}/{newest['id']}", cookies=cookies, timeout=30).json()["label"]
    return label and label["text"]


def thanked(page: DrawingPage, text: str) -> bool:
    page.wait_until(lambda: page.text("correction-status").startswith("Thank you"))
    return page.text("correction-status") == f"Thank you. Kept as {text}."


def test_one_click_on_a_digit_keeps_it(answered: DrawingPage) -> None:
    answered.browser.find_element(By.CSS_SELECTOR, "[data-correct][value='1']").click()
    assert thanked(answered, "1")
    assert kept_label(answered) == "1"


def test_one_key_keeps_a_digit_and_another_replaces_it(answered: DrawingPage) -> None:
    answered.keys("1")
    assert thanked(answered, "1")
    answered.keys("2")
    answered.wait_until(lambda: answered.text("correction-status").endswith("2."))
    assert kept_label(answered) == "2"


def test_what_is_no_digit_is_kept_as_such(answered: DrawingPage) -> None:
    answered.press("no-digit")
    assert thanked(answered, "no digit")
    assert kept_label(answered) == ""


def test_digits_are_typed_and_typing_does_nothing_else(answered: DrawingPage) -> None:
    answered.element("correction-text").send_keys("100", Keys.BACKSPACE, Keys.ENTER)
    assert thanked(answered, "10")
    assert kept_label(answered) == "10"
    assert len(answered.sent()) == 2
    assert answered.ink() > 0


def test_of_several_digits_a_key_alone_corrects_nothing(page: DrawingPage) -> None:
    page.draw(pen.ONE_AND_SEVEN)
    page.recognise()
    assert page.text("answer-digit") == "17"
    page.keys("3")
    assert page.text("correction-status") == ""
    assert not page.browser.find_elements(By.CSS_SELECTOR, "[data-correct]:enabled")
    page.element("correction-text").send_keys("11", Keys.ENTER)
    assert thanked(page, "11")


def test_there_is_nothing_to_correct_before_an_answer_and_after_a_change(page: DrawingPage) -> None:
    assert not page.element("correction").is_displayed()
    page.keys("7")
    page.draw(pen.SEVEN)
    page.recognise()
    assert page.element("correction").is_displayed()
    page.keys(Keys.DELETE)
    assert not page.element("correction").is_displayed()
    page.keys("7")
    assert len(page.sent()) == 1


def test_a_correction_that_is_not_kept_says_why(answered: DrawingPage) -> None:
    body = {"code": "label_not_kept", "detail": "Not just now."}
    answered.run("window.answerInstead = async () => Response.json(arguments[0], {status: 503})", body)
    answered.keys("1")
    answered.wait_until(lambda: answered.text("correction-status") == "Not just now.")
    assert kept_label(answered) is None
