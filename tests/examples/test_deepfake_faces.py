import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def example(script, monkeypatch):
    """The example, with few faces in its picture."""
    module = script("examples/deepfake_faces.py")
    monkeypatch.setattr(module, "SHOWN", 2)
    return module


def test_swaps_are_judged_and_shown(example, celeba, tmp_path, capsys):
    narrow = ["--size", "8", "--filters", "4", "--latent-dim", "4", "--epochs", "1"]
    example.main([str(celeba), str(tmp_path / "made"), "--hold-out", "16", *narrow])
    said = capsys.readouterr().out
    assert "of 16 held-out faces" in said
    for line in ("A to B", "B to A", "taken for B", "taken for A"):
        assert line in said
    assert said.count("Smiling as labeled") == 2
    assert said.count("reconstructions taken for") == 2
    with Image.open(tmp_path / "made" / "deepfake_faces.png") as picture:
        assert picture.size == (2 * (2 * 10 + 2), 2 * (6 * 10 + 2))


@pytest.mark.host
def test_a_folder_that_cannot_be_is_said_before_training(example, tmp_path):
    (tmp_path / "made").touch()
    with pytest.raises(FileExistsError):
        example.main(["no data at all", str(tmp_path / "made")])


@pytest.mark.host
def test_a_classifier_tells_attributes_apart(example):
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, (400, 2)).astype("float32")
    images = random.integers(0, 100, (400, 16, 16, 3))
    images[:, :, :, 0] += (120 * labels[:, 0, None, None]).astype(int)  # reddish
    images[:, :8] += (50 * labels[:, 1, None, None, None]).astype(int)  # bright above
    images = images.astype("uint8")
    classifier = example.trained_classifier(images, labels)
    assert np.mean(example.seen(classifier, images) == labels) > 0.9


@pytest.mark.host
def test_distances_are_of_the_range_from_0_to_1(example):
    faces = np.array([[0, 0], [255, 255]], "uint8")
    assert example.distance(faces, faces) == 0.0
    assert example.distance(faces, 255 - faces) == 1.0
    assert example.shuffled(faces, faces) == 1.0
