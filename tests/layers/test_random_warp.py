import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine
from kerasgen.layers.random_warp import random_warp


def warped(images, deviation, points=5, seed=0):
    generator = keras.random.SeedGenerator(seed)
    images = ops.convert_to_tensor(images.astype("float32"))
    return ops.convert_to_numpy(random_warp(images, generator, deviation, points))


def ramp(height, width):
    """An image whose two channels say where a pixel is."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows, columns], axis=-1)[None].astype("float32")


def test_without_deviation_nothing_moves():
    images = np.random.default_rng(0).normal(size=(2, 8, 12, 3))
    np.testing.assert_allclose(warped(images, 0.0), images, atol=1e-5)


def test_points_move_by_normal_numbers_and_what_is_between_by_their_mean():
    """Where the middle of a long image comes from, read off a ramp."""
    images = np.tile(ramp(41, 81), (200, 1, 1, 1))
    moves = warped(images, 0.03) - images
    inner = moves[:, 10:31:10, 20:61:20]  # the inner points of 5x5, far from the border
    for axis, size in enumerate((41, 81)):
        deviation = inner[..., axis].std()
        assert deviation == pytest.approx(0.03 * size, rel=0.06)
    half = (moves[:, 10, 20] + moves[:, 20, 20]) / 2
    np.testing.assert_allclose(moves[:, 15, 20], half, atol=1e-3)


def test_images_of_a_batch_are_bent_apart():
    images = np.tile(ramp(16, 16), (2, 1, 1, 1))
    found = warped(images, 0.1)
    assert np.abs(found[0] - found[1]).max() > 0.5
    np.testing.assert_array_equal(found, warped(images, 0.1))
    assert not np.array_equal(found, warped(images, 0.1, seed=1))


def test_gradients_pass():
    images = np.random.default_rng(1).normal(size=(2, 8, 8, 1)).astype("float32")

    seeds = [keras.random.SeedGenerator(3) for _ in range(2)]

    def total(x):
        return ops.sum(random_warp(x, seeds.pop(), 0.05), axis=(1, 2, 3))

    values = ops.convert_to_numpy(total(ops.convert_to_tensor(images)))
    gradient = engine.input_gradients(total, ops.convert_to_tensor(images))
    gradient = ops.convert_to_numpy(ops.stop_gradient(gradient))
    # Linear in the image: Euler's theorem.
    along = (gradient * images).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(along, values, rtol=1e-3, atol=1e-3)
