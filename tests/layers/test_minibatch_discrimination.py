import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine
from kerasgen.layers import MinibatchDiscrimination


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


def features(batch=4, size=3):
    return np.random.default_rng(0).normal(size=(batch, size)).astype("float32")


def expected(f, t):
    """Section 3.2 of the paper, one pair at a time; `t` is A x B x C."""
    closeness = np.zeros((len(f), t.shape[1]))
    m = np.tensordot(f.astype("float64"), t, axes=1)
    for i in range(len(f)):
        for j in range(len(f)):
            closeness[i] += np.exp(-np.abs(m[i] - m[j]).sum(axis=-1))
    return np.concatenate([f, closeness], axis=1)


def test_outputs_are_the_features_and_their_closeness_to_the_batch():
    layer = MinibatchDiscrimination(kernels=5, kernel_dim=2)
    f = features()
    outputs = layer(f)
    t = numpy(layer.kernel).astype("float64").reshape(3, 5, 2)
    np.testing.assert_allclose(numpy(outputs), expected(f, t), rtol=1e-5)
    assert layer.compute_output_shape((None, 3)) == (None, 8)


def test_equal_samples_are_as_close_as_can_be():
    f = np.repeat(features(1), 6, axis=0)
    outputs = numpy(MinibatchDiscrimination(kernels=2, kernel_dim=3)(f))
    np.testing.assert_allclose(outputs[:, 3:], 6.0, rtol=1e-6)


def test_gradient_of_the_tensor_is_that_of_finite_differences():
    layer = MinibatchDiscrimination(kernels=2, kernel_dim=2)
    f = features()
    layer.build(f.shape)
    t = numpy(layer.kernel).astype("float64")
    weights = np.random.default_rng(1).normal(size=(4, 5))

    def loss():
        return (ops.sum(layer(f) * ops.cast(weights, "float32")),), None

    def loss_in_numpy(t):
        return np.sum(expected(f, t.reshape(3, 2, 2)) * weights)

    _, ((gradient,),), _ = engine.gradients([[layer.kernel]], loss)
    slopes = np.zeros_like(t)
    for index in np.ndindex(*t.shape):
        step = np.zeros_like(t)
        step[index] = 1e-6
        slopes[index] = (loss_in_numpy(t + step) - loss_in_numpy(t - step)) / 2e-6
    np.testing.assert_allclose(numpy(gradient), slopes, rtol=1e-4, atol=1e-5)


def test_saving_keeps_arguments_and_outputs(tmp_path):
    layer = MinibatchDiscrimination(5, 2, kernel_initializer="he_normal")
    model = keras.Sequential([keras.Input((3,)), layer, keras.layers.Dense(1)])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.layers[0].get_config() == layer.get_config()
    np.testing.assert_array_equal(numpy(loaded(features())), numpy(model(features())))


def test_mixed_precision_returns_the_compute_dtype():
    layer = MinibatchDiscrimination(5, 2, dtype="mixed_bfloat16")
    outputs = layer(features())
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"


@pytest.mark.parametrize("arguments", [(0, 2), (5, -1), (5, 1.0)])
def test_sizes_must_be_positive_integers(arguments):
    with pytest.raises(ValueError, match="positive integer"):
        MinibatchDiscrimination(*arguments)


def test_images_are_refused():
    with pytest.raises(ValueError, match="ndim=2"):
        MinibatchDiscrimination(5, 2)(np.ones((2, 4, 4, 3), "float32"))
