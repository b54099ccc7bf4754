"""The command, from MNIST's files to the parameters and their card."""

import hashlib
import json
import platform
import re
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from management.training import mnist
from management.training.card import note_data
from management.training.recipe import Recipe
from recognizer import network
from recognizer.card import verified_version
from recognizer.preprocessing import normalize_single

SMALL = {"epochs": 2, "held_out": 50}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Where the parameters are to go."""
    return tmp_path / "out" / "lenet.params"


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The parameters of a short training, with their card."""
    path = tmp_path_factory.mktemp("out") / "lenet.params"
    call_command("train_lenet", data=data, output=path, **SMALL)
    return path


@pytest.fixture
def card(trained: Path) -> Any:
    """That training's card."""
    return json.loads(trained.with_suffix(".json").read_bytes())


def test_only_parameters_and_card_are_left(trained: Path) -> None:
    assert sorted(path.name for path in trained.parent.iterdir()) == ["lenet.json", "lenet.params"]


def test_the_card_vouches_for_the_parameters(trained: Path, card: Any) -> None:
    digest = hashlib.sha256(trained.read_bytes()).hexdigest()
    assert card["parameters"] == {
        "file": "lenet.params",
        "sha256": digest,
        "size_bytes": trained.stat().st_size,
    }
    assert verified_version(trained) == card["version"] == f"lenet-{digest[:12]}"


def test_the_card_holds_recipe_data_and_structure(data: Path, card: Any) -> None:
    assert card["recipe"] == asdict(Recipe(epochs=2, held_out=50))
    assert card["data"]["files"] == {
        file.name: hashlib.sha256((data / file.name).read_bytes()).hexdigest() for file in mnist.FILES
    }
    assert (card["data"]["training"], card["data"]["held_out"]) == (150, 50)
    assert card["network"]["parameters"] == 431_080
    counts = [layer["parameters"] for layer in card["network"]["layers"]]
    assert [count for count in counts if count] == [520, 25_050, 400_500, 5_010]


def test_the_card_holds_every_epochs_figures(card: Any) -> None:
    assert [figures["epoch"] for figures in card["epochs"]] == [1, 2]
    assert all(
        set(figures)
        == {"epoch", "loss", "training_accuracy", "held_out_accuracy", "learning_rate", "seconds"}
        for figures in card["epochs"]
    )


def test_the_cards_test_figures_are_those_of_the_saved_parameters(
    data: Path, trained: Path, card: Any
) -> None:
    digits = mnist.read(data, mnist.TEST)
    fields = np.stack([normalize_single(image).field for image in digits.images])
    forward = network.Forward(network.load(trained))
    answers = np.concatenate([forward.logits(fields[i : i + 25]).argmax(axis=1) for i in (0, 25)])
    matrix = np.zeros((10, 10), int)
    np.add.at(matrix, (digits.labels, answers), 1)
    assert card["test"]["confusion_matrix"] == matrix.tolist()
    assert card["test"]["digits"] == 50
    assert card["test"]["right"] == matrix.trace()
    assert card["test"]["accuracy"] == matrix.trace() / 50


def test_the_card_holds_when_on_what_and_with_what(card: Any) -> None:
    assert abs((datetime.now(UTC) - datetime.fromisoformat(card["date"])).total_seconds()) < 600
    assert card["versions"]["python"] == platform.python_version()
    assert set(card["versions"]) == {"django", "mxnet", "numpy", "pillow", "product", "python"}
    assert re.fullmatch(r"[cg]pu\(0\), OMP_NUM_THREADS=\d+", card["device"])


def test_the_card_is_stable_json(trained: Path, card: Any) -> None:
    text = trained.with_suffix(".json").read_text()
    assert text == json.dumps(card, indent=2, sort_keys=True) + "\n"


def test_only_mnist_is_called_mnist(data: Path, card: Any) -> None:
    assert card["data"]["name"] == "IDX files other than MNIST's"
    genuine = {file.name: file.sha256 for file in mnist.FILES}
    note = note_data(digests=genuine, training=55_000, held_out=5_000)
    assert note.name == "MNIST"
    assert "LeCun" in note.source
    assert "CC BY-SA 3.0" in note.licence


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--epochs=0", "epochs must be at least 1"),
        ("--epochs=many", "argument --epochs: invalid int value: 'many'"),
        ("--minibatch-size=0", "minibatch_size must be at least 1"),
        ("--held-out=0", "held_out must be at least 1"),
        ("--held-out=200", "200 of 200 training digits are to be held out"),
        ("--learning-rate=-0.1", "learning_rate must be a number above 0"),
        ("--momentum=1", "momentum must be at least 0 and below 1"),
        ("--weight-decay=nan", "weight_decay must be a number of at least 0"),
        ("--seed=-1", "seed must be from 0"),
        ("--data=/nowhere", "/nowhere holds neither t10k-images-idx3-ubyte nor"),
        ("--output=/nowhere/lenet.bin", r"must end in \.params"),
        ("--output=/proc/lenet.params", "/proc cannot be written to"),
        ("--resume", "There is no checkpoint at"),
    ],
)
def test_a_wrong_argument_is_an_error_before_any_work(
    data: Path, output: Path, option: str, complaint: str
) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("train_lenet", f"--data={data}", f"--output={output}", "--epochs=1", option)
    assert not output.exists()


def test_a_missing_test_file_is_an_error_before_any_work(data: Path, tmp_path: Path, output: Path) -> None:
    incomplete = shutil.copytree(data, tmp_path / "incomplete")
    (incomplete / mnist.TEST.labels.name).unlink()
    with pytest.raises(CommandError, match="holds neither t10k-labels-idx1-ubyte nor"):
        call_command("train_lenet", data=incomplete, output=output, **SMALL)


def test_an_image_without_ink_is_named(data: Path, tmp_path: Path, output: Path) -> None:
    blank = shutil.copytree(data, tmp_path / "blank")
    images = blank / mnist.TRAINING.images.name
    content = images.read_bytes()
    images.write_bytes(content[: 16 + 7 * 784] + bytes(784) + content[16 + 8 * 784 :])
    with pytest.raises(CommandError, match=r"train-images-idx3-ubyte.*: image 7, counted from 0, has no ink"):
        call_command("train_lenet", data=blank, output=output, **SMALL)
