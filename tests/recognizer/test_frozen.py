"""Drawings near the borders of what the recogniser decides, read as they were when they were frozen.

The answers are not the truth: some are wrong, and a better recogniser may give others. They are there so that
nobody changes by accident what is read. `tests/recognizer/frozen.py` makes the set anew:

    DJANGO_SETTINGS_MODULE=mnistsite.settings .venv/bin/python -m tests.recognizer.frozen
"""

import pytest

from tests.recognizer.frozen import answer, kept_answers, kept_drawings

DRAWINGS, ANSWERS = kept_drawings(), kept_answers()


def test_every_drawing_has_an_answer() -> None:
    assert list(DRAWINGS) == list(ANSWERS)
    assert len(DRAWINGS) == 53


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_read_as_it_was(name: str) -> None:
    assert answer(DRAWINGS[name]) == ANSWERS[name]
