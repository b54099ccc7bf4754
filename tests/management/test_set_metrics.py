import numpy as np
import pytest

from management.training.datasets.labelled import LabelledSet
from management.training.metrics import measure, measure_digits
from management.training.report.text import report
from mnistsite.types import NON_DIGIT


def logits_for(*answers: int, size: float = 9.0) -> np.ndarray:
    """Logits that answer so, without a doubt."""
    logits: np.ndarray = np.zeros((len(answers), 10), np.float32)
    logits[np.arange(len(answers)), answers] = size
    return logits


def a_set(*labels: int, writers: tuple[str, ...] = ()) -> LabelledSet:
    return LabelledSet(
        name="set",
        inputs=np.zeros((len(labels), 28, 28), np.float32),
        labels=np.array(labels, np.int8),
        writers=writers or ("",) * len(labels),
        files={"set": "1f"},
        skipped={"drawings of several digits": 2},
    )


def test_answers_are_counted_by_label_and_digit() -> None:
    metrics = measure_digits(labels=np.array([0, 0, 0, 3, 9], np.uint8), logits=logits_for(0, 0, 8, 3, 4))
    assert (metrics.digits, metrics.right, metrics.accuracy) == (5, 3, 0.6)
    matrix = np.array(metrics.confusion_matrix)
    assert matrix.shape == (10, 10)
    assert {(int(i), int(j)): int(matrix[i, j]) for i, j in zip(*matrix.nonzero(), strict=True)} == {
        (0, 0): 2,
        (0, 8): 1,
        (3, 3): 1,
        (9, 4): 1,
    }


def test_recall_is_for_each_label_and_nothing_where_there_is_no_digit() -> None:
    metrics = measure_digits(labels=np.array([0, 0, 0, 3, 9], np.uint8), logits=logits_for(0, 0, 8, 3, 4))
    assert metrics.recall == (pytest.approx(2 / 3), None, None, 1.0, *[None] * 5, 0.0)


def test_writers_are_counted_each_and_those_unknown_not() -> None:
    labels = np.array([1, 2, 3, 4])
    metrics = measure_digits(
        labels=labels, logits=logits_for(1, 2, 3, 5), writers=["anna", "", "anna", "bob"]
    )
    counts = {name: (each.right, each.digits, each.accuracy) for name, each in metrics.writers.items()}
    assert counts == {"anna": (2, 2, 1.0), "bob": (0, 1, 0.0)}


def test_what_is_no_digit_counts_for_refusal_alone() -> None:
    logits = np.concatenate((logits_for(1, 2, size=8), logits_for(1, 7, size=3)))
    labelled = a_set(1, 2, NON_DIGIT, NON_DIGIT, writers=("anna", "bob", "anna", "anna"))
    metrics = measure(labelled, logits, threshold=5).metrics
    assert metrics.recognition
    assert metrics.recognition.digits == 2
    assert metrics.recognition.writers["anna"].digits == 1
    assert metrics.refusal
    assert (metrics.refusal.others, metrics.refusal.auroc) == (2, 1.0)
    assert (metrics.refusal.digits_refused, metrics.refusal.others_refused) == (0.0, 1.0)


def test_a_score_at_the_threshold_is_not_refused() -> None:
    metrics = measure(a_set(1, 2), logits_for(1, 2, size=5), threshold=5).metrics
    assert metrics.refusal
    assert metrics.refusal.digits_refused == 0
    assert metrics.refusal.auroc is None


def test_a_set_without_digits_has_its_refusal() -> None:
    metrics = measure(a_set(NON_DIGIT, NON_DIGIT), logits_for(1, 7, size=3), threshold=5).metrics
    assert metrics.recognition is None
    assert metrics.refusal
    assert metrics.refusal.auroc is None
    assert metrics.refusal.digits_refused is None
    assert "\n".join(report("set", metrics)).splitlines()[2:] == [
        "  2 non-digits",
        "  refused below a score of 5:",
        "    of the non-digits             100.00%",
    ]


def test_digits_without_a_threshold_have_no_refusal() -> None:
    assert measure(a_set(1), logits_for(1)).metrics.refusal is None


def test_the_temperature_changes_loss_and_no_answer() -> None:
    cold, warm = (
        measure_digits(labels=np.array([1, 2]), logits=logits_for(1, 3), temperature=temperature)
        for temperature in (1.0, 4.0)
    )
    assert cold.confusion_matrix == warm.confusion_matrix
    assert warm.log_loss < cold.log_loss


def test_the_report_says_how_far_apart_the_writers_are() -> None:
    metrics = measure(a_set(3, 4, writers=("one", "two")), logits_for(3, 5)).metrics
    assert any("2 writers, from 0.00% to 100.00% right" in line for line in report("set", metrics))


def test_the_report_names_the_weakest_writers_and_counts_the_rest() -> None:
    writers = tuple(f"writer {number:02}" for number in range(12))
    metrics = measure(
        a_set(*range(1, 10), 0, 1, 2, writers=writers), logits_for(*range(1, 10), 0, 1, 9)
    ).metrics
    lines = list(report("set", metrics))
    first = next(i for i, line in enumerate(lines) if "12 writers, from 0.00% to 100.00% right" in line)
    assert lines[first + 1].split()[:2] == ["writer", "11"]
    assert lines[-1].strip() == "and 2 more writers"
    assert "  left out: 2 drawings of several digits" in lines
