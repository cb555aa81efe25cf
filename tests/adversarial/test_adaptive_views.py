"""When a GAN tells its adaptive views how sure the discriminator is."""

import keras
import numpy as np
import pytest

from kerasgen import losses
from kerasgen.adversarial import GAN


@keras.saving.register_keras_serializable(package="tests")
class Counting(keras.layers.Layer):
    """A view that counts how often it was adapted."""

    def build(self, input_shape):
        self.count = self.add_weight((), "zeros", trainable=False)
        self.built = True

    def call(self, samples):
        return samples

    def adapt(self, lead):
        self.count.assign_add(1.0)


class RealOnly(losses.Objective):
    """A discriminator that never looks at generated samples."""

    def discriminator(self, game):
        return losses.per_sample(-game.real.logits)

    def generator(self, game):
        return losses.per_sample(-game.fake.logits)


def fitted(**learning):
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model = GAN(generator, discriminator, seed=0)
    model.compile(**learning)
    model.fit(np.ones((8, 2), "float32"), batch_size=4, verbose=0)  # two steps
    return model


@pytest.mark.parametrize("turns", ["alternating", "simultaneous"])
@pytest.mark.parametrize("loss", ["hinge", "relativistic_average"])
def test_views_adapt_once_for_each_update_of_the_discriminator(loss, turns):
    model = fitted(loss=loss, turns=turns, views=[Counting()])
    assert float(model.views[0].count.numpy()) == 2


def test_an_objective_need_not_look_at_generated_samples():
    model = fitted(loss=RealOnly())
    assert int(model.global_step.numpy()) == 2
