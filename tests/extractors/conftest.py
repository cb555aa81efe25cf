import io
import zipfile

import numpy as np
import pytest

STORAGES = {
    "float16": "HalfStorage",
    "float32": "FloatStorage",
    "float64": "DoubleStorage",
    "uint8": "ByteStorage",
    "int8": "CharStorage",
    "int16": "ShortStorage",
    "int32": "IntStorage",
    "int64": "LongStorage",
}


class TorchFile:
    """Writes byte by byte what `torch.save` writes, or what an attacker might.

    `tensors` is `{name: array}`, or `{name: bytes}` of instructions that make a tensor.
    `storages` is `{key: array}`, in addition to those of the arrays.
    """

    MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
    VERSION = b"\x80\x02M\xe9\x03."  # 1001

    def text(self, text):
        return b"X" + len(text.encode()).to_bytes(4, "little") + text.encode()

    def number(self, n):
        size = n.bit_length() // 8 + 1
        return b"\x8a" + bytes([size]) + n.to_bytes(size, "little", signed=True)

    def tuple(self, numbers):
        return b"(" + b"".join(map(self.number, numbers)) + b"t"

    def reference(self, key, size, kind="FloatStorage", last=b""):
        """A storage, by its persistent id."""
        kind = f"ctorch\n{kind}\n".encode()
        items = [self.text("storage"), kind, self.text(key), self.text("cpu")]
        return b"(" + b"".join(items) + self.number(size) + last + b"tQ"

    def tensor(self, reference, offset, shape, strides):
        return (
            b"ctorch._utils\n_rebuild_tensor_v2\n("
            + reference
            + self.number(offset)
            + self.tuple(shape)
            + self.tuple(strides)
            + b"\x89ccollections\nOrderedDict\n)RtR"
        )

    def of_array(self, array, key, last=b""):
        """A contiguous tensor."""
        strides = [s // array.itemsize for s in array.strides]
        kind = STORAGES[str(array.dtype)]
        reference = self.reference(key, array.size, kind, last)
        return self.tensor(reference, 0, array.shape, strides)

    def dictionary(self, tensors, last=b""):
        """The pickle of a state dictionary; returns it and the storages by key."""
        pickle, storages = b"\x80\x02ccollections\nOrderedDict\n)R(", {}
        for i, (name, value) in enumerate(tensors.items()):
            if isinstance(value, bytes):
                made = value
            else:
                made = self.of_array(value, str(i), last)
                storages[str(i)] = value
            pickle += self.text(name) + made
        return pickle + b"u.", storages

    def zip(self, path, tensors, storages=None, **container):
        pickle, found = self.dictionary(tensors)
        self.zip_of(path, pickle, found | (storages or {}), **container)

    def zip_of(
        self, path, pickle, storages, top="archive", order="little", compressed=False
    ):
        method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        with zipfile.ZipFile(path, "w", method) as file:
            file.writestr(f"{top}/data.pkl", pickle)
            if order:
                file.writestr(f"{top}/byteorder", order)
            for key, array in storages.items():
                swapped = array.astype(array.dtype.newbyteorder(order or "little"))
                file.writestr(f"{top}/data/{key}", swapped.tobytes())
            file.writestr(f"{top}/version", "3\n")

    def stream(self, path, tensors, storages=None):
        pickle, found = self.dictionary(tensors, last=b"N")
        self.stream_of(path, pickle, found | (storages or {}))

    def stream_of(self, path, pickle, storages):
        machine = b"\x80\x02}" + self.text("little_endian") + b"\x88s."
        keys = b"\x80\x02](" + b"".join(map(self.text, storages)) + b"e."
        out = io.BytesIO()
        out.write(self.MAGIC + self.VERSION + machine + pickle + keys)
        for array in storages.values():
            out.write(array.size.to_bytes(8, "little") + array.tobytes())
        path.write_bytes(out.getvalue())


@pytest.fixture(scope="session")
def torch_file():
    return TorchFile()


@pytest.fixture(scope="session")
def published():
    """Random tensors with the names and shapes of the published Inception weights.

    566 of them: 94 convolutions with six tensors each, and the last layer's two.
    """
    random = np.random.default_rng(0)
    tensors = {}
    for line in PUBLISHED.split("\n"):
        name, *shape = line.split()
        before, filters, height, width = map(int, shape)
        scale = np.sqrt(2 / (before * height * width))
        weight = random.standard_normal((filters, before, height, width), "float32")
        tensors[f"{name}.conv.weight"] = weight * np.float32(scale)
        for part, low, high in BATCH_NORM:
            values = random.uniform(low, high, filters).astype("float32")
            tensors[f"{name}.bn.{part}"] = values
        tensors[f"{name}.bn.num_batches_tracked"] = np.array(0, "int64")
    tensors["fc.weight"] = random.standard_normal((1008, 2048), "float32") / 45
    tensors["fc.bias"] = random.standard_normal(1008, "float32")
    return tensors


BATCH_NORM = [
    ("weight", 0.5, 1.5),
    ("bias", -0.2, 0.3),
    ("running_mean", -0.3, 0.3),
    ("running_var", 0.5, 1.5),
]

# Name, channels before and after, height and width of the kernel.
PUBLISHED = """\
Conv2d_1a_3x3 3 32 3 3
Conv2d_2a_3x3 32 32 3 3
Conv2d_2b_3x3 32 64 3 3
Conv2d_3b_1x1 64 80 1 1
Conv2d_4a_3x3 80 192 3 3
Mixed_5b.branch1x1 192 64 1 1
Mixed_5b.branch5x5_1 192 48 1 1
Mixed_5b.branch5x5_2 48 64 5 5
Mixed_5b.branch3x3dbl_1 192 64 1 1
Mixed_5b.branch3x3dbl_2 64 96 3 3
Mixed_5b.branch3x3dbl_3 96 96 3 3
Mixed_5b.branch_pool 192 32 1 1
Mixed_5c.branch1x1 256 64 1 1
Mixed_5c.branch5x5_1 256 48 1 1
Mixed_5c.branch5x5_2 48 64 5 5
Mixed_5c.branch3x3dbl_1 256 64 1 1
Mixed_5c.branch3x3dbl_2 64 96 3 3
Mixed_5c.branch3x3dbl_3 96 96 3 3
Mixed_5c.branch_pool 256 64 1 1
Mixed_5d.branch1x1 288 64 1 1
Mixed_5d.branch5x5_1 288 48 1 1
Mixed_5d.branch5x5_2 48 64 5 5
Mixed_5d.branch3x3dbl_1 288 64 1 1
Mixed_5d.branch3x3dbl_2 64 96 3 3
Mixed_5d.branch3x3dbl_3 96 96 3 3
Mixed_5d.branch_pool 288 64 1 1
Mixed_6a.branch3x3 288 384 3 3
Mixed_6a.branch3x3dbl_1 288 64 1 1
Mixed_6a.branch3x3dbl_2 64 96 3 3
Mixed_6a.branch3x3dbl_3 96 96 3 3
Mixed_6b.branch1x1 768 192 1 1
Mixed_6b.branch7x7_1 768 128 1 1
Mixed_6b.branch7x7_2 128 128 1 7
Mixed_6b.branch7x7_3 128 192 7 1
Mixed_6b.branch7x7dbl_1 768 128 1 1
Mixed_6b.branch7x7dbl_2 128 128 7 1
Mixed_6b.branch7x7dbl_3 128 128 1 7
Mixed_6b.branch7x7dbl_4 128 128 7 1
Mixed_6b.branch7x7dbl_5 128 192 1 7
Mixed_6b.branch_pool 768 192 1 1
Mixed_6c.branch1x1 768 192 1 1
Mixed_6c.branch7x7_1 768 160 1 1
Mixed_6c.branch7x7_2 160 160 1 7
Mixed_6c.branch7x7_3 160 192 7 1
Mixed_6c.branch7x7dbl_1 768 160 1 1
Mixed_6c.branch7x7dbl_2 160 160 7 1
Mixed_6c.branch7x7dbl_3 160 160 1 7
Mixed_6c.branch7x7dbl_4 160 160 7 1
Mixed_6c.branch7x7dbl_5 160 192 1 7
Mixed_6c.branch_pool 768 192 1 1
Mixed_6d.branch1x1 768 192 1 1
Mixed_6d.branch7x7_1 768 160 1 1
Mixed_6d.branch7x7_2 160 160 1 7
Mixed_6d.branch7x7_3 160 192 7 1
Mixed_6d.branch7x7dbl_1 768 160 1 1
Mixed_6d.branch7x7dbl_2 160 160 7 1
Mixed_6d.branch7x7dbl_3 160 160 1 7
Mixed_6d.branch7x7dbl_4 160 160 7 1
Mixed_6d.branch7x7dbl_5 160 192 1 7
Mixed_6d.branch_pool 768 192 1 1
Mixed_6e.branch1x1 768 192 1 1
Mixed_6e.branch7x7_1 768 192 1 1
Mixed_6e.branch7x7_2 192 192 1 7
Mixed_6e.branch7x7_3 192 192 7 1
Mixed_6e.branch7x7dbl_1 768 192 1 1
Mixed_6e.branch7x7dbl_2 192 192 7 1
Mixed_6e.branch7x7dbl_3 192 192 1 7
Mixed_6e.branch7x7dbl_4 192 192 7 1
Mixed_6e.branch7x7dbl_5 192 192 1 7
Mixed_6e.branch_pool 768 192 1 1
Mixed_7a.branch3x3_1 768 192 1 1
Mixed_7a.branch3x3_2 192 320 3 3
Mixed_7a.branch7x7x3_1 768 192 1 1
Mixed_7a.branch7x7x3_2 192 192 1 7
Mixed_7a.branch7x7x3_3 192 192 7 1
Mixed_7a.branch7x7x3_4 192 192 3 3
Mixed_7b.branch1x1 1280 320 1 1
Mixed_7b.branch3x3_1 1280 384 1 1
Mixed_7b.branch3x3_2a 384 384 1 3
Mixed_7b.branch3x3_2b 384 384 3 1
Mixed_7b.branch3x3dbl_1 1280 448 1 1
Mixed_7b.branch3x3dbl_2 448 384 3 3
Mixed_7b.branch3x3dbl_3a 384 384 1 3
Mixed_7b.branch3x3dbl_3b 384 384 3 1
Mixed_7b.branch_pool 1280 192 1 1
Mixed_7c.branch1x1 2048 320 1 1
Mixed_7c.branch3x3_1 2048 384 1 1
Mixed_7c.branch3x3_2a 384 384 1 3
Mixed_7c.branch3x3_2b 384 384 3 1
Mixed_7c.branch3x3dbl_1 2048 448 1 1
Mixed_7c.branch3x3dbl_2 448 384 3 3
Mixed_7c.branch3x3dbl_3a 384 384 1 3
Mixed_7c.branch3x3dbl_3b 384 384 3 1
Mixed_7c.branch_pool 2048 192 1 1"""
