import keras
import numpy as np
import pytest

from kerasgen.metrics import load_extractor


def test_inception_gives_pool3_and_logits_and_resizes_itself(monkeypatch):
    asked = []

    def stand_in(weights):
        asked.append(weights)
        inputs = keras.Input((None, None, 3))
        pooled = keras.layers.GlobalAveragePooling2D()(inputs)
        return keras.Model(inputs, {"pool3": pooled, "logits": pooled * 2.0})

    module = "kerasgen.extractors.inception_v3"
    monkeypatch.setattr(f"{module}.InceptionV3", stand_in)
    extractor = load_extractor("inception")
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), "uint8")
    found = extractor(images)
    wanted = images.mean(axis=(1, 2), dtype="float64")
    np.testing.assert_allclose(found["features"], wanted, rtol=1e-5)
    np.testing.assert_allclose(found["logits"], 2.0 * wanted, rtol=1e-5)
    assert asked == ["fid"] and extractor.name == "inception"
    assert "299x299 as TensorFlow 1" in extractor.protocol["resizer"]
    assert extractor.resize(images[0]).shape == (299, 299, 3)


def test_an_unknown_name_lists_the_nearest():
    with pytest.raises(ValueError, match="nearest names are.*inception.*'incepton'"):
        load_extractor("incepton")


@pytest.mark.parametrize("name", [None, 3, [], {}])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match="`extractor` must be a name.*extractor="):
        load_extractor(name)


def test_an_extractor_stands_for_itself(block_means):
    extractor = block_means()
    assert load_extractor(extractor) is extractor
