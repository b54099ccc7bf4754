"""The page of one drawing: its replay, with the mouse and with the keyboard alone."""

import base64
from typing import cast

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage


def ink(page: DrawingPage) -> float:
    return page.ink("replay")


def at_ms(page: DrawingPage) -> float:
    return float(cast(str, page.element("scrubber").get_property("value")))


def end_ms(page: DrawingPage) -> float:
    return float(cast(str, page.element("scrubber").get_attribute("max")))


def test_it_shows_the_whole_drawing_and_what_was_read(record: DrawingPage) -> None:
    assert record.browser.find_element(By.TAG_NAME, "h1").text == "Read as 17"
    assert record.text("place") == "Stroke 2 of 2"
    assert ink(record) > 0.01
    digits = record.browser.find_elements(By.CSS_SELECTOR, ".facts tbody th")
    assert [digit.text for digit in digits] == ["1", "7"]
    assert "%" in record.browser.find_element(By.CSS_SELECTOR, ".facts tbody td:last-child").text


def test_steps_go_from_stroke_to_stroke(record: DrawingPage) -> None:
    whole = ink(record)
    record.press("step-back")
    one = ink(record)
    assert record.text("place") == "Stroke 1 of 2"
    assert 0 < one < whole
    record.press("step-back")
    assert record.text("place") == "Stroke 0 of 2"
    assert ink(record) == 0
    record.press("step-on")
    assert ink(record) == pytest.approx(one)
    record.press("step-on")
    assert ink(record) == pytest.approx(whole)


def test_it_plays_from_the_start_to_the_end(record: DrawingPage) -> None:
    whole = ink(record)
    # The replay may be over before the test looks.
    record.run(WATCH_BUTTON, record.element("play"))
    record.press("play")
    record.wait_until(lambda: record.run("return window.said") == ["Pause", "Play"])
    assert at_ms(record) == pytest.approx(end_ms(record))
    assert ink(record) == pytest.approx(whole)


WATCH_BUTTON = """
window.said = [];
const [button] = arguments;
new MutationObserver(() => {
  if (window.said.at(-1) !== button.textContent) window.said.push(button.textContent);
}).observe(button, { childList: true });
"""


def test_it_pauses_where_it_is_and_goes_on_from_there(record: DrawingPage) -> None:
    Select(record.element("speed")).select_by_value("0.25")
    paused, later, gone_on = record.browser.execute_async_script(
        PAUSE_IN_THE_MIDDLE, record.element("play"), record.element("scrubber")
    )
    assert 0 < paused == later < gone_on
    assert paused < end_ms(record)


PAUSE_IN_THE_MIDDLE = """
const [button, scrubber, done] = arguments;
const frames = async (count) => {
  for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame);
  return Number(scrubber.value);
};
(async () => {
  button.click();
  await frames(3);
  button.click();
  const paused = await frames(0);
  const later = await frames(5);
  button.click();
  done([paused, later, await frames(3)]);
})();
"""


def test_the_keyboard_alone_plays_steps_and_scrubs(record: DrawingPage) -> None:
    record.keys(Keys.ARROW_LEFT)
    assert record.text("place") == "Stroke 1 of 2"
    record.keys(Keys.ARROW_RIGHT)
    assert record.text("place") == "Stroke 2 of 2"
    record.run("arguments[0].value = '0.25'", record.element("speed"))  # It does not end before it is paused.
    record.keys(Keys.SPACE)
    assert record.text("play") == "Pause"
    record.keys(Keys.SPACE)
    assert record.text("play") == "Play"
    record.element("scrubber").send_keys(Keys.HOME)
    assert record.text("place") == "Stroke 0 of 2"
    assert record.element("scrubber").get_attribute("aria-valuetext") == "Stroke 0 of 2"
    record.element("scrubber").send_keys(Keys.END)
    assert record.text("place") == "Stroke 2 of 2"


