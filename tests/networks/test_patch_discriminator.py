import keras
import pytest

from kerasgen.layers import Conv2D
from kerasgen.networks import patch_discriminator


def convolutions(network):
    return [layer for layer in network.layers if isinstance(layer, Conv2D)]


def seen_by_one_logit(network):
    """Pixels on a side, from the last convolution back to the first."""
    size = 1
    for convolution in reversed(convolutions(network)):
        size = (size - 1) * convolution.strides[0] + convolution.kernel_size[0]
    return size


def test_it_is_the_network_of_the_paper():
    """C64-C128-C256-C512, and a logit for each of 30x30 patches of 256x256."""
    network = patch_discriminator((256, 256, 3))
    assert [c.filters for c in convolutions(network)] == [64, 128, 256, 512, 1]
    assert [c.strides[0] for c in convolutions(network)] == [2, 2, 2, 1, 1]
    assert network.output_shape == (None, 30, 30, 1)
    norms = [
        x for x in network.layers if isinstance(x, keras.layers.GroupNormalization)
    ]
    assert [n.input.shape[-1] for n in norms] == [128, 256, 512]
    # The authors' 2,764,737 weights but for the biases in front of norms.
    assert network.count_params() == 2_764_737 - 128 - 256 - 512


@pytest.mark.parametrize(("halvings", "pixels"), [(1, 16), (2, 34), (3, 70), (4, 142)])
def test_a_logit_sees_a_patch(halvings, pixels):
    network = patch_discriminator((48, 36, 1), filters=1, halvings=halvings)
    assert seen_by_one_logit(network) == pixels
    height, width = (-(-size // 2**halvings) - 2 for size in (48, 36))
    assert network.output_shape == (None, height, width, 1)


def test_the_largest_and_the_smallest_patch_of_pix2pix():
    """C64-C128-C256-C512-C512-C512, and C64-C128 of 1x1 kernels."""
    largest = patch_discriminator((256, 256, 3), halvings=5)
    assert [c.filters for c in convolutions(largest)] == [
        64,
        128,
        256,
        512,
        512,
        512,
        1,
    ]
    assert seen_by_one_logit(largest) == 286
    pixels = patch_discriminator((5, 7, 3), halvings=0, normalization="batch")
    assert [c.filters for c in convolutions(pixels)] == [64, 128, 1]
    assert seen_by_one_logit(pixels) == 1
    assert pixels.output_shape == (None, 5, 7, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": (16, 32, 3)}, "at least 17.*Received: height=16, halvings=3"),
        ({"halvings": -1}, "halvings=-1"),
        ({"normalization": "group"}, "`normalization` must be one of"),
        ({"filters": 0}, "filters=0"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        patch_discriminator(**{"image_shape": (32, 32, 3), "filters": 1} | arguments)
