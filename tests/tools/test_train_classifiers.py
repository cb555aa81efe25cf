"""The trainer of the classifiers that ship: `tools/classifiers/train.py`."""

import dataclasses
import importlib
import json
import pathlib

import keras
import numpy as np
import pytest

from kerasgen.extractors.classifier import WHITENING, shipped_classifier

pytestmark = pytest.mark.host  # what it trains ships as arrays, for all backends
FOLDER = pathlib.Path(__file__).parents[2] / "tools" / "classifiers"


@pytest.fixture(scope="module")
def train():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield importlib.import_module("train")


@pytest.fixture(scope="module")
def recipe(train):
    return dataclasses.replace(
        train.RECIPES["mnist_v1"],
        name="bars_v1",
        network={"image_shape": (12, 12, 1), "widths": (4, 8), "num_classes": 3},
        epochs=8,
        batch_size=32,
        learning_rate=0.5,
        shift=1,
    )


@pytest.fixture(scope="module")
def bars(tmp_path_factory):
    """An npz file in which the row of a bright bar is the class."""
    arrays = {}
    for split, n in (("train", 256), ("test", 90)):
        labels = np.arange(n) % 3
        images = np.random.default_rng(n).integers(0, 60, (n, 12, 12))
        for image, label in zip(images, labels, strict=True):
            image[4 * label + 1 : 4 * label + 3, 2:10] = 220
        arrays |= {f"x_{split}": images.astype("uint8"), f"y_{split}": labels}
    path = tmp_path_factory.mktemp("data") / "bars.npz"
    np.savez(path, **arrays)
    return path


@pytest.fixture(scope="module")
def whole(train, recipe, bars, tmp_path_factory):
    """A training without interruption: its folder and what it says."""
    folder = tmp_path_factory.mktemp("whole")
    return folder, train.train(recipe, bars, folder)


def test_a_recipe_makes_what_ships(train, bars, whole):
    folder, facts = whole
    network, told = shipped_classifier("bars_v1", folder)
    assert told == json.loads(json.dumps(facts))
    assert facts["accuracy"] > 0.9 and facts["judged_images"] == 90
    assert facts["trained_on"] == 256 and facts["recipe"]["epochs"] == 8
    images, labels = train.load_split(bars, "test")
    assert train.accuracy(network, images, labels) == facts["accuracy"]


@pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="two trainings that XLA compiles at length"
)
def test_an_interrupted_training_goes_on_to_the_same_weights(
    train, recipe, bars, whole, tmp_path, monkeypatch
):
    end, epochs = train.Clock.on_epoch_end, []

    def interrupted(self, epoch, logs=None):
        end(self, epoch, logs)
        epochs.append(epoch)
        if len(epochs) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(train.Clock, "on_epoch_end", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train.train(recipe, bars, tmp_path)
    found = train.train(recipe, bars, tmp_path)
    assert epochs == list(range(8))
    assert found["accuracy"] == pytest.approx(whole[1]["accuracy"], abs=0.05)
    networks = [shipped_classifier("bars_v1", f)[0] for f in (whole[0], tmp_path)]
    for a, b in zip(*(n.get_weights() for n in networks), strict=True):
        np.testing.assert_allclose(a, b, atol=0.05)


def test_what_is_held_out_is_not_trained_on(train, recipe, bars, tmp_path):
    recipe = dataclasses.replace(recipe, epochs=1)
    facts = train.train(recipe, bars, tmp_path, hold_out=64)
    assert (facts["trained_on"], facts["judged_images"]) == (192, 64)
    assert "training images" in facts["judged_on"]


def test_whitened_patches_are_uncorrelated(train):
    random = np.random.default_rng(0)
    images = np.cumsum(random.normal(0, 20, (50, 12, 12, 3)), axis=1) + 128
    images = np.clip(images, 0, 255).astype("uint8")
    network = train.build(
        dataclasses.replace(
            train.RECIPES["cifar10_v1"],
            network={"image_shape": (12, 12, 3), "widths": (4,)},
        ),
        np.repeat(images, 100, axis=0),  # every hundredth is looked at
    )
    whitened = keras.Model(network.input, network.get_layer(WHITENING).output)
    patches = keras.ops.convert_to_numpy(whitened(images)).reshape(-1, 24)
    np.testing.assert_allclose(patches[:, 12:], -patches[:, :12], atol=1e-3)
    covariance = np.cov(patches[:, :12], rowvar=False)
    np.testing.assert_allclose(covariance, np.eye(12), atol=0.1)


def test_batches_are_every_image_moved_and_mirrored_in_turn(train, recipe):
    images = np.arange(64 * 144).reshape(64, 12, 12, 1) % 251
    images = images.astype("uint8")
    recipe = dataclasses.replace(recipe, shift=2, flip=True)
    batches = train.Augmented(images, np.arange(64) % 3, recipe)

    def seen(epoch):
        """For each image whether it is mirrored, and where it is found."""
        batches.set_epoch(epoch)
        found = {}
        for index in range(len(batches)):
            for image, target in zip(*batches[index], strict=True):
                number, mirrored = origin(images, image)
                assert target.argmax() == number % 3 and target.sum() == 1
                found[number] = mirrored
        return found

    first, second = seen(0), seen(1)
    assert sorted(first) == list(range(64))
    assert all(first[i] != second[i] for i in first)
    assert seen(0) == first


def origin(images, image):
    """Which padded image holds this one, and whether mirrored."""
    padded = np.pad(images, [(0, 0), (2, 2), (2, 2), (0, 0)], "reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (12, 12), axis=(1, 2))
    for mirrored, wanted in ((False, image), (True, image[:, ::-1])):
        same = np.all(windows[:, :, :, 0] == wanted[..., 0], axis=(-1, -2))
        places = np.argwhere(same)
        if len(places):
            return int(places[0][0]), mirrored
    raise AssertionError("not found")


def test_recipes_are_those_of_what_ships(train):
    from kerasgen.extractors.classifier import FOLDER, VERSIONS

    for version in VERSIONS.values():
        facts = json.loads((FOLDER / f"{version}.json").read_text())
        recipe = json.loads(json.dumps(dataclasses.asdict(train.RECIPES[version])))
        assert facts["recipe"] == recipe
