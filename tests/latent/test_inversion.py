import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.latent import draw, invert


def test_finds_the_latents_that_made_the_images(linear_model):
    latents = np.random.default_rng(1).uniform(-1, 1, (5, 3)).astype("float32")
    images = ops.convert_to_numpy(linear_model.decode(ops.convert_to_tensor(latents)))
    found = invert(linear_model, images, steps=150, restarts=2)
    np.testing.assert_allclose(found.latents, latents, atol=1e-2)
    assert found.errors.shape == (5,) and found.errors.max() < 1e-5


def test_takes_uint8_and_a_condition(linear_model):
    latents = np.random.default_rng(1).uniform(-1, 1, (2, 3)).astype("float32")
    condition = np.array([[0.5, 0, 0, 0], [0, 0, -0.5, 0]], "float32")
    inputs = (ops.convert_to_tensor(latents), ops.convert_to_tensor(condition))
    decoded = ops.convert_to_numpy(linear_model.decode(inputs))
    images = np.rint((decoded + 1) * 127.5).astype("uint8")
    found = invert(linear_model, images, 150, restarts=2, condition=condition)
    np.testing.assert_allclose(found.latents, latents, atol=0.05)
    wrong = invert(linear_model, images, 150, restarts=2, condition=0 * condition)
    assert wrong.errors.min() > 10 * found.errors.max()


def test_keeps_the_best_restart_of_each_image(linear_model):
    def decode(latents):  # two valleys: only starts above zero reach the right one
        z = latents[:, :1]
        return ops.reshape(ops.tile(z**3 / 4 - z * 3 / 4, (1, 4)), (-1, 2, 2, 1))

    linear_model.decode = decode
    images = np.ones((3, 2, 2, 1), "float32")  # z = 2.1 or so; valley at z = -1: 0.5
    once = [invert(linear_model, images, 100, 1, seed=s).errors for s in range(3)]
    assert np.max(once) > 0.1
    assert invert(linear_model, images, 100, restarts=12).errors.max() < 1e-3


def test_takes_an_optimizer(linear_model):
    images = np.zeros((1, 2, 2, 1), "float32")
    still = keras.optimizers.SGD(0.0)
    a, b = (invert(linear_model, images, s, 1, still).latents for s in (1, 3))
    np.testing.assert_array_equal(a, b)


def test_starts_where_the_seed_says(linear_model):
    images = np.zeros((1, 2, 2, 1), "float32")
    still = keras.optimizers.SGD(0.0)
    a, b, c = (invert(linear_model, images, 1, 1, still, seed=s) for s in (0, 0, 1))
    np.testing.assert_array_equal(a.latents, b.latents)
    assert not np.array_equal(a.latents, c.latents)


def test_inverts_a_network(dcgan):
    model = dcgan()
    for kernel in (w for w in model.generator.weights if w.name == "kernel"):
        kernel.assign(kernel * 10.0)  # untrained, its images would be all but grey
    latents = ops.convert_to_tensor(draw(model, 2, seed=1))
    images = ops.convert_to_numpy(ops.stop_gradient(model.decode(latents)))
    before, after = (
        invert(model, images, steps, restarts=1).errors.mean() for steps in (1, 40)
    )
    assert after < before / 4


@pytest.mark.parametrize(
    ("images", "arguments", "said"),
    [
        (np.zeros((1, 2, 3, 1), "uint8"), {}, "`images` must have shape"),
        (np.full((1, 2, 2, 1), 7.0), {}, r"must lie in \[-1, 1\]"),
        (np.full((1, 2, 2, 1), np.nan), {}, "must be finite"),
        (np.zeros((1, 2, 2, 1), "uint8"), {"restarts": 0}, "restarts=0"),
        (np.zeros((1, 2, 2, 1), "uint8"), {"steps": 0}, "steps=0"),
        (np.zeros((1, 2, 2, 1), "uint8"), {"condition": [1.0]}, "`condition` must"),
    ],
)
def test_bad_input(linear_model, images, arguments, said):
    with pytest.raises(ValueError, match=said):
        invert(linear_model, images, **arguments)
