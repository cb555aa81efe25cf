import json

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgen import __version__, data, metrics, models
from kerasgen.kinds import Sequences, Tokens, Vectors, Voxels
from kerasgen.metrics import Extractor, evaluate
from kerasgen.metrics.evaluator import Evaluator
from kerasgen.metrics.neighbors import prdc
from kerasgen.metrics.neighbors.neighborhoods import Neighborhoods
from kerasgen.metrics.samples import DrawnSamples, StoredSamples

ALL = ("fid", "is", "kid", "prdc")


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "kerasgen" / "statistics"


@pytest.fixture
def fakes(images):
    random = np.random.default_rng(1)
    return np.clip(images[:50] + random.normal(0, 40, (50, 16, 16, 1)), 0, 255).astype(
        "uint8"
    )


def test_the_numbers_are_those_of_the_features(block_means, images, fakes):
    extractor = block_means()
    found = evaluate(fakes, images, ALL, extractor=extractor, seed=3)
    a, b = (
        extractor(np.concatenate(list(s.blocks())))
        for s in (StoredSamples(images), StoredSamples(fakes).take(50, 3))
    )
    real, fake = (x["features"].astype("float64") for x in (a, b))
    moments = [f(x) for x in (real, fake) for f in (lambda x: x.mean(axis=0), cov)]
    probs = np.exp(b["logits"].astype("float64"))
    probs /= probs.sum(axis=1, keepdims=True)
    score = metrics.inception_score(probs)
    distance = metrics.kernel_distance(
        a["features"], b["features"], subset_size=50, seed=3
    )
    wanted = {
        "fid_means_50": metrics.frechet_distance(*moments),
        "is_means_50": score.mean,
        "is_std_means_50": score.std,
        "kid_means_50": distance.mean,
        "kid_std_means_50": distance.std,
    }
    names = ("precision", "recall", "density", "coverage")
    values = (
        *metrics.precision_recall(a["features"], b["features"]),
        *metrics.density_coverage(a["features"], b["features"]),
    )
    wanted |= {f"{n}_means_50": v for n, v in zip(names, values, strict=True)}
    assert list(found) == list(wanted)
    np.testing.assert_allclose(list(found.values()), list(wanted.values()), rtol=1e-7)


def test_neighborhoods_of_real_samples_are_searched_once(
    block_means, images, fakes, monkeypatch
):
    searched = []

    class Searched(Neighborhoods):
        def __init__(self, points, k):
            searched.append(points.total)
            super().__init__(points, k)

    monkeypatch.setattr(prdc, "Neighborhoods", Searched)
    evaluator = Evaluator(images, "prdc", extractor=block_means())
    found = [evaluator(fakes[:n]) for n in (50, 40, 30)]
    assert searched == [64, 50, 40, 30]
    alone = evaluate(fakes[:30], images, "prdc", extractor=block_means())
    assert found[-1] == alone


def cov(features):
    return np.cov(features, rowvar=False)


def test_identical_sets_have_no_distance(block_means, images):
    found = evaluate(images, images, ["fid"], extractor=block_means(logits=False))
    assert abs(found["fid_means_64"]) < 1e-6


def test_the_protocol_says_how(block_means, images, fakes, tmp_path):
    extractor = block_means(version="means_v1")
    found = evaluate(fakes, images, ALL, num_samples=40, extractor=extractor, seed=7)
    assert found.protocol == {
        "extractor": "means_v1",
        "extractor_sha256": extractor.digest,
        "resizer": "none",
        "preprocess": None,
        "real_images": 64,
        "real_shape": [16, 16, 1],
        "generated_images": 40,
        "generated_shape": [16, 16, 1],
        "seed": 7,
        "is_splits": 10,
        "kid_subsets": 100,
        "kid_subset_size": 40,
        "precision_recall_k": 3,
        "density_coverage_k": 5,
        "backend": keras.backend.backend(),
        "kerasgen": __version__,
        "keras": keras.__version__,
    }
    found.save(tmp_path / "numbers.json")
    told = json.loads((tmp_path / "numbers.json").read_text())
    assert told["values"] == dict(found) and told["protocol"] == found.protocol


