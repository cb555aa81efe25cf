"""Networks of a user's own: how they are built, and what is said of those that do not
fit."""

import keras
import numpy as np
import pytest

from kerasgen.adversarial import GAN
from kerasgen.inputs import Latents
from kerasgen.models import DCGAN, MLPGAN, VAE, CycleGAN, ThreeDGAN


def dense(inputs, outputs):
    return keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(outputs)])


class Lazy(keras.Model):
    """Makes its weights when it is called for the first time."""

    def __init__(self, units, wrap=lambda x: x):
        super().__init__()
        self.layers_of_it = [keras.layers.Dense(4, "tanh"), keras.layers.Dense(units)]
        self.wrap = wrap

    def call(self, x, training=False):
        for layer in self.layers_of_it:
            x = layer(x)
        return self.wrap(x)


class Broken(keras.Model):
    def call(self, x):
        raise KeyError("no such thing")


def test_networks_that_were_never_called_are_built_by_the_gan(points, step):
    model = GAN(Lazy(2), Lazy(1), inputs=3)
    assert len(model.generator.weights) == len(model.discriminator.weights) == 4
    assert model.kind.shape == (2,)
    model.compile(average=False)
    before = model.generator.get_weights()
    assert np.isfinite(step(model)["generator_loss"])
    assert not np.array_equal(before[0], model.generator.get_weights()[0])


@pytest.mark.parametrize(
    ("networks", "inputs", "message"),
    [
        ((None, dense(2, 1)), None, "`generator` must be a Keras model.*=None"),
        ((None, dense(2, 1)), 3, "`generator` must be a Keras model.*=None"),
        ((dense(3, 2), None), None, "`discriminator` must be a Keras model.*=None"),
        ((dense(3, 2), Lazy), None, "`discriminator` must be.*=<class.*Lazy"),
        ((Lazy(2), dense(2, 1)), None, "`inputs` is needed where the generator is"),
        ((Broken(), dense(2, 1)), 3, r"`generator` must take \(batch, 3\).*such thing"),
        ((dense(3, 2), Broken()), 3, r"`discriminator` must take \(batch, 2\).*such t"),
        ((Lazy(2, lambda x: [x, x]), dense(2, 1)), 3, "one array of samples.*makes"),
        ((Lazy(2, lambda x: {"y": x}), dense(2, 1)), 3, "one array of samples.*'y'"),
        ((dense(3, 2), Lazy(1, lambda x: [x, x])), 3, "in a dictionary.*2 outputs"),
    ],
)
def test_networks_that_cannot_play_are_refused(networks, inputs, message):
    with pytest.raises(ValueError, match=message):
        GAN(*networks, inputs)


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (("score",), "'logits'. Received: discriminator=.* with 'score'"),
        (("score", "features"), "'logits'. Received: .* with 'features', 'score'"),
    ],
)
@pytest.mark.parametrize("lazy", [True, False])
def test_outputs_of_other_names_are_told_when_compiled(outputs, message, lazy):
    if lazy:
        discriminator = Lazy(1, lambda x: dict.fromkeys(outputs, x))
    else:
        x = keras.Input((2,))
        discriminator = keras.Model(x, {n: keras.layers.Dense(1)(x) for n in outputs})
    model = GAN(dense(3, 2), discriminator)
    with pytest.raises(ValueError, match=message):
        model.compile()


def test_a_generator_of_several_inputs_needs_to_know_them():
    a, b = keras.Input((3,)), keras.Input((4,))
    both = keras.Model((a, b), keras.layers.Dense(2)(keras.layers.concatenate((a, b))))
    for inputs in (None, 7, Latents(3)):
        with pytest.raises(ValueError, match="`(inputs|generator)`"):
            GAN(both, dense(2, 1), inputs)


def test_one_network_cannot_play_against_itself():
    network = dense(2, 2)
    for other in (network, keras.Sequential([keras.Input((2,)), network])):
        model = GAN(network, other)
        with pytest.raises(ValueError, match="must be different networks.*one network"):
            model.compile()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (DCGAN, "image_shape"),
        (CycleGAN, "shape"),
        (VAE, "image_shape"),
        (ThreeDGAN, "shape"),
        (MLPGAN, "A sample has one axis"),
    ],
)
def test_a_size_is_no_shape(make, name):
    with pytest.raises(ValueError, match=f"{name}.*Received: .*64$"):
        make(64)
