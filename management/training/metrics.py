"""Metrics of results: each by its usual definition, and all of them for a set of labelled digits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from management.training.datasets.labelled import LabelledSet
from mnistsite.types import DIGITS, NON_DIGIT
from recognizer.outputs import digit_scores

Z_95 = 1.959963984540054
"""Standard deviations to either side of the mean that hold 95 % of a normal distribution."""

CALIBRATION_BINS = 15
"""The number that Guo et al. 2017 use, so that values compare with published ones."""


def wilson_interval(right: int, count: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share, of which `right` of `count`, at least 1, is a sample.

    It assumes independent items: with few writers, each with many digits, the true interval is wider.
    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 1927.
    """
    share, z2 = right / count, Z_95**2
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    spread = math.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    half = Z_95 / (1 + z2 / count) * spread
    # Rounding must not put 0 of n or all of n outside of their own interval.
    return min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share)


def top_accuracy(*, labels: np.ndarray, logits: np.ndarray, places: int) -> float:
    """Share of digits whose label is among the most probable `places`: (n,) labels, (n, 10) logits, n > 0."""
    first = np.argsort(-logits, axis=1, kind="stable")[:, :places]
    return float((first == labels[:, np.newaxis]).any(axis=1).mean())


def log_probabilities(logits: np.ndarray, *, temperature: float = 1.0) -> np.ndarray:
    """(n, 10) logits to natural logarithms of probabilities, float64, none of them minus infinity.

    temperature: the divisor of the logits; above 1 it makes the network less confident, below 1 more.
    """
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    logarithms: np.ndarray = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
    return logarithms


