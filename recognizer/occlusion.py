"""Which ink mattered: a small square of it is rubbed out, here and there, and the network asked again.

Source: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2; the
difference in log odds is the weight of evidence of Robnik-Šikonja and Kononenko, "Explaining Classifications
for Individual Instances", IEEE TKDE 20(5), 2008. Gradient times input and integrated gradients (Sundararajan,
Taly, Yan, ICML 2017) were tried: cheaper, but speckled where these maps follow the strokes, and harder to
say in words.
"""

from collections.abc import Iterator

import numpy as np

from mnistsite.types import INPUT_SIZE
from recognizer.reader import Network
from recognizer.types import MAX_MINIBATCH, Classification

SQUARE = 4
"""Side of what is rubbed out, in pixels of the field: about as wide as a stroke."""

STEP = 2
"""From one square to the next, in pixels: every pixel is rubbed out up to four times."""

ASKED_AT_ONCE = MAX_MINIBATCH // 2
"""Fields: what others want read meanwhile finds room in the same minibatch."""

Square = tuple[slice, slice]


def importance(field: np.ndarray, digit: int, network: Network) -> np.ndarray:
    """How much each pixel's ink speaks for a digit: (28, 28) float32, above 0 for it and below 0 against it.

    field: (28, 28) float32 in [0, 1], ink 1. What is said of a pixel is the mean, over the squares that
    rubbed it out, of how far the natural log odds of the digit fell, times its ink: no ink, no weight.
    """
    squares = [square for square in _squares() if field[square].any()]
    (whole,) = network([field])
    rubbed_out = _ask([_without(field, square) for square in squares], network)
    total, times = np.zeros_like(field), np.zeros_like(field)
    for square, answer in zip(squares, rubbed_out, strict=True):
        total[square] += log_odds(whole, digit) - log_odds(answer, digit)
        times[square] += 1
    return np.asarray(field * total / np.maximum(times, 1))


def log_odds(answer: Classification, digit: int) -> float:
    """The natural logarithm of a digit's probability over that of all others, exact near 0 and 1 too."""
    probabilities = np.maximum(answer.probabilities.astype(np.float64), np.finfo(np.float32).tiny)
    return float(np.log(probabilities[digit]) - np.log(np.delete(probabilities, digit).sum()))


def _squares() -> Iterator[Square]:
    starts = range(0, INPUT_SIZE - SQUARE + 1, STEP)
    return ((slice(y, y + SQUARE), slice(x, x + SQUARE)) for y in starts for x in starts)


def _without(field: np.ndarray, square: Square) -> np.ndarray:
    rubbed_out = field.copy()
    rubbed_out[square] = 0
    return rubbed_out


def _ask(fields: list[np.ndarray], network: Network) -> list[Classification]:
    """Some fields after the others, so that the queue is never full of them."""
    starts = range(0, len(fields), ASKED_AT_ONCE)
    return [answer for start in starts for answer in network(fields[start : start + ASKED_AT_ONCE])]
