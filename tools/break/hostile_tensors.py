"""Files for `hostile_entries.py` that say that `torch.save` wrote them."""

import io
import zipfile

import numpy as np
from hostile_cases import Case, flipped


def text(value):
    return b"X" + len(value).to_bytes(4, "little") + value.encode()


def numbers(values):
    return b"(" + b"".join(b"\x8a\x08" + v.to_bytes(8, "little") for v in values) + b"t"


def tensor(sizes, strides):
    """The instructions of a pickle that make a tensor of the four numbers stored."""
    reference = text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu")
    return (
        b"ctorch._utils\n_rebuild_tensor_v2\n((" + reference + b"K\x04tQK\x00"
        + numbers(sizes) + numbers(strides)
        + b"\x89ccollections\nOrderedDict\n)RtR"
    )  # fmt: skip


def torch_zip(path, pickle, storages=()):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x/data.pkl", pickle)
        for key, values in enumerate(storages):
            file.writestr(f"x/data/{key}", values.tobytes())


def torch_stream(path, pickle, storages=()):
    keys = b"\x80\x02](" + b"".join(text(str(k)) for k in range(len(storages))) + b"e."
    out = io.BytesIO(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.")
    out.seek(0, io.SEEK_END)
    out.write(b"\x80\x02}." + pickle + keys)
    for values in storages:
        out.write(values.size.to_bytes(8, "little") + values.tobytes())
    path.write_bytes(out.getvalue())


TUPLES = b")" + b"q\x00h\x00\x86" * 200  # 2^200 when it is printed or hashed
ONE = b"\x80\x02}" + text("x")
PICKLES = {
    "20,000 enormous dimensions": ONE
    + tensor([2**60 - 1] * 20_000, [1] * 20_000)
    + b"s.",
    "a stride of nothing": ONE + tensor([2**40], [0]) + b"s.",
    "a key of tuples": b"\x80\x02}" + TUPLES + b"K\x01s.",
    "a name of tuples": b"\x80\x02" + TUPLES + TUPLES + b"\x93.",
    "a million dictionaries": b"\x80\x02" + b"}" * 10**6 + b".",
    "30 million dictionaries": b"\x80\x02" + b"}" * (30 * 10**6) + b".",
    "objects of high numbers": b"\x80\x02}r\xff\xff\xff\xff.",
    "the system": b"cos\nsystem\n(X\x04\x00\x00\x00truetR.",
    "a number of two billion bytes": b"\x8b\xff\xff\xff\x7fx.",
    "a number of a million bytes": ONE + b"\x8b@B\x0f\x00" + b"\x7f" * 10**6 + b"s.",
}


def inception(chance, flips):
    """Cases of `metrics.InceptionV3(weights=path)`."""
    for name, pickle in PICKLES.items():
        for container in (torch_zip, torch_stream):

            def write(folder, container=container, pickle=pickle):
                container(folder / "x.pth", pickle, [np.ones(4, "float32")])
                return folder / "x.pth"

            kind = container.__name__.removeprefix("torch_")
            yield Case(f"{name}, {kind}", write, "inception", signed=False)
    values = [np.arange(4, dtype="float32")]
    for i in range(flips // 2):
        for container, what in ((torch_zip, "tensors"), (torch_stream, "inception")):

            def write(folder, container=container):
                path = folder / "x.pth"
                container(path, ONE + tensor([4], [1]) + b"s.", values)
                np.savez(path.with_suffix(".npz"), x=values[0])
                flipped(path, chance)
                return path

            yield Case(f"bit {i}, {container.__name__}", write, what, signed=False)
