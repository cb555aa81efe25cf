import keras
import numpy as np
import pytest
from keras import ops

import kerasgen
from kerasgen import engine
from kerasgen.engine.autodiff import update
from kerasgen.kinds import Vectors
from kerasgen.losses import Perceptual, perceptual
from kerasgen.metrics import Extractor


def eyes(name="eyes", **arguments):
    """An extractor with two layers whose outputs NumPy can work out."""
    inputs = keras.Input((4, 4, 3))
    x = keras.layers.AveragePooling2D(2, name="halves")(inputs)
    x = keras.layers.Dense(5, name="colors")(x)
    network = keras.Model(inputs, keras.layers.ReLU()(x))
    return Extractor(network, name=name, **arguments)


def samples(seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (3, 4, 4, 3)).astype("float32")


def expected(extractor, x, y, weights=(1.0, 1.0)):
    """By the formula, in float64."""
    kernel, bias = (
        w.numpy().astype("float64")
        for w in extractor.network.get_layer("colors").weights
    )

    def layers(x):
        x = 127.5 * (x.astype("float64") + 1)
        halves = x.reshape(3, 2, 2, 2, 2, 3).mean((2, 4))
        return halves, halves @ kernel + bias

    return sum(
        w * ((a - b) ** 2).mean((1, 2, 3))
        for w, a, b in zip(weights, layers(x), layers(y), strict=True)
    )


@pytest.mark.parametrize("weights", [None, [0.5, 3.0]])
def test_the_formula(weights):
    extractor, x, y = eyes(), samples(0), samples(1)
    found = perceptual(extractor, ["halves", "colors"], weights)(x, y)
    wanted = expected(extractor, x, y, weights or (1.0, 1.0))
    assert found.shape == (3,)
    np.testing.assert_allclose(ops.convert_to_numpy(found), wanted, rtol=1e-5)


def test_the_gradient_flows_into_what_was_made_alone(value_and_gradient):
    extractor, x, y = eyes(), samples(0), samples(1)
    distance = perceptual(extractor, "halves")
    _, gradient = value_and_gradient(lambda y: distance(ops.convert_to_tensor(x), y), y)
    difference = (y - x).reshape(3, 2, 2, 2, 2, 3).mean((2, 4), keepdims=True)
    # d/dy of mean over 12 of (127.5 (mean of four y - mean of four x))^2
    wanted = np.broadcast_to(2 * 127.5**2 / 12 / 4 * difference, (3, 2, 2, 2, 2, 3))
    np.testing.assert_allclose(gradient, wanted.reshape(y.shape), rtol=1e-4)
    # The sum is there for PyTorch, which refuses to derive by what nothing depends on.
    _, ones = value_and_gradient(
        lambda x: distance(x, ops.convert_to_tensor(y)) + ops.sum(x, (1, 2, 3)), x
    )
    np.testing.assert_array_equal(ones, 1.0)


def test_it_trains_a_network_in_a_step_and_is_fixed_itself():
    extractor, x = eyes(), samples(0)
    distance = perceptual(extractor, ["halves", "colors"])
    before = [w.numpy() for w in extractor.network.weights]
    network = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Dense(3)])
    optimizer = keras.optimizers.Adam(0.05)
    variables = network.trainable_variables
    optimizer.build(variables)

    def step():
        def loss():
            return (ops.mean(distance(x, network(x))),), None

        (value,), (gradients,), _ = engine.gradients([variables], loss)
        update(optimizer, gradients, variables)
        return value

    compiled = engine.compiled(step)
    losses = [float(ops.convert_to_numpy(compiled())) for _ in range(30)]
    assert losses[-1] < 0.5 * losses[0]
    for weight, was in zip(extractor.network.weights, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), was)


def test_it_is_saved_by_the_name_of_its_extractor():
    extractor = eyes("mine")
    distance = Perceptual(extractor, ["colors"], [2.0])
    config = keras.saving.serialize_keras_object(distance)
    assert config["config"]["extractor"] == "mine"
    again = keras.saving.deserialize_keras_object(
        config, custom_objects={"mine": extractor}
    )
    x, y = samples(0), samples(1)
    np.testing.assert_array_equal(
        ops.convert_to_numpy(again(x, y)), ops.convert_to_numpy(distance(x, y))
    )
    with pytest.raises(ValueError, match="custom_objects.*extractor='mine'"):
        keras.saving.deserialize_keras_object(config)


def test_an_extractor_by_name():
    distance = perceptual("cifar10", "relu_2")
    assert distance.get_config()["extractor"] == "cifar10"
    x = np.random.default_rng(0).uniform(-1, 1, (2, 32, 32, 3)).astype("float32")
    found = ops.convert_to_numpy(distance(x, -x))
    assert (found > 0).all()
    np.testing.assert_array_equal(ops.convert_to_numpy(distance(x, x)), 0.0)


def test_samples_that_are_no_images():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="three")])
    distance = perceptual(Extractor(network, name="p", kind=Vectors(2)), "three")
    x, y = np.float32([[1, 2]]), np.float32([[0, 5]])
    kernel = network.layers[0].kernel.numpy()
    found = ops.convert_to_numpy(distance(x, y))
    np.testing.assert_allclose(found, (((x - y) @ kernel) ** 2).mean(1), rtol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"extractor": "nobody"}, "`extractor` must be.*'nobody'"),
        ({"layers": ["halfs"]}, "nearest names are.*halves.*'halfs'"),
        ({"layers": []}, "at least one layer"),
        ({"layers": 3}, "`layers` must be a sequence"),
        ({"weights": [1.0]}, "1 weights for 2 layers"),
        ({"weights": [1.0, -1.0]}, "`weights` must be at least 0"),
    ],
)
def test_bad_arguments(arguments, message):
    given = {"extractor": eyes(), "layers": ["halves", "colors"], **arguments}
    with pytest.raises(ValueError, match=message):
        kerasgen.losses.perceptual(**given)


def test_a_network_that_cannot_be_asked_for_its_layers():
    class Subclassed(keras.Model):
        def call(self, x):
            return x

    network = Subclassed()
    network.build((None, 4, 4, 3))
    with pytest.raises(ValueError, match="functional or sequential.*Subclassed"):
        perceptual(Extractor(network, name="x"), "halves")
