"""The command, from MNIST's files to the parameters and their card."""

import gzip
import hashlib
import json
import platform
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from management.training.artefacts import Artefacts
from management.training.datasets import mnist
from management.training.hyperparameters import Hyperparameters
from management.training.report.model_card import note_sources
from management.training.run import TrainingRun
from management.training.training_data import Batches, Minibatch
from recognizer import lenet
from recognizer.model_card import verified_card
from recognizer.preprocessing import preprocess_digit
from tests.management.small import SMALL, SMALL_OPTIONS


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Where the parameters are to go."""
    return tmp_path / "out" / "lenet.params"


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The parameters of a short training, with their card."""
    path = tmp_path_factory.mktemp("out") / "lenet.params"
    call_command("train_lenet", data=data, output=path, epochs=2, **SMALL)
    return path


@pytest.fixture
def card(trained: Path) -> Any:
    """That training's card."""
    return json.loads(trained.with_suffix(".json").read_bytes())


def test_only_parameters_cards_and_pictures_are_left(trained: Path) -> None:
    assert sorted(path.name for path in trained.parent.iterdir()) == [
        "lenet-pictures",
        "lenet-rehearsal-pictures",
        "lenet-rehearsal.json",
        "lenet-rehearsal.md",
        "lenet-rehearsal.params",
        "lenet.json",
        "lenet.md",
        "lenet.params",
    ]


def test_the_card_vouches_for_the_parameters(trained: Path, card: Any) -> None:
    digest = hashlib.sha256(trained.read_bytes()).hexdigest()
    assert card["parameters"] == {
        "file": "lenet.params",
        "sha256": digest,
        "size_bytes": trained.stat().st_size,
    }
    assert verified_card(trained).version == card["version"] == f"lenet-{digest[:12]}"


def test_the_card_holds_hyperparameters_data_and_structure(
    data: Path, few_drawings: tuple[Path, Path], card: Any
) -> None:
    assert card["recipe"] == asdict(Hyperparameters(epochs=2, **SMALL))
    of_drawings = {
        path.name: hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest() for path in few_drawings
    }
    assert card["data"]["files"] == of_drawings | {
        file.name: hashlib.sha256((data / file.name).read_bytes()).hexdigest() for file in mnist.FILES
    }
    assert card["data"]["drawings"] == {"scanned digits": 200, "pen digits": 40, "letters and signs": 40}
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
    inputs = np.stack([preprocess_digit(image) for image in digits.images])
    forward = lenet.Forward(lenet.load(trained))
    logits = np.concatenate([forward.logits(inputs[i : i + 25]) for i in (0, 25)])
    answers = logits.argmax(axis=1)
    matrix = np.zeros((10, 10), int)
    np.add.at(matrix, (digits.labels, answers), 1)
    figures = card["test"]["test digits"]["recognition"]
    assert figures["confusion_matrix"] == matrix.tolist()
    assert figures["digits"] == 50
    assert figures["right"] == matrix.trace()
    assert figures["accuracy"] == matrix.trace() / 50
    powers = np.exp(logits / card["calibration"]["temperature"])
    shares = powers[np.arange(50), digits.labels] / powers.sum(axis=1)
    assert figures["log_loss"] == pytest.approx(-np.log(shares).mean(), rel=1e-4)
    assert card["test"]["test digits"]["refusal"]["threshold"] == card["calibration"]["threshold"]


def test_the_card_holds_when_on_what_and_with_what(card: Any) -> None:
    assert abs((datetime.now(UTC) - datetime.fromisoformat(card["date"])).total_seconds()) < 600
    assert card["versions"]["python"] == platform.python_version()
    assert set(card["versions"]) == {"django", "mxnet", "numpy", "pillow", "product", "python"}
    assert re.fullmatch(r"[cg]pu\(0\), OMP_NUM_THREADS=\d+", card["device"])


def test_the_card_for_people_shows_every_picture_of_training_and_holdout_run(
    trained: Path, card: Any
) -> None:
    text = trained.with_suffix(".md").read_text()
    assert text.startswith(f"# {card['version']}\n")
    shown = {unquote(path) for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)}
    drawn = {path.relative_to(trained.parent).as_posix() for path in trained.parent.glob("*-pictures/*.svg")}
    assert shown == drawn
    assert len(drawn) == 10


def test_the_card_is_stable_json(trained: Path, card: Any) -> None:
    text = trained.with_suffix(".json").read_text()
    assert text == json.dumps(card, indent=2, sort_keys=True) + "\n"


def test_every_source_has_its_licence_and_only_mnist_is_called_mnist(card: Any) -> None:
    assert [source["name"] for source in card["data"]["sources"]] == [
        "IDX files other than MNIST's",
        "Pen digits of 30 writers",
        "Letters and signs",
    ]
    digests = {file.name: file.sha256 for file in mnist.FILES} | {"pen-digits.ndjson.gz": "1f"}
    genuine, pen, letters = note_sources(digests)
    assert genuine.name == "MNIST"
    assert "LeCun" in genuine.source
    assert "CC BY-SA 3.0" in genuine.licence
    assert pen.licence == "CC BY 4.0"
    assert "Open Font License" in letters.licence


@pytest.fixture
def rehearsal(trained: Path) -> Any:
    return json.loads(trained.with_name("lenet-rehearsal.json").read_bytes())


def test_thresholds_and_pen_figures_come_from_a_holdout_run(card: Any, rehearsal: Any) -> None:
    assert card["calibration"] == rehearsal["calibration"]
    assert card["rehearsal"]["version"] == rehearsal["version"] != card["version"]
    assert card["rehearsal"]["test"] == rehearsal["test"]
    assert rehearsal["rehearsal"] is None


