import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.layers import Conv2D, Conv2DTranspose, ReflectionPadding2D
from kerasgen.networks import residual_translator


def layers_of(network, *classes):
    return [layer for layer in network.layers if isinstance(layer, classes)]


def test_it_is_the_network_of_the_paper():
    """c7s1-64, d128, d256, R256 x 6, u128, u64, c7s1-3."""
    network = residual_translator((64, 64, 3))
    convolutions = layers_of(network, Conv2D, Conv2DTranspose)
    assert [c.filters for c in convolutions] == [64, 128] + [256] * 13 + [128, 64, 3]
    assert [c.kernel_size[0] for c in convolutions] == [7] + [3] * 16 + [7]
    strides = [c.strides[0] for c in convolutions]
    assert strides == [1, 2, 2] + [1] * 12 + [2, 2, 1]
    pads = [p.padding for p in layers_of(network, ReflectionPadding2D)]
    assert pads == [3] + [1] * 12 + [3]
    norms = layers_of(network, keras.layers.GroupNormalization)
    assert len(norms) == len(convolutions) - 1
    # The authors' 7,837,699 weights but for the biases in front of norms.
    biases = 64 + 128 + 256 * 13 + 128 + 64
    assert network.count_params() == 7_837_699 - biases


def test_maps_of_each_image_are_normalized_alone():
    network = residual_translator((16, 16, 2), filters=2, blocks=1)
    first = layers_of(network, keras.layers.GroupNormalization)[0]
    x = np.random.default_rng(0).normal(3.0, 2.0, (2, 16, 16, 2)).astype("float32")
    found = ops.convert_to_numpy(ops.stop_gradient(first(x)))
    mean, variance = (f(x, axis=(1, 2), keepdims=True) for f in (np.mean, np.var))
    np.testing.assert_allclose(found, (x - mean) / np.sqrt(variance + 1e-5), atol=1e-5)


def test_a_block_that_says_nothing_passes_images_on():
    """`x + f(x)` without a ReLU after it: what is negative stays so."""
    network = residual_translator((8, 8, 1), filters=2, blocks=2)
    first, second = layers_of(network, keras.layers.Add)
    block = keras.Model(first.output, second.output)
    for layer in layers_of(block, Conv2D):
        layer.set_weights([np.zeros_like(w) for w in layer.get_weights()])
    x = np.random.default_rng(0).normal(size=(1, 2, 2, 8)).astype("float32")
    np.testing.assert_array_equal(ops.convert_to_numpy(block(x)), x)


def test_channels_may_change():
    network = residual_translator((8, 12, 1), channels=3, filters=1, blocks=1)
    assert network.output_shape == (None, 8, 12, 3)
    images = ops.convert_to_numpy(network(np.ones((2, 8, 12, 1), "float32")))
    assert np.abs(images).max() <= 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": (8, 10, 3)}, "near sizes are 8 and 12. Received: width=10"),
        ({"image_shape": (4, 8, 3)}, "height=4"),
        ({"filters": 0}, "filters=0"),
        ({"blocks": 0}, "blocks=0"),
        ({"channels": 0}, "channels=0"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        residual_translator(**{"image_shape": (8, 8, 3), "filters": 1} | arguments)
