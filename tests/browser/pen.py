"""Strokes as a hand draws them, by mouse, finger or pen."""

from typing import Literal

from selenium.webdriver import Chrome
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_actions import PointerActions
from selenium.webdriver.common.actions.pointer_input import PointerInput

Kind = Literal["mouse", "touch", "pen"]
Stroke = list[tuple[int, int]]
"""Points in pixels of the canvas, from 0 to 280."""

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
DIGITS: dict[str, list[Stroke]] = {
    "0": [
        [
            (140, 50),
            (100, 70),
            (85, 110),
            (80, 150),
            (90, 195),
            (120, 225),
            (150, 228),
            (180, 200),
            (195, 150),
            (188, 105),
            (170, 65),
            (140, 50),
        ]
    ],
    "2": [
        [
            (85, 95),
            (100, 65),
            (135, 50),
            (170, 60),
            (185, 90),
            (175, 125),
            (140, 165),
            (105, 200),
            (80, 230),
            (130, 226),
            (200, 230),
        ]
    ],
    "3": [
        [
            (85, 70),
            (120, 52),
            (160, 56),
            (180, 85),
            (165, 118),
            (125, 135),
            (170, 145),
            (192, 180),
            (175, 215),
            (130, 232),
            (85, 215),
        ]
    ],
    "4": [
        [(165, 50), (130, 95), (90, 140), (70, 165), (130, 165), (215, 163)],
        [(165, 110), (163, 165), (160, 240)],
    ],
    "5": [
        [
            (180, 55),
            (110, 58),
            (100, 90),
            (96, 130),
            (130, 118),
            (170, 128),
            (188, 165),
            (175, 208),
            (135, 230),
            (90, 218),
        ]
    ],
    "8": [
        [
            (170, 75),
            (140, 52),
            (105, 70),
            (110, 110),
            (145, 138),
            (180, 170),
            (180, 210),
            (140, 232),
            (100, 210),
            (102, 170),
            (140, 138),
            (172, 108),
            (170, 75),
        ]
    ],
}
SCRIBBLE: list[Stroke] = [
    [
        (60, 60),
        (220, 75),
        (70, 110),
        (215, 130),
        (60, 165),
        (220, 185),
        (75, 220),
        (210, 235),
        (140, 50),
        (60, 235),
    ],
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
