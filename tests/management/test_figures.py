import numpy as np
import pytest

from management.training.figures import compare


def test_answers_are_counted_by_label_and_digit() -> None:
    figures = compare(labels=np.array([0, 0, 0, 3, 9], np.uint8), digits=np.array([0, 0, 8, 3, 4]))
    assert (figures.digits, figures.right, figures.accuracy) == (5, 3, 0.6)
    matrix = np.array(figures.confusion_matrix)
    assert matrix.shape == (10, 10)
    assert {(int(i), int(j)): int(matrix[i, j]) for i, j in zip(*matrix.nonzero(), strict=True)} == {
        (0, 0): 2,
        (0, 8): 1,
        (3, 3): 1,
        (9, 4): 1,
    }


def test_recall_is_for_each_label_and_nothing_where_there_is_no_digit() -> None:
    figures = compare(labels=np.array([0, 0, 0, 3, 9], np.uint8), digits=np.array([0, 0, 8, 3, 4]))
    assert figures.recall == (pytest.approx(2 / 3), None, None, 1.0, *[None] * 5, 0.0)
