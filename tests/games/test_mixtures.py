import numpy as np
import pytest

from kerasgen import games


def test_the_ring_has_eight_modes_at_radius_two():
    means = games.ring().means
    np.testing.assert_allclose(np.linalg.norm(means, axis=1), 2.0)
    np.testing.assert_allclose(means[:2], [[2, 0], [2**0.5, 2**0.5]])
    gaps = np.linalg.norm(means - np.roll(means, 1, axis=0), axis=1)
    np.testing.assert_allclose(gaps, 4 * np.sin(np.pi / 8))


def test_the_grid_has_25_modes_two_apart():
    means = games.grid().means
    expected = {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}
    assert {tuple(m) for m in means} == expected


@pytest.mark.parametrize("toy", [games.ring(), games.grid()], ids=lambda t: t.name)
def test_samples_are_those_of_the_mixture(toy):
    samples = toy.sample(50_000, seed=3)
    assert samples.shape == (50_000, 2) and samples.dtype == "float32"
    nearest = np.linalg.norm(samples[:, None] - toy.means, axis=-1).argmin(axis=1)
    counts = np.bincount(nearest, minlength=len(toy.means))
    np.testing.assert_allclose(counts / 50_000, 1 / len(toy.means), rtol=0.15)
    deviations = (samples - toy.means[nearest]).std(axis=0)
    np.testing.assert_allclose(deviations, toy.sigma, rtol=0.02)
    # 1 - exp(-9 / 2) of a round Gaussian lies within three standard deviations.
    modes, share = toy.coverage(samples)
    assert modes == len(toy.means)
    assert share == pytest.approx(1 - np.exp(-4.5), abs=0.002)


def test_a_seed_fixes_the_samples():
    first, again, other = (games.ring().sample(5, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    # Philox(0), on every machine.
    random = np.random.Generator(np.random.Philox(0))
    modes = random.integers(0, 8, 5)
    assert np.linalg.norm(first - games.ring().means[modes], axis=1).max() < 0.1


def test_one_percent_covers_a_mode():
    toy = games.ring()
    far = np.full((1000, 2), 10.0)
    for near, modes in ((9, 0), (10, 1), (11, 1)):
        samples = far.copy()
        samples[:near] = toy.means[5]
        assert toy.coverage(samples) == (modes, near / 1000)


def test_three_standard_deviations_are_near():
    toy = games.Mixture("one", np.array([[0.0, 0.0]]), sigma=1.0)
    samples = np.array([[3.0, 0.0], [0.0, -3.0], [3.001, 0.0], [2.2, 2.2]])
    assert toy.coverage(samples) == (1, 0.5)


def test_samples_that_are_not_finite_are_near_no_mode():
    toy = games.Mixture("one", np.array([[0.0, 0.0]]), sigma=1.0)
    assert toy.coverage([[np.nan, 0.0], [np.inf, 0.0]]) == (0, 0.0)


@pytest.mark.parametrize("shape", [(0, 2), (4, 3), (4,)])
def test_other_arrays_are_refused(shape):
    with pytest.raises(ValueError, match="Received: shape"):
        games.ring().coverage(np.zeros(shape))
