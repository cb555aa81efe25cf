"""PixelCNN++: weights that are scaled by the first batch, and bytes that it draws."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import models
from kerasgen.layers import ShiftedConv2D, ShiftedConv2DTranspose
from kerasgen.layers.shifted_convolution import initializing

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (16, 4, 8, 3)).astype("uint8")


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


@pytest.mark.parametrize(
    "layer",
    [
        ShiftedConv2D(5, (2, 3), scale=0.1),
        ShiftedConv2D(5, (2, 2), "down_right", strides=2),
        ShiftedConv2DTranspose(5, (2, 3)),
    ],
    ids=["down", "strided", "transposed"],
)
def test_initialized_outputs_have_mean_zero_and_the_scale(layer):
    x = ops.convert_to_tensor(RANDOM.normal(3, 2, (8, 4, 6, 4)).astype("float32"))
    layer.build((None, 4, 6, 4))
    with initializing():
        layer(x)
    found = numpy(layer(x))
    np.testing.assert_allclose(found.mean(axis=(0, 1, 2)), 0.0, atol=1e-4)
    np.testing.assert_allclose(found.std(axis=(0, 1, 2)), layer.scale, rtol=1e-3)


def test_the_length_of_a_kernel_plays_no_part():
    layer = ShiftedConv2D(3, (2, 2), "down_right")
    layer.build((None, 4, 6, 2))
    x = ops.convert_to_tensor(RANDOM.normal(size=(1, 4, 6, 2)).astype("float32"))
    before = numpy(layer(x))
    layer.kernel.assign(7.0 * layer.kernel.numpy())
    np.testing.assert_allclose(numpy(layer(x)), before, atol=1e-5)
    layer.g.assign([2.0, 2.0, 2.0])
    np.testing.assert_allclose(numpy(layer(x)), 2 * before, atol=1e-5)


def small():
    keras.utils.set_random_seed(0)
    return models.PixelCNNPlusPlus((4, 8, 3), filters=4, blocks=1, components=2, seed=1)


def test_fit_begins_with_the_scales_and_the_average_follows_all_weights():
    model = small()
    model.compile(keras.optimizers.SGD(0.0))
    before = model.network("network", averaged=False).get_weights()
    model.fit(IMAGES, batch_size=16, verbose=0)
    scaled = model.network("network", averaged=False).get_weights()
    changed = [not np.array_equal(a, b) for a, b in zip(before, scaled, strict=True)]
    assert sum(changed) > len(changed) / 2  # all g and biases, no kernel
    for a, b in zip(scaled, model.network("network").get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    model.fit(IMAGES[::-1], batch_size=16, verbose=0)  # not again
    again = model.network("network", averaged=False).get_weights()
    for a, b in zip(scaled, again, strict=True):
        np.testing.assert_array_equal(a, b)
    drawn = model.generate(3, seed=0)
    np.testing.assert_array_equal(drawn, model.generate(3, seed=0))
    assert drawn.shape == (3, 4, 8, 3) and len(np.unique(drawn)) > 20
    cold = model.generate(3, seed=0, temperature=1e-4)
    assert np.abs(cold[0].astype(int) - cold[1]).max() <= 1  # the same but for rounding


@pytest.mark.host
def test_what_it_refuses():
    with pytest.raises(ValueError, match="that can be halved twice"):
        models.PixelCNNPlusPlus((30, 32, 3))
    with pytest.raises(ValueError, match="`dropout` must lie in"):
        models.PixelCNNPlusPlus((4, 4, 1), filters=1, blocks=1, dropout=1.0)
    with pytest.raises(ValueError, match="`likelihood` must give each level"):
        models.PixelCNN(likelihood=models.PixelCNNPlusPlus((4, 4, 1), 1, 1).likelihood)
