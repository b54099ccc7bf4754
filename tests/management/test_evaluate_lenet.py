"""The command, from labelled digits to figures and pictures."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from management.training.datasets import mnist
from recognizer import lenet
from recognizer.model_card import verified_card
from recognizer.outputs import probabilities
from recognizer.preprocessing import preprocess_digit
from tests.conftest import ROOT
from tests.management.test_ndjson import ONE, write_lines

CROSS = [[[0, 200], [0, 200]], [[0, 200], [200, 0]]]


@pytest.fixture(autouse=True)
def mnist_folder(settings: Settings, data: Path) -> None:
    """MNIST's test set is the 50 digits of it that the tests have."""
    settings.MNIST_DATA_DIR = data


@pytest.fixture
def pen(tmp_path: Path) -> Path:
    """Three ones by two writers, and a cross."""
    ones = [{"word": "1", "drawing": ONE, "writer": writer} for writer in ("anna", "anna", "bob")]
    return write_lines(tmp_path / "pen.ndjson", *ones, {"word": "", "drawing": CROSS})


def evaluate(*sources: Path, **options: Any) -> str:
    out = StringIO()
    call_command("evaluate_lenet", *map(str, sources), stdout=out, **options)
    return out.getvalue()


def test_the_figures_are_those_of_the_parameters(data: Path, tmp_path: Path) -> None:
    evaluate(json=tmp_path / "figures.json")
    content = json.loads((tmp_path / "figures.json").read_bytes())
    digits = mnist.read(data, mnist.TEST)
    inputs = np.stack([preprocess_digit(image) for image in digits.images])
    forward = lenet.Forward(lenet.load(settings.MNIST_PARAMETERS))
    logits = np.concatenate([forward.logits(inputs[i : i + 25]) for i in (0, 25)])
    temperature = verified_card(settings.MNIST_PARAMETERS).temperature
    shares = probabilities(logits, temperature=temperature)
    (figures,) = content["sets"].values()
    assert figures["recognition"]["digits"] == 50
    assert figures["recognition"]["right"] == (shares.argmax(axis=1) == digits.labels).sum()
    own = shares[np.arange(50), digits.labels]
    assert figures["recognition"]["log_loss"] == pytest.approx(-np.log(own).mean(), rel=1e-4)
    assert figures["files"] == digits.digests
    assert content["parameters"]["version"] == f"lenet-{content['parameters']['sha256'][:12]}"


def test_text_and_json_have_the_same_figures(pen: Path, tmp_path: Path) -> None:
    text = evaluate(pen, json=tmp_path / "figures.json", threshold=1.0)
    figures = json.loads((tmp_path / "figures.json").read_bytes())["sets"]["pen"]
    recognition, refusal = figures["recognition"], figures["refusal"]
    for line in (
        f"{recognition['right']} of 3 digits right: {recognition['accuracy']:.2%}",
        f"mean log loss                 {recognition['log_loss']:.4f} nats",
        f"expected calibration error    {recognition['expected_calibration_error']:.2%}",
        f"AUROC of the score            {refusal['auroc']:.4f}",
        f"of the non-digits             {refusal['others_refused']:.2%}",
    ):
        assert line in text
    assert {name: each["digits"] for name, each in recognition["writers"].items()} == {"anna": 2, "bob": 1}


