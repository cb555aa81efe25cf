import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine
from kerasgen.layers import GaussianNoise

ZEROS = np.zeros((100, 20, 5), "float32")


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


def test_deviation_falls_linearly_to_zero():
    layer = GaussianNoise(2.0, decay_calls=4, seed=0)
    noises = [numpy(layer(ZEROS, training=True)) for _ in range(6)]
    expected = [2.0, 1.5, 1.0, 0.5, 0.0, 0.0]
    np.testing.assert_allclose([n.std() for n in noises], expected, rtol=0.05)
    np.testing.assert_allclose([n.mean() for n in noises], 0.0, atol=0.1)


def test_deviation_stays_without_decay():
    layer = GaussianNoise(0.5, seed=0)
    deviations = [numpy(layer(ZEROS, training=True)).std() for _ in range(3)]
    np.testing.assert_allclose(deviations, 0.5, rtol=0.05)


def test_inference_adds_nothing_and_does_not_count():
    layer = GaussianNoise(2.0, decay_calls=4)
    np.testing.assert_array_equal(numpy(layer(ZEROS)), ZEROS)
    assert int(layer.calls.numpy()) == 0


def test_noise_is_new_in_each_call_and_equal_for_equal_seeds():
    first, second = (
        [numpy(layer(ZEROS, training=True)) for _ in range(2)]
        for layer in (GaussianNoise(1.0, seed=7), GaussianNoise(1.0, seed=7))
    )
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first[0], first[1])


def test_counter_and_seed_advance_in_a_compiled_step():
    layer = GaussianNoise(1.0, decay_calls=10, seed=0)
    layer.build(ZEROS.shape)

    @engine.compiled
    def step():
        (loss,), _, _ = engine.gradients(
            [[]], lambda: ((ops.mean(ops.abs(layer(ZEROS, training=True))),), None)
        )
        return loss

    losses = [float(step()) for _ in range(3)]
    assert int(layer.calls.numpy()) == 3
    # The mean of |normal| is 0.798 of its deviation.
    np.testing.assert_allclose(losses, 0.798 * np.array([1.0, 0.9, 0.8]), rtol=0.03)


def test_saving_keeps_arguments_and_the_counter(tmp_path):
    layer = GaussianNoise(1.0, decay_calls=4, seed=3)
    model = keras.Sequential([keras.Input(ZEROS.shape[1:]), layer])
    model(ZEROS, training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras").layers[0]
    assert loaded.get_config() == layer.get_config()
    assert int(loaded.calls.numpy()) == 1
    assert float(loaded.current_stddev()) == 0.75


def test_noise_has_the_dtype_of_the_inputs():
    layer = GaussianNoise(1.0, dtype="mixed_bfloat16")
    outputs = layer(ZEROS, training=True)
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"


@pytest.mark.parametrize(
    "arguments", [{"stddev": -1.0}, {"stddev": 1.0, "decay_calls": 0}]
)
def test_arguments_out_of_range_are_refused(arguments):
    name, value = list(arguments.items())[-1]
    with pytest.raises(ValueError, match=f"Received: {name}={value}"):
        GaussianNoise(**arguments)
