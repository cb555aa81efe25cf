import json
import shutil

import keras
import numpy as np
import pytest

from kerasgen import data, kinds, zoo
from kerasgen.metrics import Extractor, frechet_distance
from kerasgen.metrics.samples import DrawnSamples
from kerasgen.zoo.publishing.card import card
from kerasgen.zoo.publishing.measure import main, measure
from kerasgen.zoo.publishing.novelty import novelty

RECIPE = """
from kerasgen.zoo import Recipe

recipe = Recipe(
    name="tiny_digits",
    model="DCGAN",
    arguments={"image_shape": (16, 16, 1)},
    data="squares",
    optimizers={},
    batch_size=32,
    epochs=2,
    summary="Bright squares.",
    limits=("Squares alone.",),
)
"""


@pytest.fixture
def squares(tmp_path):
    """An npz file: 210 training and 110 test images."""
    random = np.random.default_rng(0)
    arrays = {
        f"x_{split}": random.integers(0, 256, (n, 16, 16), "uint8")
        for split, n in (("train", 210), ("test", 110))
    }
    np.savez(tmp_path / "squares.npz", **arrays)
    return tmp_path / "squares.npz"


def moments(extractor, images):
    features = extractor(images)["features"].astype("float64")
    return features.mean(axis=0), np.cov(features, rowvar=False)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def test_numbers_and_protocol_are_kept_for_the_card(entry, squares, block_means):
    (entry / "recipe.py").write_text(RECIPE)
    (entry / "metrics.json").write_text('{"earlier": {"protocol": "", "values": {}}}')
    extractor = block_means()
    values = measure(entry, squares, extractor, num_samples=60)
    kept = json.loads((entry / "metrics.json").read_text())
    assert list(kept) == ["earlier", "evaluate_means_60", "novelty_means_60"]
    told = kept["evaluate_means_60"]
    assert told["values"]["fid_means_60"] == values["fid_means_60"]
    assert told["weights_sha256"] == zoo.info(entry).sha256
    for part in ("60 samples, seed 0", "210 images", "60 test images", "k=3", "means"):
        assert part in told["protocol"]
    (entry / "metrics.json").write_text(json.dumps({"a": told}))
    assert "| fid_means_60 |" in card(entry)


