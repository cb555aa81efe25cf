import keras
import numpy as np
import pytest

from kerasgen import losses
from kerasgen.models import WGAN


def small(**arguments):
    return WGAN((8, 8, 1), **{"filters": 2, "latent_dim": 3} | arguments)


def layers_of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


def test_the_networks_are_those_of_the_authors_for_64_pixels():
    model = WGAN((64, 64, 3))
    convolutions = layers_of(model.discriminator, keras.layers.Conv2D)
    assert [c.filters for c in convolutions] == [64, 128, 256, 512]
    assert {c.kernel_size for c in convolutions} == {(4, 4)}
    norms = layers_of(model.discriminator, keras.layers.BatchNormalization)
    assert len(norms) == 3
    (latents,) = model.inputs
    assert (latents.size, latents.distribution) == (100, "normal")


def test_the_game_is_that_of_algorithm_1_also_after_loading(tmp_path):
    model = small()
    model.save(tmp_path / "model.keras")
    for each in (model, keras.saving.load_model(tmp_path / "model.keras")):
        each.compile()
        assert isinstance(each.objective, losses.Wasserstein)
        assert (each.turns.discriminator, each.turns.generator) == (5, 1)
        assert list(each.constraints) == ["discriminator"]
        assert each.constraints["discriminator"].limit == 0.01
        for optimizer in each.optimizer.optimizers:
            config = optimizer.get_config()
            assert isinstance(optimizer, keras.optimizers.RMSprop)
            assert config["learning_rate"] == pytest.approx(5e-5)
            assert (config["rho"], config["momentum"]) == (0.99, 0.0)


def test_the_critics_weights_alone_are_clipped_and_it_moves_five_times_as_often():
    model = small(normalization=None)
    model.compile()
    x = np.zeros((10, 8, 8, 1), "uint8")
    # Any number of samples is measured, also what does not split into five.
    history = model.fit(x, batch_size=10, validation_data=(x[:7],), verbose=0).history
    for v in model.discriminator.trainable_variables:
        assert np.abs(v.numpy()).max() <= 0.01 + 1e-9, v.path
    largest = max(np.abs(v.numpy()).max() for v in model.generator.trainable_variables)
    assert largest > 0.02
    updates = [int(o.iterations.numpy()) for o in model.optimizer.optimizers]
    assert updates == [5, 1]
    assert np.isfinite(history["val_generator_loss"][0])
    assert np.isfinite(
        model.evaluate(x[:7], return_dict=True, verbose=0)["generator_loss"]
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": None}, "image_shape=None"),
        ({"image_shape": (9, 9, 1)}, "height=9"),
        ({"normalization": "group"}, "normalization='group'"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        WGAN(**{"image_shape": (8, 8, 1)} | arguments)
