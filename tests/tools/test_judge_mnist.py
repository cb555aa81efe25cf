import importlib.util
import json
import pathlib

import numpy as np
import pytest

import kerasgen

pytestmark = pytest.mark.host  # a maintainers' tool, run on one backend
FILE = pathlib.Path(__file__).parents[2] / "tools" / "judge_mnist.py"


@pytest.fixture(scope="module")
def judge_mnist():
    spec = importlib.util.spec_from_file_location("judge_mnist", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def digits(tmp_path):
    """An npz file in which the row of a bright bar is the digit."""
    arrays = {}
    for split, n in (("train", 200), ("test", 80)):
        labels = np.arange(n) % 10
        images = np.random.default_rng(n).integers(0, 40, (n, 28, 28))
        for image, label in zip(images, labels, strict=True):
            image[4 + 2 * label : 6 + 2 * label, 6:22] = 220
        arrays |= {f"x_{split}": images.astype("uint8"), f"y_{split}": labels}
    np.savez(tmp_path / "mnist.npz", **arrays)
    return tmp_path / "mnist.npz"


@pytest.fixture
def entry(tmp_path):
    model = kerasgen.models.DCGAN((28, 28, 1), filters=4, latent_dim=4, seed=0)
    kerasgen.zoo.save(model, tmp_path / "entry")
    return tmp_path / "entry"


def test_the_numbers_of_known_images(judge_mnist):
    class Sure:
        """Sees the digit that the first pixel says; is unsure of 9."""

        def predict(self, images, **_):
            digits = np.rint(images[:, 0, 0, 0] * 255).astype(int)
            logits = 20.0 * np.eye(10, dtype="float32")[digits]
            logits[digits == 9] /= 20
            return logits

    images = np.zeros((100, 28, 28, 1), "uint8")
    images[:, 0, 0, 0] = np.arange(100) % 10
    images[:64, 1, 0, 0] = np.arange(64) * 4
    images[63] = images[3]
    values = judge_mnist.judge(Sure(), images)
    assert values["share with a class above 0.9"] == pytest.approx(0.9)
    assert values["images of each digit, 0 to 9"] == [10] * 10
    assert values["pairs of equal images"] == 1
    assert values["distance of the nearest pair"] == 0.0


def test_samples_with_what_they_were_asked_to_be(judge_mnist):
    labels = kerasgen.models.ACGAN(
        (8, 8, 1), num_classes=3, filters=2, discriminator_filters=2
    )
    samples, (kind, asked) = judge_mnist.sample(labels, 6)
    assert (kind, asked.tolist()) == ("label", [0, 1, 2, 0, 1, 2])
    codes = kerasgen.models.InfoGAN((8, 8, 1), (4,), 1, filters=2, dense_width=4)
    samples, (kind, asked) = judge_mnist.sample(codes, 6)
    # As the published numbers were made, by NumPy's usual generator.
    expected = np.random.default_rng(0).integers(0, 4, 6)
    assert kind == "category" and asked.tolist() == expected.tolist()
    assert samples.shape == (6, 8, 8, 1)


def test_pair_distances(judge_mnist):
    images = np.zeros((3, 2, 2, 1), "uint8")
    images[1, 0, 0], images[2] = 200, 10
    distances = judge_mnist.pair_distances(images)
    np.testing.assert_allclose(distances, [100, 10, np.sqrt((190**2 + 300) / 4)])


def test_judging_adds_to_the_metrics_of_the_entry(
    judge_mnist, digits, entry, tmp_path, capsys
):
    (entry / "metrics.json").write_text('{"other": {"protocol": "", "values": {}}}')
    arguments = [str(entry), "--data", str(digits), "--samples", "70"]
    arguments += ["--classifier", str(tmp_path / "judge.keras"), "--epochs", "1"]
    judge_mnist.main([*arguments, "--least-accuracy", "0"])
    metrics = json.loads((entry / "metrics.json").read_text())
    assert set(metrics) == {"other", "judge_mnist_cnn_70"}
    result = metrics["judge_mnist_cnn_70"]
    assert result["weights_sha256"] == kerasgen.zoo.info(entry).sha256
    for column in ("generated", "test images"):
        assert sum(result["values"]["images of each digit, 0 to 9"][column]) == 70
    assert "70 samples, seed 0" in result["protocol"]
    written = (tmp_path / "judge.keras").stat().st_mtime_ns
    with pytest.raises(SystemExit, match="a judge needs 110.00%"):
        judge_mnist.main([*arguments, "--least-accuracy", "1.1"])
    assert (tmp_path / "judge.keras").stat().st_mtime_ns == written  # kept