def test_a_picture_alone_is_shown_as_a_picture(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.recognise()
    page.identify_picture(page.sent()[0]["data"])
    page.open_newest()
    page.wait_until(lambda: page.element("picture").is_displayed())
    assert not page.element("replay").is_displayed()
    assert page.browser.find_elements(By.CSS_SELECTOR, "[data-player]") == []
    assert "Sent as a picture" in page.browser.find_element(By.CSS_SELECTOR, ".note").text


def test_the_current_model_s_result_comes_beside_that_of_the_time(record: DrawingPage) -> None:
    record.press("recognise-again")
    record.wait_until(lambda: record.element("recognise-again-result").is_displayed())
    rows = record.element("recognise-again-digits").find_elements(By.TAG_NAME, "th")
    assert [row.text for row in rows] == ["1", "7"]
    assert record.text("recognise-again-model").startswith("lenet-")
    assert record.text("recognise-again-status").startswith("17, ")


def test_a_server_that_is_busy_is_told_of(record: DrawingPage) -> None:
    body = {"code": "busy", "detail": "Too many drawings are waiting."}
    record.run("window.answerInstead = async () => Response.json(arguments[0], {status: 503})", body)
    record.press("recognise-again")
    record.wait_until(lambda: record.text("recognise-again-status") == body["detail"])
    assert not record.element("recognise-again-result").is_displayed()


def test_the_download_is_the_drawing_as_it_was_received(record: DrawingPage) -> None:
    link = record.browser.find_element(By.CSS_SELECTOR, "a[download]")
    content = record.browser.execute_async_script(
        """
        const [url, done] = arguments;
        const request = new XMLHttpRequest();
        request.open("GET", url);
        request.responseType = "arraybuffer";
        request.onload = () => done(btoa(String.fromCharCode(...new Uint8Array(request.response))));
        request.send();
        """,
        link.get_attribute("href"),
    )
    assert base64.b64decode(content).startswith(b"\x89PNG")


def test_the_page_speaks_simplified_chinese(record: DrawingPage) -> None:
    record.choose_language("zh-hans")
    assert record.browser.find_element(By.TAG_NAME, "h1").text == "识别为 17"
    record.wait_until(lambda: record.text("place") == "第 2 笔，共 2 笔")


def test_the_keyboard_deletes_it_for_good(record: DrawingPage) -> None:
    record.browser.find_element(By.CSS_SELECTOR, ".deletion summary").send_keys(Keys.ENTER)
    record.browser.find_element(By.CSS_SELECTOR, ".deletion button").send_keys(Keys.ENTER)
    record.wait_until(lambda: record.browser.current_url.endswith("/history/"))
    assert record.browser.find_elements(By.CSS_SELECTOR, ".drawings a") == []


def predictions(page: DrawingPage) -> list[str]:
    """The results that are shown, without their pictures."""
    items = page.browser.find_elements(By.CSS_SELECTOR, "[data-predictions] button")
    return [item.text.split("\n")[0] for item in items]


def current_prediction(page: DrawingPage) -> list[bool]:
    items = page.browser.find_elements(By.CSS_SELECTOR, "[data-predictions] button")
    return [item.get_attribute("aria-current") == "step" for item in items]


def predict_after_each_stroke(page: DrawingPage) -> None:
    page.press("predict")
    page.wait_until(lambda: page.text("predictions-status").startswith("From stroke"))


def test_one_click_shows_the_result_after_each_stroke(record: DrawingPage) -> None:
    assert predictions(record) == []
    predict_after_each_stroke(record)
    assert predictions(record) == ["1", "17"]
    assert record.text("predictions-status") == "From stroke 2 of 2 on, the result is 17."
    images = record.browser.find_elements(By.CSS_SELECTOR, "[data-predictions] img")
    assert [image.get_attribute("alt") for image in images] == ["After stroke 1:", "After stroke 2:"]
    assert not record.element("predict").is_displayed()


def test_the_keyboard_asks_and_goes_on_with_the_results(record: DrawingPage) -> None:
    record.element("predict").send_keys(Keys.ENTER)
    record.wait_until(lambda: record.text("predictions-status").startswith("From stroke"))
    record.keys(Keys.ENTER)
    assert record.text("place") == "Stroke 1 of 2"


def test_a_result_moves_the_replay_to_its_stroke_and_is_marked(record: DrawingPage) -> None:
    predict_after_each_stroke(record)
    assert current_prediction(record) == [False, True]
    record.browser.find_element(By.CSS_SELECTOR, "[data-predictions] button").click()
    assert record.text("place") == "Stroke 1 of 2"
    assert current_prediction(record) == [True, False]
    record.press("step-on")
    assert current_prediction(record) == [False, True]
    record.element("scrubber").send_keys(Keys.HOME)
    assert current_prediction(record) == [False, False]


def test_a_failure_on_the_way_is_told_of_and_retrying_goes_on_from_there(record: DrawingPage) -> None:
    record.run(
        """
        const body = {code: "busy", detail: "Too many drawings."};
        const busy = async () => Response.json(body, {status: 503});
        const answer = () => (window.previews.length === 2 ? busy : null);
        Object.defineProperty(window, "answerInstead", { get: answer });
        """
    )
    record.press("predict")
    record.wait_until(lambda: record.text("predictions-status") == "Too many drawings.")
    assert (record.text("predict"), predictions(record)) == ("Retry", ["1"])
    predict_after_each_stroke(record)
    assert predictions(record) == ["1", "17"]


def test_it_can_be_stopped_and_goes_on(record: DrawingPage) -> None:
    record.run("window.answerInstead = () => new Promise(() => {})")
    record.press("predict")
    assert record.text("predictions-status") == "Recognising after stroke 1 of 2…"
    record.press("predict")
    assert (record.text("predict"), record.text("predictions-status")) == ("Continue", "")
    record.run("window.answerInstead = null")
    predict_after_each_stroke(record)
    assert predictions(record) == ["1", "17"]


def test_a_digit_of_several_strokes_has_curves_of_its_probabilities(page: DrawingPage) -> None:
    page.draw(
        [[(110, 50), (80, 130), (75, 150), (120, 152), (215, 148)], [(170, 60), (168, 120), (160, 240)]]
    )
    page.recognise()
    page.open_newest()
    page.wait_until(lambda: page.element("predict").is_displayed())
    predict_after_each_stroke(page)
    winner = page.browser.find_element(By.CSS_SELECTOR, "[data-probability-curves] .leads text")
    assert winner.text == predictions(page)[-1] == "4"
