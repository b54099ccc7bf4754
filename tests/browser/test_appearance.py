"""Languages, colour schemes and window sizes."""

import pytest
from selenium.webdriver.common.by import By

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage

BACKGROUND = "return getComputedStyle(document.body).backgroundColor"


def heading(page: DrawingPage) -> str:
    return page.browser.find_element(By.TAG_NAME, "h1").text


def test_the_language_changes_and_changes_back(page: DrawingPage) -> None:
    assert heading(page) == "Write a digit or a number"
    page.choose_language("zh-hans")
    assert heading(page) == "写一个数字或多位数"
    page.press("recognise")
    assert page.text("notice-text") == "书写区是空的，请先写一个数字。"
    page.choose_language("en")
    assert heading(page) == "Write a digit or a number"


def test_the_drawing_and_its_result_outlive_a_change_of_language(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.recognise()
    drawn = page.ink()
    page.choose_language("zh-hans")
    page.wait_until(lambda: page.ink() == pytest.approx(drawn, rel=0.01))
    assert page.text("result-text") == "7"
    assert page.element("result").get_attribute("data-result") == "fresh"
    page.press("undo")
    assert page.ink() == 0


def test_what_the_server_says_is_in_the_page_s_language(page: DrawingPage) -> None:
    page.choose_language("zh-hans")
    detail = page.browser.execute_async_script("""
        const done = arguments[0];
        const options = { method: "POST", body: JSON.stringify({ data: "!" }) };
        fetch(document.querySelector("[data-url]").dataset.url, options)
          .then((response) => response.json()).then(({ detail }) => done(detail));
    """)
    assert detail == "“data”不是有效的 base64。"
    page.forgive_console()


def test_dark_is_dark_and_light_is_light(page: DrawingPage) -> None:
    page.set_colour_scheme("light")
    light = page.run(BACKGROUND)
    page.draw(pen.ONE)
    page.set_colour_scheme("dark")
    dark = page.run(BACKGROUND)
    assert max(_channels(dark)) < 64
    assert min(_channels(light)) > 192


def test_ink_follows_the_colour_scheme(page: DrawingPage) -> None:
    red_of_the_ink = "return arguments[0].getContext('2d').getImageData(210, 210, 1, 1).data[0]"
    page.set_colour_scheme("light")
    page.draw(pen.ONE)
    page.set_colour_scheme("dark")
    page.ink()
    assert page.run(red_of_the_ink, page.element("canvas")) > 192


@pytest.mark.parametrize("density", [1, 1.5, 3])
def test_the_canvas_is_as_sharp_as_the_screen_and_keeps_its_ink(page: DrawingPage, density: float) -> None:
    page.draw(pen.ONE)
    drawn = page.ink()
    page.set_window(900, 700, density)
    expected = round(page.canvas_place()["width"] * density)
    page.wait_until(lambda: page.run("return arguments[0].width", page.element("canvas")) == expected)
    assert page.ink() == pytest.approx(drawn, rel=0.05)


def test_the_result_is_in_sight_on_a_phone(page: DrawingPage) -> None:
    page.set_window(360, 640)
    page.draw(pen.SEVEN, "touch")
    page.recognise()
    place = page.run("return arguments[0].getBoundingClientRect().toJSON()", page.element("headline"))
    assert place["top"] >= 0
    assert place["bottom"] <= 640


def test_a_number_does_not_make_the_page_scroll_sideways_at_any_width(page: DrawingPage) -> None:
    page.draw(pen.ONE_AND_SEVEN)
    page.recognise()
    # Telephones, and where the result comes to lie beside the canvas.
    for width_px in (*range(320, 490, 10), *range(890, 910, 2)):
        page.set_window(width_px, 800)
        assert page.run("return document.documentElement.scrollWidth") <= width_px


def _channels(colour: str) -> list[int]:
    """Red, green and blue of `rgb(1, 2, 3)`."""
    return [int(channel) for channel in colour.removeprefix("rgb(").removesuffix(")").split(",")]


def test_the_whole_canvas_is_in_sight_on_a_phone_held_sideways(page: DrawingPage) -> None:
    page.cdp("Emulation.setDeviceMetricsOverride", width=740, height=360, deviceScaleFactor=1, mobile=True)
    rectangle = page.element("canvas").rect
    assert rectangle["y"] + rectangle["height"] <= 360


def test_forced_colours_leave_the_canvas_its_edge_and_the_bars_their_colour(page: DrawingPage) -> None:
    page.cdp("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])
    style = "return getComputedStyle(document.querySelector(arguments[0])).getPropertyValue(arguments[1])"
    assert page.run(style, "[data-canvas-container]", "outline-style") == "solid"
    assert page.run(style, "[data-bar]", "forced-color-adjust") == "none"
