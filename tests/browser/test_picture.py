"""A picture from outside: opened, pasted or dropped, and read."""

import base64
import io
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import requests
from PIL import Image
from selenium.webdriver.common.by import By

from testbed.drawings import encoded
from tests.browser import pen
from tests.browser.drawing_page import UNDO, DrawingPage
from tests.conftest import Digits

# A file as it comes from the clipboard or another window: WebDriver has neither.
GIVE_FILE = """
const [how, base64, name, type] = arguments;
const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const transfer = new DataTransfer();
transfer.items.add(new File([bytes], name, { type }));
const options = { bubbles: true, cancelable: true };
const event = how === "paste"
  ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
  : new DragEvent("drop", { ...options, dataTransfer: transfer });
document.querySelector("[data-canvas]").dispatchEvent(event);
return event.defaultPrevented;
"""


@pytest.fixture
def number(test_digits: Digits) -> Image.Image:
    """A 7 and a 2, MNIST's first two, 800 by 400 pixels, dark on light."""
    row = np.hstack(
        [np.pad(255 - image, ((6, 6), (6, 6)), constant_values=255) for image in test_digits.images[:2]]
    )
    return Image.fromarray(row).resize((800, 400), Image.Resampling.BICUBIC)


def give(
    page: DrawingPage, how: str, content: bytes, name: str = "a.png", media_type: str = "image/png"
) -> None:
    assert page.run(GIVE_FILE, how, base64.b64encode(content).decode(), name, media_type)


def choose(page: DrawingPage, path: Path) -> None:
    page.element("picture-file").send_keys(str(path))


def sent_picture(page: DrawingPage) -> Image.Image:
    """What was sent last to be stored."""
    _, _, encoded_picture = page.sent()[-1]["data"].partition(",")
    return Image.open(io.BytesIO(base64.b64decode(encoded_picture)))


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WebP", "GIF", "BMP"])
def test_a_picture_is_opened_and_read(
    page: DrawingPage, number: Image.Image, tmp_path: Path, file_format: str
) -> None:
    path = tmp_path / f"number.{file_format.lower()}"
    number.save(path, file_format)
    choose(page, path)
    page.wait_for_preview()
    assert page.text("result-text") == "72"
    page.recognise()
    assert page.element("stored").is_displayed()
    assert sent_picture(page).size == (800, 400)
    assert page.sent()[-1]["strokes"] == []


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_a_picture_is_pasted_or_dropped_and_boxed_where_it_lies(
    page: DrawingPage, number: Image.Image, how: str
) -> None:
    give(page, how, encoded(number))
    page.wait_for_preview()
    boxes = page.browser.find_elements(By.CSS_SELECTOR, "[data-boxes] div")
    place = page.canvas_place()
    for box, centre in zip(boxes, (0.25, 0.75), strict=True):
        middle = box.rect["x"] + box.rect["width"] / 2
        assert middle == pytest.approx(place["x"] + centre * place["width"], abs=place["width"] * 0.06)
        assert box.rect["y"] > place["y"] + 0.25 * place["width"]
        assert box.rect["y"] + box.rect["height"] < place["y"] + 0.75 * place["width"]


def test_a_picture_is_a_step_that_is_undone_with_the_drawing_still_there(
    page: DrawingPage, number: Image.Image
) -> None:
    page.draw(pen.SEVEN)
    drawn = page.ink()
    give(page, "paste", encoded(number))
    page.wait_for_preview()
    assert page.ink() == 1
    page.keys(UNDO)
    assert page.ink() == drawn


def test_a_picture_is_read_at_once_where_nothing_is_recognised_while_drawing(
    page: DrawingPage, number: Image.Image
) -> None:
    page.press("previews")
    give(page, "drop", encoded(number))
    page.wait_for_preview()
    page.draw([[(20, 200), (60, 200)]])
    page.rest()
    assert len(page.previews()) == 1