def test_one_pass_over_the_samples_serves_all_metrics(block_means, images, fakes):
    extractor = block_means()
    stream, passes = extractor.stream, []

    def spy(blocks, batch_size=64):
        passes.append(1)
        return stream(blocks, batch_size)

    extractor.stream = spy
    evaluate(fakes, images, ALL, extractor=extractor, cache=False)
    assert len(passes) == 2


def test_a_model_is_measured_by_the_samples_of_the_seed(block_means, images, dcgan):
    model, extractor = dcgan(), block_means()
    first, again, other = (
        evaluate(model, images, ["fid"], 40, extractor, seed) for seed in (0, 0, 1)
    )
    assert list(first) == ["fid_means_40"]
    assert dict(first) == dict(again) != dict(other)
    samples = np.concatenate(list(DrawnSamples(model, 40, 0).blocks()))
    assert evaluate(samples, images, ["fid"], extractor=extractor)[
        "fid_means_40"
    ] == pytest.approx(first["fid_means_40"], rel=1e-6)


def test_the_batch_size_makes_no_difference(block_means, images, fakes):
    extractor = block_means()
    small, large = (
        evaluate(fakes, images, ALL, extractor=extractor, batch_size=size)
        for size in (7, 64)
    )
    np.testing.assert_allclose(
        list(small.values()), list(large.values()), rtol=1e-5, atol=1e-9
    )


def test_folders_are_measured_against_each_other(block_means, images, fakes, tmp_path):
    for name, pictures in (("real", images), ("fake", fakes)):
        (tmp_path / name).mkdir()
        for i, picture in enumerate(pictures):
            Image.fromarray(picture[..., 0]).save(tmp_path / name / f"{i:02d}.png")
    extractor = block_means()
    found = evaluate(tmp_path / "fake", tmp_path / "real", ALL, extractor=extractor)
    wanted = evaluate(fakes, images, ALL, extractor=extractor)
    assert dict(found) == pytest.approx(dict(wanted), rel=1e-6)


def test_the_real_set_is_read_from_the_cache(block_means, images, fakes, cache):
    extractor = block_means()
    first = evaluate(fakes, images, ["fid"], extractor=extractor)
    (file,) = cache.iterdir()
    assert file.name.startswith("means_") and file.name.endswith("_statistics.npz")
    assert dict(evaluate(fakes, images, ["fid"], extractor=extractor)) == dict(first)
    file.unlink()
    evaluate(fakes, images, ["fid"], extractor=extractor, cache=False)
    assert not list(cache.iterdir())


def test_several_sets_share_one_look_at_the_real_images(block_means, images, fakes):
    evaluator = Evaluator(images, ["fid", "kid"], block_means(), cache=False)
    first = evaluator(fakes)
    summary = evaluator._summary
    assert evaluator(images[:20])["fid_means_20"] != first["fid_means_50"]
    assert evaluator._summary is summary
    assert evaluator.names(50) == list(first)


