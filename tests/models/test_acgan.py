import keras
import numpy as np
import pytest

from kerasgen import losses
from kerasgen.models import ACGAN

IMAGES = np.random.default_rng(0).integers(0, 255, (6, 8, 8, 1)).astype("uint8")
LABELS = np.array([2, 0, 1, 1, 0, 2])


@pytest.fixture(scope="module")
def small():
    model = ACGAN(
        (8, 8, 1), num_classes=3, latent_dim=4, filters=4, discriminator_filters=2
    )
    model.compile()
    return model


def test_the_networks_are_those_of_the_appendix_for_32_pixels():
    model = ACGAN((32, 32, 3), filters=96, latent_dim=100)
    ups = [
        layer.filters
        for layer in model.generator.layers
        if isinstance(layer, keras.layers.Conv2DTranspose)
    ]
    downs = [
        layer
        for layer in model.discriminator.layers
        if isinstance(layer, keras.layers.Conv2D)
    ]
    assert ups == [192, 96, 3]
    assert [layer.filters for layer in downs] == [16, 32, 64, 128, 256, 512]
    assert [layer.strides[0] for layer in downs] == [2, 1, 2, 1, 2, 1]
    assert {layer.kernel_size for layer in downs} == {(3, 3)}
    drops = [
        x for x in model.discriminator.layers if isinstance(x, keras.layers.Dropout)
    ]
    assert [layer.rate for layer in drops] == [0.5] * 6


def test_the_game_is_that_of_the_paper(small):
    assert isinstance(small.objective, losses.NonSaturating)
    (term,) = small.terms
    assert type(term).__name__ == "AuxiliaryClassifier"
    assert (term.weight, term.players) == (1.0, ("discriminator", "generator"))
    labels = small.labels
    assert (labels.size, labels.drawn, labels.several) == (3, True, False)


def test_labels_name_one_class(small):
    for rows in ([[1, 1, 0]] * 6, [[0, 0, 0]] * 6):
        with pytest.raises(ValueError, match="one class"):
            small.fit(IMAGES, np.array(rows))
    with pytest.raises(ValueError, match="one class"):
        small.generate(labels=[[1, 0, 1]])
    one_hot = np.eye(3, dtype="float32")[LABELS]
    history = small.fit(IMAGES, one_hot, verbose=0).history
    assert all(np.isfinite(values[0]) for values in history.values())


def test_classes_and_their_names_are_saved(tmp_path):
    model = ACGAN(
        (8, 8, 1),
        3,
        latent_dim=4,
        filters=2,
        discriminator_filters=2,
        class_names=["shirt", "boot", "bag"],
    )
    model.save(tmp_path / "acgan.keras")
    again = keras.saving.load_model(tmp_path / "acgan.keras")
    assert again.labels.get_config() == model.labels.get_config()
    np.testing.assert_array_equal(
        model.generate(4, seed=0, labels=1), again.generate(4, seed=0, labels="boot")
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": None}, "image_shape=None"),
        ({"image_shape": (9, 9, 1)}, "height=9"),
        ({"num_classes": 1}, "num_classes=1"),
        ({"filters": 0}, "filters=0"),
        ({"latent_dim": 0}, "latent_dim=0"),
        ({"class_names": ["a"]}, "different name for each of the 3"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    defaults = {"filters": 2, "discriminator_filters": 2, "num_classes": 3}
    with pytest.raises(ValueError, match=message):
        ACGAN(**{"image_shape": (8, 8, 1), **defaults, **arguments})


def test_a_discriminator_without_classes_is_refused(small):
    x = keras.Input((8, 8, 1))
    logits = keras.layers.Dense(1)(keras.layers.Flatten()(x))
    model = ACGAN(
        num_classes=3, generator=small.generator, discriminator=keras.Model(x, logits)
    )
    with pytest.raises(ValueError, match="AuxiliaryClassifier needs .*'classes'"):
        model.compile()
