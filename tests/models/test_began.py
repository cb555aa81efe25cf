import keras
import numpy as np
import pytest

from kerasgen import losses
from kerasgen.adversarial import Simultaneous
from kerasgen.models import BEGAN

KINDS = (keras.layers.Conv2D, keras.layers.Dense, keras.layers.UpSampling2D)


def small(**arguments):
    return BEGAN((8, 8, 1), **{"filters": 2, "latent_dim": 3, "seed": 0} | arguments)


def noise(n=8):
    return np.random.default_rng(0).integers(0, 256, (n, 8, 8, 1)).astype("uint8")


def convolutions(network):
    return [x for x in network.layers if isinstance(x, keras.layers.Conv2D)]


def test_the_networks_are_those_of_figure_1_for_32_pixels():
    model = BEGAN((32, 32, 3))
    layers = convolutions(model.discriminator)
    encoder = [64, 64, 64, 64, 128, 128, 128, 192, 192]
    decoder = [64, 64, 64, 64, 64, 64, 3]
    assert [c.filters for c in layers] == encoder + decoder
    assert {c.kernel_size for c in layers} == {(3, 3)}
    assert [c.strides[0] for c in layers[:9]] == [1, 1, 1, 2, 1, 1, 2, 1, 1]
    assert {c.activation.__name__ for c in layers[:-1]} == {"elu"}
    outputs = model.discriminator.output
    assert outputs["reconstruction"].shape == (None, 32, 32, 3)
    assert outputs["features"].shape == (None, 64)


def test_the_generator_is_the_decoder():
    model = BEGAN((28, 28, 1), filters=2, latent_dim=3)

    def shapes(network):
        layers = [x for x in network.layers if isinstance(x, KINDS)]
        return [(type(x).__name__, x.output.shape) for x in layers]

    decoder = shapes(model.generator)
    assert decoder == shapes(model.discriminator)[-len(decoder) :]
    assert decoder[0] == ("Dense", (None, 14 * 14 * 2))


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (24, 28, 2), (64, 64, 3)])
def test_the_reconstruction_has_the_shape_of_the_image(shape):
    model = BEGAN(shape, filters=1, latent_dim=3)
    assert model.discriminator.output["reconstruction"].shape == (None, *shape)
    assert model.generator.output_shape == (None, *shape)


def test_the_numbers_of_the_paper_also_after_loading(tmp_path):
    model = BEGAN((8, 8, 1), filters=2)
    model.save(tmp_path / "model.keras")
    for each in (model, keras.saving.load_model(tmp_path / "model.keras")):
        each.compile()
        objective = each.objective
        assert isinstance(objective, losses.BoundaryEquilibrium)
        assert (objective.gamma, objective.lambda_k, objective.eta) == (0.5, 0.001, 1)
        (latents,) = each.inputs
        assert (latents.size, latents.distribution) == (64, "uniform")
        assert isinstance(each.turns, Simultaneous)
        for optimizer in each.optimizer.optimizers:
            assert isinstance(optimizer, keras.optimizers.Adam)
            config = optimizer.get_config()
            assert config["learning_rate"] == pytest.approx(1e-4)
            assert config["beta_1"] == 0.9


def test_k_t_moves_and_is_logged_with_the_convergence():
    model = small()
    model.compile()
    history = model.fit(noise(), batch_size=4, shuffle=False, verbose=0).history
    k_t = float(model.objective.k_t.numpy())
    assert 0.0 <= history["k_t"][0] <= 1.0
    assert history["convergence"][0] > 0.0
    # Samples are far easier to rebuild than noise, so the first steps raise it.
    assert 0.0 < k_t < 0.01


def test_lower_gamma_asks_for_lower_energies_of_samples():
    k_ts = []
    for gamma in (0.3, 1.0):
        keras.utils.set_random_seed(0)
        model = small()
        model.compile(loss=losses.BoundaryEquilibrium(gamma))
        model.train_on_batch(noise())
        k_ts.append(float(model.objective.k_t.numpy()))
    assert k_ts[0] < k_ts[1]


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
        BEGAN(**{"image_shape": (8, 8, 1)} | arguments)
