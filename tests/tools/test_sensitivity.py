import keras
import numpy as np
import pytest

from kerasgen.metrics import FeatureStatistics, frechet_distance


@pytest.fixture
def sensitivity(script, monkeypatch):
    module = script("tools/sensitivity.py")
    monkeypatch.setattr(module, "FACES", {**module.FACES, "hold_out": 8})
    return module


@pytest.mark.host
def test_what_spoils_changes_pictures_and_keeps_their_form(sensitivity):
    images = np.random.default_rng(0).integers(0, 256, (6, 64, 64, 3)).astype("uint8")
    for name, spoil in sensitivity.SPOILED.items():
        made = sensitivity.spoiled(spoil, images)
        assert made.shape == images.shape and made.dtype == "uint8"
        assert np.array_equal(made, images) == (name == "not spoiled")


@pytest.mark.host
def test_a_swirl_keeps_what_is_far_away(sensitivity):
    images = np.broadcast_to(3 * np.arange(64)[:, None, None], (4, 64, 64, 3))
    images = images.astype("uint8")  # brighter from row to row
    made = sensitivity.spoiled(sensitivity.swirled, images).astype(int)
    changed = np.abs(made - images).mean(axis=(0, 3))
    assert changed[20:44, 20:44].mean() > 1.5 * changed[[0, -1]].mean()


def test_the_table(sensitivity, celeba, tmp_path, capsys):
    classifier = keras.Sequential([keras.Input((64, 64, 3))])
    classifier.add(keras.layers.GlobalAveragePooling2D())
    classifier.add(keras.layers.Dense(4))
    classifier.save(tmp_path / "classifier.keras")
    arguments = [
        *[str(celeba), str(tmp_path / "kept"), "--extractors", "cifar10"],
        *["--classifier", str(tmp_path / "classifier.keras"), "--copies", "12"],
    ]
    sensitivity.main(arguments)
    said = capsys.readouterr().out
    table = [line for line in said.splitlines() if line.startswith("|")]
    assert table[0] == "| second half | `cifar10` | `face_attributes` |"
    assert len(table) == 3 + len(sensitivity.SPOILED)
    assert table[2].startswith("| not spoiled |") and table[2].count("(1x)") == 2
    assert table[-1].startswith("| held out") and "x)" not in table[-1]
    kept = sorted((tmp_path / "kept").rglob("*.npz"))
    # The first half, the whole second one, those held out, and the copies.
    assert len(kept) == 2 * (3 + len(sensitivity.SPOILED))
    times = [path.stat().st_mtime_ns for path in kept]
    sensitivity.main(arguments)
    assert capsys.readouterr().out == said
    assert [path.stat().st_mtime_ns for path in kept] == times


@pytest.mark.host
def test_faces_held_out_are_compared_with_both_halves(sensitivity, tmp_path):
    random = np.random.default_rng(0)
    half, other, held_out = (random.normal(i, 1, (40, 3)) for i in range(3))

    def kept(name, make):
        statistics = FeatureStatistics()
        statistics.update(make())
        return statistics

    sensitivity.SPOILED = {"not spoiled": sensitivity.SPOILED["not spoiled"]}
    sensitivity.spoiled = lambda spoil, images: images
    found = sensitivity.distances(kept, half, other, held_out, copies=20)
    both = np.concatenate([half, other])
    for name, a, b in (
        ("not spoiled", half, other[:20]),
        (sensitivity.HELD_OUT, both, held_out),
    ):
        moments = [m for x in (a, b) for m in (x.mean(0), np.cov(x, rowvar=False))]
        assert found[name] == pytest.approx(frechet_distance(*moments), rel=1e-6)
