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

    def normal(self, stddev):
        return ops.convert_to_tensor(self._next(stddev), "float32")

    def chance(self, probability):
        if probability in (0.0, 1.0):
            return ops.full((1, 1, 1, 1), probability == 1.0, "bool")
        return ops.convert_to_tensor(self._next(probability), "bool")


def changed(transform, *numbers, images=IMAGES, probability=1.0):
    draw = Fixed(*numbers)
    out = transform(ops.convert_to_tensor(images), draw, probability)
    assert not draw.numbers
    return ops.convert_to_numpy(out), draw


NEUTRAL = [0.0], [1.0], [1.0]  # brightness, saturation, contrast


def test_brightness_adds():
    out, draw = changed(transforms.color, [-0.5, 0.0, 0.25], *NEUTRAL[1:])
    expected = IMAGES + np.array([-0.5, 0.0, 0.25]).reshape(3, 1, 1, 1)
    np.testing.assert_allclose(out, expected, atol=1e-6)
    assert draw.limits == [(-0.5, 0.5), (0.0, 2.0), (0.5, 1.5)]


def test_saturation_scales_the_distance_from_gray():
    out, _ = changed(transforms.color, [0.0], [0.0, 1.0, 2.0], [1.0])
    gray = IMAGES.mean(-1, keepdims=True)
    expected = [gray[0].repeat(3, -1), IMAGES[1], 2 * IMAGES[2] - gray[2]]
    np.testing.assert_allclose(out, np.stack(expected), atol=1e-6)


def test_contrast_scales_the_distance_from_the_mean():
    out, _ = changed(transforms.color, *NEUTRAL[:2], [0.5, 1.0, 1.5])
    mean = IMAGES.mean((1, 2, 3), keepdims=True)
    factors = np.array([0.5, 1.0, 1.5]).reshape(3, 1, 1, 1)
    np.testing.assert_allclose(out, mean + factors * (IMAGES - mean), atol=1e-6)


def test_translation_moves_by_an_eighth_and_fills_with_gray():
    out, draw = changed(transforms.translation, [1, 0, -1], [0, 2, 1])
    expected = np.zeros_like(IMAGES)
    expected[0, 1:] = IMAGES[0, :-1]
    expected[1, :, 2:] = IMAGES[1, :, :-2]
    expected[2, :-1, 1:] = IMAGES[2, 1:, :-1]
    np.testing.assert_allclose(out, expected, atol=1e-6)
    assert draw.limits == [(-1, 1), (-2, 2)]


def test_cutout_blanks_half_the_sides_about_a_center():
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
    square = IMAGES[:1, :, :8].repeat(4, 0)
    draws = [False, True, False, True], [False, False, True, True]
    out, _ = changed(transforms.quarter_turns, *draws, images=square)
    turns = {np.rot90(IMAGES[0, :, :8], k).tobytes() for k in range(4)}
    assert {image.tobytes() for image in out} == turns


def test_an_oblong_image_is_turned_by_180_degrees_alone():
    out, _ = changed(transforms.quarter_turns, [True, False, True])
    np.testing.assert_array_equal(out[0], np.rot90(IMAGES[0], 2))
    np.testing.assert_array_equal(out[1], IMAGES[1])


STILL = [0.0], [0.0], [0.0], [0.0], [0.0], [0.0]  # scale, turn, stretch, turn, shifts


def geometry(images=IMAGES, **numbers):
    names = ("scale", "turn", "stretch", "again", "down", "right")
    draws = [[numbers.get(name, 0.0)] for name in names]
    return changed(transforms.geometry, *draws, images=images)


def test_a_half_turn_and_a_shift_by_whole_pixels():
    out, draw = geometry(turn=np.pi)
    np.testing.assert_allclose(out, IMAGES[:, ::-1, ::-1], atol=1e-5)
    stddevs = [limit for limit in draw.limits if len(limit) == 1]
    assert stddevs == [(0.2,), (0.2,), (0.125,), (0.125,)]
    out, _ = geometry(down=1 / 8)  # of eight rows
    np.testing.assert_allclose(out[:, :-1], IMAGES[:, 1:], atol=1e-5)
    np.testing.assert_allclose(out[:, -1], IMAGES[:, -2], atol=1e-5)  # reflected


def test_a_quarter_turn_of_a_square():
    out, _ = geometry(IMAGES[:, :, :8], again=np.pi / 2)
    expected = np.rot90(IMAGES[:, :, :8], -1, axes=(1, 2))
    np.testing.assert_allclose(out, expected, atol=1e-5)


def test_scale_and_stretch_are_those_of_an_independent_sampling():
    from scipy import ndimage

    numbers = {"scale": 0.3, "turn": 0.4, "stretch": -0.5, "again": 1.1}
    out, _ = geometry(**numbers, down=0.1, right=-0.05)

    def rotation(angle):
        return np.array(
            [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        )

    matrix = 2**0.3 * rotation(0.4) @ np.diag([2**-0.5, 2**0.5]) @ rotation(1.1)
    middle = np.array([3.5, 5.5])
    offset = middle - matrix @ middle + [0.1 * 8, -0.05 * 12]
    expected = [
        ndimage.affine_transform(
            IMAGES[0, :, :, i].astype("float64"), matrix, offset, order=1, mode="mirror"
        )
        for i in range(3)
    ]
    np.testing.assert_allclose(out[0], np.stack(expected, -1), atol=1e-4)


def test_geometry_that_is_not_chosen_changes_nothing():
    draws = [0.9], [0.9], [0.9], [0.9], [0.9], [0.9]
    out, _ = changed(transforms.geometry, *draws, probability=0.0)
    np.testing.assert_allclose(out, IMAGES, atol=1e-5)


def palette(brightness=0.0, contrast=0.0, invert=False, angle=0.0, saturation=0.0):
    values = ([brightness], [contrast], [invert], [angle], [saturation])
    return changed(transforms.palette, *values)


def test_the_palette_is_the_matrix_of_the_paper():
    out, draw = palette(0.1, 0.5, True, 0.7, -0.4)
    v = np.ones(3) / np.sqrt(3)
    cross = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    gray = np.outer(v, v)
    rotation = gray + np.cos(0.7) * (np.eye(3) - gray) + np.sin(0.7) * cross
    saturation = gray + 2**-0.4 * (np.eye(3) - gray)
    matrix = saturation @ rotation @ (np.eye(3) - 2 * gray) * 2**0.5
    np.testing.assert_allclose(out, (IMAGES + 0.1) @ matrix.T, atol=1e-5)
    assert draw.limits == [(0.2,), (0.5,), (0.5,), (-np.pi, np.pi), (1.0,)]


def test_a_palette_that_changes_nothing():
    np.testing.assert_allclose(palette()[0], IMAGES, atol=1e-6)


def test_the_palette_of_gray_images():
    values = [0.1], [1.0], [False], [1.0], [1.0]
    out, _ = changed(transforms.palette, *values, images=IMAGES[..., :1])
    np.testing.assert_allclose(out, 2 * (IMAGES[..., :1] + 0.1), atol=1e-5)


@pytest.mark.parametrize("low, high", [(0, 1), (-2, 2)])
def test_integers_include_both_ends(low, high):
    import keras

    draw = transforms.Draw(500, keras.random.SeedGenerator(0))
    values = ops.convert_to_numpy(draw.integers(low, high))
    assert values.shape == (500, 1, 1, 1)
    assert set(values.ravel()) == set(range(low, high + 1))
