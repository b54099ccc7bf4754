"""From pen to result."""

import base64
import io

import pytest
import requests
from PIL import Image
from selenium.webdriver.common.by import By

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage


@pytest.mark.parametrize("kind", ["mouse", "touch", "pen"])
def test_a_drawn_digit_is_recognised_and_saved(page: DrawingPage, kind: pen.Kind) -> None:
    page.run("onpointerdown = (event) => { window.kind ||= event.pointerType }")
    page.draw(pen.SEVEN, kind)
    page.recognise()
    assert page.run("return window.kind") == kind
    assert page.text("result-text") == "7"
    assert page.text("result-probability").endswith("%")
    assert page.element("stored").is_displayed()
    assert not page.element("queued").is_displayed()


def test_a_drawing_in_the_queue_is_shown_as_saved_and_not_yet_in_the_list(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.recognise()
    stored = requests.post(f"{page.url}/api/v1/identify", json=page.sent()[0], timeout=30).json()
    queued = {**stored, "stored": False, "queued": True}
    page.run("window.answerInstead = async () => Response.json(arguments[0])", queued)
    page.press("clear")
    page.draw(pen.SEVEN)
    page.recognise()
    assert not page.element("stored").is_displayed()
    assert page.text("queued").startswith("Saved on this server. It will appear in My drawings")


def test_the_result_shows_ten_probabilities_and_the_network_s_input(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.recognise()
    rows = page.browser.find_elements(By.CSS_SELECTOR, "[data-digit]")
    percentages = [row.find_element(By.CSS_SELECTOR, "[data-percent]").text for row in rows]
    assert sum(float(percentage.strip(">%")) for percentage in percentages) == pytest.approx(100, abs=1)
    assert [index for index, row in enumerate(rows) if row.get_attribute("class") == "is-result"] == [7]
    read_pixels = "return [...arguments[0].getContext('2d').getImageData(0, 0, 28, 28).data]"
    pixels = page.run(read_pixels, page.element("network-input"))
    reds, alphas = pixels[::4], pixels[3::4]
    assert max(reds) == 255
    assert reds.count(0) > 500
    assert set(alphas) == {255}


def test_the_result_is_announced_politely(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.recognise()
    announcement = page.element("announcement")
    assert announcement.aria_role == "status"
    assert announcement.get_attribute("textContent") == f"7, {page.text('result-probability')}"


def test_strokes_are_sent_with_their_times_pressure_and_width(page: DrawingPage) -> None:
    page.draw([*pen.SEVEN, [(100, 150), (140, 148), (180, 150)]])
    page.recognise()
    (body,) = page.sent()
    assert len(body["strokes"]) == 2
    for stroke in body["strokes"]:
        assert len(stroke) == 5
        assert len({len(axis) for axis in stroke}) == 1
        assert len(stroke[0]) >= 3
    (x, y, _, pressure, width), (_, _, later, _, _) = body["strokes"]
    times = [t for stroke in body["strokes"] for t in stroke[2]]
    assert times == sorted(times)
    assert times[0] == 0 < later[0]
    assert (x[0], y[0]) == pytest.approx(pen.SEVEN[0][0], abs=1)
    assert (x[-1], y[-1]) == pytest.approx(pen.SEVEN[0][-1], abs=1)
    assert all(0 <= each <= 1 for each in pressure)
    assert set(width) == {18}


@pytest.mark.parametrize(("scheme", "density"), [("light", 1), ("dark", 2)])
def test_the_picture_sent_does_not_depend_on_the_screen(
    page: DrawingPage, scheme: str, density: float
) -> None:
    page.set_window(1280, 900, density)
    page.set_colour_scheme(scheme)
    page.draw(pen.ONE)
    page.recognise()
    prefix, _, encoded = page.sent()[0]["data"].partition(",")
    picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
    assert prefix == "data:image/png;base64"
    assert picture.size == (280, 280)
    assert picture.getpixel((0, 0)) == (255, 255, 255)
    assert picture.getpixel((140, 140)) == (0, 0, 0)


def test_an_unchanged_drawing_is_not_sent_twice(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.run("arguments[0].click(); arguments[0].click()", page.element("recognise"))
    page.wait_for_result()
    page.recognise()
    assert len(page.sent()) == 1


def test_drawing_on_marks_the_result_as_stale_until_it_is_undone(page: DrawingPage) -> None:
    page.press("previews")
    page.draw(pen.SEVEN)
    page.recognise()
    page.draw(pen.ONE)
    assert page.element("result").get_attribute("data-result") == "stale"
    assert page.element("stale").is_displayed()
    assert page.text("result-text") == "7"
    page.press("undo")
    assert page.element("result").get_attribute("data-result") == "fresh"


def test_each_digit_of_a_number_is_boxed_and_can_be_selected(page: DrawingPage) -> None:
    page.draw(pen.ONE_AND_SEVEN)
    page.recognise()
    digits = page.browser.find_elements(By.CSS_SELECTOR, "[data-result-text] button")
    boxes = page.browser.find_elements(By.CSS_SELECTOR, "[data-boxes] div")
    assert [digit.text for digit in digits] == ["1", "7"]
    assert [box.text.split()[0] for box in boxes] == ["1", "7"]
    assert boxes[0].rect["x"] + boxes[0].rect["width"] < boxes[1].rect["x"]
    place = page.canvas_place()
    for stroke, box in zip(pen.ONE_AND_SEVEN, boxes, strict=True):
        middle = (
            place["x"] + place["width"] / 280 * (min(x for x, _ in stroke) + max(x for x, _ in stroke)) / 2
        )
        assert box.rect["x"] + box.rect["width"] / 2 == pytest.approx(middle, abs=12)
    for index, digit in enumerate(digits):
        digit.click()
        assert [each.get_attribute("aria-pressed") for each in digits] == [
            str(i == index).lower() for i in (0, 1)
        ]
        (shown,) = page.browser.find_elements(By.CSS_SELECTOR, ".is-result")
        assert shown.get_attribute("data-digit") == digit.text
        assert "is-selected" in (boxes[index].get_attribute("class") or "")
    page.draw([[(250, 250), (255, 250)]])
    assert not page.element("boxes").is_displayed()


def test_a_single_digit_is_not_boxed(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.recognise()
    assert not page.element("boxes").is_displayed()
