"""All that is measured of a network on one set of labelled digits, and of what is no digit among them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from management.training import metrics
from management.training.figures import FinalFigures, compare
from management.training.labelled import NO_DIGIT, LabelledSet
from recognizer.scores import digit_scores


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterFigures:
    """How well one writer's digits are read."""

    digits: int
    right: int
    accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFigures(FinalFigures):
    """Everything that follows from the labels and logits of digits."""

    accuracy_interval: tuple[float, float]
    """Wilson's, of 95 %."""
    top_2_accuracy: float
    """Share of digits that are the first or the second answer."""
    log_loss: float
    """Mean cross-entropy in nats."""
    expected_calibration_error: float
    calibration: tuple[metrics.CalibrationBin, ...]
    writers: dict[str, WriterFigures]
    """By name, of those who are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalFigures:
    """How well the score tells digits from what is none."""

    others: int
    """Items that are no digit."""
    auroc: float | None
    """None where there are only digits, or only others."""
    threshold: float | None
    """What scores less is refused. None where none was given; the shares below are then None, too."""
    digits_refused: float | None
    """Share of the digits, which should not be."""
    others_refused: float | None
    """Share of the others, which should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFigures:
    """What is said of one set."""

    files: dict[str, str]
    """The SHA-256 of each file that was read, by its name."""
    skipped: dict[str, int] = field(default_factory=dict)
    """How many items were left out, by the reason."""
    recognition: MeasuredFigures | None
    """None for a set without digits."""
    refusal: RefusalFigures | None
    """None for a set of digits alone where no threshold was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSet:
    """A set, its answers, and what follows from both."""

    labelled: LabelledSet
    logits: np.ndarray
    """(n, 10) float32."""
    figures: SetFigures


def measure(
    labelled: LabelledSet, logits: np.ndarray, *, threshold: float | None = None, temperature: float = 1.0
) -> MeasuredSet:
    """A set with its figures, for the (n, 10) logits of its n items."""
    is_digit = labelled.labels != NO_DIGIT
    writers = [writer for writer, counts in zip(labelled.writers, is_digit, strict=True) if counts]
    digits = {"labels": labelled.labels[is_digit], "logits": logits[is_digit]}
    figures = SetFigures(
        files=labelled.files,
        skipped=labelled.skipped,
        recognition=measure_digits(**digits, writers=writers, temperature=temperature)
        if is_digit.any()
        else None,
        refusal=measure_refusal(is_digit=is_digit, scores=digit_scores(logits), threshold=threshold),
    )
    return MeasuredSet(labelled=labelled, logits=logits, figures=figures)


def measure_digits(
    *, labels: np.ndarray, logits: np.ndarray, writers: Sequence[str] = (), temperature: float = 1.0
) -> MeasuredFigures:
    """Figures of digits: (n,) labels 0 to 9, (n, 10) logits, n at least 1.

    writers: as many names, empty for one who is unknown; none at all will do. temperature: what logits are
    divided by before they become probabilities.
    """
    answers = logits.argmax(axis=1)
    logarithms = metrics.log_probabilities(logits, temperature=temperature)
    bins = metrics.calibration(confidence=np.exp(logarithms.max(axis=1)), right=answers == labels)
    counted = compare(labels=labels, digits=answers)
    return MeasuredFigures(
        **asdict(counted),
        accuracy_interval=metrics.wilson_interval(counted.right, counted.digits),
        top_2_accuracy=metrics.top_accuracy(labels=labels, logits=logits, places=2),
        log_loss=metrics.log_loss(labels=labels, log_probabilities=logarithms),
        expected_calibration_error=metrics.expected_calibration_error(bins),
        calibration=bins,
        writers=_by_writer(writers, right=answers == labels),
    )


def measure_refusal(
    *, is_digit: np.ndarray, scores: np.ndarray, threshold: float | None = None
) -> RefusalFigures | None:
    """How (n,) scores part (n,) digits from others; None where there is nothing to say."""
    digits, others = scores[is_digit], scores[~is_digit]
    if threshold is None and not len(others):
        return None
    return RefusalFigures(
        others=len(others),
        auroc=metrics.auroc(higher=digits, lower=others) if len(digits) and len(others) else None,
        threshold=threshold,
        digits_refused=_share_below(threshold, digits),
        others_refused=_share_below(threshold, others),
    )


def _share_below(threshold: float | None, scores: np.ndarray) -> float | None:
    return None if threshold is None or not len(scores) else float((scores < threshold).mean())


def _by_writer(writers: Sequence[str], *, right: np.ndarray) -> dict[str, WriterFigures]:
    names = np.array(writers, dtype=object)
    figures = {}
    for name in sorted(set(writers) - {""}):
        digits, own = int((names == name).sum()), int(right[names == name].sum())
        figures[name] = WriterFigures(digits=digits, right=own, accuracy=own / digits)
    return figures
