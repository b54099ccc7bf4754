"""Records derive some of their values from others."""

import pytest

from mnistsite.types import Box, FoundDigit


@pytest.mark.parametrize("second", range(10))
def test_the_second_guess_is_any_digit_but_the_one_that_was_read(second: int) -> None:
    probabilities = [0.01] * 10
    read = 1 if second == 0 else 0
    probabilities[read], probabilities[second] = 0.5, 0.4
    found = FoundDigit(read, tuple(probabilities), Box(0, 0, 1, 1))
    assert (found.second_guess, found.second_probability) == (second, 0.4)
