import json

import keras
import numpy as np
import pytest

import kerasgen

pytestmark = pytest.mark.host  # a maintainers' tool, run on one backend


@pytest.fixture
def judge_faces(script, monkeypatch):
    module = script("tools/judge_faces.py")
    monkeypatch.setitem(module.DATA, "hold_out", 8)
    return module


@pytest.fixture
def classifier(tmp_path):
    """Sees an attribute where the mean of a color is high, the fourth everywhere."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((64, 64, 3))
    pooled = keras.layers.GlobalAveragePooling2D()(inputs)
    logits = keras.layers.Dense(
        4,
        kernel_initializer=keras.initializers.Constant(np.eye(3, 4)),
        bias_initializer=keras.initializers.Constant([-100.0, -100.0, -100.0, 1.0]),
    )(pooled)
    model = keras.Model(inputs, logits)
    model.save(tmp_path / "classifier.keras")
    return model


def test_what_it_sees_in_known_images(judge_faces, classifier, celeba):
    judge = judge_faces.Judge(classifier, celeba)
    images = np.zeros((8, 64, 64, 3), "uint8")
    images[:4, ..., 0] = 200  # the first attribute in the first half
    images[::2, ..., 1] = 200  # the second in every other
    there = np.zeros((8, 4))
    there[:2, 0] = 1
    there[::2, 1] = 1
    found = judge.numbers(images, there)
    assert found["Male, seen"] == 0.5
    assert found["Male, seen where it is"] == 1.0
    assert found["Male, seen where it is not"] == pytest.approx(2 / 6)
    assert found["Eyeglasses, seen where it is"] == 1.0
    assert found["Eyeglasses, seen where it is not"] == 0.0
    assert found["Smiling, seen"] == 0.0
    assert "Smiling, seen where it is" not in found  # there is none
    assert found["frechet_distance"] > 0
    assert "Male, seen where it is" not in judge.numbers(images)


@pytest.mark.parametrize("conditional", [False, True])
def test_an_entry_is_judged(judge_faces, classifier, celeba, tmp_path, conditional):
    arguments = {"image_shape": (64, 64, 3), "filters": 2, "latent_dim": 4, "seed": 0}
    model = (
        kerasgen.models.CGAN(**arguments, num_classes=4)
        if conditional
        else kerasgen.models.DCGAN(**arguments)
    )
    kerasgen.zoo.save(model, tmp_path / "entry")
    judge_faces.main(
        [
            *[str(tmp_path / "entry"), "--data", str(celeba), "--samples", "12"],
            *["--classifier", str(tmp_path / "classifier.keras")],
        ]
    )
    result = json.loads((tmp_path / "entry" / "metrics.json").read_text("utf-8"))
    values = result["judge_faces_12"]["values"]
    assert values["Blond_Hair, seen"] == {"generated": 1.0, "held-out images": 1.0}
    asked = [number for number in values if "generated" in values[number]]
    assert any("where it is" in number for number in asked) == conditional
    assert ("asked for" in result["judge_faces_12"]["protocol"]) == conditional


def test_it_says_where_a_classifier_comes_from(judge_faces, classifier, tmp_path):
    with pytest.raises(SystemExit, match="face_attributes.py"):
        judge_faces.main(["dcgan_celeba", "--classifier", str(tmp_path / "none.keras")])
    with pytest.raises(SystemExit, match="must have 4 outputs"):
        judge_faces.features_of(keras.Sequential([keras.Input((64, 64, 3))]))
