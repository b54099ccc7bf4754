"""Looking inside: how the network came to its answer, from both pages that show a drawing."""

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
def answered(page: DrawingPage) -> DrawingPage:
    page.draw(pen.SEVEN)
    page.recognise()
    return page


@pytest.fixture
def record(answered: DrawingPage) -> DrawingPage:
    """The page of that drawing, as its visitor comes to it."""
    answered.open_newest()
    answered.wait_until(lambda: answered.element("look-inside").is_displayed())
    return answered


def look_inside(page: DrawingPage) -> None:
    page.press("look-inside")
    wait_for_layers(page)


def wait_for_layers(page: DrawingPage) -> None:
    page.wait_until(lambda: page.element("inside").get_attribute("aria-busy") == "false")
    assert page.element("inside-layers").is_displayed()


def maps(page: DrawingPage) -> dict[str, int]:
    """How many pictures each layer has."""
    groups = page.browser.find_elements(By.CSS_SELECTOR, "[data-inside-maps]")
    return {
        cast(str, group.get_attribute("data-inside-maps")): len(group.find_elements(By.TAG_NAME, "canvas"))
        for group in groups
    }


def test_one_click_shows_every_layer_down_to_the_answer(answered: DrawingPage) -> None:
    look_inside(answered)
    assert answered.text("inside-title") == "How the network read this 7"
    assert maps(answered) == {
        "first_convolution": 20, "first_pool": 20, "second_convolution": 50, "second_pool": 50
    }  # fmt: skip
    row = answered.browser.find_element(By.CSS_SELECTOR, "[data-inside-answer] .is-answer")
    assert row.find_element(By.TAG_NAME, "th").text == "7"
    assert row.find_element(By.CSS_SELECTOR, "td:last-child").text == answered.text("answer-probability")


def test_the_ink_that_mattered_is_tinted_and_told_of(answered: DrawingPage) -> None:
    look_inside(answered)
    canvas = answered.element("inside-importance")
    colours = answered.run(
        "const pixels = arguments[0].getContext('2d').getImageData(0, 0, 28, 28).data;"
        "return Array.from({length: 784}, (_, i) => Math.abs(pixels[4 * i] - pixels[4 * i + 2]))",
        canvas,
    )
    assert max(colours) > 100
    assert answered.text("inside-mattered").startswith("What spoke for a 7 most is the ink at")
    assert canvas.get_attribute("aria-label") == answered.text("inside-mattered")


def test_every_group_of_pictures_has_words_for_who_does_not_see_them(answered: DrawingPage) -> None:
    look_inside(answered)
    pictures = answered.browser.find_elements(By.CSS_SELECTOR, "[data-inside] [role=img]")
    assert len(pictures) == 7
    for picture in pictures:
        assert len(cast(str, picture.get_attribute("aria-label"))) > 20


def test_it_can_be_looked_at_only_while_the_answer_is_about_the_drawing(page: DrawingPage) -> None:
    assert not page.element("look-inside").is_enabled()
    page.draw(pen.SEVEN)
    page.recognise()
    assert page.element("look-inside").is_enabled()
    page.press("undo")
    assert not page.element("look-inside").is_enabled()


def test_the_keyboard_opens_and_escape_closes_it(answered: DrawingPage) -> None:
    answered.element("look-inside").send_keys(Keys.ENTER)
    wait_for_layers(answered)
    answered.keys(Keys.ESCAPE)
    assert not answered.element("inside").is_displayed()
    assert answered.run("return document.activeElement.hasAttribute('data-look-inside')")


def test_the_drawing_behind_it_does_not_hear_its_keys(answered: DrawingPage) -> None:
    drawn = answered.ink()
    look_inside(answered)
    answered.keys(Keys.DELETE, "3")
    answered.press("inside-close")
    assert answered.ink() == drawn
    assert answered.text("correction-status") == ""


def test_of_a_number_the_digit_that_is_looked_at_comes_first_and_then_any(page: DrawingPage) -> None:
    page.draw(pen.ONE_AND_SEVEN)
    page.recognise()
    page.browser.find_element(By.CSS_SELECTOR, "[data-answer-digit] button:nth-child(2)").click()
    look_inside(page)
    assert page.text("inside-title") == "How the network read this 7"
    page.browser.find_element(By.CSS_SELECTOR, "[data-inside-digits] button").send_keys(Keys.ENTER)
    page.wait_until(lambda: page.text("inside-title") == "How the network read this 1")
    pressed = page.browser.find_elements(By.CSS_SELECTOR, "[data-inside-digits] [aria-pressed=true]")
    assert [button.text for button in pressed] == ["1"]
    assert page.browser.switch_to.active_element == pressed[0]


def test_an_error_is_told_with_a_way_to_retry(answered: DrawingPage) -> None:
    body = {"code": "busy", "detail": "Too many drawings are waiting."}
    answered.run("window.answerInstead = async () => Response.json(arguments[0], {status: 503})", body)
    answered.press("look-inside")
    answered.wait_until(lambda: answered.text("inside-status") == body["detail"])
    assert not answered.element("inside-layers").is_displayed()
    answered.run("window.answerInstead = null")
    answered.press("inside-retry")
    wait_for_layers(answered)
    assert not answered.element("inside-retry").is_displayed()


def test_a_kept_drawing_is_looked_at_on_its_page(record: DrawingPage) -> None:
    look_inside(record)
    assert record.text("inside-title") == "How the network read this 7"
    assert sum(maps(record).values()) == 140


def test_the_replay_behind_it_does_not_hear_its_keys(record: DrawingPage) -> None:
    look_inside(record)
    record.keys(Keys.ARROW_LEFT)
    record.press("inside-close")
    assert record.text("place") == "Stroke 1 of 1"


def mean_colour(page: DrawingPage) -> float:
    return cast(float, page.run(MEAN_COLOUR, page.element("inside-hidden")))


def test_its_pictures_follow_the_colour_scheme(answered: DrawingPage) -> None:
    answered.set_colour_scheme("light")
    look_inside(answered)
    light = mean_colour(answered)
    answered.set_colour_scheme("dark")
    answered.wait_until(lambda: mean_colour(answered) < light - 20)


@pytest.mark.parametrize("width_px", [320, 360, 1280])
def test_it_does_not_scroll_sideways(answered: DrawingPage, width_px: int) -> None:
    answered.set_window(width_px, 640)
    look_inside(answered)
    width = "return arguments[0].scrollWidth - arguments[0].clientWidth"
    assert answered.run(width, answered.element("inside")) == 0


def test_it_speaks_simplified_chinese(answered: DrawingPage) -> None:
    answered.choose_language("zh-hans")
    look_inside(answered)
    assert answered.text("inside-title") == "网络是怎样认出这个 7 的"
