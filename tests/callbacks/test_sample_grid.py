import json

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgen.callbacks import SampleGrid
from kerasgen.kinds import Kind, Pair
from kerasgen.pictures import image_grid


def read(path):
    with Image.open(path) as picture:
        image = np.asarray(picture)
    return image[..., None] if image.ndim == 2 else image


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def begin(model, *arguments, epoch=0, **given):
    """A callback at the start of an epoch, as `fit` would call it."""
    grid = SampleGrid(*arguments, **given)
    grid.set_model(model)
    grid.on_train_begin()
    grid.on_epoch_begin(epoch)
    return grid


def test_a_grid_every_other_epoch_and_an_animation(dcgan, images, tmp_path):
    model = dcgan()
    model.compile()
    grids = SampleGrid(tmp_path / "samples", every=2, n=9)
    model.fit(images, epochs=4, callbacks=[grids], verbose=0)
    assert names(tmp_path / "samples") == [
        "epoch_0002.png",
        "epoch_0004.png",
        "pictures.json",
        "training.gif",
    ]
    last = image_grid(model.generate(9, seed=0))
    np.testing.assert_array_equal(read(tmp_path / "samples/epoch_0004.png"), last)


def test_a_grid_every_two_steps_shows_the_weights_of_that_moment(points_gan, tmp_path):
    model, points = points_gan(), np.zeros((64, 2), "float32")
    model.compile(keras.optimizers.SGD(1.0))
    grids = SampleGrid(tmp_path, every=2, unit="step", n=4, animation=False)
    model.fit(points, batch_size=16, epochs=1, callbacks=[grids], verbose=0)
    assert names(tmp_path) == ["step_0000002.png", "step_0000004.png"]
    first, last = (read(path) for path in sorted(tmp_path.iterdir()))
    assert not np.array_equal(first, last)
    wanted = model.kind.picture(model.generate(4, seed=0))
    np.testing.assert_array_equal(last, wanted)
    model.fit(points, batch_size=16, steps_per_epoch=2, callbacks=[grids], verbose=0)
    assert names(tmp_path)[2:] == ["step_0000006.png"]  # it goes on counting


# --- of any kind, from any inputs


def test_a_model_of_points_is_seen_as_points(points_gan, tmp_path):
    model = points_gan()
    begin(model, tmp_path, seed=3).on_epoch_end(0)
    wanted = model.kind.picture(model.generate(64, seed=3))
    np.testing.assert_array_equal(read(tmp_path / "epoch_0001.png"), wanted)


def test_what_is_translated_stands_beside_its_translation(translator, images, tmp_path):
    grid = begin(translator, tmp_path, columns=3, images=images[:5])
    pair = Pair(translator.kind, translator.kind)
    wanted = pair.picture((images[:5], 255 - images[:5]), 3)
    np.testing.assert_array_equal(grid.picture(), wanted)
    floats = images[:5] / np.float32(127.5) - 1
    again = begin(translator, tmp_path, columns=3, images=floats)
    np.testing.assert_array_equal(again.picture(), wanted)


@pytest.mark.parametrize(("labels", "n"), [(2, 64), ([0, 1, 1], 3)])
def test_labels_stay_as_they_are_given(points_gan, tmp_path, labels, n):
    model = points_gan(classes=4)
    grid = begin(model, tmp_path, labels=labels)
    wanted = model.kind.picture(model.generate(n, seed=0, labels=labels))
    np.testing.assert_array_equal(grid.picture(), wanted)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "pass `images=...`"),
        ({"images": np.zeros((3, 8, 8, 1), "uint8")}, "`images` must have shape"),
        ({"photos": np.zeros((3, 16, 16, 1), "uint8")}, "takes no `photos`"),
        ({"images": np.zeros((3, 16, 16, 1), "uint8"), "n": 4}, "n=4 and 3 images"),
    ],
)
def test_what_cannot_be_drawn_fails_before_training(
    translator, tmp_path, given, message
):
    with pytest.raises(ValueError, match=message):
        begin(translator, tmp_path, **given)
    assert not names(tmp_path)


# --- which pictures belong to a training


def frames(folder):
    with Image.open(folder / "training.gif") as film:
        return film.n_frames