def test_a_bar_shows_how_far_it_is(block_means, images, fakes, capsys):
    evaluate(fakes, images, ["fid"], extractor=block_means(), verbose=1)
    shown = capsys.readouterr().out
    assert "50/50" in shown and "64/64" in shown
    evaluate(fakes, images, ["fid"], extractor=block_means())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("generated", "arguments", "message"),
    [
        (50, {"metrics": ["fdi"]}, "nearest names are fid.*'fdi'"),
        (50, {"metrics": ()}, "at least one"),
        (50, {"metrics": None}, "must be of .*Received: metrics=None"),
        (50, {"metrics": [["fid"]]}, r"Received: metrics with \['fid'\]"),
        (50, {"num_samples": True}, "num_samples=True"),
        (50, {"seed": "a"}, "`seed` must.*seed='a'"),
        (50, {"given": 3}, "`given` must be a dictionary.*given=3"),
        (50, {"image_size": 1.5}, "`image_size` must.*image_size=1.5"),
        (50, {"num_samples": 51}, "the 50 generated images.*num_samples=51"),
        (50, {"num_samples": 0}, "num_samples=0"),
        (50, {"batch_size": 0}, "batch_size=0"),
        (1, {"metrics": "fid"}, "'fid' needs at least 2 generated images. Received: 1"),
        (9, {"metrics": "is"}, "'is' needs at least 10 generated images. Received: 9"),
        (5, {"metrics": "prdc"}, "'prdc' needs at least 6 generated.*Received: 5"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    block_means, images, fakes, generated, arguments, message
):
    with pytest.raises(ValueError, match=message):
        evaluate(fakes[:generated], images, extractor=block_means(), **arguments)


def test_too_few_real_images_are_refused(block_means, images, fakes):
    with pytest.raises(ValueError, match="'fid' needs at least 2 real images"):
        evaluate(fakes, images[:1], ["fid"], extractor=block_means())


def test_the_inception_score_needs_logits(block_means, images, fakes):
    with pytest.raises(ValueError, match="'is' needs an extractor with logits"):
        evaluate(fakes, images, ["is"], extractor=block_means(logits=False))


def test_gray_images_in_a_color_extractor_are_said_in_the_protocol(images):
    inputs = keras.Input((None, None, 3))
    network = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(inputs))
    color = Extractor(network, name="color")
    found = evaluate(images[:8], images[8:], metrics="fid", extractor=color)
    assert found.protocol["gray"] == "repeated into 3 channels"
    images = np.repeat(images, 3, axis=-1)
    found = evaluate(images[:8], images[8:], metrics="fid", extractor=color)
    assert "gray" not in found.protocol


def test_gray_is_not_compared_with_color(block_means, images):
    color = np.repeat(images, 3, axis=-1)
    extractor = block_means()
    for generated in (color, models.DCGAN((16, 16, 3), filters=4)):
        with pytest.raises(ValueError, match="3 generated, 1 real"):
            evaluate(generated, images, ["fid"], 20, extractor)
    with pytest.raises(ValueError, match="hide every fault of color"):
        evaluate(images, color, ["fid"], extractor=extractor)


def test_an_empty_folder_is_refused(block_means, images, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="empty"):
        evaluate(tmp_path / "empty", images, ["fid"], extractor=block_means())


# --- other kinds than images


def projection(kind):
    """An extractor of a kind: its values through a matrix; logits are twice that."""
    inputs = keras.Input(kind.shape, dtype="int32" if kind.dtype == "int32" else None)
    x = inputs
    if isinstance(kind, Tokens):
        x = keras.layers.Embedding(kind.vocabulary, 3)(x)
    features = keras.layers.Dense(4)(keras.layers.Flatten()(x))
    network = keras.Model(inputs, {"features": features, "logits": 2.0 * features})
    return Extractor(network, name="matrix", kind=kind)


def two_sets(kind):
    random = np.random.default_rng(0)
    if isinstance(kind, Tokens):
        return [random.integers(0, high, (40, *kind.shape)) for high in (9, 5)]
    a, b = random.uniform(0, 1, (2, 40, *kind.shape)).astype("float32")
    return [kind.to_host(a), kind.to_host(b * b)]