def log_loss(*, labels: np.ndarray, log_probabilities: np.ndarray) -> float:
    """Mean cross-entropy in nats, which training makes small. labels: (n,), n at least 1."""
    return float(-log_probabilities[np.arange(len(labels)), labels].mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """The results whose confidence is above `lower` and at most `upper`."""

    lower: float
    upper: float
    digits: int
    right: int
    confidence: float | None
    """Their mean; None where there are no results, here and for the accuracy."""
    accuracy: float | None


def calibration_bins(*, confidence: np.ndarray, right: np.ndarray) -> tuple[CalibrationBin, ...]:
    """Results by their confidence: (n,) probabilities of the results, (n,) bool whether each is right.

    Source: Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.
    """
    places = np.clip(np.ceil(confidence * CALIBRATION_BINS) - 1, 0, CALIBRATION_BINS - 1).astype(int)
    bins = []
    for place in range(CALIBRATION_BINS):
        in_bin, right_in_bin = confidence[places == place], right[places == place]
        bins.append(
            CalibrationBin(
                lower=place / CALIBRATION_BINS,
                upper=(place + 1) / CALIBRATION_BINS,
                digits=len(in_bin),
                right=int(right_in_bin.sum()),
                confidence=float(in_bin.mean()) if len(in_bin) else None,
                accuracy=float(right_in_bin.mean()) if len(in_bin) else None,
            )
        )
    return tuple(bins)


def expected_calibration_error(bins: Sequence[CalibrationBin]) -> float:
    """The gap between confidence and accuracy, weighted by the results in each bin: 0 to 1, at best 0.

    Source: Guo et al. 2017, equation 3.
    """
    gaps = (
        each.digits * abs(each.accuracy - each.confidence)
        for each in bins
        if each.accuracy is not None and each.confidence is not None
    )
    return sum(gaps) / sum(each.digits for each in bins)


def auroc(*, higher: np.ndarray, lower: np.ndarray) -> float:
    """The chance that a score of `higher` is above one of `lower`, ties half: 1 is full separation.

    Two arrays of at least one score each. It is the area under the receiver operating characteristic.
    Source: Hanley, McNeil, "The Meaning and Use of the Area under a ROC Curve", Radiology 143, 1982.
    """
    _, places, counts = np.unique(np.concatenate((higher, lower)), return_inverse=True, return_counts=True)
    mean_ranks = np.cumsum(counts) - (counts - 1) / 2
    n = len(higher)
    above = mean_ranks[places[:n]].sum() - n * (n + 1) / 2
    return float(above / (n * len(lower)))


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochMetrics:
    """One pass over the training digits."""

    epoch: int
    """Counted from 1."""
    loss: float
    """Mean cross-entropy in nats of the training digits, each just before the network learned from it."""
    training_accuracy: float
    """Share of the training digits that were right at that moment."""
    held_out_accuracy: float | None
    """Share of the held-out digits that are right after the epoch; None where none are held out."""
    learning_rate: float
    """Of the epoch's last minibatch."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterMetrics:
    """The metrics of one writer's digits."""

    digits: int
    right: int
    accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionMetrics:
    """All metrics that follow from the labels and logits of digits."""

    digits: int
    right: int
    accuracy: float
    recall: tuple[float | None, ...]
    """For each label, the share of its digits that are right; None where there are no such digits."""
    confusion_matrix: tuple[tuple[int, ...], ...]
    """The number of digits of each label (row) that were read as each digit (column)."""
    accuracy_interval: tuple[float, float]
    """Wilson's, of 95 %."""
    top_2_accuracy: float
    """Share of digits whose label is the most probable or the second most probable digit."""
    log_loss: float
    """Mean cross-entropy in nats."""
    expected_calibration_error: float
    calibration: tuple[CalibrationBin, ...]
    writers: dict[str, WriterMetrics]
    """By the name of the writer, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalMetrics:
    """The score's power to tell digits from non-digits."""

    others: int
    """Non-digits."""
    auroc: float | None
    """None where there are only digits, or only others."""
    threshold: float | None
    """Items with a lower score are refused. None where no threshold was given; both shares are then None."""
    digits_refused: float | None
    """Share of the digits, which should not be."""
    others_refused: float | None
    """Share of the non-digits, which should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMetrics:
    """All metrics of one set, and the files that it was read from."""

    files: dict[str, str]
    """The SHA-256 of each file that was read, by its name."""
    skipped: dict[str, int] = field(default_factory=dict)
    """The number of items that were left out, by the reason."""
    recognition: RecognitionMetrics | None
    """None for a set without digits."""
    refusal: RefusalMetrics | None
    """None for a set of digits alone where no threshold was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSet:
    """A set, its logits, and the metrics that follow from both."""

    labelled: LabelledSet
    logits: np.ndarray
    """(n, 10) float32."""
    metrics: SetMetrics


def measure(
    labelled: LabelledSet, logits: np.ndarray, *, threshold: float | None = None, temperature: float = 1.0
) -> MeasuredSet:
    """A set with its metrics, for the (n, 10) logits of its n items."""
    is_digit = labelled.labels != NON_DIGIT
    writers = [writer for writer, counts in zip(labelled.writers, is_digit, strict=True) if counts]
    digits = {"labels": labelled.labels[is_digit], "logits": logits[is_digit]}
    metrics = SetMetrics(
        files=labelled.files,
        skipped=labelled.skipped,
        recognition=measure_digits(**digits, writers=writers, temperature=temperature)
        if is_digit.any()
        else None,
        refusal=measure_refusal(is_digit=is_digit, scores=digit_scores(logits), threshold=threshold),
    )
    return MeasuredSet(labelled=labelled, logits=logits, metrics=metrics)


def measure_digits(
    *, labels: np.ndarray, logits: np.ndarray, writers: Sequence[str] = (), temperature: float = 1.0
) -> RecognitionMetrics:
    """Metrics of digits: (n,) labels 0 to 9, (n, 10) logits, n at least 1.

    writers: n names, empty for an unknown writer, or an empty sequence. temperature: the divisor of logits
    before they become probabilities.
    """
    results = logits.argmax(axis=1)
    logarithms = log_probabilities(logits, temperature=temperature)
    bins = calibration_bins(confidence=np.exp(logarithms.max(axis=1)), right=results == labels)
    places = labels.astype(int) * DIGITS + results
    matrix = np.bincount(places, minlength=DIGITS**2).reshape(DIGITS, DIGITS)
    right = int(matrix.trace())
    names, by_writer = np.array(writers, dtype=object), {}
    for name in sorted(set(writers) - {""}):
        own = results[names == name] == labels[names == name]
        by_writer[name] = WriterMetrics(
            digits=len(own), right=int(own.sum()), accuracy=int(own.sum()) / len(own)
        )
    return RecognitionMetrics(
        digits=len(labels),
        right=right,
        accuracy=right / len(labels),
        recall=tuple(int(row[i]) / int(row.sum()) if row.any() else None for i, row in enumerate(matrix)),
        confusion_matrix=tuple(tuple(map(int, row)) for row in matrix),
        accuracy_interval=wilson_interval(right, len(labels)),
        top_2_accuracy=top_accuracy(labels=labels, logits=logits, places=2),
        log_loss=log_loss(labels=labels, log_probabilities=logarithms),
        expected_calibration_error=expected_calibration_error(bins),
        calibration=bins,
        writers=by_writer,
    )


def measure_refusal(
    *, is_digit: np.ndarray, scores: np.ndarray, threshold: float | None = None
) -> RefusalMetrics | None:
    """Metrics of (n,) scores; None for digits alone without a threshold. is_digit: (n,) bool."""
    digits, others = scores[is_digit], scores[~is_digit]
    if threshold is None and not len(others):
        return None
    return RefusalMetrics(
        others=len(others),
        auroc=auroc(higher=digits, lower=others) if len(digits) and len(others) else None,
        threshold=threshold,
        digits_refused=_share_below(threshold, digits),
        others_refused=_share_below(threshold, others),
    )


def _share_below(threshold: float | None, scores: np.ndarray) -> float | None:
    return None if threshold is None or not len(scores) else float((scores < threshold).mean())