def train(model, folder, first, last, every=1):
    """Epochs `first` to `last` of a training, with weights that move."""
    grid = begin(model, folder, epoch=first, every=every, n=4)
    for epoch in range(first, last):
        model.generator.set_weights([1.5 * w for w in model.generator.get_weights()])
        grid.on_epoch_end(epoch)
    grid.on_train_end()


def recorded(folder):
    return json.loads((folder / "pictures.json").read_text())["pictures"]


def test_the_animation_is_of_one_training(points_gan, tmp_path):
    train(points_gan(), tmp_path, 0, 5)
    other = points_gan()
    train(other, tmp_path, 0, 4, every=2)
    assert recorded(tmp_path) == ["epoch_0002.png", "epoch_0004.png"]
    train(other, tmp_path, 4, 8, every=2)  # resumed
    assert frames(tmp_path) == len(recorded(tmp_path)) == 4
    train(other, tmp_path, 6, 8)  # from an earlier checkpoint
    assert recorded(tmp_path) == [f"epoch_000{n}.png" for n in (2, 4, 6, 7, 8)]
    assert (tmp_path / "epoch_0003.png").exists()


def test_a_training_from_elsewhere_does_not_go_on_with_the_pictures(
    points_gan, tmp_path
):
    train(points_gan(seed=1), tmp_path, 0, 3)
    train(points_gan(seed=1), tmp_path, 3, 5)
    assert recorded(tmp_path) == ["epoch_0004.png", "epoch_0005.png"]
    assert frames(tmp_path) == 2


@pytest.mark.parametrize("file", ["model.keras", "model.weights.h5"])
def test_a_training_that_is_loaded_goes_on_with_its_pictures(
    points_gan, tmp_path, file
):
    model, again = points_gan(), points_gan()
    train(model, tmp_path, 0, 2)
    if file.endswith(".keras"):
        model.save(tmp_path / file)
        again = keras.saving.load_model(tmp_path / file)
    else:
        model.save_weights(tmp_path / file)
        again.load_weights(tmp_path / file)
    assert again.training_id == model.training_id != points_gan().training_id
    train(again, tmp_path, 2, 3)
    assert recorded(tmp_path) == [f"epoch_000{n}.png" for n in (1, 2, 3)]


@pytest.mark.parametrize("record", ["{", "[1]", '{"training": 1}', "[]"])
def test_a_record_that_is_damaged_is_begun_anew(points_gan, tmp_path, record):
    (tmp_path / "pictures.json").write_text(record)
    train(points_gan(), tmp_path, 2, 3)
    assert recorded(tmp_path) == ["epoch_0003.png"]


@pytest.mark.parametrize("damage", [b"", b"no picture", None])
def test_a_damaged_picture_is_left_out(points_gan, tmp_path, damage):
    model = points_gan()
    train(model, tmp_path, 0, 2)
    path = tmp_path / "epoch_0001.png"
    path.write_bytes(path.read_bytes()[:200] if damage is None else damage)
    with pytest.warns(UserWarning, match="epoch_0001.png cannot be read"):
        train(model, tmp_path, 2, 4)
    assert frames(tmp_path) == 3


# --- what is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"every": 0}, "every=0"),
        ({"n": 0}, "n=0"),
        ({"unit": "batch"}, "'batch'"),
        ({"columns": -3}, "columns=-3"),
        ({"columns": 1.5}, "columns=1.5"),
        ({"seed": -1}, "seed=-1"),
        ({"folder": None}, "folder=None"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        SampleGrid(**{"folder": "samples", **arguments})


def test_a_folder_that_cannot_be_written_fails_before_training(points_gan, tmp_path):
    (tmp_path / "samples").write_text("a file is in the way")
    with pytest.raises(OSError, match="`folder` must be a folder.*samples'"):
        begin(points_gan(), tmp_path / "samples")


def test_a_kind_that_cannot_be_drawn_fails_before_training(points_gan, tmp_path):
    class Unseen(Kind):
        noun = "points"

    model = points_gan()
    model.kind = Unseen((2,))
    with pytest.raises(NotImplementedError, match="Unseen must define `views`"):
        begin(model, tmp_path)
    assert not names(tmp_path)


def test_a_model_that_makes_no_samples_is_refused(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="needs a model of kerasgen.*a Sequential"):
        begin(model, tmp_path)
