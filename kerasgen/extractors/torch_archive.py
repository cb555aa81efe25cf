"""State dictionaries that `torch.save` wrote, read without PyTorch."""

import io
import math
import pathlib
import zipfile

import numpy as np

from kerasgen.extractors.torch_pickle import Tensor, read_pickle

ZIP = b"PK\x03\x04"
MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
DIMENSIONS = 32  # a tensor may have: no layer has more than five
MEMBERS = 10_000  # an archive may have: one for each tensor, and some
MEMBER = b"PK\x01\x02"  # how the entry of each in its table begins


def has_checksums(path):
    """Whether damage to the numbers in a file would be noticed: in a zip archive."""
    with open(path, "rb") as file:
        return file.read(len(ZIP)) == ZIP


def read(path):
    """Reads the tensors of a file that `torch.save(model.state_dict(), path)` wrote.

    The zip archive of PyTorch 1.6 and later and the stream of earlier versions are
    told apart by their first bytes. Nothing that the file names is executed: its pickle
    may hold a dictionary of tensors and nothing else.

    Args:
        path: The file.

    Returns:
        `{name: array}`, in the file's order. The arrays are read-only views of one copy
        of the file, so that tensors which share a storage share memory; bfloat16
        becomes float32.

    Raises:
        ValueError: If the file is of another kind, cut off or altered, or holds
            anything else. Says which file, and what is wrong.
        OSError: If it cannot be opened.
    """
    data = pathlib.Path(path).read_bytes()
    try:
        archive = _Zip(data) if data.startswith(ZIP) else _Stream(data)
        tensors = _tensors(archive.contents)
        storages = archive.storages(_wanted(tensors.values()))
        return {name: _array(t, storages, name) for name, t in tensors.items()}
    except MemoryError:
        raise
    except Exception as error:  # a damaged file raises nearly anything
        raise ValueError(
            f"{path} is not a state dictionary that torch.save wrote, or it is "
            f"damaged: {error}"
        ) from error


class _Zip:
    """`<any>/data.pkl`, and the storages beside it as `<any>/data/<key>`.

    Members are stored without compression, so that none is longer than the file; a
    compressed one may be a bomb. `zipfile` compares checksums, and refuses members that
    overlap.
    """

    def __init__(self, data):
        if data.count(MEMBER) > MEMBERS:
            raise ValueError(f"it has more than {MEMBERS:,} members")
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        members = self.archive.infolist()
        self.members = {member.filename: member for member in members}
        if len(self.members) < len(members):
            raise ValueError("two members of the archive have one name")
        if any(m.compress_type != zipfile.ZIP_STORED for m in members):
            raise ValueError("its members are compressed, which torch.save never does")
        self.folder = self._folder()
        self.contents = read_pickle(io.BytesIO(self._read("data.pkl")))

    def _folder(self):
        found = [name for name in self.members if name.split("/")[1:] == ["data.pkl"]]
        if len(found) != 1:
            raise ValueError(f"it has {len(found)} members data.pkl, not one")
        return found[0].removesuffix("data.pkl")

    def _read(self, name):
        if self.folder + name not in self.members:
            raise ValueError(f"it has no member {name[:80]}")
        return self.archive.read(self.members[self.folder + name])

    def storages(self, wanted):
        """`{key: numbers}` of the storages that are wanted."""
        order = "little"  # PyTorch before 2.1 does not say
        if self.folder + "byteorder" in self.members:
            order = self._read("byteorder").decode()
        return {
            key: _numbers(self._read(f"data/{key}"), storage, order)
            for key, storage in wanted.items()
        }


class _Stream:
    """Five pickles (magic number, protocol, machine, contents, keys) and the storages.

    Each storage is a count of eight bytes and as many numbers, little endian.
    """

    def __init__(self, data):
        stream = io.BytesIO(data)
        if read_pickle(stream) != MAGIC:
            raise ValueError("it begins like neither of PyTorch's two containers")
        if read_pickle(stream) != PROTOCOL:
            raise ValueError(f"its protocol is not {PROTOCOL}")
        read_pickle(stream)  # of what machine it was made
        self.contents = read_pickle(stream)
        self.keys = read_pickle(stream)
        self.rest = memoryview(data)[stream.tell() :]

    def storages(self, wanted):
        """`{key: numbers}` of the storages that are wanted, which are all there are."""
        strings = all(type(key) is str for key in self.keys)
        if not strings or sorted(self.keys) != sorted(wanted):
            raise ValueError(
                f"it lists {len(self.keys)} storages, and its tensors lie in "
                f"{len(wanted)} of other names"
            )
        return {key: self._next(wanted[key]) for key in self.keys}

    def _next(self, storage):
        count = int.from_bytes(self.rest[:8], "little")
        end = 8 + count * _item_size(storage.dtype)
        numbers = _numbers(self.rest[8:end], storage, "little")
        self.rest = self.rest[end:]
        return numbers


def _tensors(contents):
    """What the pickle holds, if that is a dictionary of tensors."""
    if type(contents) is not dict:
        raise ValueError(f"it holds a {type(contents).__name__}, not a dictionary")
    for name, value in contents.items():
        if type(value) is not Tensor:
            kind = type(value).__name__
            raise ValueError(f"under {name[:80]!r} it holds a {kind}, not a tensor")
    return contents


def _wanted(tensors):
    """`{key: storage}` of some tensors."""
    wanted = {}
    for tensor in tensors:
        storage = tensor.storage
        if wanted.setdefault(storage.key, storage) != storage:
            raise ValueError(f"storage {storage.key[:80]} has two types or sizes")
    return wanted


def _item_size(dtype):
    return 2 if dtype == "bfloat16" else np.dtype(dtype).itemsize


def _numbers(data, storage, order):
    """The numbers of a storage, one after the other."""
    if len(data) != storage.size * _item_size(storage.dtype):
        raise ValueError(
            f"storage {storage.key[:80]} has {len(data)} bytes, which are not "
            f"{storage.size} numbers of {storage.dtype}"
        )
    is_bfloat16 = storage.dtype == "bfloat16"
    dtype = np.dtype("uint16" if is_bfloat16 else storage.dtype)
    stored = dtype.newbyteorder({"little": "<", "big": ">"}[order])
    numbers = np.frombuffer(data, stored).astype(dtype, copy=False)
    if is_bfloat16:  # the upper half of a float32
        numbers = (numbers.astype("uint32") << 16).view("float32")
    return numbers


def _array(tensor, storages, name):
    """The tensor's view of its storage, whose bounds it must keep."""
    numbers, offset = storages[tensor.storage.key], tensor.offset
    shape, strides = tensor.shape, tensor.strides
    sizes = [offset, *shape, *strides]
    # Before anything is computed of them: products of many large numbers take minutes.
    fit = len(shape) == len(strides) <= DIMENSIONS
    if not fit or any(type(s) is not int or not 0 <= s < 2**63 for s in sizes):
        raise ValueError(f"tensor {name[:80]!r} has no proper shape, strides or offset")
    count = math.prod(shape)
    last = offset + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))
    # Strides of zero would let a small file ask for any amount of memory.
    if count > len(numbers) or (count and last >= len(numbers)):
        raise ValueError(f"tensor {name[:80]!r} reaches beyond its storage")
    if count == 0:
        return np.empty(shape, numbers.dtype)
    strides = [s * numbers.itemsize for s in strides]
    return np.lib.stride_tricks.as_strided(
        numbers[offset:], shape, strides, writeable=False
    )
