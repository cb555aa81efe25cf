"""Proves the extractors of photographs with the published weights, against PyTorch.

    python tools/check_photographs.py photo2art.zip [--lite0 PATH] [--hed PATH]

Features, logits and maps of some photographs are compared with those of the same
networks written out in PyTorch, in float64, from the same files. Then the classifier
is asked what it sees in all of the photographs (in trainA and testA, whose names begin
with what they show), for what ImageNet knows: in whole ones, as the extractor takes
them, and in their middle, as its authors do. Needs PyTorch; the backend may be any.
"""

import argparse
import io
import zipfile

import keras
import numpy as np

from kerasgen.extractors import efficientnet_lite0, torch_archive, vgg16_hed
from kerasgen.extractors.layer_outputs import LayerOutputs
from kerasgen.metrics import load_extractor

# ImageNet's classes of what the photographs show, in its order of 1,000.
CLASSES = {
    "elephant": {101, 385, 386},  # tusker, Indian, African
    "guitar": {402, 546},  # acoustic, electric
    "dog": set(range(151, 269)),  # Chihuahua to Mexican hairless
    "horse": {339, 340},  # sorrel, zebra
}
# Kernel, stride, expansion, channels before and after of the blocks of Lite0.
BLOCKS = [
    (3, 1, 1, 32, 16),
    (3, 2, 6, 16, 24), (3, 1, 6, 24, 24),
    (5, 2, 6, 24, 40), (5, 1, 6, 40, 40),
    (3, 2, 6, 40, 80), (3, 1, 6, 80, 80), (3, 1, 6, 80, 80),
    (5, 1, 6, 80, 112), (5, 1, 6, 112, 112), (5, 1, 6, 112, 112),
    (5, 2, 6, 112, 192), (5, 1, 6, 192, 192), (5, 1, 6, 192, 192), (5, 1, 6, 192, 192),
    (3, 1, 6, 192, 320),
]  # fmt: skip
MEAN = np.array([104.00699, 116.66877, 122.67892])  # blue, green, red


