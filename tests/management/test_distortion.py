import numpy as np

from management.training.distortion import random_affine

IDENTITY = np.array([1, 0, 0, 0, 1, 0], np.float32)


def drawn(*, strength: float, seed: int = 1) -> np.ndarray:
    return random_affine(count=1000, strength=strength, random=np.random.default_rng(seed))


def test_without_strength_nothing_changes() -> None:
    np.testing.assert_array_equal(drawn(strength=0), np.tile(IDENTITY, (1000, 1)))


def test_the_same_seed_distorts_alike_and_another_otherwise() -> None:
    np.testing.assert_array_equal(drawn(strength=1, seed=2), drawn(strength=1, seed=2))
    assert not np.array_equal(drawn(strength=1, seed=2), drawn(strength=1, seed=3))


def test_no_digit_leaves_its_field_or_turns_into_another() -> None:
    """Half a field is 1: shifts stay within a pixel, and areas within what two stretches of 12 % make."""
    matrices = drawn(strength=1).astype(float).reshape(1000, 2, 3)
    assert np.abs(matrices[:, :, 2]).max() <= 1 / 14
    areas = np.linalg.det(matrices[:, :, :2])
    assert np.exp(-0.24) <= areas.min() < areas.max() <= np.exp(0.24)


def test_distortions_have_no_preferred_direction() -> None:
    np.testing.assert_allclose(drawn(strength=1).mean(axis=0), IDENTITY, atol=0.03)
