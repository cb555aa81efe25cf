import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine
from kerasgen.layers import ReflectionPadding2D


def images(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


@pytest.mark.parametrize("padding", [1, 3])
def test_it_is_numpys_reflection(padding):
    x = images(2, 5, 4, 3)
    both = (padding, padding)
    expected = np.pad(x, ((0, 0), both, both, (0, 0)), mode="reflect")
    found = ReflectionPadding2D(padding)(x)
    np.testing.assert_array_equal(ops.convert_to_numpy(found), expected)


def test_a_pixel_learns_from_all_its_images():
    """One inside the border counts twice, one in its corner four times."""
    x = ops.convert_to_tensor(images(1, 4, 4, 1))
    gradient = engine.input_gradients(ReflectionPadding2D(1), x)
    gradient = ops.convert_to_numpy(ops.stop_gradient(gradient))[0, :, :, 0]
    counts = np.array([1, 2, 2, 1])
    np.testing.assert_array_equal(gradient, np.outer(counts, counts))


def test_shapes_are_known_beforehand():
    inputs = keras.Input((None, 6, 3))
    assert ReflectionPadding2D(2)(inputs).shape == (None, None, 10, 3)


def test_it_can_be_rebuilt():
    layer = ReflectionPadding2D.from_config(ReflectionPadding2D(3).get_config())
    assert layer.padding == 3


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="padding=0"):
        ReflectionPadding2D(0)
    with pytest.raises(ValueError, match=r"padding=3, images of shape \(None, 3, 8, 1"):
        ReflectionPadding2D(3)(keras.Input((3, 8, 1)))
