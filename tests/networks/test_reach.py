"""What can be seen of the values that a network's outputs reach."""

import math
import warnings

import keras
import pytest
from keras import ops

from kerasgen import layers
from kerasgen.networks.reach import reached, symbolic_outputs, warn_unless_reached

INF = math.inf


def ending_in(*last):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), *last])


def nested(*last):
    inner = keras.Sequential([keras.Input((3,)), *last])
    return ending_in(inner)


def of_operations(function):
    inputs = keras.Input((4,))
    return keras.Model(inputs, function(keras.layers.Dense(3)(inputs)))


class Picky(keras.layers.Layer):
    """Takes no such numbers."""

    def compute_output_spec(self, x):
        return keras.KerasTensor(x.shape)

    def call(self, x):
        raise ValueError("these are no probabilities")


@pytest.mark.parametrize(
    ("network", "interval"),
    [
        (ending_in(), (-INF, INF)),
        (ending_in(keras.layers.Dense(1, "sigmoid")), (0, 1)),
        (ending_in(keras.layers.Dense(2, "softmax")), (0, 1)),
        (ending_in(keras.layers.Dense(1, "tanh")), (-1, 1)),
        (ending_in(keras.layers.Dense(1, "relu")), (0, INF)),
        (ending_in(keras.layers.Softmax()), (0, 1)),
        (ending_in(keras.layers.LeakyReLU(negative_slope=0.01)), (-INF, INF)),
        (ending_in(keras.layers.ELU()), (-1, INF)),
        (ending_in(keras.layers.Activation("log_softmax")), (-INF, 0)),
        (ending_in(keras.layers.Activation("linear", dtype="float32")), (-INF, INF)),
        (nested(keras.layers.Dense(1, "sigmoid")), (0, 1)),
        (nested(keras.layers.Activation("sigmoid")), (0, 1)),
        (ending_in(nested(keras.layers.Dense(3, "tanh")).layers[-1]), (-1, 1)),
        (of_operations(ops.sigmoid), (0, 1)),
        (of_operations(lambda x: 2.0 * ops.sigmoid(x) - 1.0), (-1, 1)),
        (of_operations(lambda x: 80.0 * ops.tanh(x)), (-INF, INF)),
        (
            ending_in(
                layers.SpectralNormalization(keras.layers.Dense(1, activation="tanh"))
            ),
            (-1, 1),
        ),
        (
            ending_in(
                keras.layers.Dense(3, "sigmoid"),
                keras.layers.Reshape((1, 3)),
                keras.layers.UpSampling1D(2),
            ),
            (0, 1),
        ),
        (
            ending_in(
                keras.layers.Dense(3, "sigmoid"), keras.layers.Rescaling(2.0, -1.0)
            ),
            (-1, 1),
        ),
    ],
)
def test_the_last_steps_say_what_is_reached(network, interval):
    *_, (_, low, high) = reached(symbolic_outputs(network))
    assert (low, high) == pytest.approx(interval, abs=0.01)


@pytest.mark.parametrize(
    "last",
    [
        keras.layers.BatchNormalization(),
        layers.MinibatchDiscrimination(2, 2),
        keras.layers.PReLU(),
        Picky(),
    ],
)
def test_nothing_is_said_of_what_weights_or_more_than_numbers_decide(last):
    assert reached(symbolic_outputs(ending_in(keras.layers.ReLU(), last))) == []


def test_nothing_is_seen_of_a_subclassed_network():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.outputs = keras.layers.Dense(1, "sigmoid")

        def call(self, x):
            return self.outputs(x)

    own = Own()
    assert symbolic_outputs(own) is None
    assert reached(symbolic_outputs(ending_in(own))) == []
    assert symbolic_outputs(own).shape == (None, 1)  # now that it was called


def test_a_network_keeps_its_outputs_where_it_is_put_into_another():
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    before = symbolic_outputs(inner)
    ending_in(inner, keras.layers.Activation("tanh"))
    assert symbolic_outputs(inner) is before


def test_the_layer_that_keeps_values_away_is_named():
    network = ending_in(
        keras.layers.Dense(1, "sigmoid", name="odds"),
        keras.layers.Rescaling(2.0, name="doubled"),
        keras.layers.Reshape((1, 1), name="moved"),
    )
    output = symbolic_outputs(network)
    message = "(?s)More. Received: it, .* 'odds' [(]sigmoid[)] makes values from 0 to 1"
    with pytest.warns(UserWarning, match=message):
        warn_unless_reached(output, (-3.0, 3.0), "More.", "it")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_unless_reached(output, (0.0, 2.0), "More.", "it")
