import numpy as np
import pytest
from keras import ops

from kerasgen.losses import laplacian_pyramid_distance
from kerasgen.losses.laplacian_pyramid import enlarged, halved

KERNEL = np.array([1, 4, 6, 4, 1]) / 16


def filtered(image, scale=1.0):
    """A gray image convolved with the whole 5x5 kernel, one pixel after the other.

    Weights are those of what lies inside and not zero-inserted (NaN), scaled to one.
    """
    height, width = image.shape
    blurred = np.zeros(image.shape)
    for i in range(height):
        for j in range(width):
            total = weight = 0.0
            for di in range(-2, 3):
                for dj in range(-2, 3):
                    y, x = i + di, j + dj
                    if (
                        0 <= y < height
                        and 0 <= x < width
                        and image[y, x] == image[y, x]
                    ):
                        k = KERNEL[di + 2] * KERNEL[dj + 2]
                        total, weight = total + k * image[y, x], weight + k
            blurred[i, j] = total / weight
    return blurred


def down(image):
    return filtered(image)[::2, ::2]


def up(image, shape):
    spread = np.full(shape, np.nan)
    spread[::2, ::2] = image
    return filtered(spread)


def pyramid(image, levels):
    """Burt and Adelson's, of a gray image."""
    bands = []
    for _ in range(levels - 1):
        smaller = down(image)
        bands.append(image - up(smaller, image.shape))
        image = smaller
    return [*bands, image]


def images(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def distance(*arguments):
    return ops.convert_to_numpy(laplacian_pyramid_distance(*arguments))


@pytest.mark.parametrize("shape", [(8, 8), (9, 6), (5, 12)])
def test_levels_are_those_of_the_plain_algorithm(shape):
    image = images(*shape)
    smaller = halved(image[None, :, :, None])
    np.testing.assert_allclose(
        ops.convert_to_numpy(smaller)[0, :, :, 0], down(image), atol=1e-6
    )
    larger = enlarged(smaller, shape)
    np.testing.assert_allclose(
        ops.convert_to_numpy(larger)[0, :, :, 0], up(down(image), shape), atol=1e-6
    )


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_the_distance_is_the_weighted_sum_over_both_pyramids(levels):
    x, y = images(2, 3, 10, 12, 2)
    found = distance(x, y, levels)
    expected = np.zeros(3)
    for n in range(3):
        for c in range(2):
            pair = zip(
                pyramid(x[n, :, :, c].astype("float64"), levels),
                pyramid(y[n, :, :, c].astype("float64"), levels),
                strict=True,
            )
            for j, (a, b) in enumerate(pair):
                expected[n] += 2 ** (2 * j) * np.abs(a - b).sum() / (10 * 12 * 2)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_one_level_is_the_mean_absolute_error():
    x, y = images(2, 4, 6, 6, 3)
    np.testing.assert_allclose(
        distance(x, y, 1), np.abs(x - y).mean(axis=(1, 2, 3)), rtol=1e-5
    )


def test_a_shift_of_brightness_is_in_the_last_level_alone():
    x = images(2, 64, 64, 1)
    # Four halvings of 64: five levels, of which the last weighs as much as its pixels.
    np.testing.assert_allclose(distance(x, x + 0.5), 0.5, rtol=1e-4)


def test_its_gradient_along_the_difference_is_the_distance(value_and_gradient):
    """For it grows in proportion to the difference: Euler's theorem."""
    x, y = images(2, 3, 8, 8, 1)
    found, gradient = value_and_gradient(
        lambda a: laplacian_pyramid_distance(a, y, 3), x
    )
    along = (gradient * (x - y)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(along, found, rtol=1e-4)


@pytest.mark.parametrize("levels", [0, 1.5, 4])
def test_levels_that_cannot_be_are_refused(levels):
    x = images(1, 4, 8, 1)
    with pytest.raises(ValueError, match=f"`levels`.*Received: levels={levels}"):
        laplacian_pyramid_distance(x, x, levels)