@pytest.mark.parametrize(
    "kind",
    [Vectors(3), Sequences(5, 2), Voxels((4, 4, 4, 1)), Tokens(6, 9)],
    ids=lambda kind: kind.noun,
)
def test_any_kind_is_measured_by_an_extractor_for_it(kind):
    real, fake = two_sets(kind)
    extractor = projection(kind)
    a, b = (
        extractor.network.predict(x.astype(kind.dtype), verbose=0)["features"]
        for x in (real, fake)
    )
    found = evaluate(fake, real, ALL, extractor=extractor)
    moments = [f(x) for x in (a, b) for f in (lambda x: x.mean(axis=0), cov)]
    fid = metrics.frechet_distance(*(m.astype("float64") for m in moments))
    assert found["fid_matrix_40"] == pytest.approx(fid, rel=1e-3, abs=1e-5)
    assert found["recall_matrix_40"] == pytest.approx(
        metrics.precision_recall(a, b).recall, abs=0.05
    )
    assert set(found) >= {"kid_matrix_40", "is_matrix_40", "density_matrix_40"}
    assert found.protocol[f"real_{kind.noun}"] == 40
    assert found.protocol["generated_shape"] == list(kind.shape)


def test_the_real_vectors_are_read_from_the_cache(cache):
    real, fake = two_sets(Vectors(3))
    extractor = projection(Vectors(3))
    first = evaluate(fake, real, ["fid"], extractor=extractor)
    again = evaluate(fake, real, ["fid"], extractor=extractor)
    assert dict(first) == dict(again) and len(list(cache.iterdir())) == 1
    evaluate(fake, real + 1, ["fid"], extractor=extractor)
    assert len(list(cache.iterdir())) == 2


def test_a_model_of_vectors_is_measured(points_gan):
    real = np.random.default_rng(0).normal(size=(40, 2)).astype("float32")
    model, extractor = points_gan(), projection(Vectors(2))
    found = evaluate(model, real, ["fid"], 30, extractor)
    samples = np.concatenate(list(DrawnSamples(model, 30, 0).blocks()))
    wanted = evaluate(samples, real, ["fid"], extractor=extractor)
    assert dict(found) == pytest.approx(dict(wanted), rel=1e-5)


def test_what_a_model_translates_is_given(block_means, translator, images):
    extractor = block_means()
    found = evaluate(
        translator, images, ["fid"], 64, extractor, given={"images": images[:40]}
    )
    rows = np.arange(64) % 40
    negative = Evaluator(images, ["fid"], extractor)(255 - images[rows])
    assert found["fid_means_64"] == pytest.approx(negative["fid_means_64"], rel=1e-4)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "pass `images=...`"),
        ({"photos": np.zeros((4, 16, 16, 1), "uint8")}, "takes no `photos`"),
        ({"images": np.zeros((4, 8, 8, 1), "uint8")}, "`images` must have shape"),
    ],
)
def test_what_a_model_cannot_take_is_refused_at_once(
    block_means, translator, images, given, message
):
    evaluator = Evaluator(images, ["fid"], block_means(), given=given)
    with pytest.raises(ValueError, match=message):
        evaluator.prepare(translator, 20)


def test_other_samples_than_the_extractor_takes_are_refused(
    block_means, images, points_gan
):
    points = np.zeros((20, 2), "float32")
    with pytest.raises(ValueError, match="'means' takes images.*`kind`.*generated vec"):
        evaluate(points_gan(), images, ["fid"], 20, block_means())
    with pytest.raises(ValueError, match="In the real vectors: Samples must have"):
        evaluate(points, images, ["fid"], extractor=projection(Vectors(2)))
    with pytest.raises(ValueError, match=r"takes Vectors.*Received: generated vectors"):
        evaluate(points_gan(3), points, ["fid"], 20, projection(Vectors(2)))
    with pytest.raises(ValueError, match="must be finite"):
        evaluate(points * np.nan, points, ["fid"], extractor=projection(Vectors(2)))


def test_floats_of_which_none_is_below_0_are_refused(block_means, images, fakes):
    extractor, bright = block_means(), images / 255.0
    for sets in ((fakes, bright), (bright, images)):
        with pytest.raises(ValueError, match="none of these is below 0"):
            evaluate(*sets, extractor=extractor)
    found = evaluate(bright, bright, ["fid"], extractor=extractor, nonnegative=True)
    assert abs(found["fid_means_64"]) < 1e-6


