import numpy as np
import pytest

from kerasgen.metrics import sliced_wasserstein_distance
from kerasgen.metrics.sliced_wasserstein_distance import (
    _doubled,
    _halved,
    _pyramid_level,
    _sliced_distance,
)

pytestmark = pytest.mark.host


def smooth(n, side, seed, channels=1):
    """Images of a few broad waves, float in [-1, 1]."""
    random = np.random.default_rng(seed)
    rows, columns = np.abs(np.fft.fftfreq(side)), np.fft.rfftfreq(side)
    spectrum = random.normal(size=(n, side, side // 2 + 1, channels))
    spectrum *= np.exp(-side / 2 * (rows[:, None] + columns))[..., None]
    images = np.fft.irfft2(spectrum, s=(side, side), axes=(1, 2))
    return (images / np.abs(images).max()).astype("float32")


def test_two_samples_of_one_distribution_come_nearer_with_their_number():
    few, many = (
        sliced_wasserstein_distance(smooth(n, 16, 0), smooth(n, 16, 1), 128, 64).mean
        for n in (10, 160)
    )
    assert many < 0.5 * few


def test_patches_of_one_value_by_hand():
    # Half of the real images are bright, a quarter of the others. With mean 0 and
    # deviation 1 they are 1 and -1, and sqrt(3) and -1 / sqrt(3).
    image = np.ones((1, 16, 16, 1), "float32")
    real, fake = (
        np.concatenate([image] * bright + [-image] * (8 - bright)) for bright in (4, 2)
    )
    root = np.sqrt(3)
    apart = 0.5 * (1 - 1 / root) + 0.25 * (1 + 1 / root) + 0.25 * (root - 1)
    # The mean of |sum of 49 coordinates| of a direction is nearly sqrt(2 / pi).
    expected = 1000 * apart * np.sqrt(2 / np.pi)
    found = sliced_wasserstein_distance(real, fake, directions=4000)
    assert found.mean == pytest.approx(expected, rel=0.04)


def test_fine_noise_shows_at_the_fine_level():
    real, fake = smooth(100, 32, 0), smooth(100, 32, 1)
    plain = sliced_wasserstein_distance(real, fake, directions=64)
    noise = 0.1 * np.random.default_rng(2).choice([-1, 1], fake.shape)
    noisy = sliced_wasserstein_distance(real, (fake + noise).clip(-1, 1), 128, 64)
    assert noisy.levels[0] > 3 * plain.levels[0]
    assert noisy.levels[1] < 1.5 * plain.levels[1]


def test_the_mean_is_that_of_the_levels():
    found = sliced_wasserstein_distance(smooth(5, 64, 0), smooth(5, 64, 1))
    assert len(found.levels) == 3
    assert found.mean == pytest.approx(np.mean(found.levels))


@pytest.mark.parametrize(("side", "levels"), [(16, 1), (28, 1), (32, 2), (36, 2)])
def test_levels_keep_sixteen_pixels(side, levels):
    found = sliced_wasserstein_distance(smooth(4, side, 0), smooth(4, side, 1))
    assert len(found.levels) == levels


def test_brightness_and_contrast_of_a_set_do_not_count():
    real, fake = smooth(20, 16, 0, 3), smooth(20, 16, 1, 3)
    changed = fake * np.float32([0.5, 0.25, 0.125]) + np.float32([0.2, -0.3, 0.1])
    assert sliced_wasserstein_distance(real, changed).mean == pytest.approx(
        sliced_wasserstein_distance(real, fake).mean, rel=1e-4
    )


def test_pixels_of_one_value_are_taken():
    black = np.zeros((4, 16, 16, 1), "uint8")
    assert sliced_wasserstein_distance(black, black).mean == 0.0


def test_the_pyramid_makes_the_image_again():
    images = smooth(3, 36, 0, 2)
    fine, coarse = _pyramid_level(images, 0, False), _pyramid_level(images, 1, True)
    again = fine + _doubled(coarse, fine.shape)
    np.testing.assert_allclose(again, (images + 1) * 127.5, rtol=1e-5, atol=1e-4)


def test_halving_blurs_with_the_binomial():
    images = 100 * smooth(1, 16, 0)
    padded = np.pad(images[0, :, :, 0], 2, mode="reflect")
    weights = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256
    expected = [
        [(padded[i : i + 5, j : j + 5] * weights).sum() for j in range(0, 16, 2)]
        for i in range(0, 16, 2)
    ]
    np.testing.assert_allclose(_halved(images)[0, :, :, 0], expected, atol=1e-4)


def test_the_distance_along_each_direction_is_that_of_the_sorted():
    from scipy.stats import wasserstein_distance

    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, 50, 1)).astype("float32")
    # In one dimension every direction is 1 or -1.
    expected = wasserstein_distance(x[:, 0], y[:, 0])
    assert _sliced_distance(x, y, 20, random) == pytest.approx(expected, rel=1e-5)


def test_directions_have_length_one():
    x = np.zeros((1, 100), "float32")
    y = np.ones((1, 100), "float32")
    # The mean of |cosine| for 100 dimensions is near sqrt(2 / pi / 100).
    found = _sliced_distance(x, y, 2000, np.random.default_rng(0))
    assert found == pytest.approx(np.sqrt(2 / np.pi), rel=0.05)


def test_the_seed_fixes_all():
    sets = smooth(5, 16, 0), smooth(5, 16, 1)
    values = [sliced_wasserstein_distance(*sets, seed=s).mean for s in (1, 1, 2)]
    assert values[0] == values[1] != values[2]


def uint8(n, side, channels):
    return np.zeros((n, side, side, channels), "uint8")


@pytest.mark.parametrize(
    ("real", "fake", "message"),
    [
        (uint8(2, 16, 1), uint8(2, 16, 3), r"one shape.*\(2, 16, 16, 3\)"),
        (uint8(2, 16, 1), uint8(3, 16, 1), "equally many"),
        (uint8(0, 16, 1), uint8(0, 16, 1), "equally many"),
        (uint8(2, 15, 1), uint8(2, 15, 1), "at least 16 pixels"),
        (uint8(2, 16, 1), np.full((2, 16, 16, 1), 3.0), r"`fake`.*\[-1, 1\]"),
    ],
)
def test_bad_images_are_refused(real, fake, message):
    with pytest.raises(ValueError, match=message):
        sliced_wasserstein_distance(real, fake)
