import keras
import numpy as np
import pytest

from kerasgen import layers


def twins(input_shape, **arguments):
    """kerasgen's layer and Keras's, with the same weights."""
    ours = layers.BatchNormalization(**arguments)
    theirs = keras.layers.BatchNormalization(**arguments)
    for layer in (ours, theirs):
        layer.build(input_shape)
    random = np.random.default_rng(0)
    ours.set_weights([random.uniform(0.5, 2, w.shape) for w in ours.weights])
    theirs.set_weights(ours.get_weights())
    return ours, theirs


def activations(*shape):
    return np.random.default_rng(2).normal(1, 2, shape).astype("float32")


@pytest.mark.parametrize(
    "shape", [(16, 5), (4, 6, 5), (4, 6, 3, 5), (2, 3, 4, 2, 5)], ids=len
)
@pytest.mark.parametrize(
    "arguments", [{}, {"scale": False}, {"center": False}, {"epsilon": 1e-6}], ids=str
)
def test_training_is_that_of_keras(shape, arguments, results, assert_close):
    inputs = activations(*shape)
    ours, theirs = twins(shape, **arguments)
    assert_close(
        results(ours, inputs, training=True),
        results(theirs, inputs, training=True),
        tolerance=3e-5,
    )


def test_training_uses_the_statistics_of_the_batch():
    inputs = activations(8, 4, 4, 3)
    layer = layers.BatchNormalization(epsilon=1e-3)
    outputs = keras.ops.convert_to_numpy(layer(inputs, training=True))
    exact = inputs.astype("float64")
    mean, variance = exact.mean((0, 1, 2)), exact.var((0, 1, 2))
    expected = (exact - mean) / np.sqrt(variance + 1e-3)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_moving_statistics_follow_the_biased_variance():
    inputs = activations(4, 2, 1, 3)
    layer = layers.BatchNormalization(momentum=0.9)
    layer(inputs, training=True)
    exact = inputs.astype("float64")
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(layer.moving_mean),
        0.1 * exact.mean((0, 1, 2)),
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(layer.moving_variance),
        0.9 + 0.1 * exact.var((0, 1, 2)),
        rtol=1e-5,
    )


def test_statistics_of_a_single_value_are_finite():
    layer = layers.BatchNormalization(momentum=0.5)
    layer(np.full((1, 2), 3.0, "float32"), training=True)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer.moving_mean), 1.5)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer.moving_variance), 0.5)


@pytest.mark.parametrize("frozen", [False, True])
def test_inference_uses_and_keeps_moving_statistics(frozen, results, assert_close):
    inputs = activations(4, 3, 3, 5)
    ours, theirs = twins(inputs.shape)
    ours.trainable = theirs.trainable = not frozen
    before = ours.get_weights()
    assert_close(
        results(ours, inputs, training=frozen), results(theirs, inputs, training=frozen)
    )
    for a, b in zip(ours.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("arguments", [{"axis": 1}, {"renorm": True}], ids=str)
def test_rare_arguments_are_left_to_keras(arguments, results, assert_close):
    inputs = activations(4, 3, 3, 5)
    ours, theirs = twins(inputs.shape, **arguments)
    assert_close(
        results(ours, inputs, training=True), results(theirs, inputs, training=True)
    )
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_mask_hides_values():
    inputs = activations(4, 6, 5)
    mask = np.arange(6) < np.array([6, 3, 2, 1])[:, None]
    ours, theirs = twins(inputs.shape)
    for layer in (ours, theirs):
        layer(inputs, training=True, mask=mask)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_bfloat16_keeps_statistics_in_float32(results, assert_close):
    inputs = activations(8, 4, 4, 5)
    ours, theirs = twins(inputs.shape, dtype="mixed_bfloat16")
    outputs = ours(inputs, training=True)
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
    theirs(inputs, training=True)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        assert a.dtype == "float32"
        np.testing.assert_allclose(a, b, rtol=1e-5)
    assert_close(
        results(ours, inputs, training=True),
        results(theirs, inputs, training=True),
        tolerance=0.03,
    )


def test_saved_layer_is_loaded_as_our_class(tmp_path):
    layer = layers.BatchNormalization(momentum=0.7, name="layer")
    model = keras.Sequential([keras.Input((4, 4, 3)), layer])
    inputs = activations(2, 4, 4, 3)
    model(inputs, training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.get_layer("layer")) is layers.BatchNormalization
    assert loaded.get_layer("layer").get_config() == layer.get_config()
    np.testing.assert_array_equal(
        model.predict(inputs, verbose=0), loaded.predict(inputs, verbose=0)
    )
