import numpy as np
import pytest
from keras import ops

from kerasgen.kinds import Images

GRAY = Images((2, 2, 1))


def batch(*values, dtype="float32"):
    return np.array(values, dtype).reshape(1, 2, 2, 1)


def test_bytes_are_scaled_to_the_interval_and_floats_are_taken_as_they_are():
    tensor = ops.convert_to_tensor(batch(0, 51, 204, 255, dtype="uint8"))
    floats = ops.convert_to_numpy(GRAY.to_float(tensor))
    np.testing.assert_allclose(floats.ravel(), [-1.0, -0.6, 0.6, 1.0], rtol=1e-6)
    values = ops.convert_to_tensor(batch(-1.0, 0.25, 0.5, 1.0))
    same = ops.convert_to_numpy(GRAY.to_float(values))
    np.testing.assert_array_equal(same.ravel(), [-1.0, 0.25, 0.5, 1.0])


@pytest.mark.host
def test_what_networks_made_is_rounded_and_cut():
    made = GRAY.to_host(batch(-1.7, -0.999, 0.0, 1.2))
    assert made.dtype == "uint8"
    np.testing.assert_array_equal(made.ravel(), [0, 0, 128, 255])


@pytest.mark.host
@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (batch(-1.1, 0, 0, 0), r"Float `images` must lie in \[-1, 1\].*\[-1.1, 0\]"),
        (batch(0, 0, 0, 255), r"pass uint8 in \[0, 255\]"),
        (batch(0, 0, 0, 1, dtype="int32"), "uint8 or float.*int32"),
        (batch(0, 0, 0, 1, dtype="uint16"), r"0 to 65535: `\(images / 257\).*uint16"),
        (batch(0, 0, 0, 1, dtype="bool"), r"uint8 or float.* \* 255.*bool"),
        (np.zeros((9, 3, 8, 8), "uint8"), r"`np.moveaxis\(images, 1, -1\)`.*3, 8, 8"),
        (
            np.zeros((1, 2, 2, 3), "uint8"),
            r"made for gray images.*color images.*expected \(batch, 2, 2, 1\)",
        ),
        (np.zeros((1, 2, 2, 2), "uint8"), "the data has 2 channels"),
        (np.zeros((2, 2, 1), "uint8"), r"\(batch, 2, 2, 1\).*\(2, 2, 1\)"),
        (
            np.zeros((1, 3, 2, 1), "uint8"),
            r"image_size=\(2, 2\).*image_shape=\(3, 2, 1\)",
        ),
    ],
)
def test_what_is_no_image_is_refused(samples, message):
    with pytest.raises(ValueError, match=message):
        GRAY.check(samples)


@pytest.mark.host
def test_rounding_of_a_resize_is_let_pass():
    GRAY.check(batch(-1.0005, 0, 0, 1.0005))
    with pytest.raises(ValueError, match="must lie"):
        GRAY.check(batch(-1.005, 0, 0, 1.0))


@pytest.mark.host
def test_data_of_any_dtype_becomes_bytes():
    np.testing.assert_array_equal(
        GRAY.as_data(batch(-1.0, 0, 0.6, 1.0, dtype="float64")).ravel(),
        [0, 128, 204, 255],
    )
    samples = batch(0, 1, 2, 3, dtype="uint8")
    assert GRAY.as_data(samples) is samples


@pytest.mark.host
def test_floats_of_which_none_is_below_0_are_no_set():
    bright = batch(0, 0.2, 0.4, 0.9)
    GRAY.check(bright)  # each value is allowed
    with pytest.raises(ValueError, match=r"`images` lie.*nonnegative=True.*\[0, 0.9\]"):
        GRAY.check_set(bright)
    for other in (-bright, 0 * bright, (255 * bright).astype("uint8"), bright[:0]):
        GRAY.check_set(other)


@pytest.mark.host
def test_an_image_may_be_as_flat_as_channels():
    Images((3, 8, 8)).check(np.zeros((9, 3, 8, 8), "uint8"))
