"""Bad data is refused before the first step, with the reason."""

import numpy as np
import pytest

from kerasgen.adversarial import Alternating
from kerasgen.engine import batches

GOOD = np.zeros((8, 16, 16, 1), "uint8")


def floats(value):
    return np.full((8, 16, 16, 1), value, "float32")


def with_nan():
    images = floats(0.0)
    images[3, 2, 1, 0] = np.nan
    return images


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (np.zeros((8, 32, 32, 1), "uint8"), r"image_size=\(16, 16\).*\(8, 32, 32, 1\)"),
        (np.zeros((8, 16, 16), "uint8"), r"\(batch, 16, 16, 1\).*\(8, 16, 16\)"),
        (np.zeros((8, 16, 16, 3), "uint8"), "gray.*color"),
        (np.zeros((8, 16, 16, 1), "int64"), "int64"),
        (np.zeros((8, 16, 16, 1), "bool"), "bool"),
        (floats(127.0), r"\[-1, 1\].*127"),
        (floats(-1.2), r"\[-1, 1\]"),
        (with_nan(), "1 values are not"),
    ],
)
def test_unfit_images_are_refused(dcgan, data, message):
    model = dcgan()
    model.compile()
    with pytest.raises(ValueError, match=message):
        model.fit(data, verbose=0)
    with pytest.raises(ValueError, match=message):
        model.train_on_batch(data)


def test_the_first_batch_of_a_generator_is_checked(dcgan):
    model = dcgan()
    model.compile()
    with pytest.raises(ValueError, match=r"\[-1, 1\]"):
        model.fit(iter([floats(200.0)]), verbose=0)


def test_an_empty_generator_is_refused(dcgan):
    model = dcgan()
    model.compile()
    with pytest.raises(ValueError, match="empty"):
        model.fit(iter([]), verbose=0)


def test_fit_before_compile_is_refused(dcgan):
    with pytest.raises(ValueError, match="compile"):
        dcgan().fit(GOOD)


def test_a_batch_that_does_not_split_names_the_nearest_sizes(points_gan):
    model = points_gan()
    model.compile(turns=Alternating(5))
    with pytest.raises(ValueError, match=r"load\(..., groups=5\).*30 or 35"):
        model.fit(np.zeros((64, 2), "float32"), batch_size=32, verbose=0)
    with pytest.raises(ValueError, match="5 or 10|5. Received"):
        model.train_on_batch(np.zeros((8, 2), "float32"))


def test_a_short_last_batch_is_cut(points_gan):
    model = points_gan()
    model.compile(turns=Alternating(3))
    model.fit(np.zeros((17, 2), "float32"), batch_size=12, verbose=0)
    assert int(model.optimizer["discriminator"].iterations.numpy()) == 6


def test_a_last_batch_below_the_number_of_steps_is_dropped(points_gan):
    model = points_gan()
    model.compile(turns=Alternating(3))
    history = model.fit(np.zeros((14, 2), "float32"), batch_size=12, verbose=0).history
    assert np.isfinite(history["generator_loss"][0])
    assert int(model.optimizer["discriminator"].iterations.numpy()) == 3


def test_batches_fill_arrays_that_were_made_once():
    parts = [{"a": np.full((2, 3), i, "uint8"), "b": np.arange(2.0)} for i in range(3)]
    whole = batches.room_for(5, parts[0])
    assert whole["a"].shape == (5, 3) and whole["a"].dtype == np.uint8
    for i, part in enumerate(parts):
        batches.put(part, whole, 2 * i)
    np.testing.assert_array_equal(whole["a"][:, 0], [0, 0, 1, 1, 2])
    np.testing.assert_array_equal(whole["b"], [0.0, 1.0, 0.0, 1.0, 0.0])
