"""The eraser: by button, by key, and by the other end of a pen."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser import pen
from tests.browser.drawing_page import UNDO, DrawingPage

ACROSS: list[pen.Stroke] = [[(90, 140), (140, 140), (190, 140)]]
# WebDriver knows no pen with two ends.
OTHER_END = """
const [canvas, points] = arguments;
const { left, top, width } = canvas.getBoundingClientRect();
const tell = (type, [x, y], button, buttons) => canvas.dispatchEvent(new PointerEvent(type, {
  pointerId: 1, pointerType: "pen", button, buttons, bubbles: true,
  clientX: left + x * width / 280, clientY: top + y * width / 280,
}));
tell("pointerdown", points[0], 5, 32);
for (const point of points) tell("pointermove", point, -1, 32);
tell("pointerup", points.at(-1), 5, 0);
"""


def pieces(page: DrawingPage) -> int:
    """How many strokes there are now."""
    return int(page.run("return JSON.parse(sessionStorage.drawing).strokes.length"))


def test_the_eraser_cuts_a_stroke_and_that_is_one_step(page: DrawingPage) -> None:
    page.draw(pen.ONE)
    whole = page.ink()
    page.press("eraser")
    assert page.element("eraser").get_attribute("aria-pressed") == "true"
    page.draw(ACROSS)
    assert pieces(page) == 2
    assert page.ink() < whole
    page.press("undo")
    assert page.ink() == whole
    page.press("redo")
    assert pieces(page) == 2


def test_a_key_takes_the_eraser_and_lays_it_down(page: DrawingPage) -> None:
    page.draw(pen.ONE)
    page.keys("e")
    page.draw(ACROSS)
    page.keys("e")
    page.draw(ACROSS)
    assert pieces(page) == 3


@pytest.mark.parametrize("by", ["button", "key"])
def test_clear_puts_the_pen_back(page: DrawingPage, by: str) -> None:
    page.draw(pen.ONE)
    page.press("eraser")
    if by == "button":
        page.press("clear")
    else:
        page.keys(Keys.DELETE)
    assert page.element("eraser").get_attribute("aria-pressed") == "false"
    page.draw(pen.SEVEN)
    assert page.ink() > 0


def test_an_eraser_that_touches_nothing_changes_nothing(page: DrawingPage) -> None:
    page.draw(pen.ONE)
    page.recognise()
    page.keys("e")
    page.draw([[(20, 20), (20, 60)]])
    assert page.element("result").get_attribute("data-result") == "fresh"
    page.keys(UNDO)
    assert page.ink() == 0


def test_the_other_end_of_a_pen_erases(page: DrawingPage) -> None:
    page.draw(pen.ONE)
    page.run(OTHER_END, page.element("canvas"), ACROSS[0])
    assert pieces(page) == 2
    assert page.element("eraser").get_attribute("aria-pressed") == "false"


def test_what_is_left_is_what_is_recognised(page: DrawingPage) -> None:
    page.draw(pen.ONE_AND_SEVEN)
    page.keys("e")
    page.draw([[(60, 70), (60, 140), (60, 210)]])
    page.recognise()
    assert page.text("result-text") == "7"
    assert len(page.sent()[0]["strokes"]) == 1
