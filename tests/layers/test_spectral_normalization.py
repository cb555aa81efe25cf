import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine, layers
from kerasgen.layers import SpectralNormalization
from kerasgen.models import GAN


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


LAYERS = {  # name: (layer, inputs)
    "dense": (lambda: keras.layers.Dense(5, use_bias=False), random(3, 4)),
    "conv": (lambda: keras.layers.Conv2D(6, 3, use_bias=False), random(2, 5, 5, 4)),
    "own conv": (
        lambda: layers.Conv2D(6, 4, 2, "same", use_bias=False),
        random(2, 6, 6, 4),
    ),
    "transposed": (
        lambda: keras.layers.Conv2DTranspose(3, 4, 2, "same", use_bias=False),
        random(2, 4, 4, 5),
    ),
    "own transposed": (
        lambda: layers.Conv2DTranspose(3, 4, 2, "same", use_bias=False),
        random(2, 4, 4, 5),
    ),
    "embedding": (lambda: keras.layers.Embedding(7, 4), np.array([[0, 6], [3, 2]])),
}


def kernel_of(layer):
    return layer.embeddings if hasattr(layer, "embeddings") else layer.kernel


def largest_singular_value(layer):
    """Of the matrix (output channels, everything else), in float64."""
    kernel = numpy(kernel_of(layer)).astype("float64")
    if isinstance(layer, keras.layers.Conv2DTranspose):
        kernel = np.swapaxes(kernel, -1, -2)
    return np.linalg.svd(kernel.reshape(-1, kernel.shape[-1]))[1][0]


def converged(name, steps=60):
    make, inputs = LAYERS[name]
    layer = SpectralNormalization(make())
    for _ in range(steps):
        layer(inputs, training=True)
    return layer, inputs


@pytest.mark.parametrize("name", LAYERS)
def test_outputs_are_those_of_the_kernel_over_its_norm(name):
    layer, inputs = converged(name)
    sigma = largest_singular_value(layer.layer)
    plain = numpy(layer.layer(inputs))
    for training in (True, False):
        np.testing.assert_allclose(
            numpy(layer(inputs, training=training)), plain / sigma, rtol=1e-4, atol=1e-6
        )


@pytest.mark.parametrize("name", LAYERS)
def test_the_kernel_is_left_as_it_is(name):
    make, inputs = LAYERS[name]
    layer = SpectralNormalization(make())
    layer.build(inputs.shape)
    before = numpy(kernel_of(layer.layer)).copy()
    layer(inputs, training=True)
    np.testing.assert_array_equal(numpy(kernel_of(layer.layer)), before)


def test_one_power_iteration_a_training_call_and_none_in_inference():
    layer = SpectralNormalization(keras.layers.Dense(5, use_bias=False))
    layer.build((None, 4))
    w, u = numpy(layer.layer.kernel).astype("float64"), numpy(layer.u).copy()
    inputs = random(3, 4)
    layer(inputs)
    np.testing.assert_array_equal(numpy(layer.u), u)
    layer(inputs, training=True)
    v = w @ u / np.linalg.norm(w @ u)  # algorithm 1
    expected = w.T @ v / np.linalg.norm(w.T @ v)
    np.testing.assert_allclose(numpy(layer.u), expected, rtol=1e-4, atol=1e-6)
    after = numpy(layer.u).copy()
    two = SpectralNormalization(
        keras.layers.Dense(5, use_bias=False), power_iterations=2
    )
    two.build((None, 4))
    two.u.assign(u)
    two.layer.kernel.assign(w)
    two(inputs, training=True)
    layer(inputs, training=True)
    assert not np.allclose(numpy(layer.u), after, atol=1e-3)
    np.testing.assert_allclose(numpy(two.u), numpy(layer.u), rtol=1e-4, atol=1e-6)


def test_training_and_the_inference_after_it_agree():
    layer = SpectralNormalization(keras.layers.Dense(5))
    inputs = random(3, 4)
    outputs = numpy(layer(inputs, training=True))
    np.testing.assert_allclose(numpy(layer(inputs)), outputs, rtol=1e-6)


def test_gradient_flows_through_sigma_and_not_through_u_and_v():
    layer, inputs = converged("dense", steps=3)
    weights = random(3, 5, seed=1).astype("float64")
    w = numpy(layer.layer.kernel).astype("float64")
    u = numpy(layer.u).astype("float64")
    v = w @ u / np.linalg.norm(w @ u)

    def loss_in_numpy(w):
        return np.sum((inputs @ w / (v @ w @ u)) ** 2 * weights)

    def loss():
        squares = ops.square(layer(inputs))
        return (ops.sum(squares * ops.cast(weights, "float32")),), None

    _, ((gradient,),), _ = engine.gradients([layer.trainable_variables], loss)
    expected = np.zeros_like(w)
    for index in np.ndindex(*w.shape):
        step = np.zeros_like(w)
        step[index] = 1e-6
        expected[index] = (loss_in_numpy(w + step) - loss_in_numpy(w - step)) / 2e-6
    np.testing.assert_allclose(
        numpy(gradient), expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max()
    )


