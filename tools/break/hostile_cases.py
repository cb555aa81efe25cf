"""Weights, records and single bits for `hostile_entries.py`, and what a case is."""

import dataclasses
import hashlib
import json
from collections.abc import Callable

import h5py
import numpy as np

SIZE, LATENT = 16, 8  # of the honest entry: its images, and what they are made from


@dataclasses.dataclass
class Case:
    """Something to load.

    Args:
        name: What is wrong with it.
        write: Called with the folder of the copy; may return another path to load.
        what: "entry"; "info" of one; "tensors" or "inception", of a file of weights.
        signed: Whether digests are made to fit what was written.
        may_load: Whether it is in order to load it, as whatever it says.
    """

    name: str
    write: Callable
    what: str = "entry"
    signed: bool = True
    may_load: bool = False


def honest(folder):
    """Writes the entry of which all are copies."""
    import kerasgen

    model = kerasgen.models.DCGAN(
        (SIZE, SIZE, 1), latent_dim=LATENT, filters=4, seed=1, name="honest"
    )
    kerasgen.zoo.save(model, folder)


def sign(folder):
    """Makes the manifest fit the files as they are."""
    path = folder / "manifest.json"
    values = json.loads(path.read_text("utf-8"))
    for name in values["files"]:
        data = (folder / name).read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        values["files"][name] = {"bytes": len(data), "sha256": digest}
    path.write_text(json.dumps(values), "utf-8")


# --- arrays


def in_file(change):
    """Changes `weights.h5` by a function of the open file and its folder."""

    def write(folder):
        with h5py.File(folder / "weights.h5", "a") as file:
            change(file, folder)

    return write


def first(file):
    """The name of an array."""
    return f"generator/{next(iter(file['generator']))}"


def in_place_of_one(**arguments):
    """One array made otherwise, of the same shape where nothing else is said."""

    def change(file, _):
        name = first(file)
        shape = file[name].shape
        del file[name]
        file.create_dataset(name, **{"shape": shape, "dtype": "float32"} | arguments)

    return change


def with_value(value):
    def change(file, _):
        file[first(file)][0, 0] = value

    return change


def never_written(file, folder):
    """Every array as it should be, and none in the file."""
    for network in file:
        for name, item in list(file[network].items()):
            shape = item.shape
            del file[network][name]
            file[network].create_dataset(name, shape, "float32")


def many(count):
    def change(file, _):
        item = file[first(file)]
        for i in range(count):
            file["generator"][f"{i}"] = item  # the same one by another name

    return change


def linked(file, folder):
    name = first(file)
    del file[name]
    file[name] = h5py.ExternalLink(str(folder / "secret.h5"), "values")


def lying_elsewhere(file, folder):
    (folder / "secret").write_bytes(bytes(10**6))
    external = [(str(folder / "secret"), 0, 10**6)]
    in_place_of_one(external=external)(file, folder)


def circle(file, folder):
    file["generator/again"] = file["/"]


ARRAYS = {
    "never written": never_written,
    "10^10 never written": in_place_of_one(shape=(10**5, 10**5)),
    "2^62 never written": in_place_of_one(shape=(2**31, 2**31), dtype="uint8"),
    "compressed": in_place_of_one(compression="gzip"),
    "10^12 compressed": in_place_of_one(shape=(10**6, 10**6), chunks=(1000, 1000)),
    "texts": in_place_of_one(dtype="S1000000"),
    "texts of any length": in_place_of_one(dtype=h5py.string_dtype()),
    "references": in_place_of_one(dtype=h5py.ref_dtype),
    "complex": in_place_of_one(dtype="complex64"),
    "of nothing": in_place_of_one(shape=None, data=h5py.Empty("float32")),
    "of another shape": in_place_of_one(shape=(3,), data=np.ones(3)),
    "NaN": with_value(np.nan),
    "infinity": with_value(-np.inf),
    "a thousand names": many(1000),
    "11,000 names": many(11_000),
    "linked": linked,
    "in another file": lying_elsewhere,
    "in a circle": circle,
    "no arrays": lambda file, _: file.clear(),
    "one less": lambda file, _: file.pop(first(file)),
}


def arrays(chance, flips):
    """Cases of `weights.h5`."""
    for name, change in ARRAYS.items():
        yield Case(name, in_file(change))


# --- records


RECIPE = {"name": "a", "model": "GAN", "data": "mnist", "arguments": {}, "learning": {}}
ABSURD_FIELDS = [None, 5, [1], {"a": 1}, "a", True, [[]] * 3]
TEXTS = {
    "nothing": "",
    "a list": "[1]",
    "a null": "null",
    "open brackets": "[" * 10**5,
    "brackets": "[" * 90 + "]" * 90,
    "a number of a million digits": "9" * 10**6,
    "a byte that is no text": b"\xff\x00",
    "a megabyte of zeros": bytes(10**6),
    "five megabytes": b"1" + b" " * 5_000_000,
    "signs": "recipe = Recipe(seed=" + "-" * 10**5 + "1)",
    "sums": "recipe = Recipe(seed=" + "1+" * 10**5 + "1)",
    "other Python": "import os; os.system('true')",
    "a call": "recipe = Recipe(seed=__import__('os').system('true'))",
}


def records(chance, flips):
    """Cases of what stands beside the model: for `kerasgen.zoo.info`."""

    def written(name, data):
        data = data if isinstance(data, bytes) else data.encode()
        return lambda folder: (folder / name).write_bytes(data) and None

    for file in ("training.json", "metrics.json", "recipe.py"):
        for name, data in TEXTS.items():
            write = written(file, data)
            yield Case(f"{file}: {name}", write, "info", may_load=True)
    fields = [*RECIPE, "batch_size", "seed", "choose_by", "as_run", "limits", "nothing"]
    for recipe in [None, 5, "a", [], {}]:
        write = written("training.json", json.dumps({"recipe": recipe}))
        yield Case(f"recipe={recipe!r}", write, "info", may_load=True)
    for field in fields:
        for value in ABSURD_FIELDS:
            changed = {k: v for k, v in RECIPE.items() if k != "learning"}
            for whole in (RECIPE, changed):  # of today's form, and of an earlier one
                text = json.dumps({"recipe": whole | {field: value}})
                write = written("training.json", text)
                yield Case(f"{field}={value!r}", write, "info", may_load=True)


# --- one bit changed


def flipped(path, chance):
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def flips(chance, count):
    """One bit of an entry, in turn without and with digests that fit."""
    files = ("manifest.json", "config.json", "weights.h5")
    for i in range(count):
        name, signed = files[i // 2 % 3], i % 2 == 1

        def write(folder, name=name):
            flipped(folder / name, chance)

        fits = signed and name != "manifest.json"  # which has no digest of itself
        yield Case(f"bit {i} of {name}", write, signed=fits, may_load=signed)
