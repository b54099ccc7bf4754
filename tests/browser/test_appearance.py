"""Languages, colour schemes and window sizes."""

from itertools import pairwise

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


SEVEN_ONES: list[pen.Stroke] = [[(x, 80), (x, 140), (x, 200)] for x in range(20, 280, 40)]
PLACES = (
    "return [...document.querySelectorAll(arguments[0])].map((each) => each.getBoundingClientRect().toJSON())"
)


@pytest.mark.parametrize("width_px", [320, 360, 1280])
def test_a_long_number_is_readable_and_nothing_of_it_overlaps(page: DrawingPage, width_px: int) -> None:
    page.set_window(width_px, 800)
    page.draw(SEVEN_ONES)
    page.recognise()
    assert page.element("result-text").get_property("textContent") == "1111111"
    assert float(page.element("result-text").value_of_css_property("font-size").removesuffix("px")) >= 24
    (card,), canvas = page.run(PLACES, ".result"), page.canvas_place()
    for part in page.run(PLACES, "[data-result-text], [data-result-probability], .network-input"):
        assert card["left"] < part["left"]
        assert part["right"] < card["right"]
    tags = page.run(PLACES, "[data-boxes] p")
    assert len(tags) == 7
    assert canvas["x"] <= tags[0]["left"] + 0.5
    assert tags[-1]["right"] <= canvas["x"] + canvas["width"] + 0.5
    assert all(tag["right"] <= after["left"] + 0.5 for tag, after in pairwise(tags))


def test_the_tags_of_a_short_number_have_room_for_their_probabilities(page: DrawingPage) -> None:
    page.set_window(360, 800)
    page.draw(pen.ONE_AND_SEVEN)
    page.recognise()
    percentages = page.run(PLACES, "[data-boxes] p span:last-child")
    tags = page.run(PLACES, "[data-boxes] p")
    assert all(part["bottom"] <= tag["bottom"] + 1 for part, tag in zip(percentages, tags, strict=True))


def test_a_long_number_s_card_shows_its_probability_and_its_time_beside_the_checkbox(
    page: DrawingPage,
) -> None:
    page.draw(SEVEN_ONES)
    page.recognise()
    page.set_window(360, 800)
    page.open("/history/")
    (figure,), (choice,) = page.run(PLACES, ".drawings figure"), page.run(PLACES, ".choose input")
    (probability,) = page.run(PLACES, ".drawings .percent")
    assert probability["right"] < figure["right"]
    range_of_time = """
        const range = document.createRange();
        range.selectNodeContents(document.querySelector(".drawings time"));
        return [...range.getClientRects()].map((line) => line.toJSON());
    """
    for line in page.run(range_of_time):
        assert line["right"] <= choice["left"] or line["bottom"] <= choice["top"]


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