def test_sources_are_measured_each_and_named_apart(pen: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "pen.ndjson"
    other.parent.mkdir()
    write_lines(other, {"word": "1", "drawing": ONE})
    evaluate(pen, other, json=tmp_path / "figures.json")
    sets = json.loads((tmp_path / "figures.json").read_bytes())["sets"]
    assert {name: each["recognition"]["digits"] for name, each in sets.items()} == {"pen": 3, "pen-2": 1}


def test_the_same_again_gives_the_same_files(pen: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        evaluate(pen, json=folder / "figures.json", pictures=folder / "pictures")
    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*.*"))}
        for folder in (tmp_path / "a", tmp_path / "b")
    )
    assert first == second
    assert {path.name for path in first} == {
        "figures.json",
        "curves.svg",
        "filters.svg",
        "pen-confusion.svg",
        "pen-mistakes.svg",
        "pen-reliability.svg",
    }


def test_parameters_without_a_card_of_theirs_are_measured_without_curves(pen: Path, tmp_path: Path) -> None:
    parameters = Path(shutil.copy(settings.MNIST_PARAMETERS, tmp_path / "mine.params"))
    text = evaluate(pen, parameters=parameters, pictures=tmp_path / "pictures")
    assert f"No card: {tmp_path}/mine.json cannot be read" in text
    assert not (tmp_path / "pictures" / "curves.svg").exists()
    assert (tmp_path / "pictures" / "filters.svg").exists()


def test_threshold_and_temperature_are_the_cards_unless_given(pen: Path, tmp_path: Path) -> None:
    parameters = Path(shutil.copy(settings.MNIST_PARAMETERS, tmp_path / "mine.params"))
    card = json.loads(settings.MNIST_PARAMETERS.with_suffix(".json").read_bytes())
    parameters.with_suffix(".json").write_text(
        json.dumps(card | {"calibration": {"threshold": 4.5, "temperature": 2.0}})
    )
    out = tmp_path / "figures.json"
    for given, expected in (({}, (4.5, 2.0)), ({"threshold": 0.0, "temperature": 1.0}, (0.0, 1.0))):
        evaluate(pen, parameters=parameters, json=out, **given)
        content = json.loads(out.read_bytes())
        assert (content["threshold"], content["temperature"]) == expected
        assert content["sets"]["pen"]["refusal"]["threshold"] == expected[0]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["/nowhere"], "/nowhere does not exist"),
        (["--parameters=/nowhere.params"], r"/nowhere\.params cannot be read: No such file"),
        ([f"--parameters={ROOT}/manage.py"], "manage.py does not hold the parameters of this LeNet"),
        (["--json=/proc/figures.json"], "/proc cannot be written to"),
        ([f"--json={ROOT}"], f"{ROOT} is a folder"),
        (["--pictures=/proc/pictures"], "/proc/pictures cannot be written to"),
        (["--temperature=0"], "0 is not above 0"),
        (["--threshold=nan"], "'nan' is not a number"),
        (["--threshold=high"], "'high' is not a number"),
    ],
)
def test_a_wrong_argument_is_a_clear_error(arguments: list[str], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("evaluate_lenet", *arguments)


def test_without_mnist_it_says_what_is_missing(settings: Settings, tmp_path: Path) -> None:
    settings.MNIST_DATA_DIR = tmp_path
    with pytest.raises(
        CommandError, match=r"neither t10k-images-idx3-ubyte nor .*: script/manage fetch_mnist"
    ):
        call_command("evaluate_lenet")


def test_an_error_writes_nothing(pen: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(CommandError):
        evaluate(pen, tmp_path / "nowhere", json=out / "figures.json", pictures=out)
    assert list(out.iterdir()) == []


def test_an_error_ends_with_a_status_and_one_line(tmp_path: Path) -> None:
    run = start(tmp_path / "nowhere")
    _, complaint = run.communicate(timeout=60)
    assert run.returncode == 1
    assert complaint.strip() == f"CommandError: {tmp_path}/nowhere does not exist."


def start(*arguments: Path | str) -> "subprocess.Popen[str]":
    """The command as from a shell, with Ctrl-C as it is by default."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "evaluate_lenet", *map(str, arguments)],
        cwd=ROOT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_until_read(path: Path, *, by: "subprocess.Popen[str]") -> None:
    """Return when a process has a file open."""
    while True:
        assert by.poll() is None, by.communicate()
        with suppress(FileNotFoundError):  # What it has closed meanwhile.
            if any(link.readlink() == path for link in Path(f"/proc/{by.pid}/fd").iterdir()):
                return
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_what_was_there(tmp_path: Path, number: signal.Signals) -> None:
    figures, pen = tmp_path / "figures.json", tmp_path / "pen.ndjson"
    figures.write_text("old")
    write_lines(pen, *[{"word": "1", "drawing": ONE}] * 50_000)
    with start(pen, f"--json={figures}") as run:
        wait_until_read(pen, by=run)
        run.send_signal(number)
        _, complaint = run.communicate(timeout=60)
    assert run.returncode == 128 + number
    assert complaint.strip() == f"CommandError: Stopped by {number.name}. Nothing was written."
    assert figures.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.json", "pen.ndjson"]
