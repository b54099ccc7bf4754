"""Stopping `manage.py train_lenet` by a signal, and going on. Each process is a real one."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command
from PIL import Image

from management.progress import Stopped, signals_noted
from management.training.augmentation.strokes import rasterize_digits
from management.training.datasets import drawings, mnist, reading
from management.training.datasets.canvas import draw_on_canvas
from management.training.datasets.drawings import LabelledDrawing, Strokes
from management.training.datasets.reading import read_dataset
from management.training.evaluate import evaluate, read_evaluated_model
from management.training.report import plots
from tests.conftest import ROOT
from tests.management.small import SMALL_OPTIONS

EPOCHS = 12
OPTIONS = (f"--epochs={EPOCHS}", *SMALL_OPTIONS)

MANAGE_WITH_FEW_DRAWINGS = """
import pathlib, runpy, sys
from management.training.datasets import drawings
drawings.PEN_DIGITS, drawings.LETTERS = map(pathlib.Path, sys.argv[1:3])
del sys.argv[1:3]
runpy.run_path("manage.py", run_name="__main__")
"""


def start(data: Path, few_drawings: tuple[Path, Path], output: Path) -> "subprocess.Popen[str]":
    """Train as from a shell: with Ctrl-C as it is by default, and the number of threads not set."""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    paths = (f"--data={data}", f"--output={output}")
    return subprocess.Popen(
        [sys.executable, "-c", MANAGE_WITH_FEW_DRAWINGS, *few_drawings, "train_lenet", *paths, *OPTIONS],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def stop_after_first_epoch(training: "subprocess.Popen[str]", number: signal.Signals) -> str:
    """Send a signal once an epoch has been reported; what the process then says on stderr."""
    assert training.stdout
    while not training.stdout.readline().startswith("epoch"):
        assert training.poll() is None
    training.send_signal(number)
    _, complaint = training.communicate(timeout=60)
    return complaint


@pytest.fixture(scope="module")
def straight(data: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The parameters of a training that nothing stops, in this process."""
    output = tmp_path_factory.mktemp("straight") / "lenet.params"
    call_command("train_lenet", *OPTIONS, data=data, output=output)
    return output.read_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_training_goes_on_as_if_it_had_never_stopped(
    data: Path, few_drawings: tuple[Path, Path], tmp_path: Path, straight: bytes, number: signal.Signals
) -> None:
    output = tmp_path / "lenet.params"
    stopped = start(data, few_drawings, output)
    complaint = stop_after_first_epoch(stopped, number)
    assert stopped.returncode == 128 + number
    assert f"Stopped by {number.name}. To go on after epoch " in complaint
    assert "--resume" in complaint
    assert [path.name for path in tmp_path.iterdir()] == ["lenet-rehearsal.checkpoint"]

    call_command("train_lenet", *OPTIONS, resume=True, data=data, output=output)
    assert output.read_bytes() == straight
    card = json.loads(output.with_suffix(".json").read_bytes())
    assert [figures["epoch"] for figures in card["epochs"]] == list(range(1, EPOCHS + 1))
    assert not [path.name for path in tmp_path.iterdir() if path.suffix in {".checkpoint", ".partial"}]


def digits_of(data: Path, tmp_path: Path) -> None:
    mnist.prepare(mnist.read(data, mnist.TEST), description="")


def drawings_of(data: Path, tmp_path: Path) -> None:
    drawings.read(drawings.PEN_DIGITS)


def pictures_of(data: Path, tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    Image.fromarray(255 - np.eye(50, dtype=np.uint8) * 255).save(tmp_path / "7" / "line.png")
    read_dataset(tmp_path)


def rasterized(data: Path, tmp_path: Path) -> None:
    one = LabelledDrawing((np.array([[0, 0], [0, 9]], np.float32),), 1, "anna")
    rasterize_digits([one], renderings=1, seed=1)


def plotted(data: Path, tmp_path: Path) -> None:
    plots.draw_plots(epochs=[], first_filters=np.ones((20, 1, 5, 5)), sets=[], temperature=1.0)


@pytest.mark.parametrize("work", [digits_of, drawings_of, pictures_of, rasterized, plotted])
def test_a_signal_ends_every_long_loop(
    work: Callable[[Path, Path], None], data: Path, tmp_path: Path
) -> None:
    with signals_noted():
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(Stopped, match=r"^Stopped by SIGTERM\.$"):
            work(data, tmp_path)


def test_a_signal_ends_the_answering_of_what_was_read(data: Path) -> None:
    def datasets() -> Iterator[Path]:
        yield data / mnist.TEST.images.name
        signal.raise_signal(signal.SIGINT)  # After the last of them was read.

    model = read_evaluated_model(settings.MNIST_PARAMETERS)
    with signals_noted(), pytest.raises(Stopped):
        evaluate(model, datasets(), threshold=None, temperature=1.0)


def test_a_signal_ends_the_drawing_of_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """From within, as no real signal would come for certain between reading a file and its last drawing."""
    drawn: list[Strokes] = []

    def draw(strokes: Strokes) -> np.ndarray:
        if not drawn:
            signal.raise_signal(signal.SIGINT)
        drawn.append(strokes)
        return draw_on_canvas(strokes)

    monkeypatch.setattr(reading, "draw_on_canvas", draw)
    with signals_noted(), pytest.raises(Stopped):
        read_dataset(drawings.PEN_DIGITS)
    assert len(drawn) == 1


def test_a_signal_of_an_earlier_work_does_not_end_the_next(data: Path, tmp_path: Path) -> None:
    with signals_noted():
        signal.raise_signal(signal.SIGINT)
    with signals_noted():
        digits_of(data, tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_act_as_before_once_the_work_is_over(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with signals_noted():
        assert signal.getsignal(number) != before
    assert signal.getsignal(number) == before


def test_a_second_ctrl_c_does_not_wait_for_the_work() -> None:
    with signals_noted():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_a_signal_that_the_shell_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with signals_noted():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