def test_an_interruption_keeps_what_is_known(entry, squares, block_means, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setitem(measure.__globals__, "novelty", interrupted)
    (entry / "recipe.py").write_text(RECIPE)
    (entry / "metrics.json").unlink(missing_ok=True)
    with pytest.raises(KeyboardInterrupt):
        measure(entry, squares, block_means(), num_samples=60, batch_size=7)
    kept = json.loads((entry / "metrics.json").read_text())
    assert list(kept) == ["evaluate_means_60"]


def test_test_images_are_measured_as_samples_are(entry, squares, block_means):
    (entry / "recipe.py").write_text(RECIPE)
    extractor = block_means()
    values = measure(entry, squares, extractor, num_samples=110)
    train, test = (
        data.load(squares, split, shuffle=False) for split in ("train", "test")
    )
    expected = frechet_distance(
        *moments(extractor, train.samples.get(np.arange(210))),
        *moments(extractor, test.samples.get(np.arange(110))),
    )
    found = values["fid_means_110"]
    assert found["test images"] == pytest.approx(expected, rel=1e-6)
    assert found["generated"] != pytest.approx(expected, rel=1e-2)


def test_several_entries_by_one_command(entry, squares, tmp_path):
    (entry / "recipe.py").write_text(RECIPE)
    other = tmp_path / "other"
    shutil.copytree(entry, other)
    main(
        [
            *[str(entry), str(other), "--data", str(squares)],
            *["--extractor", "mnist", "--num-samples", "20"],
        ]
    )
    found = [json.loads((f / "metrics.json").read_text()) for f in (entry, other)]
    values = [each["evaluate_mnist_20"]["values"] for each in found]
    assert values[0] == values[1] and "fid_mnist_20" in values[0]
    with pytest.raises(ValueError, match="`weights` belongs to"):
        main([str(entry), "--extractor", "mnist", "--weights", "x.pth"])


def test_images_held_out_stand_for_a_test_set(entry, squares, block_means):
    held = RECIPE.replace(
        'data="squares",',
        'data="squares", data_arguments={"hold_out": 110, "flip": True},',
    )
    (entry / "recipe.py").write_text(held)
    extractor = block_means()
    values = measure(entry, squares, extractor, num_samples=50)
    assert set(values["fid_means_50"]) == {"generated", "held-out images"}
    kept = json.loads((entry / "metrics.json").read_text())
    other = kept["evaluate_means_50_held_out"]["values"]["fid_means_50"]["generated"]
    held_out = data.load(squares, "held_out", hold_out=110, shuffle=False)
    samples = np.concatenate([*DrawnSamples(zoo.load(entry), 50, seed=0).blocks()])
    assert other != values["fid_means_50"]["generated"]
    assert kept["evaluate_means_50_held_out"]["settings"]["real_images"] == 110
    # Distances by brute force, to the hundred training images and their mirror images.
    train = data.load(squares, hold_out=110, shuffle=False, drop_remainder=False)
    train = train.samples.get(np.arange(100)).astype("float64")
    train = np.concatenate([train, train[:, :, ::-1]])

    def nearest(images):
        squared = (images[:, None].astype("float64") - train[None]) ** 2
        return np.sqrt(squared.mean((2, 3, 4)).min(1))

    found = kept["novelty_means_50"]["values"]
    distances = nearest(samples), nearest(held_out.samples.get(np.arange(110)))
    for name, each in zip(("sample", "held_out"), distances, strict=True):
        median = found[f"{name}_median"]["pixels"]
        assert median == pytest.approx(np.median(each), rel=1e-5)
    low = np.percentile(distances[1], 1)
    share = np.mean(distances[0] < low)
    assert found["share_below"]["pixels"] == pytest.approx(share)


def test_samples_of_any_kind_are_measured(recipe, tmp_path):
    random = np.random.default_rng(0)
    points = {f"x_{split}": random.normal(size=(120, 4)) for split in ("train", "test")}
    np.savez(tmp_path / "points.npz", **points)
    of_points = recipe(
        model="MLPGAN",
        arguments={"sample_shape": (4,), "units": 8, "latent_dim": 4},
        data=str(tmp_path / "points.npz"),
        optimizers={},
        epochs=1,
    )
    folder = tmp_path / "run"
    zoo.train(of_points, output=folder, verbose=0)
    vectors = keras.Input((4,))
    extractor = Extractor(
        keras.Model(vectors, {"features": keras.layers.Rescaling(2.0)(vectors)}),
        name="doubles",
        kind=kinds.Vectors(4),
    )
    values = measure(folder, extractor=extractor, num_samples=20)
    assert set(values["fid_doubles_20"]) == {"generated", "test vectors"}
    assert not any(number.startswith("is_") for number in values)
    kept = json.loads((folder / "metrics.json").read_text())
    assert "120 vectors" in kept["evaluate_doubles_20"]["protocol"]
    found = kept["novelty_doubles_20"]
    assert "root mean square of values, and" in found["protocol"]
    medians = found["values"]["held_out_median"]  # 4 doubled values: 2 * sqrt(4)
    assert medians["features"] == pytest.approx(4 * medians["values"], rel=1e-5)


def test_near_duplicates_of_training_images_do_not_count(squares, block_means):
    images = np.load(squares)["x_train"][..., None]
    train = data.load(images[:100], shuffle=False)
    unseen = np.concatenate([images[100:], images[:4]])
    values, dropped = novelty(
        images[100:120], train, data.load(unseen, shuffle=False), block_means(), False
    )
    assert dropped == {"pixels": 4, "features": 4}
    assert values["pixels"]["held_out_percentile_1"] > 0
