"""Strokes as a hand draws them, by mouse, finger or pen."""

from typing import Literal

from selenium.webdriver import Chrome
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_actions import PointerActions
from selenium.webdriver.common.actions.pointer_input import PointerInput

Kind = Literal["mouse", "touch", "pen"]
Stroke = list[tuple[int, int]]
"""Points in pixels of the paper, from 0 to 280."""

PAPER_SIZE = 280
STEP_MS = 10

SEVEN: list[Stroke] = [
    [(75, 60), (110, 58), (150, 58), (205, 56), (185, 105), (160, 155), (140, 205), (128, 235)],
]
ONE: list[Stroke] = [[(140, 45), (140, 90), (140, 140), (140, 190), (140, 235)]]
ONE_AND_SEVEN: list[Stroke] = [
    [(60, 80), (60, 140), (60, 200)],
    [(130, 80), (170, 80), (210, 80), (190, 140), (170, 200)],
]


def draw(
    browser: Chrome, canvas: dict[str, float], strokes: list[Stroke], kind: Kind, *, pressure: float = 0.5
) -> None:
    """canvas: where the canvas is in the window, as `x`, `y` and `width`."""
    builder = ActionBuilder(browser, mouse=PointerInput(kind, kind), duration=STEP_MS)
    for stroke in strokes:
        trace(builder.pointer_action, canvas, stroke, pressure=pressure)
    builder.perform()


def trace(hand: PointerActions, canvas: dict[str, float], stroke: Stroke, *, pressure: float = 0.5) -> None:
    """Put one stroke into the hand's plan: down at its first point, up at its last."""
    start, *rest = [_in_window(canvas, point) for point in stroke]
    hand.move_to_location(*start)
    hand.pointer_down(pressure=pressure)
    for point in rest:
        hand.move_to_location(*point, pressure=pressure)
    hand.pointer_up()


def _in_window(canvas: dict[str, float], point: tuple[int, int]) -> tuple[int, int]:
    scale = canvas["width"] / PAPER_SIZE
    return round(canvas["x"] + point[0] * scale), round(canvas["y"] + point[1] * scale)