def test_a_holdout_run_learns_from_no_writer_that_it_is_measured_with(rehearsal: Any) -> None:
    assert rehearsal["calibration"]["chosen_on"] == "pen 04"
    assert rehearsal["data"]["held_out"] == {
        "scanned digits, measured after each epoch": 50,
        "drawings to choose the thresholds on": 20,
        "drawings to test with": 20,
    }
    conditions = [figures for name, figures in rehearsal["test"].items() if name.startswith("pen digits: ")]
    assert len(conditions) == 5
    assert all(list(each["recognition"]["writers"]) == ["pen 03"] for each in conditions)
    others = [
        figures["refusal"]["others"] for figures in rehearsal["test"].values() if figures["refusal"]["others"]
    ]
    assert others == [10, 1000]


def test_a_holdout_run_is_not_done_twice(data: Path, trained: Path, tmp_path: Path) -> None:
    for path in (trained.with_name("lenet-rehearsal.json"), trained.with_name("lenet-rehearsal.params")):
        shutil.copy(path, tmp_path)
    before = (tmp_path / "lenet-rehearsal.json").stat().st_mtime_ns
    call_command("train_lenet", data=data, output=tmp_path / "lenet.params", epochs=2, **SMALL)
    assert (tmp_path / "lenet-rehearsal.json").stat().st_mtime_ns == before
    assert (tmp_path / "lenet.params").read_bytes() == trained.read_bytes()


def test_only_a_holdout_run_leaves_no_parameters_to_serve(data: Path, output: Path) -> None:
    call_command("train_lenet", data=data, output=output, rehearse=True, epochs=1, **SMALL)
    names = sorted(path.name for path in output.parent.iterdir())
    assert names == [f"lenet-rehearsal{end}" for end in ("-pictures", ".json", ".md", ".params")]


def test_own_drawings_are_learned_from(
    data: Path, few_drawings: tuple[Path, Path], trained: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.ndjson"
    own.write_text('{"word": "7", "drawing": [[[0, 90, 40], [0, 2, 99]]], "writer": "anna"}\n')
    output = tmp_path / "lenet.params"
    call_command("train_lenet", data=data, output=output, drawings=[own], epochs=2, **SMALL)
    card = json.loads(output.with_suffix(".json").read_bytes())
    assert card["data"]["drawings"]["pen digits"] == 41
    assert card["data"]["files"]["own.ndjson"] == hashlib.sha256(own.read_bytes()).hexdigest()
    assert output.read_bytes() != trained.read_bytes()


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
        ("--data=/nowhere", "/nowhere holds neither t10k-images-idx3-ubyte nor .*: script/manage fetch_"),
        ("--output=/nowhere/lenet.bin", r"must end in \.params"),
        ("--output=/proc/lenet.params", "/proc cannot be written to"),
        ("--held-out-writers=2", "2 times 2 of 4 writers are to be held out: too many"),
        ("--averaging=1", "averaging must be at least 0 and below 1"),
        ("--outliers=-1", "outliers must be at least 0"),
        ("--outlier-weight=-1", "outlier_weight must be a number of at least 0"),
        ("--drawings=/nowhere.ndjson", "/nowhere.ndjson: .*No such file"),
        ("--resume", "There is no checkpoint at"),
    ],
)
def test_a_wrong_argument_is_an_error_before_any_work(
    data: Path, output: Path, option: str, complaint: str
) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command(
            "train_lenet", f"--data={data}", f"--output={output}", "--epochs=1", *SMALL_OPTIONS, option
        )
    assert not output.exists()


def test_a_missing_test_file_is_an_error_before_any_work(data: Path, tmp_path: Path, output: Path) -> None:
    incomplete = shutil.copytree(data, tmp_path / "incomplete")
    (incomplete / mnist.TEST.labels.name).unlink()
    with pytest.raises(CommandError, match="holds neither t10k-labels-idx1-ubyte nor"):
        call_command("train_lenet", data=incomplete, output=output, epochs=2, **SMALL)


def test_an_image_without_ink_is_named(data: Path, tmp_path: Path, output: Path) -> None:
    blank = shutil.copytree(data, tmp_path / "blank")
    images = blank / mnist.TRAINING.images.name
    content = images.read_bytes()
    images.write_bytes(content[: 16 + 7 * 784] + bytes(784) + content[16 + 8 * 784 :])
    with pytest.raises(CommandError, match=r"train-images-idx3-ubyte.*: image 7, counted from 0, has no ink"):
        call_command("train_lenet", data=blank, output=output, epochs=2, **SMALL)


class EnoughError(Exception):
    """The epoch begins, and nothing more is to be seen."""


def test_a_holdout_run_begins_with_only_what_it_may_learn_from(
    data: Path, output: Path, hyperparameters: Hyperparameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of the four writers with ten digits each, and 150 of the 200 scanned digits."""
    begun: list[Batches] = []

    def epoch(batches: Batches, *_: object) -> Iterator[Minibatch]:
        begun.append(batches)
        raise EnoughError

    monkeypatch.setattr(Batches, "epoch", epoch)  # A training tells nobody what it learns from.
    run = TrainingRun(
        data=data,
        artefacts=Artefacts(output),
        own_drawings=[],
        hyperparameters=hyperparameters,
        holdout_only=True,
        resume=False,
        report=lambda line: None,
    )
    with pytest.raises(EnoughError):
        run.run()
    (batches,) = begun
    assert len(batches.drawn) == 20
    assert len(batches.scanned) == 150
