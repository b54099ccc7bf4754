"""The training's random generators make the same drawings from the same seed as before.

The figures are not right in themselves: a better training may have others, and `tests/management/frozen.py`
writes them again. They catch an accidental change.
"""

import pytest

from tests.management.frozen import kept, made


def test_a_seed_gives_what_it_gave() -> None:
    now, before = dict(made()), kept()
    assert list(now) == list(before)
    assert not [name for name in now if now[name] != pytest.approx(before[name], rel=1e-3, abs=1e-4)]
