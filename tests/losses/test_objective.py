"""An objective of the user's own, in a real game."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.adversarial import GAN
from kerasgen.losses import Objective, per_sample

POINTS = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5], [-2.0, 0.0]], "float32")


class Catching(Objective):
    """The generator wants the logits of its samples to equal those of real ones."""

    def discriminator(self, game):
        return per_sample(game.fake.logits - game.real.logits)

    def generator(self, game):
        return per_sample(ops.square(game.fake.logits - game.real.logits))


def gan():
    """The generator gives `(b, b)`, b = 0 at first; logits are `x_1 + 2 x_2`."""
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    generator.set_weights([np.zeros((3, 2)), np.zeros(2)])
    discriminator.set_weights([np.array([[1.0], [2.0]]), np.zeros(1)])
    return GAN(generator, discriminator, seed=0)


def test_the_generator_sees_what_is_said_of_real_samples():
    model = gan()
    optimizers = {
        "discriminator": keras.optimizers.SGD(0.0),
        "generator": keras.optimizers.SGD(0.1),
    }
    model.compile(optimizers, loss=Catching())
    logs = model.train_on_batch(POINTS, return_dict=True)
    logits = POINTS @ [1.0, 2.0]  # 5, 1, 1.5 and -2
    np.testing.assert_allclose(
        float(logs["generator_loss"]), (logits**2).mean(), rtol=1e-5
    )
    np.testing.assert_allclose(
        float(logs["discriminator_loss"]), -logits.mean(), rtol=1e-5
    )
    # d/db_i of mean (w . b - logit)^2 at b = 0 is -2 w_i mean(logit).
    expected = 0.1 * 2.0 * np.array([1.0, 2.0]) * logits.mean()
    np.testing.assert_allclose(
        model.generator.get_weights()[1], expected, rtol=1e-5, atol=1e-6
    )


def test_what_an_objective_must_define_is_asked_for():
    model = gan()
    model.compile(loss=Objective())
    with pytest.raises(NotImplementedError, match="Objective must define"):
        model.losses_of("generator", {"samples": ops.convert_to_tensor(POINTS)})


@pytest.mark.parametrize("shape", [(3,), (3, 1), (3, 2, 2, 1)])
def test_per_sample_is_the_mean_over_all_but_the_batch(shape):
    values = np.random.default_rng(0).normal(size=shape)
    found = per_sample(ops.cast(ops.convert_to_tensor(values), "bfloat16"))
    assert keras.backend.standardize_dtype(found.dtype) == "float32"
    expected = values.reshape(3, -1).mean(axis=1)
    np.testing.assert_allclose(ops.convert_to_numpy(found), expected, atol=0.02)
