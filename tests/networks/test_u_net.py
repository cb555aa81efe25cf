import keras
import numpy as np
import pytest

from kerasgen.layers import Conv2D, Conv2DTranspose, PersistentDropout
from kerasgen.networks import u_net


def of_type(network, cls):
    return [layer for layer in network.layers if isinstance(layer, cls)]


def test_it_is_the_network_of_the_paper():
    network = u_net((256, 256, 3))
    down, up = of_type(network, Conv2D), of_type(network, Conv2DTranspose)
    assert [c.filters for c in down] == [64, 128, 256] + 5 * [512]
    assert [c.filters for c in up] == 4 * [512] + [256, 128, 64, 3]
    # Not on the first, nor on the innermost: 6 and 7.
    assert len(of_type(network, keras.layers.GroupNormalization)) == 13
    assert len(of_type(network, PersistentDropout)) == 3
    assert network.count_params() == 54_414_531  # that of the authors' PyTorch code


@pytest.mark.parametrize(
    ("shape", "depth"), [((48, 80), 4), ((6, 8), 1), ((512, 512), 8), ((16, 16), 4)]
)
def test_it_halves_as_often_as_both_sides_allow(shape, depth):
    network = u_net((*shape, 1), 3, filters=1)
    assert len(of_type(network, Conv2D)) == depth
    assert network.output_shape == (None, *shape, 3)


def test_details_go_past_the_middle():
    """With nothing coming up from below, the output still knows the input."""
    keras.utils.set_random_seed(0)
    network = u_net((8, 8, 1), filters=2, depth=2, dropout=0.0)
    innermost = of_type(network, Conv2D)[-1]
    innermost.set_weights([np.zeros_like(w) for w in innermost.get_weights()])
    x = np.random.default_rng(0).uniform(-1, 1, (2, 8, 8, 1)).astype("float32")
    y = keras.ops.convert_to_numpy(network(x))
    assert abs(y[0] - y[1]).max() > 1e-4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"depth": 4}, "multiples of 16; near sizes are 16 and 32. Received: width=24"),
        ({"image_shape": (1, 8, 1)}, "near sizes are 2. Received: height=1, depth=1"),
        ({"depth": 0}, "depth=0"),
        ({"dropout": -0.1}, "dropout=-0.1"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        u_net(**{"image_shape": (16, 24, 1), "filters": 1} | arguments)
