"""Measures of answers against the truth, each by its usual definition. Arrays in, numbers out."""

import math
from dataclasses import dataclass

import numpy as np

Z_95 = 1.959963984540054
"""Standard deviations to either side of the mean that hold 95 % of a normal distribution."""

CALIBRATION_BINS = 15
"""As many as Guo et al. 2017 use, so that figures compare with published ones."""


def wilson_interval(right: int, count: int) -> tuple[float, float]:
    """Where 95 % confidence puts the share of which `right` of `count`, at least 1, is a sample.

    It takes the items for independent: with few writers, each with many digits, the truth is wider.
    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 1927.
    """
    share, z2 = right / count, Z_95**2
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    spread = math.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    half = Z_95 / (1 + z2 / count) * spread
    # Rounding must not put 0 of n or all of n outside of their own interval.
    return min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share)


def top_accuracy(*, labels: np.ndarray, logits: np.ndarray, places: int) -> float:
    """Share of digits whose label is among the first answers: (n,) labels, (n, 10) logits, n at least 1."""
    first = np.argsort(-logits, axis=1, kind="stable")[:, :places]
    return float((first == labels[:, np.newaxis]).any(axis=1).mean())


def log_probabilities(logits: np.ndarray, *, temperature: float = 1.0) -> np.ndarray:
    """(n, 10) logits to natural logarithms of probabilities, float64, none of them minus infinity.

    temperature: logits are divided by it, which makes answers less sure above 1 and surer below.
    """
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    logarithms: np.ndarray = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
    return logarithms


def log_loss(*, labels: np.ndarray, log_probabilities: np.ndarray) -> float:
    """Mean cross-entropy in nats: what is learned to be small. labels: (n,), n at least 1."""
    return float(-log_probabilities[np.arange(len(labels)), labels].mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """The answers whose confidence is above `lower` and at most `upper`."""

    lower: float
    upper: float
    digits: int
    right: int
    confidence: float | None
    """Their mean; None where there are no answers, here and for the accuracy."""
    accuracy: float | None


def calibration(*, confidence: np.ndarray, right: np.ndarray) -> tuple[CalibrationBin, ...]:
    """Answers by how sure they are: (n,) probabilities of the answers, (n,) bool whether each is right.

    Source: Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.
    """
    bins = np.clip(np.ceil(confidence * CALIBRATION_BINS) - 1, 0, CALIBRATION_BINS - 1).astype(int)
    return tuple(_bin(i, confidence[bins == i], right[bins == i]) for i in range(CALIBRATION_BINS))


def _bin(place: int, confidence: np.ndarray, right: np.ndarray) -> CalibrationBin:
    some = len(right) > 0
    return CalibrationBin(
        lower=place / CALIBRATION_BINS,
        upper=(place + 1) / CALIBRATION_BINS,
        digits=len(right),
        right=int(right.sum()),
        confidence=float(confidence.mean()) if some else None,
        accuracy=float(right.mean()) if some else None,
    )


def expected_calibration_error(bins: tuple[CalibrationBin, ...]) -> float:
    """How far confidence and accuracy are apart, weighted by the answers in each bin: 0 to 1, at best 0.

    Source: Guo et al. 2017, equation 3.
    """
    gaps = (
        each.digits * abs(each.accuracy - each.confidence)
        for each in bins
        if each.accuracy is not None and each.confidence is not None
    )
    return sum(gaps) / sum(each.digits for each in bins)


def auroc(*, higher: np.ndarray, lower: np.ndarray) -> float:
    """The chance that a score of `higher` is above one of `lower`, ties half: 0.5 says nothing, 1 tells all.

    Two arrays of at least one score each. It is the area under the receiver operating characteristic.
    Source: Hanley, McNeil, "The Meaning and Use of the Area under a ROC Curve", Radiology 143, 1982.
    """
    _, places, counts = np.unique(np.concatenate((higher, lower)), return_inverse=True, return_counts=True)
    mean_ranks = np.cumsum(counts) - (counts - 1) / 2
    n = len(higher)
    above = mean_ranks[places[:n]].sum() - n * (n + 1) / 2
    return float(above / (n * len(lower)))
