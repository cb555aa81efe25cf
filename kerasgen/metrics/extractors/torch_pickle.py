"""The pickles that `torch.save` writes, read without running what they name.

A pickle calls what it names. Here the names of a dictionary and of tensors are all
there are, and stand for the records below: a hostile file can waste time, but run
nothing.
"""

import collections
import pickle
import pickletools
from typing import NamedTuple

DTYPES = {
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "ByteStorage": "uint8",
    "CharStorage": "int8",
    "ShortStorage": "int16",
    "IntStorage": "int32",
    "LongStorage": "int64",
}


# Tuples, for a pickle can set attributes of what it has made, but none of a tuple.
class StorageType(NamedTuple):
    """What a pickle names before a storage."""

    dtype: str


class Storage(NamedTuple):
    """A row of `size` numbers that lies elsewhere in the file, under `key`."""

    key: str
    dtype: str
    size: int


class Tensor(NamedTuple):
    """A view of a storage; offset and strides count numbers, not bytes."""

    storage: Storage
    offset: int
    shape: tuple
    strides: tuple


def read_pickle(stream):
    """The object of one pickle, which starts where the binary `stream` stands.

    The stream stands behind the pickle afterwards.

    Raises:
        Exception: Of any kind, if the pickle is cut off or malformed, or holds what no
            state dictionary holds.
    """
    start = stream.tell()
    for opcode, argument, place in pickletools.genops(stream):
        # Python reserves memory for all objects up to the number of the last one: 64 GB
        # where a damaged byte makes that four billion.
        if "PUT" in opcode.name and argument > place - start:
            raise ValueError(f"it numbers an object {argument}")
    stream.seek(start)
    return _Unpickler(stream).load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return self.tensor
        if module == "torch" and name in DTYPES:
            return StorageType(DTYPES[name])
        raise ValueError(f"it names {module[:40]}.{name[:40]}, not a tensor")

    def tensor(self, storage, offset, shape, strides, *gradients):
        """Whether a gradient is wanted, and hooks, are of no use without PyTorch."""
        if type(storage) is not Storage:
            raise ValueError("it makes a tensor without a storage")
        return Tensor(storage, offset, shape, strides)

    def persistent_load(self, pid):
        """`("storage", type, key, device, size)`, and None, once a view."""
        kind, type_, key, _, size, *view = pid
        types = [type(item) for item in (type_, key, size)]
        proper = kind == "storage" and types == [StorageType, str, int]
        if not proper or view not in ([], [None]):
            raise ValueError("it refers to something other than a storage")
        return Storage(key, type_.dtype, size)