def test_two_training_calls_in_one_loss_have_gradients():
    layer = SpectralNormalization(keras.layers.Dense(1))
    layer.build((None, 4))
    u = numpy(layer.u).copy()

    def loss():
        values = layer(random(3, 4)) + layer(random(3, 4), training=True)
        values = values + layer(random(3, 4, seed=1), training=True)
        return (ops.sum(ops.square(values)),), None

    _, (gradients,), _ = engine.gradients([layer.trainable_variables], loss)
    assert all(np.isfinite(numpy(g)).all() for g in gradients)
    assert layer.u.shape == u.shape


def test_power_iteration_advances_in_input_gradients():
    layer = SpectralNormalization(keras.layers.Dense(5))
    layer.build((None, 4))
    before = numpy(layer.u).copy()
    engine.input_gradients(
        lambda x: ops.sum(layer(x, training=True), -1),
        ops.convert_to_tensor(random(3, 4)),
    )
    assert not np.allclose(numpy(layer.u), before, atol=1e-4)


def test_a_kernel_of_zeros_neither_breaks_the_outputs_nor_u():
    layer = SpectralNormalization(keras.layers.Dense(5, kernel_initializer="zeros"))
    layer.build((None, 4))
    outputs = numpy(layer(random(3, 4), training=True))
    np.testing.assert_array_equal(outputs, np.zeros((3, 5)))
    np.testing.assert_allclose(np.linalg.norm(numpy(layer.u)), 1.0, rtol=1e-5)


def test_fit_trains_the_kernel_and_advances_u():
    discriminator = keras.Sequential(
        [
            keras.Input((2,)),
            SpectralNormalization(keras.layers.Dense(8, "relu")),
            SpectralNormalization(keras.layers.Dense(1)),
        ]
    )
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    model = GAN(generator, discriminator, seed=0)
    model.compile(loss="hinge")
    before = [numpy(w).copy() for w in discriminator.weights]
    model.fit(random(32, 2), batch_size=8, epochs=1, verbose=0)
    for variable, old in zip(discriminator.weights, before, strict=True):
        if variable.shape != (1,):  # a vector of length one cannot turn
            assert not np.allclose(numpy(variable), old, atol=1e-7), variable.path
    hidden = discriminator.layers[0]
    for _ in range(50):
        hidden(random(4, 2), training=True)
    kernel = numpy(hidden.layer.kernel)
    sigma = np.linalg.svd(kernel)[1][0]
    np.testing.assert_allclose(
        numpy(hidden(random(4, 2))),
        np.maximum(random(4, 2) @ kernel / sigma + numpy(hidden.layer.bias), 0),
        rtol=1e-4,
        atol=1e-6,
    )


def test_saving_keeps_kernel_and_u(tmp_path):
    layer, inputs = converged("own conv", steps=2)
    model = keras.Sequential([keras.Input(inputs.shape[1:]), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(loaded.layers[0], SpectralNormalization)
    for a, b in zip(loaded.weights, model.weights, strict=True):
        np.testing.assert_array_equal(numpy(a), numpy(b))
    np.testing.assert_array_equal(numpy(loaded(inputs)), numpy(model(inputs)))


def test_mixed_precision_keeps_u_in_float32():
    keras.config.set_dtype_policy("mixed_bfloat16")
    layer, inputs = converged("dense")
    assert layer.u.dtype == "float32" and layer.layer.kernel.dtype == "float32"
    outputs = layer(inputs)
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
    kernel = numpy(layer.layer.kernel) / largest_singular_value(layer.layer)
    outputs = numpy(ops.cast(outputs, "float32"))
    np.testing.assert_allclose(outputs, inputs @ kernel, rtol=0.05, atol=0.02)


def test_regularizers_see_the_kernel_itself():
    dense = keras.layers.Dense(5, use_bias=False, kernel_regularizer="l2")
    layer = SpectralNormalization(dense)
    layer(random(3, 4), training=True)
    (loss,) = layer.losses
    expected = 0.01 * np.sum(numpy(dense.kernel) ** 2)
    np.testing.assert_allclose(numpy(loss), expected, rtol=1e-5)


@pytest.mark.parametrize("power_iterations", [0, 1.5])
def test_bad_iterations_are_refused(power_iterations):
    with pytest.raises(ValueError, match=f"power_iterations={power_iterations}"):
        SpectralNormalization(keras.layers.Dense(1), power_iterations)


def test_a_layer_without_kernel_is_refused():
    with pytest.raises(ValueError, match="layer with a kernel.*ReLU"):
        SpectralNormalization(keras.layers.ReLU()).build((None, 3))
