"""The result while one draws: read, and not saved."""

import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import pen
from tests.browser.drawing_page import UNDO, DrawingPage
from tests.browser.test_correction import saved_label, thanked

BUSY = 'window.answerInstead = async () => new Response("{}", {status: 503, headers: {"Retry-After": "600"}})'


def saved(page: DrawingPage) -> int:
    """How many drawings this visitor's history has."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.browser.get_cookies()}
    listed = requests.get(f"{page.url}/api/v1/recognitions", cookies=cookies, timeout=30)
    return len(listed.json()["recognitions"])


def test_a_drawing_is_recognised_when_the_pen_rests_and_is_not_saved(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.wait_for_preview()
    assert page.text("result-text") == "7"
    assert page.text("unsaved") == "Not saved yet."
    assert not page.element("stored").is_displayed()
    assert page.sent() == []
    assert saved(page) == 0
    assert page.element("announcement").get_attribute("textContent") == ""


def test_the_button_saves_what_was_recognised_while_drawing(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.wait_for_preview()
    page.recognise()
    assert page.element("stored").is_displayed()
    assert not page.element("unsaved").is_displayed()
    assert saved(page) == 1


def test_one_question_at_a_time_and_then_about_the_newest_drawing(page: DrawingPage) -> None:
    page.run("window.answerInstead = () => new Promise((resolve) => { window.answer = resolve })")
    page.draw([pen.ONE_AND_SEVEN[1]])
    page.wait_until(lambda: len(page.previews()) == 1)
    page.draw([pen.ONE_AND_SEVEN[0]])
    page.draw([[(250, 250), (255, 250)]])
    page.keys(UNDO)
    page.rest()
    assert len(page.previews()) == 1
    page.run("window.answerInstead = null; window.answer(new Response('{}'))")
    page.wait_for_preview()
    assert page.text("result-text") == "17"
    assert len(page.previews()) == 2


def test_an_older_drawing_s_result_is_found_again_without_asking(page: DrawingPage) -> None:
    page.draw([pen.ONE_AND_SEVEN[0]])
    page.wait_for_preview()
    page.draw([pen.ONE_AND_SEVEN[1]])
    page.wait_until(lambda: page.text("result-text") == "17")
    page.keys(UNDO)
    assert page.text("result-text") == "1"
    assert len(page.previews()) == 2


def test_a_busy_server_is_left_alone_and_nobody_is_told(page: DrawingPage) -> None:
    page.run(BUSY)
    page.draw(pen.SEVEN)
    page.wait_until(lambda: len(page.previews()) == 1)
    page.run("window.answerInstead = null")
    page.draw(pen.ONE)
    page.rest()
    assert len(page.previews()) == 1
    assert not page.element("notice").is_displayed()
    page.recognise()


def test_a_key_corrects_it_once_the_drawing_is_saved(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.wait_for_preview()
    page.keys("1")
    assert thanked(page, "1")
    assert saved(page) == 1
    assert saved_label(page) == "1"
    assert page.element("stored").is_displayed()


def test_a_click_does_so_too_and_a_failure_is_shown(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.wait_for_preview()
    page.run(BUSY)
    page.browser.find_element(By.CSS_SELECTOR, "[data-correct][value='1']").click()
    page.wait_until(lambda: page.element("retry").is_displayed())
    assert (
        page.text("correction-status") == "The correction could not be saved. Please try again in a moment."
    )
    page.run("window.answerInstead = null")
    page.browser.find_element(By.CSS_SELECTOR, "[data-correct][value='1']").click()
    assert thanked(page, "1")


def test_the_switch_is_remembered(page: DrawingPage) -> None:
    page.element("previews").send_keys(Keys.SPACE)
    page.draw(pen.SEVEN)
    page.rest()
    assert page.previews() == []
    page.open()
    assert not page.element("previews").is_selected()
    page.press("previews")
    page.wait_for_preview()


def test_the_second_choice_stands_beside_the_result(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.wait_for_preview()
    rows = page.browser.find_elements(By.CSS_SELECTOR, "[data-percent]")
    shares = {index: float(row.text.strip(">%")) for index, row in enumerate(rows) if index != 7}
    assert page.text("second-choice") in {
        f"or {index}, {share}%" for index, share in shares.items() if share == max(shares.values())
    }
    page.press("clear")
    page.draw(pen.ONE_AND_SEVEN)
    page.wait_until(lambda: " for the " in page.text("second-choice"))
