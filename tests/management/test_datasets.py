"""Each kind of source, read from real files, and the messages about one that is wrong."""

import gzip
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from management.training.datasets import idx, mnist
from management.training.datasets.labelled import LabelledSet
from management.training.datasets.reading import read_dataset
from management.training.errors import TrainingError, UnusableDataset
from mnistsite.types import NON_DIGIT
from recognizer.preprocessing import preprocess_digit
from recognizer.services import read_drawing
from testbed.drawings import encoded, on_canvas
from tests.conftest import Digits
from tests.management.mnist_files import idx_bytes


def read(path: Path) -> LabelledSet:
    return read_dataset(path)


@pytest.fixture
def pictures(tmp_path: Path, test_digits: Digits) -> Path:
    """Two digits as the page would send them, and a cross, which is a non-digit."""
    folder = tmp_path / "pictures"
    for i in (0, 1):
        inner = folder / str(test_digits.labels[i])
        inner.mkdir(parents=True)
        on_canvas(test_digits.images[i]).save(inner / f"{i}.{('png', 'JPG')[i]}")
    (folder / "none").mkdir()
    Image.fromarray(255 - np.eye(50, dtype=np.uint8) * 255).save(folder / "none" / "line.jpeg")
    (folder / "README.txt").write_text("Not a picture.")
    return folder


def test_pictures_come_as_they_are_served(pictures: Path, test_digits: Digits) -> None:
    labelled = read(pictures)
    assert labelled.name == "pictures"
    order = np.argsort(test_digits.labels[:2])
    assert labelled.labels.tolist() == [*test_digits.labels[:2][order], NON_DIGIT]
    png = int(np.flatnonzero(order == 0)[0])
    served = preprocess_digit(np.asarray(on_canvas(test_digits.images[0])))
    np.testing.assert_array_equal(labelled.inputs[png], served)


def test_a_large_picture_comes_as_it_is_served(tmp_path: Path, test_digits: Digits) -> None:
    """It is read on a copy, which gives the network another input than the whole."""
    (tmp_path / "7").mkdir()
    content = encoded(on_canvas(test_digits.images[0]).resize((1401, 1401)))
    (tmp_path / "7" / "a.png").write_bytes(content)
    np.testing.assert_array_equal(read(tmp_path).inputs, read_drawing(content).network_inputs)


def test_white_ink_on_a_transparent_canvas_is_read(tmp_path: Path, test_digits: Digits) -> None:
    (tmp_path / "7").mkdir()
    ink = Image.new("RGBA", (28, 28), (255, 255, 255, 0))
    ink.putalpha(Image.fromarray(test_digits.images[0]))
    ink.save(tmp_path / "7" / "a.png")
    np.testing.assert_array_equal(
        read(tmp_path).inputs[0] > 0.5, preprocess_digit(test_digits.images[0]) > 0.5
    )


def test_a_folders_digest_is_of_its_pictures_and_labels(pictures: Path) -> None:
    before = read(pictures).files
    assert read(pictures).files == before
    (pictures / "none" / "line.jpeg").rename(pictures / "none" / "other.jpeg")
    assert read(pictures).files != before


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("named", ["images-idx3", "labels-idx1"])
def test_a_pair_is_found_by_either_name(tmp_path: Path, test_digits: Digits, suffix: str, named: str) -> None:
    for part, magic, values in (
        ("images-idx3", idx.IMAGES_MAGIC, test_digits.images[:5]),
        ("labels-idx1", idx.LABELS_MAGIC, test_digits.labels[:5]),
    ):
        content = idx_bytes(values, magic=magic)
        path = tmp_path / f"my-labels-{part}-ubyte{suffix}"
        path.write_bytes(gzip.compress(content) if suffix else content)
    labelled = read(tmp_path / f"my-labels-{named}-ubyte{suffix}")
    assert labelled.name == "my-labels"
    assert labelled.labels.tolist() == test_digits.labels[:5].tolist()
    np.testing.assert_array_equal(labelled.inputs[3], preprocess_digit(test_digits.images[3]))
    assert read(tmp_path).files == labelled.files


@pytest.mark.parametrize(("pair", "name"), [(mnist.TRAINING, "mnist-train"), (mnist.TEST, "mnist-test")])
def test_mnist_s_own_sets_are_known_by_their_content(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, pair: mnist.FilePair, name: str
) -> None:
    """The tests have no room for all of MNIST: what they have of it is taken for the whole."""
    files = [
        replace(file, sha256=sha256((data / file.name).read_bytes()).hexdigest())
        for file in (pair.images, pair.labels)
    ]
    monkeypatch.setattr(mnist, "FILES", files)
    folder = tmp_path / "renamed"
    folder.mkdir()
    for file in files:
        (folder / file.name).write_bytes((data / file.name).read_bytes())
    assert read(folder).name == name


def test_a_folder_of_several_pairs_is_not_guessed_at(data: Path) -> None:
    with pytest.raises(UnusableDataset, match=r"several sets \(t10k-images.*, train-images.*name one"):
        read(data)


def test_a_pair_must_be_as_many(tmp_path: Path, data: Path) -> None:
    images = tmp_path / mnist.TEST.images.name
    images.write_bytes((data / images.name).read_bytes())
    labels = tmp_path / mnist.TEST.labels.name
    with pytest.raises(TrainingError, match=f"holds neither {labels.name} nor"):
        read(images)
    labels.write_bytes(idx_bytes(np.arange(3, dtype=np.uint8), magic=idx.LABELS_MAGIC))
    with pytest.raises(TrainingError, match=f"holds 50 images, but {labels} 3 labels"):
        read(images)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("3/empty.png", b"", r"3/empty\.png: The picture is not a PNG or JPEG"),
        ("three/a.png", b"", "three: the label is unknown"),
        ("10/a.png", b"", "10: the label is unknown"),
        ("3/a.gif", b"GIF89a", "holds no pictures"),
    ],
)
def test_a_wrong_picture_folder_is_named(tmp_path: Path, name: str, content: bytes, complaint: str) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(UnusableDataset, match=complaint):
        read(tmp_path)


def test_a_picture_that_cannot_be_read_is_named(pictures: Path) -> None:
    (pictures / "3" / "a.png").mkdir(parents=True)
    with pytest.raises(UnusableDataset, match=r"3/a\.png cannot be read: Is a directory"):
        read(pictures)


def test_a_blank_picture_is_named(pictures: Path) -> None:
    (pictures / "3").mkdir()
    Image.new("L", (50, 50), 255).save(pictures / "3" / "blank.png")
    with pytest.raises(UnusableDataset, match=r"3/blank\.png has no ink"):
        read(pictures)


def test_what_is_not_there_or_of_no_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableDataset, match="nowhere does not exist"):
        read(tmp_path / "nowhere")
    (tmp_path / "digits.csv").touch()
    with pytest.raises(UnusableDataset, match=r"digits\.csv is neither a folder, nor drawings"):
        read(tmp_path / "digits.csv")
