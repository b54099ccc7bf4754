import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from management.training.datasets import drawings, mnist
from management.training.datasets.drawings import LabelledDrawing
from management.training.datasets.labelled import DigitSet
from management.training.hyperparameters import Hyperparameters
from tests.management.mnist_files import write_small_mnist
from tests.management.small import SMALL, write_few_drawings


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 200 of MNIST's training digits and 50 of its test digits, under MNIST's names."""
    return write_small_mnist(tmp_path_factory.mktemp("mnist"))


@pytest.fixture(scope="session")
def digits(data: Path) -> DigitSet:
    """The 200 training digits as the network sees them."""
    return mnist.prepare(mnist.read(data, mnist.TRAINING), description="")


@pytest.fixture(scope="session")
def few_drawings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Files with the first ten pen digits of four writers, and the first ten letters of four fonts."""
    folder = tmp_path_factory.mktemp("drawings")
    return write_few_drawings(drawings.PEN_DIGITS, folder), write_few_drawings(drawings.LETTERS, folder)


@pytest.fixture(autouse=True, scope="session")
def _learn_from_few_drawings(few_drawings: tuple[Path, Path]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawings, "PEN_DIGITS", few_drawings[0])
        patch.setattr(drawings, "LETTERS", few_drawings[1])
        yield


@pytest.fixture
def pen_digits(few_drawings: tuple[Path, Path]) -> tuple[LabelledDrawing, ...]:
    return drawings.read(few_drawings[0]).drawings


@pytest.fixture
def letters(few_drawings: tuple[Path, Path]) -> tuple[LabelledDrawing, ...]:
    return drawings.read(few_drawings[1]).drawings


@pytest.fixture(autouse=True)
def ctrl_c() -> Iterator[None]:
    """Ctrl-C as a terminal has it. A shell that runs the tests in the background has switched it off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def hyperparameters() -> Hyperparameters:
    """Three epochs on 150 of those digits and a few drawings: a partial minibatch at the end of each."""
    return Hyperparameters(epochs=3, **SMALL)
