import numpy as np
import pytest

from management.training.augmentation.images import ElasticBends, random_affine, vary_thickness

IDENTITY = np.array([1, 0, 0, 0, 1, 0], np.float32)


def drawn(*, strength: float, seed: int = 1) -> np.ndarray:
    return random_affine(strengths=np.full(1000, strength), random=np.random.default_rng(seed))


@pytest.fixture
def bends() -> ElasticBends:
    return ElasticBends(np.random.default_rng(1), count=200)


def test_without_strength_nothing_changes(bends: ElasticBends) -> None:
    random, none = np.random.default_rng(1), np.zeros(100)
    inputs = random.random((100, 28, 28), dtype=np.float32)
    np.testing.assert_array_equal(drawn(strength=0), np.tile(IDENTITY, (1000, 1)))
    assert not bends.pick(none, random).any()
    np.testing.assert_array_equal(vary_thickness(inputs, strengths=none, random=random), inputs)


def test_each_digit_has_a_strength_of_its_own(bends: ElasticBends) -> None:
    random, strengths = np.random.default_rng(1), np.array([0, 1, 0, 1])
    changed = (random_affine(strengths=strengths, random=random) != IDENTITY).any(axis=1)
    assert changed.tolist() == [False, True, False, True]
    assert bends.pick(strengths, random).any(axis=(1, 2, 3)).tolist() == [False, True, False, True]


def test_the_same_seed_distorts_alike_and_another_otherwise() -> None:
    np.testing.assert_array_equal(drawn(strength=1, seed=2), drawn(strength=1, seed=2))
    assert not np.array_equal(drawn(strength=1, seed=2), drawn(strength=1, seed=3))


def test_no_digit_turns_into_another_or_leaves_the_input() -> None:
    """Half of the input is 1: shifts stay within 2.2 pixels, turns within 20 degrees."""
    matrices = drawn(strength=1).astype(float).reshape(1000, 2, 3)
    assert np.abs(matrices[:, :, 2]).max() <= 2.2 / 14 + 1e-6
    turns = np.degrees(np.arctan2(matrices[:, 1, 0], matrices[:, 0, 0]))
    assert 15 < np.abs(turns).max() <= 20.1


def test_distortions_have_no_preferred_direction() -> None:
    np.testing.assert_allclose(drawn(strength=1).mean(axis=0), IDENTITY, atol=0.03)


def test_neighbouring_pixels_bend_alike(bends: ElasticBends) -> None:
    """By most of a pixel, and one pixel's neighbour by nearly as much: in pixels, from -1 to 1 over 28."""
    pixels = bends.pick(np.ones(200), np.random.default_rng(1)) * 14
    assert pixels.std() == pytest.approx(0.8, rel=0.05)
    assert np.abs(np.diff(pixels, axis=-1)).mean() < 0.2


def test_lines_become_thicker_or_thinner_by_a_pixel_at_most() -> None:
    inputs = np.zeros((500, 28, 28), np.float32)
    inputs[:, 5:23, 12:15] = 1
    changed = vary_thickness(inputs, strengths=np.ones(500), random=np.random.default_rng(1))
    ink = changed.sum(axis=(1, 2))
    assert ink.min() < 54 < ink.max()
    assert (ink == 54).mean() == pytest.approx(0.6, abs=0.07)
    assert not changed[:, :, :11].any()
    assert changed.min() >= 0
    assert changed.max() <= 1