# --- pictures that are not alike


@pytest.fixture
def of_colors():
    """An extractor that looks at 8x8 pixels in color: 12 means of blocks."""
    inputs = keras.Input((8, 8, 3))
    features = keras.layers.Flatten()(keras.layers.AveragePooling2D(4)(inputs))
    network = keras.Model(inputs, features)
    return Extractor(network, name="colors", image_size=8)


@pytest.fixture
def mixed(tmp_path):
    """Pictures of three sizes, one of them gray; and the folder they are in."""
    random = np.random.default_rng(0)
    shapes = [(8, 8, 3), (13, 10, 3), (5, 9, 1)] * 10
    pictures = [random.integers(0, 256, shape, "uint8") for shape in shapes]
    (tmp_path / "mixed").mkdir()
    for i, picture in enumerate(pictures):
        picture = picture[..., 0] if picture.shape[-1] == 1 else picture
        Image.fromarray(picture).save(tmp_path / "mixed" / f"{i:02d}.png")
    return pictures, tmp_path / "mixed"


def test_pictures_of_several_sizes_are_resized_as_the_extractor_does(of_colors, mixed):
    pictures, folder = mixed
    real = np.random.default_rng(1).integers(0, 256, (40, 8, 8, 3), "uint8")
    found = evaluate(folder, real, ["fid"], extractor=of_colors)
    one_by_one = [of_colors(picture[None])["features"] for picture in pictures]
    sets = of_colors(real)["features"], np.concatenate(one_by_one)
    moments = [f(x) for x in sets for f in (lambda x: x.mean(axis=0), cov)]
    wanted = metrics.frechet_distance(*moments)
    assert found["fid_colors_30"] == pytest.approx(wanted, rel=0.01)
    assert found.protocol["generated_shape"] == [8, 8, 3]
    done = found.protocol["generated_preparation"]
    assert "gray ones in color" in done and "3 sizes" in done
    assert "real_preparation" not in found.protocol
    same = evaluate(folder, folder, ["fid"], extractor=of_colors)
    assert same["fid_colors_30"] < 1e-6


def test_a_size_and_channels_may_be_asked_for(block_means, mixed, images):
    _, folder = mixed
    extractor = block_means()
    asked = {"image_size": 16, "channels": 1}
    found = evaluate(folder, images, ["fid"], extractor=extractor, **asked)
    (loaded,) = data.load(folder, batch_size=30, shuffle=False, **asked)[0]
    wanted = evaluate(loaded, images, ["fid"], extractor=extractor)
    assert dict(found) == pytest.approx(dict(wanted), rel=1e-6)
    assert found.protocol["image_size"] == [16, 16] and found.protocol["channels"] == 1
    assert not {"image_size", "channels"} & set(wanted.protocol)


# --- fewer samples than features


@pytest.mark.filterwarnings("always:FID of fewer")
@pytest.mark.parametrize(("real", "generated"), [(15, 20), (20, 15)])
def test_an_fid_of_fewer_samples_than_features_is_warned_of_once(
    block_means, images, real, generated
):
    evaluator = Evaluator(images[:real], ["fid"], block_means(), cache=False)
    with pytest.warns(UserWarning, match="FID.*, 16 features") as told:
        evaluator.prepare(images[:generated])
        evaluator(images[:generated])
    assert sum("FID" in str(each.message) for each in told) == 1


@pytest.mark.filterwarnings("error:FID of fewer")
def test_other_metrics_and_enough_samples_are_not(block_means, images):
    extractor = block_means()
    evaluate(images[:16], images[:16], ["fid"], extractor=extractor)
    evaluate(images[:10], images[:10], ["kid", "prdc"], extractor=extractor)
