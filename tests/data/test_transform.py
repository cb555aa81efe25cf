import numpy as np
import pytest
from PIL import Image

from kerasgen.data.transform import Transform

pytestmark = pytest.mark.host


def test_crop_is_the_middle(pixels):
    image = pixels(1, 8, 10)[0]
    cropped = Transform(crop=(4, 6))(Image.fromarray(image))
    np.testing.assert_array_equal(cropped, image[2:6, 2:8])


def test_crop_takes_the_extra_pixel_of_an_odd_margin_from_right_and_below(pixels):
    image = pixels(1, 109, 89)[0]
    cropped = Transform(crop=(74, 76))(Image.fromarray(image))
    np.testing.assert_array_equal(cropped, image[17:91, 6:82])


def test_crop_larger_than_the_image_is_refused(pixels):
    with pytest.raises(ValueError, match="6 x 5 .* smaller than the crop of 7 x 5"):
        Transform(crop=(7, 5))(Image.fromarray(pixels(1)[0]))


def test_resize_after_crop_is_lanczos_of_the_crop(pixels):
    image = pixels(1, 109, 89)[0]
    made = Transform(crop=(75, 75), image_size=(64, 64))(Image.fromarray(image))
    middle = Image.fromarray(np.ascontiguousarray(image[17:92, 7:82]))
    expected = middle.resize((64, 64), Image.Resampling.LANCZOS)
    np.testing.assert_array_equal(made, np.asarray(expected))


def test_lanczos_agrees_with_its_formula():
    # A row of 12 pixels to 6: the window is 3 * 2 pixels wide on either side.
    row = np.linspace(10, 240, 12) + 10 * (-1.0) ** np.arange(12)
    image = np.tile(row.round().astype(np.uint8), (6, 1))
    made = Transform(image_size=(3, 6))(Image.fromarray(image))
    centers = (np.arange(6) + 0.5) * 2
    x = (np.arange(12) + 0.5 - centers[:, None]) / 2
    weights = np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)
    weights /= weights.sum(axis=1, keepdims=True)
    expected = weights @ image[0].astype(np.float64)
    assert np.abs(made[0, :, 0] - expected).max() <= 1


@pytest.mark.parametrize("shape", [(8, 12), (12, 8)])
def test_resize_crops_to_the_aspect_ratio_first(pixels, shape):
    image = pixels(1, *shape)[0]
    made = Transform(image_size=(4, 4))(Image.fromarray(image))
    top, left = (shape[0] - 8) // 2, (shape[1] - 8) // 2
    square = Image.fromarray(
        np.ascontiguousarray(image[top : top + 8, left : left + 8])
    )
    expected = square.resize((4, 4), Image.Resampling.LANCZOS)
    np.testing.assert_array_equal(made, np.asarray(expected))


def test_resize_takes_height_before_width(pixels):
    assert Transform(image_size=(4, 6))(Image.fromarray(pixels(1)[0])).shape == (
        4,
        6,
        3,
    )


def test_an_image_of_the_right_size_is_left_alone(pixels):
    image = pixels(1, 6, 5)[0]
    made = Transform(image_size=(6, 5))(Image.fromarray(image))
    np.testing.assert_array_equal(made, image)


def test_gray_has_one_channel(pixels):
    image = pixels(1, channels=1)[0]
    np.testing.assert_array_equal(Transform()(Image.fromarray(image[..., 0])), image)


def test_channels_3_repeats_gray(pixels):
    image = pixels(1, channels=1)[0]
    made = Transform(channels=3)(Image.fromarray(image[..., 0]))
    np.testing.assert_array_equal(made, np.repeat(image, 3, axis=-1))


def test_channels_1_is_the_luma_of_itu_601(pixels):
    image = pixels(1)[0]
    made = Transform(channels=1)(Image.fromarray(image))
    expected = image @ np.array([0.299, 0.587, 0.114])
    assert np.abs(made[..., 0] - expected).max() <= 1


def test_transparency_is_composited_over_white():
    image = np.zeros((1, 3, 4), dtype=np.uint8)
    image[0, :, 3] = 0, 128, 255  # black: clear, half, solid
    made = Transform()(Image.fromarray(image))
    np.testing.assert_array_equal(made[0, :, 0], [255, 127, 0])
    assert made.shape == (1, 3, 3)


def test_transparent_gray_stays_gray():
    image = np.array([[[0, 0], [0, 255]]], dtype=np.uint8)
    made = Transform()(Image.fromarray(image, mode=None))
    np.testing.assert_array_equal(made[..., 0], [[255, 0]])


def test_palette_with_a_transparent_color_is_composited():
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 0, 10, 20, 30])
    image.putpixel((1, 0), 1)
    image.info["transparency"] = 0
    np.testing.assert_array_equal(Transform()(image), [[[255] * 3, [10, 20, 30]]])


def test_16_bit_gray_is_rounded_to_8():
    image = Image.fromarray(np.array([[0, 128, 129, 257 * 100, 65535]], np.uint16))
    np.testing.assert_array_equal(Transform()(image)[..., 0], [[0, 0, 1, 100, 255]])


def test_black_and_white_becomes_0_and_255():
    image = Image.fromarray(np.array([[True, False]]))
    np.testing.assert_array_equal(Transform()(image)[..., 0], [[255, 0]])


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_32_bit_pixels_are_refused(dtype):
    with pytest.raises(ValueError, match="32-bit pixels"):
        Transform()(Image.fromarray(np.zeros((2, 2), dtype)))
