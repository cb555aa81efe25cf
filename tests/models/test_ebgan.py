import keras
import numpy as np
import pytest

from kerasgen import losses
from kerasgen.adversarial import PullingAway
from kerasgen.models import EBGAN

CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)


def small(**learning):
    keras.utils.set_random_seed(0)
    model = EBGAN((8, 8, 1), filters=2, latent_dim=3, seed=1)
    model.compile(keras.optimizers.SGD(0.0), **learning)
    return model


def noise(n=4):
    return np.random.default_rng(0).integers(0, 256, (n, 8, 8, 1)).astype("uint8")


def generator_loss(*terms):
    model = small(terms=list(terms))
    return float(model.train_on_batch(noise(), return_dict=True)["generator_loss"])


def test_the_autoencoder_is_that_of_the_paper_for_64_pixels():
    model = EBGAN((64, 64, 3))
    layers = [x for x in model.discriminator.layers if isinstance(x, CONVOLUTIONS)]
    assert [c.filters for c in layers] == [64, 128, 256, 128, 64, 3]
    assert {(c.kernel_size, c.strides) for c in layers} == {((4, 4), (2, 2))}
    outputs = model.discriminator.output
    assert outputs["reconstruction"].shape == (None, 64, 64, 3)
    assert outputs["features"].shape == (None, 8 * 8 * 256)
    model.compile()
    assert model.objective.margin == pytest.approx(20.0)


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (24, 28, 2)])
def test_the_reconstruction_has_the_shape_of_the_image(shape):
    model = EBGAN(shape, filters=1, latent_dim=3)
    assert model.discriminator.output["reconstruction"].shape == (None, *shape)
    assert model.generator.output_shape == (None, *shape)


def test_the_margin_grows_with_the_norm_of_an_image():
    assert small().objective.margin == pytest.approx(20.0 / np.sqrt(192))
    assert small(loss=losses.EnergyMargin(2.0)).objective.margin == 2.0


def test_the_pulling_away_term_is_in_the_generators_loss():
    without = generator_loss()
    tenth, one = (generator_loss(PullingAway(w)) for w in (0.1, 1.0))
    assert [term.weight for term in small().terms] == [0.1]
    assert without < tenth < one
    np.testing.assert_allclose(one - without, 10 * (tenth - without), rtol=1e-3)


def test_losses_are_energies():
    model = small(terms=[])
    latents = keras.ops.convert_to_tensor(np.ones((4, 3), "float32"))
    model.inputs[0].in_training = lambda n, seed, batch: latents
    real = noise() / 127.5 - 1.0
    fake = model.generator(latents, training=True)

    def energy(images):
        images = keras.ops.convert_to_tensor(images, "float32")
        rebuilt = model.discriminator(images, training=True)["reconstruction"]
        error = keras.ops.convert_to_numpy(images - rebuilt).reshape(4, -1)
        return np.linalg.norm(error, axis=1)

    low, high = energy(real), energy(fake)
    hinge = np.maximum(0.0, model.objective.margin - high)
    logs = model.train_on_batch(noise(), return_dict=True)
    np.testing.assert_allclose(
        float(logs["discriminator_loss"]), (low + hinge).mean(), rtol=1e-4
    )
    np.testing.assert_allclose(float(logs["generator_loss"]), high.mean(), rtol=1e-4)


def test_margin_and_term_are_saved(tmp_path):
    model = small(loss=losses.EnergyMargin(3.0), terms=[PullingAway(0.2)])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert (again.objective.margin, again.terms[0].weight) == (3.0, 0.2)
    again.compile()  # what the model learns by, where nothing is said
    assert again.objective.margin == pytest.approx(20.0 / np.sqrt(192))
    assert again.terms[0].weight == 0.1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": None}, "image_shape=None"),
        ({"image_shape": (9, 9, 1)}, "height=9"),
        ({"image_shape": (8, 8)}, r"\(8, 8\)"),
        ({"filters": 0}, "filters=0"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        EBGAN(**{"image_shape": (8, 8, 1)} | arguments)
