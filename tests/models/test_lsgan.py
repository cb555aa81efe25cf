import keras
import numpy as np
import pytest

from kerasgen import losses
from kerasgen.models import LSGAN

CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)


def convolutions(network):
    return [layer for layer in network.layers if isinstance(layer, CONVOLUTIONS)]


def test_the_networks_are_those_of_figure_3_for_112_pixels():
    model = LSGAN((112, 112, 3))
    layers = convolutions(model.generator)
    assert model.generator.layers[1].units == 7 * 7 * 256
    assert [c.filters for c in layers] == [256, 256, 256, 256, 128, 64, 3]
    assert [c.strides[0] for c in layers] == [2, 1, 2, 1, 2, 2, 1]
    assert {c.kernel_size for c in layers} == {(3, 3)}
    layers = convolutions(model.discriminator)
    assert [c.filters for c in layers] == [64, 128, 256, 512]
    assert {c.kernel_size for c in layers} == {(5, 5)}
    (latents,) = model.inputs
    assert (latents.size, latents.distribution) == (1024, "uniform")


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (24, 28, 2)])
def test_the_networks_have_any_size(shape):
    model = LSGAN(shape, filters=1, latent_dim=3)
    assert model.generator.output_shape == (None, *shape)
    assert model.discriminator.input_shape == (None, *shape)


def test_both_players_start_from_a_squared_error():
    """A discriminator that says nothing is wrong by one for real samples."""
    model = LSGAN((8, 8, 1), filters=2, latent_dim=3)
    logits = model.discriminator.get_layer("logits")
    logits.set_weights([np.zeros_like(w) for w in logits.get_weights()])
    model.compile(keras.optimizers.SGD(0.0))
    images = np.zeros((4, 8, 8, 1), "uint8")
    logs = model.train_on_batch(images, return_dict=True)
    assert float(logs["discriminator_loss"]) == pytest.approx(0.5)
    assert float(logs["generator_loss"]) == pytest.approx(0.5)


def test_the_other_coding_is_a_loss():
    model = LSGAN((8, 8, 1), filters=2, latent_dim=3)
    model.compile(loss=losses.get("least_squares", a=-1.0, b=1.0, c=0.0))
    assert (model.objective.a, model.objective.b, model.objective.c) == (-1.0, 1.0, 0.0)


def test_the_game_is_the_authors_also_after_loading(tmp_path):
    model = LSGAN((8, 8, 1), filters=2, latent_dim=3)
    model.save(tmp_path / "model.keras")
    for each in (model, keras.saving.load_model(tmp_path / "model.keras")):
        each.compile()
        objective = each.objective
        assert (objective.a, objective.b, objective.c) == (0.0, 1.0, 1.0)
        for optimizer in each.optimizer.optimizers:
            config = optimizer.get_config()
            assert isinstance(optimizer, keras.optimizers.Adam)
            assert config["learning_rate"] == pytest.approx(1e-3)
            assert (config["beta_1"], config["beta_2"]) == (0.5, 0.999)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": None}, "image_shape=None"),
        ({"image_shape": (9, 9, 1)}, "height=9"),
        ({"filters": 0}, "filters=0"),
        ({"latent_dim": 0}, "latent_dim=0"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        LSGAN(**{"image_shape": (8, 8, 1)} | arguments)
