"""Drawing, correcting and recognising without any pointer."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser import pen
from tests.browser.drawing_page import UNDO, DrawingPage
from tests.browser.test_correction import thanked


def go_to_the_canvas(page: DrawingPage) -> None:
    """By the Tab key, as somebody without a mouse does."""
    while page.run("return document.activeElement.dataset.canvas") is None:
        page.keys(Keys.TAB)


def far(page: DrawingPage, *arrows: str) -> None:
    chain = ActionChains(page.browser).key_down(Keys.SHIFT)
    for arrow in arrows:
        chain.send_keys(arrow)
    chain.key_up(Keys.SHIFT).perform()


def draw_a_one(page: DrawingPage) -> None:
    far(page, *[Keys.ARROW_UP] * 4)
    page.keys(Keys.SPACE, *[Keys.ARROW_DOWN] * 40, Keys.SPACE)


def test_a_digit_is_drawn_recognised_and_corrected_by_keys_alone(page: DrawingPage) -> None:
    go_to_the_canvas(page)
    draw_a_one(page)
    page.keys(Keys.ENTER)
    page.wait_for_result()
    assert page.text("result-text") == "1"
    (stroke,) = page.sent()[0]["strokes"]
    assert set(stroke[0]) == {140}
    assert (stroke[1][0], stroke[1][-1]) == (60, 220)
    assert stroke[2] == sorted(stroke[2])
    assert set(stroke[4]) == {18}
    page.keys("7")
    assert thanked(page, "7")


def test_the_hint_and_the_cursor_are_there_with_the_focus_alone(page: DrawingPage) -> None:
    assert not page.element("keys-help").is_displayed()
    assert not page.element("cursor").is_displayed()
    go_to_the_canvas(page)
    assert page.text("keys-help").startswith("Arrow keys move the pen")
    before = page.element("cursor").rect
    page.keys(Keys.ARROW_RIGHT)
    assert page.element("cursor").rect["x"] > before["x"]
    page.keys("]")
    assert page.element("cursor").rect["width"] > before["width"]
    page.keys(Keys.TAB)
    assert not page.element("keys-help").is_displayed()
    assert not page.element("cursor").is_displayed()


def test_drawing_with_a_pointer_shows_neither(page: DrawingPage) -> None:
    page.draw(pen.ONE)
    assert not page.element("keys-help").is_displayed()
    assert not page.element("cursor").is_displayed()


def test_the_page_s_other_keys_work_on_the_canvas(page: DrawingPage) -> None:
    go_to_the_canvas(page)
    draw_a_one(page)
    drawn = page.ink()
    page.keys(UNDO)
    assert page.ink() == 0
    page.keys(Keys.CONTROL + "y")
    assert page.ink() == drawn
    page.keys("e", Keys.SPACE, Keys.ARROW_UP, Keys.SPACE, "e")
    assert 0 < page.ink() < drawn
    page.keys(Keys.DELETE)
    assert page.ink() == 0


def test_the_pen_is_lifted_by_enter_and_by_going_away(page: DrawingPage) -> None:
    go_to_the_canvas(page)
    page.keys(Keys.SPACE, *[Keys.ARROW_DOWN] * 25, Keys.ENTER)
    page.wait_for_result()
    page.keys(Keys.SPACE, Keys.ARROW_LEFT, Keys.TAB)
    page.wait_for_preview()
    assert page.element("announcement").get_attribute("textContent") == "Pen up"


def test_a_question_mark_shows_all_keys_and_they_rest_meanwhile(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    drawn = page.ink()
    page.keys("?")
    assert page.element("help").is_displayed()
    page.keys(Keys.DELETE)
    page.keys(Keys.ESCAPE)
    assert not page.element("help").is_displayed()
    assert page.ink() == drawn
    page.press("help-button")
    page.keys(Keys.ENTER)
    assert not page.element("help").is_displayed()
