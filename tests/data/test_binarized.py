"""Black and white images drawn from gray ones, against one line of NumPy."""

import pickle

import numpy as np
import pytest

from kerasgen import data

pytestmark = pytest.mark.host

GRAY = np.random.default_rng(5).integers(0, 256, (40, 6, 4), "uint8")
# The protocol, word for word.
STATIC = np.random.Generator(np.random.PCG64(0)).random(GRAY.shape) < GRAY / 255


def loaded(**arguments):
    return data.load(GRAY, **{"batch_size": 8, "shuffle": False, **arguments})


def images(dataset):
    return np.concatenate([dataset[i][0] for i in range(len(dataset))])[..., 0]


def test_static_images_are_those_of_the_protocol():
    found = images(loaded(binarize="static"))
    assert found.dtype == "uint8"
    np.testing.assert_array_equal(found, 255 * STATIC)


@pytest.mark.parametrize("arguments", [{"limit": 7}, {"seed": 3}], ids=str)
def test_each_keeps_its_pixels_whichever_are_taken(arguments):
    found = images(loaded(binarize="static", **arguments))
    rows = np.arange(7) * 40 // 7 if "limit" in arguments else np.arange(40)
    np.testing.assert_array_equal(found, 255 * STATIC[rows])


def test_each_keeps_its_pixels_in_any_order():
    train = loaded(
        binarize="static", indices=True, shuffle=True, hold_out=10, batch_size=30
    )
    batch = train[0]
    held = {row.tobytes() for row in images(
        loaded(binarize="static", split="held_out", hold_out=10)
    )}  # fmt: skip
    kept = [
        i for i in range(40) if (255 * STATIC[i]).astype("uint8").tobytes() not in held
    ]
    assert len(kept) == 30
    expected = 255 * STATIC[np.array(kept)[batch["indices"]]]
    np.testing.assert_array_equal(batch["samples"][..., 0], expected)


def test_metrics_see_what_training_sees():
    dataset = loaded(binarize="static")
    found = dataset.samples.get(np.array([3, 1, 2]))
    np.testing.assert_array_equal(found[..., 0], 255 * STATIC[[3, 1, 2]])
    again = pickle.loads(pickle.dumps(dataset))
    np.testing.assert_array_equal(images(again), images(dataset))


def test_dynamic_images_are_drawn_anew_in_each_epoch_and_average_to_the_gray_ones():
    dataset = loaded(binarize="dynamic")
    epochs = []
    for epoch in range(300):
        dataset.set_epoch(epoch)
        epochs.append(images(dataset))
    assert set(np.unique(epochs)) == {0, 255}
    assert not np.array_equal(epochs[0], epochs[1])
    assert not np.array_equal(epochs[0], 255 * STATIC)
    error = np.mean(epochs, axis=0) - GRAY
    assert abs(error).max() < 5 * 255 * 0.5 / np.sqrt(300)
    dataset.set_epoch(0)
    np.testing.assert_array_equal(images(dataset), epochs[0])


def test_pixels_without_a_choice_stay_what_they_are():
    corners = np.zeros((2, 4, 4), "uint8")
    corners[:, 0, 0] = 255
    for way in ("static", "dynamic"):
        found = data.load(corners, batch_size=2, shuffle=False, binarize=way)[0][0]
        np.testing.assert_array_equal(found[..., 0], corners)


def test_files_are_drawn_as_arrays_are(tmp_path):
    from PIL import Image

    for i, image in enumerate(GRAY[:5]):
        Image.fromarray(image).save(tmp_path / f"{i}.png")
    found = data.load(tmp_path, shuffle=False, batch_size=5, binarize="static", cache=0)
    np.testing.assert_array_equal(found[0][0][..., 0], 255 * STATIC[:5])


@pytest.mark.parametrize(
    "given, binarize, message",
    [
        (GRAY, "threshold", "`binarize` must be one of"),
        (GRAY, True, "`binarize` must be one of"),
        (np.zeros((4, 3), "float32"), "static", "uint8 images"),
        (np.full((4, 4, 4, 1), -0.5, "float32"), "dynamic", "uint8 images"),
    ],
)
def test_other_ways_and_samples_are_refused(given, binarize, message):
    kind = "images" if given.ndim == 4 else None
    with pytest.raises(ValueError, match=message):
        data.load(given, batch_size=2, kind=kind, binarize=binarize)
