import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from management.training.datasets import idx, mnist
from management.training.errors import UnusableDataset
from tests.management.mnist_files import idx_bytes, write_small_mnist

IMAGES = np.arange(3 * 28 * 28, dtype=np.uint8).reshape(3, 28, 28)
NARROW = np.zeros((3, 20, 28), np.uint8)
LABELS = np.array([7, 2, 9], np.uint8)
GOOD = idx_bytes(IMAGES, magic=idx.IMAGES_MAGIC)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_images_are_read_plain_and_compressed(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"images{suffix}"
    path.write_bytes(gzip.compress(GOOD) if suffix else GOOD)
    file = idx.read_images(idx.find(tmp_path, "images"))
    np.testing.assert_array_equal(file.values, IMAGES)
    assert file.sha256 == hashlib.sha256(GOOD).hexdigest()


def test_labels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "labels"
    path.write_bytes(idx_bytes(LABELS, magic=idx.LABELS_MAGIC))
    np.testing.assert_array_equal(idx.read_labels(path).values, LABELS)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "ends within its header"),
        (GOOD[:10], "ends within its header"),
        (b"\0\0\x08\x01" + GOOD[4:], "begins with 0x00000801 instead of 0x00000803"),
        (
            idx_bytes(np.zeros((3, 20, 28), np.uint8), magic=idx.IMAGES_MAGIC),
            "items of 20x28 instead of 28x28",
        ),
        (idx_bytes(IMAGES[:0], magic=idx.IMAGES_MAGIC), "announces 0 items"),
        (GOOD[:4] + b"\xff\xff\xff\xff" + GOOD[8:], "announces 4294967295 items"),
        (GOOD[:-1], "ends after 2351 of 2352 bytes"),
        (GOOD + b"\0", "goes on after the 2352 bytes"),
    ],
)
def test_a_wrong_images_file_is_named_with_what_is_wrong(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(UnusableDataset, match=complaint) as caught:
        idx.read_images(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"<html>no such file</html>", "Not a gzipped file"),
        (gzip.compress(GOOD)[:-20], "ended before the end-of-stream"),
        (gzip.compress(GOOD)[:-8] + b"\0" * 8, "CRC check failed"),
        (gzip.compress(GOOD)[:10] + b"\xff" * 99, "Error -3"),
        (gzip.compress(GOOD + bytes(50_000_000)), "goes on after the 2352 bytes"),
    ],
)
def test_a_broken_compressed_file_is_named_with_what_is_wrong(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "images.gz"
    path.write_bytes(content)
    with pytest.raises(UnusableDataset, match=complaint) as caught:
        idx.read_images(path)
    assert str(path) in str(caught.value)


def test_a_label_above_9_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels"
    path.write_bytes(idx_bytes(np.array([3, 10], np.uint8), magic=idx.LABELS_MAGIC))
    with pytest.raises(UnusableDataset, match="holds the label 10"):
        idx.read_labels(path)


def test_a_file_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableDataset, match=r"neither images nor images\.gz"):
        idx.find(tmp_path, "images")


def test_images_and_labels_must_be_as_many(tmp_path: Path) -> None:
    folder = write_small_mnist(tmp_path / "mnist")
    labels = folder / mnist.TRAINING.labels.name
    labels.write_bytes(idx_bytes(LABELS, magic=idx.LABELS_MAGIC))
    with pytest.raises(UnusableDataset, match=r"holds 200 images, but .*labels.* 3 labels"):
        mnist.read(folder, mnist.TRAINING)
