import keras
import numpy as np
import pytest

from kerasgen.adversarial import GAN

POINTS = np.random.default_rng(0).normal(size=(8, 2)).astype("float32")


@pytest.fixture
def model():
    """Three layers with kernels in the discriminator, and two without."""
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(4, "tanh"),
            keras.layers.LayerNormalization(),
            keras.layers.Dense(4, "tanh"),
            keras.layers.LayerNormalization(),
            keras.layers.Dense(1),
        ]
    )
    return GAN(generator, discriminator, seed=0)


def moved(model):
    """Names of the discriminator's layers whose weights a training changes."""
    before = {la.name: la.get_weights() for la in model.discriminator.layers}
    model.compile()
    model.train_on_batch(POINTS)
    return [
        la.name
        for la in model.discriminator.layers
        if not all(map(np.array_equal, before[la.name], la.get_weights()))
    ]


def test_the_first_layers_stay_as_they_are(model):
    kernels = [la.name for la in model.discriminator.layers if hasattr(la, "kernel")]
    between = [la.name for la in model.discriminator.layers if la.weights]
    model.freeze_discriminator(2)
    assert moved(model) == between[between.index(kernels[1]) + 1 :]


def test_none_frees_them_again(model):
    model.freeze_discriminator(2)
    model.freeze_discriminator(0)
    assert moved(model) == [la.name for la in model.discriminator.layers if la.weights]


def test_a_frozen_model_comes_back_frozen(model, tmp_path):
    model.freeze_discriminator(1)
    model.compile()
    model.train_on_batch(POINTS)
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    flags = [
        [la.trainable for la in m.discriminator.layers if la.weights]
        for m in (model, again)
    ]
    assert flags[0] == flags[1] and not flags[0][0] and flags[0][-1]


def test_a_compiled_model_is_refused(model):
    model.compile()
    with pytest.raises(ValueError, match="before `compile`"):
        model.freeze_discriminator(1)


@pytest.mark.parametrize("blocks", [-1, 3, 100, 1.5])
def test_a_number_of_blocks_it_does_not_have_is_refused(model, blocks):
    with pytest.raises(ValueError, match=f"blocks={blocks}"):
        model.freeze_discriminator(blocks)
