"""Weights for the Inception network: the published ones, and our own files."""

import itertools
import math
import pathlib
import random

import keras
import numpy as np

from kerasgen.extractors import torch_archive
from kerasgen.extractors.fid_weights import (
    BYTES,
    SHA256,
    digest_of,
    fid_weights,
)
from kerasgen.extractors.folded import PARTS, assign, folded
from kerasgen.plain_arrays import is_plain, opened

LIMIT = 2**28  # bytes of a file: as many tensors in float64 have 192 MB
OBJECTS = 10_000  # in an HDF5 file: Keras writes some 800
EPSILON = 0.001  # of the batch normalization, whose statistics the file holds
UNUSED = ".num_batches_tracked"  # newer files have one for each convolution


def find(weights):
    """The path of a file of weights, or None.

    Raises:
        ValueError: If `weights` is neither `"fid"`, None nor a file.
        ConnectionError: If the published weights cannot be downloaded.
    """
    if weights is None:
        return None
    path = fid_weights() if weights == "fid" else pathlib.Path(weights).expanduser()
    if not path.is_file():
        raise ValueError(
            "`weights` must be 'fid', None, or the path of a file. "
            f"Received: weights={str(weights)!r}, which is no file"
        )
    return path


def randomize(network):
    """Fills the network with normal numbers that keep the size of what passes through.

    The seed comes from Python's generator, which `keras.utils.set_random_seed` fixes.

    Reference:
        He et al., 2015, arXiv:1502.01852, equation 10.
    """
    numbers = np.random.default_rng(random.randrange(2**32))
    for kernel in (w for w in network.weights if w.name == "kernel"):
        scale = math.sqrt(2.0 / math.prod(kernel.shape[:-1]))
        kernel.assign(numbers.standard_normal(kernel.shape, "float32") * scale)


def load(network, path):
    """Fills the network from a file.

    Args:
        network: What `inception_network` makes.
        path: A `.pth` in the layout of `pt_inception-2015-12-05-6726825d.pth`, or a
            `.weights.h5` that `save_weights` wrote.

    Raises:
        ValueError: If the file is cut off, altered or of another layout.
    """
    path = pathlib.Path(path)
    if path.suffix == ".h5":
        _load_hdf5(network, path)
    else:
        _load_published(network, path)


def _load_published(network, path):
    _check_origin(path)
    tensors = torch_archive.read(path)
    _check(path, {n: t.shape for n, t in tensors.items()}, published_layout(network))
    for name, layer in _convolutions(network).items():
        assign(path, layer, _folded(tensors, name))
    # Without its bias: the definition of the Inception score leaves it out.
    assign(path, network.get_layer("fc"), [tensors["fc.weight"].T])


def _check_origin(path):
    """Refuses what could be damaged without anybody's noticing, or is far too large."""
    if path.stat().st_size > LIMIT:
        raise ValueError(
            f"{path} must have at most {LIMIT:,} bytes: the published file has "
            f"{BYTES:,}. Received: {path.stat().st_size:,} bytes"
        )
    if torch_archive.has_checksums(path):
        return
    digest = digest_of(path)
    if digest != SHA256:
        raise ValueError(
            f"{path} is of the form that PyTorch wrote before version 1.6, in which "
            "damage cannot be noticed: of that form the published file alone is "
            "accepted. It is cut off or altered; or else load it with PyTorch and "
            "`torch.save` it again, as a zip archive, which has checksums. "
            f"Received: sha256 {digest}, expected {SHA256}"
        )


def published_layout(network):
    """`{name: shape}` of the tensors in the published file that are of use."""
    layout = {}
    for name, layer in _convolutions(network).items():
        height, width, before, filters = layer.kernel.shape
        layout[f"{name}.conv.weight"] = (filters, before, height, width)
        layout |= {f"{name}.bn.{part}": (filters,) for part in PARTS}
    features, classes = network.get_layer("fc").kernel.shape
    return layout | {"fc.weight": (classes, features), "fc.bias": (classes,)}


def _convolutions(network):
    """`{published name: layer}`."""
    found = [la for la in network.layers if isinstance(la, keras.layers.Conv2D)]
    return {layer.name.replace("-", "."): layer for layer in found}


def _folded(tensors, name):
    """Kernel and bias of a convolution with its batch normalization."""
    kernel = tensors[f"{name}.conv.weight"].transpose(2, 3, 1, 0)
    return folded(kernel, [tensors[f"{name}.bn.{part}"] for part in PARTS], EPSILON)


def _load_hdf5(network, path):
    expected = {
        f"{layer.name}/{i}": tuple(variable.shape)
        for layer in network.layers
        for i, variable in enumerate(layer.weights)
    }
    with opened(path) as file:
        stored = _datasets(path, file)
        _check(path, {n: d.shape for n, d in stored.items()}, expected)
        for layer in network.layers:
            count = len(layer.weights)
            values = [stored[f"{layer.name}/{i}"][()] for i in range(count)]
            assign(path, layer, values)


def _datasets(path, file):
    """`{"layer/number": dataset}`: Keras notes names of layers beside their arrays."""
    import h5py

    found, seen = {}, itertools.count(1)

    def visit(name, item):
        if next(seen) > OBJECTS:
            return True  # ends the visit
        if isinstance(item, h5py.Dataset) and is_plain(item):
            layer = item.parent.attrs.get("name", item.parent.name)
            found[f"{layer}/{name.rsplit('/', 1)[-1]}"] = item

    if file.visititems(visit):
        raise ValueError(
            f"{path} must hold at most {OBJECTS:,} groups and arrays. Received: more"
        )
    return found


def _check(path, found, expected):
    """Names and shapes of a file's arrays are those the network needs."""
    missing = [name for name in expected if name not in found]
    surplus = [n for n in found if n not in expected and not n.endswith(UNUSED)]
    if missing or surplus:
        raise ValueError(
            f"{path} holds other weights than the Inception network's: it lacks "
            f"{_some(missing)} and has {_some(surplus)} that the network does not. "
            f"Received: {len(found)} arrays, expected {len(expected)}"
        )
    wrong = [
        f"{name} of shape {found[name]}, expected {shape}"
        for name, shape in expected.items()
        if tuple(found[name]) != shape
    ]
    if wrong:
        raise ValueError(
            f"{path} holds other weights than the Inception network's. "
            f"Received: {_some(wrong)}"
        )


def _some(names, limit=3):
    """How many there are, and the first of them."""
    more = ", ..." if len(names) > limit else ""
    first = f" ({'; '.join(names[:limit])}{more})" if names else ""
    return f"{len(names) or 'none'}{first}"
