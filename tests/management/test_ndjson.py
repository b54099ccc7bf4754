"""Drawings as strokes: how they are read and drawn, and the messages about a line that is wrong."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from management.training.datasets.canvas import draw_on_canvas
from management.training.errors import UnusableDataset
from mnistsite.types import NON_DIGIT
from tests.management.test_datasets import read

ONE = [[[100, 100], [40, 240], [0, 90]]]
"""A 1: a stroke straight down, with times."""


def write_lines(path: Path, *lines: Any) -> Path:
    content = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["pen.ndjson", "pen.ndjson.gz"])
def test_drawings_are_read_line_by_line(tmp_path: Path, name: str) -> None:
    dot = [[[5], [5]]]
    path = write_lines(
        tmp_path / name,
        {"word": "1", "drawing": ONE, "writer": "anna", "countrycode": "DE"},
        {"word": "42", "drawing": ONE + ONE},
        {"word": "", "drawing": dot},
    )
    labelled = read(path)
    assert labelled.name == "pen"
    assert labelled.labels.tolist() == [1, NON_DIGIT]
    assert labelled.writers == ("anna", "")
    assert labelled.skipped == {"drawings of several digits": 1}
    rows, columns = np.nonzero(labelled.inputs[0] > 0.5)
    assert np.ptp(rows) + 1 == 20  # As high as MNIST's digits are, and upright.
    assert np.ptp(columns) < 5
    assert 0.7 < labelled.inputs[1].sum() / (np.pi * 10**2) < 1.1  # The dot is round and fills the input.


def test_what_has_no_label_or_no_strokes_is_skipped_and_counted(tmp_path: Path) -> None:
    lines = [{"word": word, "drawing": strokes} for word in ("1", None) for strokes in (ONE, None)]
    labelled = read(write_lines(tmp_path / "pen.ndjson", *lines))
    assert labelled.labels.tolist() == [1]
    assert labelled.skipped == {"drawings without a label": 2, "drawings without strokes": 1}


def test_a_drawing_that_fits_keeps_its_size_and_its_pen() -> None:
    stroke = np.array([(1000, 1000), (1000, 1200)], np.float32)
    rows, columns = np.nonzero(draw_on_canvas([stroke]) > 127)
    assert np.ptp(rows) + 1 == pytest.approx(218, abs=2)
    assert np.ptp(columns) + 1 == pytest.approx(18, abs=2)


def test_a_larger_drawing_is_made_to_fit() -> None:
    stroke = np.array([(-900, 0), (900, 50)], np.float32)
    ink = draw_on_canvas([stroke])
    assert not any(edge.any() for edge in (ink[0], ink[-1], ink[:, 0], ink[:, -1]))
    assert np.ptp(np.nonzero(ink)[1]) > 240


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"word": "1", "dra', "is not JSON: "),
        ("", "is not JSON: "),
        ("[]", "is not a JSON object"),
        ({"drawing": ONE}, "the label None is unknown"),
        ({"word": "seven", "drawing": ONE}, "the label 'seven' is unknown"),
        ({"word": "٣", "drawing": ONE}, "is unknown"),
        ({"word": 7, "drawing": ONE}, "the label 7 is unknown"),
        ({"word": "7"}, 'has no strokes in "drawing"'),
        ({"word": "7", "drawing": []}, 'has no strokes in "drawing"'),
        ({"word": "7", "drawing": [[[1, 2], [1]]]}, "as many x as y"),
        ({"word": "7", "drawing": [[[], []]]}, "as many x as y"),
        ({"word": "7", "drawing": [[1, 2]]}, "as many x as y"),
        ({"word": "7", "drawing": [[["1"], [1]]]}, "a coordinate is not a number"),
        ({"word": "7", "drawing": [[[float("nan")], [1]]]}, "a coordinate is not a number"),
        ({"word": "7", "drawing": [[[10**400], [1]]]}, "a coordinate is not a number"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_a_damaged_line_is_named_with_its_number(tmp_path: Path, line: Any, complaint: str) -> None:
    path = write_lines(tmp_path / "pen.ndjson", {"word": "1", "drawing": ONE}, line)
    with pytest.raises(UnusableDataset, match=complaint) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}, line 2: ")
    assert str(path) not in open_files()


def open_files() -> list[str]:
    """Of this process."""
    return [str(entry.resolve()) for entry in Path("/proc/self/fd").iterdir()]


def test_a_truncated_archive_is_named(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "pen.ndjson.gz", {"word": "1", "drawing": ONE})
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UnusableDataset, match=r"pen\.ndjson\.gz: .*ended before"):
        read(path)


def test_a_line_without_an_end_is_not_read_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "bomb.ndjson.gz"
    path.write_bytes(gzip.compress(bytes(30_000_000)))
    with pytest.raises(UnusableDataset, match="has a line of more than 10000000 bytes"):
        read(path)


def test_several_digits_alone_are_no_set(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "pen.ndjson", {"word": "42", "drawing": ONE})
    with pytest.raises(UnusableDataset, match="holds no drawing of a single digit, and no non-digit"):
        read(path)
