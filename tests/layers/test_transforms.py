import numpy as np
import pytest
from keras import ops

from kerasgen.layers import transforms

IMAGES = np.random.default_rng(0).uniform(-1, 1, (3, 8, 12, 3)).astype("float32")


class Fixed:
    """A `Draw` whose numbers are given, in the order they are asked for."""

    def __init__(self, *numbers):
        self.numbers = [np.reshape(n, (-1, 1, 1, 1)) for n in numbers]
        self.limits = []

    def _next(self, *limits):
        self.limits.append(limits)
        return self.numbers.pop(0)

    def uniform(self, low, high):
        return ops.convert_to_tensor(self._next(low, high), "float32")

    def integers(self, low, high):
        return ops.convert_to_tensor(self._next(low, high), "int32")

    def chance(self, probability):
        return ops.convert_to_tensor(self._next(probability), "bool")


def changed(transform, *numbers):
    draw = Fixed(*numbers)
    return ops.convert_to_numpy(transform(ops.convert_to_tensor(IMAGES), draw)), draw


def test_brightness_adds():
    out, draw = changed(transforms.brightness, [-0.5, 0.0, 0.25])
    expected = IMAGES + np.array([-0.5, 0.0, 0.25]).reshape(3, 1, 1, 1)
    np.testing.assert_allclose(out, expected, atol=1e-6)
    assert draw.limits == [(-0.5, 0.5)]


def test_saturation_scales_the_distance_from_grey():
    out, draw = changed(transforms.saturation, [0.0, 1.0, 2.0])
    grey = IMAGES.mean(-1, keepdims=True)
    expected = [grey[0].repeat(3, -1), IMAGES[1], 2 * IMAGES[2] - grey[2]]
    np.testing.assert_allclose(out, np.stack(expected), atol=1e-6)
    assert draw.limits == [(0.0, 2.0)]


def test_contrast_scales_the_distance_from_the_mean():
    out, draw = changed(transforms.contrast, [0.5, 1.0, 1.5])
    mean = IMAGES.mean((1, 2, 3), keepdims=True)
    factors = np.array([0.5, 1.0, 1.5]).reshape(3, 1, 1, 1)
    np.testing.assert_allclose(out, mean + factors * (IMAGES - mean), atol=1e-6)
    assert draw.limits == [(0.5, 1.5)]


def test_translation_moves_by_an_eighth_and_fills_with_grey():
    out, draw = changed(transforms.translation, [1, 0, -1], [0, 2, 1])
    expected = np.zeros_like(IMAGES)
    expected[0, 1:] = IMAGES[0, :-1]
    expected[1, :, 2:] = IMAGES[1, :, :-2]
    expected[2, :-1, 1:] = IMAGES[2, 1:, :-1]
    np.testing.assert_allclose(out, expected, atol=1e-6)
    assert draw.limits == [(-1, 1), (-2, 2)]


def test_cutout_blanks_half_the_sides_about_a_centre():
    out, draw = changed(transforms.cutout, [4, 0, 8], [6, 0, 12])
    expected = IMAGES.copy()
    expected[0, 2:6, 3:9] = 0
    expected[1, :2, :3] = 0
    expected[2, 6:, 9:] = 0
    np.testing.assert_allclose(out, expected, atol=1e-6)
    assert draw.limits == [(0, 8), (0, 12)]


def test_flip_mirrors_left_and_right():
    out, draw = changed(transforms.flip, [True, False, True])
    expected = np.stack([IMAGES[0, :, ::-1], IMAGES[1], IMAGES[2, :, ::-1]])
    np.testing.assert_array_equal(out, expected)
    assert draw.limits == [(0.5,)]


def test_quarter_turns_of_a_square_are_all_four():
    square = ops.convert_to_tensor(IMAGES[:1, :, :8].repeat(4, 0))
    draw = Fixed([False, True, False, True], [False, False, True, True])
    out = ops.convert_to_numpy(transforms.quarter_turns(square, draw))
    turns = {np.rot90(IMAGES[0, :, :8], k).tobytes() for k in range(4)}
    assert {image.tobytes() for image in out} == turns


def test_an_oblong_image_is_turned_by_180_degrees_alone():
    out, _ = changed(transforms.quarter_turns, [True, False, True])
    np.testing.assert_array_equal(out[0], np.rot90(IMAGES[0], 2))
    np.testing.assert_array_equal(out[1], IMAGES[1])


@pytest.mark.parametrize("low, high", [(0, 1), (-2, 2)])
def test_integers_include_both_ends(low, high):
    import keras

    draw = transforms.Draw(500, keras.random.SeedGenerator(0))
    values = ops.convert_to_numpy(draw.integers(low, high))
    assert values.shape == (500, 1, 1, 1)
    assert set(values.ravel()) == set(range(low, high + 1))