def main(arguments=None):
    """Reads the command line, compares, counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photographs", help="photo2art.zip")
    parser.add_argument("--lite0", help="weights of efficientnet_lite0, by path")
    parser.add_argument("--hed", help="weights of vgg16_hed, by path")
    parser.add_argument("--limit", type=int, help="photographs of each kind")
    parser.add_argument("--compared", type=int, default=4, help="with PyTorch")
    options = parser.parse_args(arguments)
    kinds = photographs(options.photographs, options.limit)
    some = np.concatenate([images[:1] for images in kinds.values()])
    some = some[: options.compared]
    compare_lite0(some, options.lite0)
    compare_vgg16(some, options.hed)
    extractor = load_extractor("efficientnet_lite0", options.lite0)
    for kind, images in kinds.items():
        for part, seen in (("whole", images), ("middle", middle(images))):
            best = np.argsort(-extractor(seen)["logits"], axis=1)
            hits = np.isin(best, list(CLASSES[kind]))
            print(
                f"{kind}, {part}: {len(seen)} photographs, right at once "
                f"{hits[:, 0].mean():.1%}, "
                f"among five {hits[:, :5].any(axis=1).mean():.1%}",
                flush=True,
            )


def middle(images):
    """What the authors of Lite0 resize to 224: 224 of 256 parts, at the center."""
    size = images.shape[1]
    edge = size // 16
    return images[:, edge : size - edge, edge : size - edge]


def photographs(path, limit=None):
    """`{kind: uint8 images}` of the photographs in the archive."""
    from PIL import Image

    with zipfile.ZipFile(path) as archive:

        def image(name):
            picture = Image.open(io.BytesIO(archive.read(name)))
            return np.asarray(picture.convert("RGB"))

        found = {}
        for kind in CLASSES:
            starts = tuple(f"{folder}/{kind}_" for folder in ("trainA", "testA"))
            names = [n for n in sorted(archive.namelist()) if n.startswith(starts)]
            found[kind] = np.stack([image(name) for name in names[:limit]])
    return found


def compare_lite0(images, path=None):
    """Prints the largest differences, relative to the largest value."""
    path = efficientnet_lite0.WEIGHTS.find(path)
    wanted = lite0_of_torch(torch_archive.read(path), pillow_bicubic(images, 224))
    found = load_extractor("efficientnet_lite0", path)(images, len(images))
    for name, values in zip(("features", "logits"), wanted, strict=True):
        report(f"efficientnet_lite0 {name}", found[name], values)


def compare_vgg16(images, path=None):
    """The same for every map."""
    path = vgg16_hed.WEIGHTS.find(path)
    extractor = load_extractor("vgg16_hed", path)
    layers = [layer for layer in extractor.network.layers if layer.weights]
    weights = {
        layer.name: [weight.numpy() for weight in layer.weights] for layer in layers
    }
    wanted = vgg16_of_torch(weights, images)
    outputs = LayerOutputs(extractor, list(weights))
    found = outputs(keras.ops.convert_to_tensor(images.astype("float32") / 127.5 - 1))
    for name, values in zip(weights, found, strict=True):
        values = keras.ops.convert_to_numpy(values).transpose(0, 3, 1, 2)
        report(f"vgg16_hed {name}", values, wanted[name])


def report(name, found, wanted):
    error = np.abs(found - wanted).max() / np.abs(wanted).max()
    print(f"{name}: {error:.1e} of the largest value", flush=True)


def pillow_bicubic(images, size):
    """Bicubic to a square as Pillow does it in float, clipped to [0, 255]."""
    from PIL import Image

    resized = [
        [np.asarray(Image.fromarray(c).resize((size, size), Image.BICUBIC)) for c in i]
        for i in images.astype("float32").transpose(0, 3, 1, 2)
    ]
    return np.array(resized).transpose(0, 2, 3, 1).clip(0, 255)


def lite0_of_torch(tensors, images):
    """Features and logits of float images in [0, 255], `(n, 224, 224, 3)`, float64."""
    import torch

    t = {n: torch.from_numpy(np.array(v)).double() for n, v in tensors.items()}

    def convolution(x, name, norm, stride=1, groups=1, act=True):
        weight = t[f"{name}.weight"]
        size, n = weight.shape[-1], x.shape[-1]
        total = max((-(-n // stride) - 1) * stride + size - n, 0)  # TensorFlow's SAME
        x = torch.nn.functional.pad(x, (total // 2, total - total // 2) * 2)
        x = torch.nn.functional.conv2d(x, weight, stride=stride, groups=groups)
        parts = ("running_mean", "running_var", "weight", "bias")
        parts = (t[f"{norm}.{part}"] for part in parts)
        x = torch.nn.functional.batch_norm(x, *parts, eps=1e-3)
        return x.clamp(0, 6) if act else x

    x = (images.transpose(0, 3, 1, 2).astype("float64") - 127) / 128
    x = convolution(torch.from_numpy(x), "_conv_stem", "_bn0", 2)
    for i, (_, stride, expansion, before, after) in enumerate(BLOCKS):
        b, y = f"_blocks.{i}", x
        if expansion > 1:
            y = convolution(y, f"{b}._expand_conv", f"{b}._bn0")
        y = convolution(y, f"{b}._depthwise_conv", f"{b}._bn1", stride, y.shape[1])
        y = convolution(y, f"{b}._project_conv", f"{b}._bn2", act=False)
        x = x + y if stride == 1 and before == after else y
    features = convolution(x, "_conv_head", "_bn1").mean((2, 3))
    logits = features @ t["_fc.weight"].T + t["_fc.bias"]
    return features.numpy(), logits.numpy()


def vgg16_of_torch(weights, images):
    """What every convolution makes of uint8 images, `{name: (n, c, h, w)}`, float64.

    `weights` is `{name: (kernel, bias)}` in Keras's order of axes.
    """
    import torch

    x = images[..., ::-1].astype("float64") - MEAN
    x, found = torch.from_numpy(x.transpose(0, 3, 1, 2).copy()), {}
    for name, (kernel, bias) in weights.items():
        if name.endswith("conv1") and name != "block1_conv1":
            x = torch.nn.functional.max_pool2d(x, 2, ceil_mode=True)
        kernel = torch.from_numpy(kernel.transpose(3, 2, 0, 1).astype("float64"))
        bias = torch.from_numpy(bias.astype("float64"))
        x = torch.nn.functional.conv2d(x, kernel, bias, padding=1).clamp(min=0)
        found[name] = x.numpy()
    return found


if __name__ == "__main__":
    main()
