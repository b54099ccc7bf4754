"""What tests of the recogniser may ask for."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from django.conf import settings

from recognizer import compiled


@pytest.fixture(scope="module")
def kernels() -> Iterator[ModuleType]:
    """The compiled code, as a serving process loads it; the tests of one module may use it."""
    before = compiled.kernels
    compiled.load(*settings.COMPILED_DIRS)
    assert compiled.kernels is not None
    yield compiled.kernels
    compiled.kernels = before
