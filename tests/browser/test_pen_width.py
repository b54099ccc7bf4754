"""The pen's width: chosen, and by pressure."""

import pytest

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage


def widths(page: DrawingPage) -> list[set[float]]:
    """The widths in each stroke that was sent last."""
    page.recognise()
    return [set(stroke[4]) for stroke in page.sent()[-1]["strokes"]]


def test_each_stroke_has_the_pen_s_width_chosen_by_click_or_key(page: DrawingPage) -> None:
    page.run("document.querySelector('[data-pen-widths] [value=\"36\"]').click()")
    page.draw([pen.ONE_AND_SEVEN[0]])
    thick = page.ink()
    page.keys("[", "[")
    page.draw([pen.ONE_AND_SEVEN[1]])
    page.keys("]", "]", "]", "]")
    assert widths(page) == [{36}, {18}]
    page.press("undo")
    assert page.ink() == thick
    assert page.run("return document.querySelector('[data-pen-widths] :checked').value") == "36"


def test_the_pen_s_width_is_remembered_and_so_are_those_of_strokes(page: DrawingPage) -> None:
    page.keys("[", "[")
    page.draw(pen.ONE)
    drawn = page.ink()
    page.open()
    page.wait_until(lambda: page.ink() == pytest.approx(drawn, rel=0.01))
    page.draw(pen.SEVEN)
    assert widths(page) == [{8}, {8}]


@pytest.mark.parametrize(("kind", "width"), [("pen", 27), ("mouse", 18), ("touch", 18)])
def test_only_a_pen_draws_thicker_where_it_presses_harder(
    page: DrawingPage, kind: pen.Kind, width: float
) -> None:
    page.draw(pen.ONE, kind, pressure=1)
    assert widths(page) == [{width}]


def test_a_drawing_with_widths_is_replayed_as_it_was_drawn(page: DrawingPage) -> None:
    page.keys("]", "]")
    page.draw(pen.SEVEN)
    drawn = page.ink()
    page.recognise()
    record = page.run("return JSON.parse(sessionStorage.drawing).answer.id")
    page.open(f"/history/{record}/")
    page.wait_until(lambda: page.element("player").is_displayed())
    assert page.ink("replay") == pytest.approx(drawn, rel=0.05)
