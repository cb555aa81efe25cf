import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.extractors.tf1_bilinear import (
    tf1_bilinear,
    tf1_bilinear_on_host,
)


def by_definition(image, size):
    """One pixel at a time in float64: source place = place * old size / new size."""
    old_height, old_width = image.shape[:2]
    height, width = size
    resized = np.empty((height, width, image.shape[2]))
    for i in range(height):
        y = i * old_height / height
        top, dy = int(y), y - int(y)
        bottom = min(top + 1, old_height - 1)
        for j in range(width):
            x = j * old_width / width
            left, dx = int(x), x - int(x)
            right = min(left + 1, old_width - 1)
            above = image[top, left] * (1 - dx) + image[top, right] * dx
            below = image[bottom, left] * (1 - dx) + image[bottom, right] * dx
            resized[i, j] = above * (1 - dy) + below * dy
    return resized


def test_pixels_keep_their_corner_not_their_middle():
    image = np.array([0, 100], "uint8").reshape(1, 1, 2, 1)
    resized = ops.convert_to_numpy(tf1_bilinear(ops.convert_to_tensor(image), (1, 4)))
    np.testing.assert_array_equal(resized.ravel(), [0, 50, 100, 100])


@pytest.mark.parametrize("old", [(5, 9), (16, 11), (31, 40), (1, 1)])
@pytest.mark.parametrize("new", [(16, 11), (7, 29)])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_equals_the_definition(old, new, dtype):
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (2, *old, 3)).astype(dtype)
    resized = tf1_bilinear(ops.convert_to_tensor(images), new)
    expected = [by_definition(image.astype("float64"), new) for image in images]
    assert keras.backend.standardize_dtype(resized.dtype) == "float32"
    np.testing.assert_allclose(ops.convert_to_numpy(resized), expected, atol=1e-3)


@pytest.mark.parametrize("old", [(32, 32), (57, 411), (1024, 300)])
def test_equals_tensorflow_1_to_the_digit(old, backend):
    if backend != "tensorflow":
        pytest.skip("TensorFlow still has the function")
    import tensorflow as tf

    images = np.random.default_rng(0).integers(0, 256, (1, *old, 3)).astype("uint8")
    expected = tf.compat.v1.image.resize_bilinear(images, (299, 299))
    found = tf1_bilinear(tf.constant(images), (299, 299))
    np.testing.assert_allclose(found, expected, atol=3e-5)


@pytest.mark.host
@pytest.mark.parametrize("old", [(5, 9), (31, 40), (16, 11)])
def test_a_picture_on_the_host_is_the_same_rounded(old):
    picture = np.random.default_rng(0).integers(0, 256, (*old, 3), "uint8")
    found = tf1_bilinear_on_host(picture, (16, 11))
    assert found.dtype == "uint8"
    expected = by_definition(picture.astype("float64"), (16, 11))
    assert np.abs(found - expected).max() <= 0.501
