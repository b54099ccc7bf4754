"""Drawing, undoing and clearing, with pointers and with keys."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_actions import PointerActions
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.keys import Keys

from tests.browser import pen
from tests.browser.drawing_page import UNDO, DrawingPage


def test_a_line_appears_where_the_pen_goes(page: DrawingPage) -> None:
    assert page.ink() == 0
    page.draw(pen.ONE)
    assert 0.03 < page.ink() < 0.08


def test_a_tap_makes_a_dot(page: DrawingPage) -> None:
    page.draw([[(140, 140)]], "touch")
    assert 0.002 < page.ink() < 0.005


def test_undo_takes_back_strokes_one_by_one(page: DrawingPage) -> None:
    assert not page.element("undo").is_enabled()
    page.draw(pen.ONE)
    one_stroke = page.ink()
    page.draw(pen.SEVEN)
    page.press("undo")
    assert page.ink() == one_stroke
    page.press("undo")
    assert page.ink() == 0
    assert not page.element("undo").is_enabled()


def test_clearing_can_be_undone(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    drawn = page.ink()
    page.press("clear")
    assert page.ink() == 0
    assert not page.element("clear").is_enabled()
    page.press("undo")
    assert page.ink() == drawn


def test_keys_recognise_undo_and_clear(page: DrawingPage) -> None:
    page.draw(pen.ONE)
    one_stroke = page.ink()
    page.draw(pen.SEVEN)
    page.keys(UNDO)
    assert page.ink() == one_stroke
    page.keys(Keys.ENTER)
    page.wait_for_result()
    page.keys(Keys.DELETE)
    assert page.ink() == 0


def test_a_pressed_button_does_not_keep_the_enter_key_from_a_new_drawing(page: DrawingPage) -> None:
    page.draw(pen.ONE)
    page.press("clear")
    page.draw(pen.SEVEN)
    page.keys(Keys.ENTER)
    page.wait_for_result()
    assert page.ink() > 0


def test_enter_while_the_pen_is_down_waits_for_the_pen(page: DrawingPage) -> None:
    place = page.canvas_place()

    def mouse(event: str, y_px: int) -> None:
        where = {"x": place["x"] + 50, "y": place["y"] + y_px}
        page.cdp("Input.dispatchMouseEvent", type=event, button="left", **where)

    mouse("mousePressed", 50)
    page.keys(Keys.ENTER)
    mouse("mouseMoved", 150)
    mouse("mouseReleased", 150)
    assert page.sent() == []
    page.recognise()
    (stroke,) = page.sent()[0]["strokes"]
    assert max(stroke[1]) - min(stroke[1]) > 60


def test_a_second_finger_and_other_mouse_buttons_do_not_draw(page: DrawingPage) -> None:
    first = PointerInput("touch", "first")
    builder = ActionBuilder(page.browser, mouse=first, duration=pen.STEP_MS)
    second = PointerActions(builder.add_pointer_input("touch", "second"), duration=pen.STEP_MS)
    pen.trace(builder.pointer_action, page.canvas_place(), [(40, 40), (40, 100), (40, 160), (40, 200)])
    second.pause(pen.STEP_MS / 1000)
    pen.trace(second, page.canvas_place(), [(240, 40), (240, 100), (240, 160)])
    builder.perform()
    ActionChains(page.browser).context_click(page.element("canvas")).perform()
    page.recognise()
    (stroke,) = page.sent()[0]["strokes"]
    assert max(stroke[0]) < 60


def test_a_withdrawn_pointer_takes_its_stroke_with_it(page: DrawingPage) -> None:
    page.draw(pen.ONE)
    one_stroke = page.ink()
    place = page.canvas_place()
    point = {"x": place["x"] + 50, "y": place["y"] + 50}
    page.cdp("Emulation.setTouchEmulationEnabled", enabled=True)
    page.cdp("Input.dispatchTouchEvent", type="touchStart", touchPoints=[point])
    assert page.ink() > one_stroke
    page.cdp("Input.dispatchTouchEvent", type="touchCancel", touchPoints=[])
    assert page.ink() == one_stroke


def test_a_blank_canvas_asks_for_a_drawing_and_not_the_server(page: DrawingPage) -> None:
    page.press("recognise")
    assert page.text("notice-text") == "The canvas is empty. Write a digit first."
    assert not page.element("retry").is_displayed()
    assert page.sent() == []
    page.draw(pen.ONE)
    assert not page.element("notice").is_displayed()


def test_the_canvas_has_a_name_and_a_description(page: DrawingPage) -> None:
    canvas = page.element("canvas")
    described_by = page.run(
        "return arguments[0].ariaDescribedByElements.map((each) => each.textContent)", canvas
    )
    assert canvas.accessible_name == "Canvas"
    assert described_by == [
        "Write here with a mouse, a finger or a pen.",
        "Arrow keys move the pen, with Shift farther. Space puts it down or lifts it.",
    ]


def test_the_keyboard_reaches_every_button_in_order(page: DrawingPage) -> None:
    page.draw(pen.ONE)
    reached = []
    for _ in range(3):
        page.keys(Keys.TAB)
        reached.append(page.run("return document.activeElement.textContent.trim().split(/\\s/)[0]"))
    assert reached == ["Recognise", "Undo", "Clear"]


def test_what_was_undone_is_done_again_by_button_and_key(page: DrawingPage) -> None:
    page.draw([*pen.SEVEN, [(100, 150), (140, 148), (180, 150)]])
    whole = page.ink()
    page.press("undo")
    page.press("undo")
    assert page.ink() == 0
    page.press("redo")
    page.keys(Keys.CONTROL + "y")
    assert page.ink() == pytest.approx(whole)
    assert not page.element("redo").is_enabled()
    page.press("undo")
    page.draw([[(20, 20), (40, 40)]])
    assert not page.element("redo").is_enabled()