def test_what_is_drawn_on_a_picture_is_read_with_it(page: DrawingPage, number: Image.Image) -> None:
    give(page, "drop", encoded(number.crop((0, 0, 400, 400)).resize((800, 800))))
    page.wait_for_preview()
    assert page.text("result-text") == "7"
    page.press("clear")
    give(page, "drop", encoded(Image.new("L", (800, 400), 255)))
    page.draw([[(140, 90), (140, 110), (140, 140), (140, 170), (140, 190)]])
    page.recognise()
    assert page.text("result-text") == "1"
    assert sent_picture(page).size == (800, 400)


def test_light_ink_on_dark_is_drawn_on_in_white(page: DrawingPage, test_digits: Digits) -> None:
    dark = Image.fromarray(test_digits.images[0])
    give(page, "drop", encoded(dark))
    page.wait_for_preview()
    assert page.text("result-text") == "7"
    page.draw([[(20, 260), (40, 260)]])
    page.recognise()
    assert cast(tuple[int, int, int], sent_picture(page).getpixel((30, 260)))[0] > 250


def test_a_photograph_is_sent_within_the_limits_and_large_enough(
    page: DrawingPage, number: Image.Image
) -> None:
    noise = np.random.default_rng(1).normal(0, 40, (2000, 4000))
    large = np.asarray(number.resize((4000, 2000)), float) * 0.6 + 60 + noise
    give(
        page,
        "drop",
        encoded(Image.fromarray(large.clip(0, 255).astype(np.uint8)), "JPEG"),
        "a.jpg",
        "image/jpeg",
    )
    page.wait_for_preview()
    page.recognise()
    assert 500 <= sent_picture(page).width <= 1024
    assert len(page.sent()[-1]["data"]) * 3 / 4 < 1_000_000


def test_a_picture_and_what_is_drawn_on_it_outlive_a_reload(page: DrawingPage, number: Image.Image) -> None:
    give(page, "drop", encoded(number))
    page.draw([[(20, 200), (60, 200)]])
    page.wait_for_preview()
    page.open()
    page.wait_until(lambda: page.ink() == 1)
    assert len(page.previews()) == 0
    page.press("undo")
    assert page.ink() == 1
    page.press("undo")
    assert page.ink() == 0


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [(b"%PDF-1.7", "a.pdf", "application/pdf"), (b"not a picture", "a.png", "image/png")],
)
def test_what_is_no_picture_is_told_and_the_drawing_stays(
    page: DrawingPage, content: bytes, name: str, media_type: str
) -> None:
    page.draw(pen.SEVEN)
    drawn = page.ink()
    give(page, "drop", content, name, media_type)
    page.wait_until(lambda: page.text("notice-text") == "Your browser cannot read this picture.")
    assert not page.element("retry").is_displayed()
    assert page.ink() == drawn


def test_a_file_that_is_too_large_is_told_before_it_is_read(page: DrawingPage) -> None:
    give(page, "drop", bytes(20_000_001))
    page.wait_until(lambda: "too large. The limit is 20 MB" in page.text("notice-text"))
    assert page.sent() == page.previews() == []


def test_a_key_and_a_button_ask_for_a_file(page: DrawingPage) -> None:
    page.run("window.asked = 0; document.querySelector('input[type=file]').click = () => { window.asked++ }")
    page.keys("o")
    page.press("picture-button")
    assert page.run("return window.asked") == 2


def test_its_page_shows_the_picture(page: DrawingPage, number: Image.Image) -> None:
    give(page, "drop", encoded(number))
    page.wait_for_preview()
    page.recognise()
    record = page.run("return JSON.parse(sessionStorage.drawing).answer.id")
    page.open(f"/history/{record}/")
    assert "Sent as a picture" in page.browser.find_element(By.CSS_SELECTOR, ".note").text
    cookies = {cookie["name"]: cookie["value"] for cookie in page.browser.get_cookies()}
    drawing = requests.get(f"{page.url}/api/v1/recognitions/{record}/drawing", cookies=cookies, timeout=30)
    assert drawing.headers["Content-Type"] == "image/jpeg"
