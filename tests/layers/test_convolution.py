import keras
import numpy as np
import pytest

from kerasgen import layers

LAYERS = ["Conv2D", "Conv2DTranspose"]
MANY = 65  # channels, which under JAX are lowered in another way than a few


def twins(name, input_shape, *args, **kwargs):
    """kerasgen's layer and Keras's, with the same weights."""
    ours = getattr(layers, name)(*args, **kwargs)
    theirs = getattr(keras.layers, name)(*args, **kwargs)
    for layer in (ours, theirs):
        layer.build(input_shape)
    random = np.random.default_rng(0)
    ours.set_weights([random.normal(size=w.shape) / 2 for w in ours.weights])
    theirs.set_weights(ours.get_weights())
    return ours, theirs


def pictures(*shape):
    return np.random.default_rng(2).normal(size=shape).astype("float32")


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("name", LAYERS)
def test_outputs_and_shapes_are_those_of_keras(name, kernel_size, strides, padding):
    for height, width in [(8, 8), (7, 6)]:
        for filters in (3, MANY):
            images = pictures(2, height, width, 4)
            ours, theirs = twins(
                name, images.shape, filters, kernel_size, strides, padding
            )
            actual, expected = ours(images), theirs(images)
            assert actual.shape == expected.shape
            np.testing.assert_allclose(
                keras.ops.convert_to_numpy(actual),
                keras.ops.convert_to_numpy(expected),
                rtol=1e-5,
                atol=1e-5,
            )


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(
    ("kernel_size", "strides"),
    [(4, 2), (5, 2), (3, 2), (3, 1), (1, 1), (5, 3), (2, 3), ((4, 3), (2, 1))],
)
@pytest.mark.parametrize("name", LAYERS)
def test_derivatives_are_those_of_keras(
    name, kernel_size, strides, padding, results, assert_close
):
    for filters in (3, MANY):
        images = pictures(2, 6, 7, 4)
        ours, theirs = twins(name, images.shape, filters, kernel_size, strides, padding)
        assert_close(results(ours, images), results(theirs, images))


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("kernel_size", "strides"), [(4, 2), ((3, 4, 2), (1, 2, 3))])
@pytest.mark.parametrize("name", ["Conv3D", "Conv3DTranspose"])
def test_voxels_have_outputs_and_derivatives_of_keras(
    name, kernel_size, strides, padding, results, assert_close
):
    for filters in (2, MANY):
        voxels = pictures(2, 6, 7, 5, 3)
        ours, theirs = twins(name, voxels.shape, filters, kernel_size, strides, padding)
        assert ours(voxels).shape == theirs(voxels).shape
        assert_close(results(ours, voxels), results(theirs, voxels))


@pytest.mark.parametrize("name", LAYERS)
def test_bias_and_activation_are_applied(name):
    images = pictures(2, 4, 4, 3)
    ours, _ = twins(name, images.shape, 5, 4, 2, "same", activation="relu")
    ours.set_weights([np.zeros(ours.kernel.shape), np.array([-1, 0, 1, 2, 3.0])])
    outputs = keras.ops.convert_to_numpy(ours(images))
    np.testing.assert_array_equal(
        outputs, np.broadcast_to([0, 0, 1, 2, 3], outputs.shape)
    )


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Conv2D", {"dilation_rate": 2}),
        ("Conv2D", {"groups": 2}),
        ("Conv2DTranspose", {"strides": 2, "output_padding": 1}),
    ],
)
def test_rare_arguments_are_left_to_keras(name, arguments, backend):
    if backend == "tensorflow" and "groups" in arguments:
        pytest.skip("compiled by XLA there, which warns on a CPU")
    images = pictures(2, 6, 6, 4)
    ours, theirs = twins(name, images.shape, 4, 3, **arguments)
    np.testing.assert_array_equal(
        keras.ops.convert_to_numpy(ours(images)),
        keras.ops.convert_to_numpy(theirs(images)),
    )


@pytest.mark.parametrize("name", LAYERS)
def test_bfloat16_computes_in_bfloat16(name, results, assert_close):
    images = pictures(2, 6, 6, 4)
    ours, theirs = twins(name, images.shape, 17, 4, 2, "same", dtype="mixed_bfloat16")
    assert keras.backend.standardize_dtype(ours(images).dtype) == "bfloat16"
    # Gradients are sums of terms of 8 bits, in an order that processors choose.
    assert_close(results(ours, images), results(theirs, images), tolerance=0.06)


@pytest.mark.parametrize("name", LAYERS)
def test_saved_layer_is_loaded_as_our_class(name, tmp_path):
    images = pictures(2, 4, 4, 3)
    layer = getattr(layers, name)(4, 4, strides=2, padding="same", name="layer")
    model = keras.Sequential([keras.Input((4, 4, 3)), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.get_layer("layer")) is getattr(layers, name)
    np.testing.assert_array_equal(
        model.predict(images, verbose=0), loaded.predict(images, verbose=0)
    )


@pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="a memory order of PyTorch's"
)
@pytest.mark.parametrize("name", LAYERS)
def test_a_kernel_stays_in_the_order_that_pytorch_reads(name, tmp_path):
    import torch

    def is_in_order(layer):
        oihw = layer.kernel.value.permute(3, 2, 0, 1)
        return oihw.is_contiguous(memory_format=torch.channels_last)

    model = keras.Sequential(
        [keras.Input((8, 8, 3)), getattr(layers, name)(5, 4, 2, "same")]
    )
    model.compile("adam", "mse")
    x = pictures(4, 8, 8, 3)
    model.fit(x, np.zeros(model(x).shape, "float32"), verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert is_in_order(model.layers[0])
    assert is_in_order(again.layers[0])
    np.testing.assert_array_equal(
        model.layers[0].kernel.numpy(), again.layers[0].kernel.numpy()
    )


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("kernel_size", "strides"), [(3, 1), (3, 2), (5, 2), (4, 3)])
def test_a_depthwise_one_is_that_of_keras(kernel_size, strides, padding):
    for multiplier in (1, 2):
        images = pictures(2, 8, 7, 4)
        ours, theirs = twins(
            "DepthwiseConv2D",
            images.shape,
            kernel_size,
            strides,
            padding,
            depth_multiplier=multiplier,
            activation="relu6",
        )
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(ours(images)),
            keras.ops.convert_to_numpy(theirs(images)),
            rtol=1e-5,
            atol=1e-5,
        )
