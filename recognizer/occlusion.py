"""Which ink mattered: small squares of it are erased in turn, and the network classifies the rest.

Source: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2; the
difference in log odds is the weight of evidence of Robnik-Šikonja and Kononenko, "Explaining Classifications
for Individual Instances", IEEE TKDE 20(5), 2008. Gradient times input and integrated gradients (Sundararajan,
Taly, Yan, ICML 2017) were tried: cheaper, but speckled where these maps follow the strokes, and harder to
explain in words.
"""

import numpy as np

from mnistsite.types import INPUT_SIZE
from recognizer.outputs import MAX_MINIBATCH, Classification, Classify

SQUARE = 4
"""Side of the square that is erased, in pixels of the input: about as wide as a stroke."""

STEP = 2
"""From one square to the next, in pixels: every pixel is erased up to four times."""

INPUTS_AT_ONCE = MAX_MINIBATCH // 2
"""Less than a minibatch, so that other requests find room in it, and the queue is never full of these."""

_STARTS = range(0, INPUT_SIZE - SQUARE + 1, STEP)
SQUARES = [(slice(y, y + SQUARE), slice(x, x + SQUARE)) for y in _STARTS for x in _STARTS]


def importance(network_input: np.ndarray, digit: int, classify: Classify) -> np.ndarray:
    """How much each pixel's ink counts for a digit: (28, 28) float32, above 0 for it and below 0 against it.

    network_input: (28, 28) float32 in [0, 1], ink 1. The importance of a pixel is its ink times the mean
    decrease of the digit's natural log odds over the squares that erased it: no ink, no importance.
    """
    (whole,) = classify([network_input])
    inked = [square for square in SQUARES if network_input[square].any()]
    total, times = np.zeros_like(network_input), np.zeros_like(network_input)
    for start in range(0, len(inked), INPUTS_AT_ONCE):
        squares = inked[start : start + INPUTS_AT_ONCE]
        erased = np.stack([network_input] * len(squares))
        for i, square in enumerate(squares):
            erased[i][square] = 0
        for square, classification in zip(squares, classify([*erased]), strict=True):
            total[square] += log_odds(whole, digit) - log_odds(classification, digit)
            times[square] += 1
    return np.asarray(network_input * total / np.maximum(times, 1))


def log_odds(classification: Classification, digit: int) -> float:
    """The natural logarithm of a digit's probability over that of all others, exact near 0 and 1 too."""
    probabilities = np.maximum(classification.probabilities.astype(np.float64), np.finfo(np.float32).tiny)
    return float(np.log(probabilities[digit]) - np.log(np.delete(probabilities, digit).sum()))
