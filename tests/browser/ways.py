"""How a visitor comes to each screen, in whatever language it speaks."""

import numpy as np
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from testbed.drawings import encoded
from testbed.photographs import CONDITIONS, photograph
from tests.browser import pen
from tests.browser.drawing_page import DrawingPage
from tests.browser.test_inspection import inspect_digit
from tests.browser.test_keyboard import go_to_the_canvas
from tests.browser.test_picture import give
from tests.conftest import ROOT


def draw(page: DrawingPage, *drawings: list[pen.Stroke]) -> None:
    """Have drawings recognised, one after the other; the last one stays on the canvas."""
    page.open()
    for strokes in drawings:
        if page.element("clear").is_enabled():
            page.press("clear")
        page.draw(strokes)
        page.recognise()


def lose_the_server(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    with page.offline():
        page.press("recognise")
        page.wait_until(lambda: page.element("retry").is_displayed())


def preview(page: DrawingPage) -> None:
    page.open()
    page.draw(pen.ONE_AND_SEVEN)
    page.wait_for_preview()


def show_a_photograph(page: DrawingPage) -> None:
    page.open()
    with np.load(ROOT / "tests/data/mnist-test-100.npz") as digits:
        grey = photograph(digits["images"][0], CONDITIONS["photo: ruled, shadow"], seed=2, shape=(600, 800))
    give(page, "drop", encoded(Image.fromarray(grey)))
    page.wait_for_preview()


def erase(page: DrawingPage) -> None:
    page.open()
    page.draw(pen.ONE_AND_SEVEN)
    page.press("eraser")
    page.draw([[(160, 195), (185, 200)]])
    page.wait_for_preview()


def draw_by_keys(page: DrawingPage) -> None:
    page.open()
    go_to_the_canvas(page)
    page.keys(Keys.SPACE, *[Keys.ARROW_DOWN] * 30)


def ask_for_the_keys(page: DrawingPage) -> None:
    page.open()
    page.keys("?")


def inspect_a_number(page: DrawingPage) -> None:
    draw(page, pen.ONE_AND_SEVEN)
    inspect_digit(page)


def fill_history(page: DrawingPage) -> None:
    draw(page, *pen.DIGITS.values(), pen.ONE_AND_SEVEN)
    page.open("/history/")


def select_some(page: DrawingPage) -> None:
    fill_history(page)
    for choice in page.browser.find_elements(By.NAME, "id")[1:3]:
        choice.click()
    page.element("deletion").find_element(By.TAG_NAME, "summary").click()


def ask_to_be_forgotten(page: DrawingPage) -> None:
    draw(page, pen.SEVEN)
    page.open("/history/")
    page.element("forgetting").find_element(By.TAG_NAME, "summary").click()


def be_forgotten(page: DrawingPage) -> None:
    ask_to_be_forgotten(page)
    page.follow("[data-forgetting] button")


def open_record(page: DrawingPage, strokes: list[pen.Stroke] = pen.ONE_AND_SEVEN) -> None:
    draw(page, strokes)
    page.open_newest()
    page.wait_until(lambda: page.element("player").is_displayed())


def predict_strokes(page: DrawingPage) -> None:
    open_record(page, pen.DIGITS["4"])
    page.press("predict")
    page.wait_until(lambda: not page.element("predict").is_displayed())


def correct_a_record(page: DrawingPage) -> None:
    open_record(page)
    page.element("correction-text").send_keys("11", Keys.ENTER)
    page.wait_until(lambda: page.element("label").is_displayed())


def ask_to_share_a_record(page: DrawingPage) -> None:
    open_record(page)
    page.element("sharing").find_element(By.TAG_NAME, "summary").click()


def share_a_record(page: DrawingPage) -> None:
    ask_to_share_a_record(page)
    page.follow("[data-share]")
    page.wait_until(lambda: page.element("copy").is_displayed())
    page.run("scrollTo(0, 0)")


def open_what_was_shared(page: DrawingPage) -> None:
    share_a_record(page)
    page.open(str(page.element("share-link").get_attribute("value")).removeprefix(page.url))
    page.wait_until(lambda: page.element("player").is_displayed())


def inspect_a_record(page: DrawingPage) -> None:
    open_record(page, pen.SEVEN)
    inspect_digit(page)


def open_record_of_a_picture(page: DrawingPage) -> None:
    draw(page, pen.DIGITS["5"])
    page.identify_picture(page.sent()[-1]["data"])
    page.open_newest()


def ask_for_nothing(page: DrawingPage) -> None:
    page.open("/nowhere/")
    page.forgive_console()


def ask_without_cookies(page: DrawingPage) -> None:
    page.browser.delete_cookie("csrftoken")
    page.follow(".languages button")
    page.forgive_console()


def ask_by_another_name(page: DrawingPage) -> None:
    page.browser.get(page.url.replace("127.0.0.1", "stranger.localhost"))
    page.forgive_console()


def look_for_what_cannot_be_read(page: DrawingPage) -> None:
    draw(page, pen.SEVEN)
    page.open("/history/")
    page.forgive_console()
