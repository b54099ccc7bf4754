"""What the training draws by chance is what it drew when the shipped parameters were learned from it.

The figures are no truth, and a better training may have others: `tests/management/frozen.py` makes them anew.
They are there so that nobody changes by accident what the same seed gives.
"""

import pytest

from tests.management.frozen import kept, made


def test_a_seed_gives_what_it_gave() -> None:
    now, before = dict(made()), kept()
    assert list(now) == list(before)
    assert not [name for name in now if now[name] != pytest.approx(before[name], rel=1e-3, abs=1e-4)]
