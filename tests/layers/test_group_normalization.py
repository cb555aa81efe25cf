import keras
import numpy as np
import pytest

from kerasgen import layers


def twins(shape, **arguments):
    """kerasgen's layer and Keras's, with the same weights."""
    ours = layers.GroupNormalization(**arguments)
    theirs = keras.layers.GroupNormalization(**arguments)
    for layer in (ours, theirs):
        layer.build(shape)
    random = np.random.default_rng(0)
    ours.set_weights([random.uniform(0.5, 2, w.shape) for w in ours.weights])
    theirs.set_weights(ours.get_weights())
    return ours, theirs


def activations(*shape):
    return np.random.default_rng(2).normal(1, 2, shape).astype("float32")


@pytest.mark.parametrize(
    ("shape", "arguments"),
    [
        ((3, 4, 5, 6), {"groups": -1, "center": False, "scale": False}),
        ((3, 4, 5, 6), {"groups": 6, "epsilon": 1e-4}),
        ((1, 4, 5, 6), {"groups": 6}),
        ((2, 3, 6), {"groups": 3, "epsilon": 1e-5}),
        ((2, 6, 3, 4), {"groups": 2, "axis": 1}),
    ],
    ids=str,
)
def test_outputs_and_derivatives_are_those_of_keras(
    shape, arguments, results, assert_close
):
    inputs = activations(*shape)
    ours, theirs = twins(shape, **arguments)
    assert_close(results(ours, inputs), results(theirs, inputs), tolerance=3e-5)


def test_each_map_of_each_image_has_mean_0_and_variance_1():
    inputs = activations(2, 8, 8, 3)
    layer = layers.GroupNormalization(-1, center=False, scale=False, epsilon=1e-5)
    outputs = keras.ops.convert_to_numpy(layer(inputs))
    np.testing.assert_allclose(outputs.mean((1, 2)), 0.0, atol=1e-5)
    np.testing.assert_allclose(outputs.var((1, 2)), 1.0, atol=1e-4)


def test_a_map_of_one_pixel_is_its_own_mean():
    layer = layers.GroupNormalization(-1, center=False, scale=False)
    outputs = keras.ops.convert_to_numpy(layer(activations(1, 1, 1, 3)))
    np.testing.assert_allclose(outputs, 0.0, atol=1e-5)


def test_a_batch_may_be_empty():
    layer = layers.GroupNormalization(-1)
    assert layer(np.zeros((0, 4, 4, 3), "float32")).shape == (0, 4, 4, 3)


def test_sizes_may_be_open():
    images = keras.Input((None, None, 4))
    network = keras.Model(images, layers.GroupNormalization(2)(images))
    inputs = activations(2, 3, 5, 4)
    theirs = keras.layers.GroupNormalization(2)
    np.testing.assert_allclose(
        network.predict(inputs, verbose=0),
        keras.ops.convert_to_numpy(theirs(inputs)),
        atol=1e-5,
    )


def test_statistics_are_float32_in_mixed_precision():
    inputs = 100.0 + activations(2, 16, 16, 3)  # bfloat16 has eight bits of it
    layer = layers.GroupNormalization(-1, dtype="mixed_bfloat16")
    outputs = layer(keras.ops.cast(inputs, "bfloat16"))
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
    variance = keras.ops.convert_to_numpy(keras.ops.cast(outputs, "float32")).var(
        (1, 2)
    )
    np.testing.assert_allclose(variance, 1.0, atol=0.02)
