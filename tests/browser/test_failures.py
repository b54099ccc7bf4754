"""When the server does not answer, or answers something else: say so, and lose nothing."""

import pytest
from selenium.webdriver.common.by import By

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage

# As fetch does: it rejects when it is aborted.
NEVER_ANSWER = """
window.answerInstead = (url, { signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
"""


def test_without_a_server_the_drawing_stays_and_retrying_works(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    drawn = page.ink()
    with page.offline():
        page.press("recognise")
        page.wait_until(lambda: page.element("notice").is_displayed())
        assert page.text("notice-text") == "The server cannot be reached. Your drawing is still here."
        assert page.ink() == drawn
    page.press("retry")
    page.wait_for_result()
    assert not page.element("notice").is_displayed()
    first, second = page.sent()
    assert first == second


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (503, '{"code": "busy", "detail": "Please come back later."}', "Please come back later."),
        (502, "<h1>Bad gateway</h1>", "The server reported an error (502). Your drawing is still here."),
        (200, "<h1>Hotel</h1>", "The server's response could not be read. Your drawing is still here."),
    ],
)
def test_an_error_is_told_with_a_way_to_retry(
    page: DrawingPage, status: int, body: str, message: str
) -> None:
    page.run("window.answerInstead = async () => new Response(...arguments)", body, {"status": status})
    page.draw(pen.SEVEN)
    page.press("recognise")
    page.wait_until(lambda: page.element("retry").is_displayed())
    assert page.text("notice-text") == message
    assert page.element("recognise").get_attribute("aria-busy") == "false"
    page.run("window.answerInstead = null")
    page.press("retry")
    page.wait_for_result()


def test_the_button_is_busy_while_the_server_thinks(page: DrawingPage) -> None:
    page.run("window.answerInstead = () => new Promise(() => {})")
    page.draw(pen.SEVEN)
    page.press("recognise")
    assert page.element("recognise").get_attribute("aria-busy") == "true"
    assert page.text("recognise-text") == "Recognising…"


def test_what_cannot_be_mended_by_sending_it_again_offers_no_retry(page: DrawingPage) -> None:
    body = '{"code": "too_many_points", "detail": "Too much."}'
    page.run("window.answerInstead = async () => new Response(...arguments)", body, {"status": 400})
    page.draw(pen.SEVEN)
    page.press("recognise")
    page.wait_until(lambda: page.text("notice-text") == "Too much.")
    assert not page.element("retry").is_displayed()


def test_the_way_out_of_a_refused_change_of_language_is_no_loop(page: DrawingPage) -> None:
    page.browser.delete_all_cookies()
    page.browser.find_element(By.CSS_SELECTOR, "button[value=zh-hans]").click()
    page.wait_until(lambda: "Not allowed" in page.browser.title)
    page.browser.find_element(By.CSS_SELECTOR, "button[value=zh-hans]").click()
    page.wait_until(lambda: page.element("canvas").is_displayed())
    page.browser.get_log("browser")  # The refusal itself is logged as an error, and was meant.


def test_a_newer_drawing_takes_over_from_one_still_being_recognised(page: DrawingPage) -> None:
    page.run(NEVER_ANSWER)
    page.draw(pen.SEVEN)
    page.press("recognise")
    page.press("clear")
    page.draw(pen.ONE)
    page.run("window.answerInstead = null")
    page.recognise()
    assert page.text("result-text") == "1"
    assert not page.element("notice").is_displayed()
