import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from management.progress import silent
from management.training import mnist
from management.training.digit_set import DigitSet, prepare
from management.training.recipe import Recipe
from tests.management.mnist_files import write_small_mnist


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 200 of MNIST's training digits and 50 of its test digits, under MNIST's names."""
    return write_small_mnist(tmp_path_factory.mktemp("mnist"))


@pytest.fixture(scope="session")
def digits(data: Path) -> DigitSet:
    """The 200 training digits as the network sees them."""
    return prepare(mnist.read(data, mnist.TRAINING), progress=silent, description="")


@pytest.fixture(autouse=True)
def ctrl_c() -> Iterator[None]:
    """Ctrl-C as a terminal has it. A shell that runs the tests in the background has switched it off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def recipe() -> Recipe:
    """Three epochs on 150 of those digits: a partial minibatch at the end of each."""
    return Recipe(epochs=3, held_out=50)
