"""How a digit was recognised, from both pages that show a drawing."""

from typing import cast

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage

# Of a copy: reading the page's own canvas often would change how the browser keeps it.
MEAN_COLOUR = """
const {width, height} = arguments[0];
const copy = new OffscreenCanvas(width, height).getContext("2d");
copy.drawImage(arguments[0], 0, 0);
const pixels = copy.getImageData(0, 0, width, height).data;
return pixels.reduce((sum, value) => sum + value) / pixels.length;
"""


@pytest.fixture
def recognised(page: DrawingPage) -> DrawingPage:
    page.draw(pen.SEVEN)
    page.recognise()
    return page


@pytest.fixture
def record(recognised: DrawingPage) -> DrawingPage:
    """The page of that drawing, as its visitor comes to it."""
    recognised.open_newest()
    recognised.wait_until(lambda: recognised.element("inspect").is_displayed())
    return recognised


def inspect_digit(page: DrawingPage) -> None:
    page.press("inspect")
    wait_for_layers(page)


def wait_for_layers(page: DrawingPage) -> None:
    page.wait_until(lambda: page.element("inspection").get_attribute("aria-busy") == "false")
    assert page.element("inspection-layers").is_displayed()


def maps(page: DrawingPage) -> dict[str, int]:
    """How many pictures each layer has."""
    groups = page.browser.find_elements(By.CSS_SELECTOR, "[data-inspection-maps]")
    return {
        cast(str, group.get_attribute("data-inspection-maps")): len(
            group.find_elements(By.TAG_NAME, "canvas")
        )
        for group in groups
    }


def test_one_click_shows_every_layer_down_to_the_result(recognised: DrawingPage) -> None:
    inspect_digit(recognised)
    assert recognised.text("inspection-title") == "How this 7 was recognised"
    assert maps(recognised) == {
        "first_convolution": 20, "first_pool": 20, "second_convolution": 50, "second_pool": 50
    }  # fmt: skip
    row = recognised.browser.find_element(By.CSS_SELECTOR, "[data-inspection-result] .is-result")
    assert row.find_element(By.TAG_NAME, "th").text == "7"
    assert row.find_element(By.CSS_SELECTOR, "td:last-child").text == recognised.text("result-probability")


def test_the_ink_that_mattered_is_tinted_and_told_of(recognised: DrawingPage) -> None:
    inspect_digit(recognised)
    canvas = recognised.element("inspection-importance")
    colours = recognised.run(
        "const pixels = arguments[0].getContext('2d').getImageData(0, 0, 28, 28).data;"
        "return Array.from({length: 784}, (_, i) => Math.abs(pixels[4 * i] - pixels[4 * i + 2]))",
        canvas,
    )
    assert max(colours) > 100
    assert recognised.text("inspection-mattered").startswith("The ink at")
    assert canvas.get_attribute("aria-label") == recognised.text("inspection-mattered")


def test_every_group_of_pictures_has_a_description(recognised: DrawingPage) -> None:
    inspect_digit(recognised)
    pictures = recognised.browser.find_elements(By.CSS_SELECTOR, "[data-inspection] [role=img]")
    assert len(pictures) == 7
    for picture in pictures:
        assert len(cast(str, picture.get_attribute("aria-label"))) > 20


def test_it_opens_only_while_the_result_is_about_the_drawing(page: DrawingPage) -> None:
    assert not page.element("inspect").is_enabled()
    page.draw(pen.SEVEN)
    page.recognise()
    assert page.element("inspect").is_enabled()
    page.press("undo")
    assert not page.element("inspect").is_enabled()


def test_the_keyboard_opens_and_escape_closes_it(recognised: DrawingPage) -> None:
    recognised.element("inspect").send_keys(Keys.ENTER)
    wait_for_layers(recognised)
    recognised.keys(Keys.ESCAPE)
    assert not recognised.element("inspection").is_displayed()
    assert recognised.run("return document.activeElement.hasAttribute('data-inspect')")


def test_the_drawing_behind_it_does_not_hear_its_keys(recognised: DrawingPage) -> None:
    drawn = recognised.ink()
    inspect_digit(recognised)
    recognised.keys(Keys.DELETE, "3")
    recognised.press("inspection-close")
    assert recognised.ink() == drawn
    assert recognised.text("correction-status") == ""


def test_of_a_number_the_selected_digit_comes_first_and_then_any(page: DrawingPage) -> None:
    page.draw(pen.ONE_AND_SEVEN)
    page.recognise()
    page.browser.find_element(By.CSS_SELECTOR, "[data-result-text] button:nth-child(2)").click()
    inspect_digit(page)
    assert page.text("inspection-title") == "How this 7 was recognised"
    page.browser.find_element(By.CSS_SELECTOR, "[data-inspection-digits] button").send_keys(Keys.ENTER)
    page.wait_until(lambda: page.text("inspection-title") == "How this 1 was recognised")
    pressed = page.browser.find_elements(By.CSS_SELECTOR, "[data-inspection-digits] [aria-pressed=true]")
    assert [button.text for button in pressed] == ["1"]
    assert page.browser.switch_to.active_element == pressed[0]


def test_an_error_is_told_with_a_way_to_retry(recognised: DrawingPage) -> None:
    body = {"code": "busy", "detail": "Too many drawings are waiting."}
    recognised.run("window.answerInstead = async () => Response.json(arguments[0], {status: 503})", body)
    recognised.press("inspect")
    recognised.wait_until(lambda: recognised.text("inspection-status") == body["detail"])
    assert not recognised.element("inspection-layers").is_displayed()
    recognised.run("window.answerInstead = null")
    recognised.press("inspection-retry")
    wait_for_layers(recognised)
    assert not recognised.element("inspection-retry").is_displayed()


def test_a_stored_drawing_is_inspected_on_its_page(record: DrawingPage) -> None:
    inspect_digit(record)
    assert record.text("inspection-title") == "How this 7 was recognised"
    assert sum(maps(record).values()) == 140


def test_the_replay_behind_it_does_not_hear_its_keys(record: DrawingPage) -> None:
    inspect_digit(record)
    record.keys(Keys.ARROW_LEFT)
    record.press("inspection-close")
    assert record.text("place") == "Stroke 1 of 1"


def mean_colour(page: DrawingPage) -> float:
    return cast(float, page.run(MEAN_COLOUR, page.element("inspection-hidden")))


def test_its_pictures_follow_the_colour_scheme(recognised: DrawingPage) -> None:
    recognised.set_colour_scheme("light")
    inspect_digit(recognised)
    light = mean_colour(recognised)
    recognised.set_colour_scheme("dark")
    recognised.wait_until(lambda: mean_colour(recognised) < light - 20)


@pytest.mark.parametrize("width_px", [320, 360, 1280])
def test_it_does_not_scroll_sideways(recognised: DrawingPage, width_px: int) -> None:
    recognised.set_window(width_px, 640)
    inspect_digit(recognised)
    width = "return arguments[0].scrollWidth - arguments[0].clientWidth"
    assert recognised.run(width, recognised.element("inspection")) == 0


def test_it_speaks_simplified_chinese(recognised: DrawingPage) -> None:
    recognised.choose_language("zh-hans")
    inspect_digit(recognised)
    assert recognised.text("inspection-title") == "这个 7 的识别过程"
