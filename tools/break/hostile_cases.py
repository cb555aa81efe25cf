"""What `hostile_entries.py` loads: each case writes into a copy of an honest entry."""

import copy
import dataclasses
import hashlib
import io
import json
import zipfile
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
        what: "entry", or "tensors" or "inception" for a file of weights.
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


# --- configurations


def keras_object(class_name, module="keras.layers", **config):
    """A class of Keras as it stands in a configuration."""
    return {
        "class_name": class_name,
        "module": module,
        "registered_name": None,
        "config": config,
    }


def ours(class_name, **config):
    """A class of kerasgen as it stands in a configuration."""
    registered = {"module": "kerasgen", "registered_name": f"kerasgen>{class_name}"}
    return keras_object(class_name, **config) | registered


def row(*layers, shape=(LATENT,)):
    """A `Sequential` of some layers that ends in images."""
    ends = [
        keras_object("Flatten"),
        keras_object("Dense", units=SIZE * SIZE, activation="tanh"),
        keras_object("Reshape", target_shape=[SIZE, SIZE, 1]),
    ]
    first = keras_object("InputLayer", batch_shape=[None, *shape])
    return sequential(first, *layers, *ends)


def sequential(*layers, name="row"):
    return keras_object("Sequential", "keras", name=name, layers=list(layers))


def graph(layer, count, calls=1, inputs=1):
    """A `Functional` of a layer `count` times, one behind the other.

    Args:
        layer: Its configuration.
        count: How many there are.
        calls: How often each of them is called.
        inputs: How many tensors each call is given, all the same.
    """

    def node(before):
        config = {"shape": [None, LATENT], "dtype": "float32"}
        config["keras_history"] = [f"layer_{before}", 0, 0]
        tensor = {"class_name": "__keras_tensor__", "config": config}
        return {"args": [tensor if inputs == 1 else [tensor] * inputs], "kwargs": {}}

    first = keras_object("InputLayer", batch_shape=[None, LATENT], name="layer_0")
    layers = [{**first, "name": "layer_0", "inbound_nodes": []}]
    for i in range(1, count + 1):
        one = copy.deepcopy(layer)
        one["config"]["name"] = one["name"] = f"layer_{i}"
        layers.append({**one, "inbound_nodes": [node(i - 1)] * calls})
    return keras_object(
        "Functional",
        "keras.src.models.functional",
        name="graph",
        layers=layers,
        input_layers=[["layer_0", 0, 0]],
        output_layers=[[f"layer_{count}", 0, 0]],
    )


def nested(depth):
    """A row in a row in a row."""
    layer = keras_object("Dense", units=8)
    for _ in range(depth):
        layer = sequential(layer)
    return layer


def dense(**arguments):
    return row(keras_object("Dense", **{"units": 8} | arguments))


def of_square(layer):
    """A row in which a layer gets images of two by two."""
    return row(keras_object("Reshape", target_shape=[2, 2, 2]), layer)


IDENTITY = keras_object("Identity")
TOO_LARGE = {
    "10^8 units": dense(units=10**8),
    "2^63 units": dense(units=2**63),
    "10^9 words": row(keras_object("Embedding", input_dim=10**9, output_dim=8)),
    "10^9 times": row(keras_object("RepeatVector", n=10**9)),
    "10,000 axes": row(keras_object("Reshape", target_shape=[LATENT] + [1] * 10_000)),
    "10^10 products": row(
        keras_object("EinsumDense", equation="ab,bcd->acd", output_shape=[10**5, 10**5])
    ),
    "10^8 filters": of_square(
        keras_object("Conv2D", filters=10**8, kernel_size=1),
    ),
    "a kernel of 10^10": of_square(
        keras_object("Conv2DTranspose", filters=2, kernel_size=10**5)
    ),
    "an image of 10^10": of_square(keras_object("UpSampling2D", size=[10**5, 10**5])),
    "an image of 10^8": of_square(keras_object("UpSampling2D", size=[5000, 5000])),
    "a border of 10^10": of_square(keras_object("ZeroPadding2D", padding=10**5)),
    "resized to 10^10": of_square(keras_object("Resizing", height=10**5, width=10**5)),
    "resized to 10^8": of_square(keras_object("Resizing", height=10**4, width=10**4)),
    "10^9 kernels": row(
        ours("MinibatchDiscrimination", kernels=10**5, kernel_dim=10**4)
    ),
    "a pool of 10^8": row(ours("SamplePool", capacity=10**8)),
    "a spectrogram": row(
        keras_object("MelSpectrogram", fft_length=2**28, num_mel_bins=8),
        keras_object("GlobalMaxPooling1D", data_format="channels_first"),
    ),
    "10^9 units at each time": row(
        keras_object("Reshape", target_shape=[4, 2]),
        keras_object("TimeDistributed", layer=keras_object("Dense", units=10**9)),
    ),
    "orthogonal 20,000 x 20,000": row(
        keras_object("Dense", units=20_000, kernel_initializer="orthogonal"),
        keras_object("Dense", units=20_000, kernel_initializer="orthogonal"),
    ),
}
TOO_LONG = {
    "a million times": row(
        keras_object("RepeatVector", n=10**6),
        keras_object("TimeDistributed", layer=keras_object("ReLU")),
        keras_object("GlobalMaxPooling1D"),
    ),
    "a million steps": row(
        keras_object("RepeatVector", n=10**6),
        keras_object("SimpleRNN", units=1, unroll=True),
    ),
    "2,000 layers": graph(IDENTITY, 2000),
    "2,000 layers in a row": row(*[IDENTITY] * 2000),
    "900 layers": graph(IDENTITY, 900),
    "96 layers in a row": row(*[IDENTITY] * 96),
    "four rows of 45 layers": row(
        *[sequential(*[IDENTITY] * 45, name=f"row_{i}") for i in range(4)]
    ),
    "a pipeline of a million steps": row(
        keras_object(
            "Pipeline",
            layers=[
                keras_object("RepeatVector", n=10**6),
                keras_object("TimeDistributed", layer=keras_object("ReLU")),
            ],
        )
    ),
    "a model in a model": row(ours("GAN", generator=row(), discriminator=row())),
    "a layer called 9,000 times": graph(IDENTITY, 1, calls=9000),
    "a layer called 900 times": graph(IDENTITY, 1, calls=900),
    "9,000 tensors added": graph(keras_object("Add"), 1, inputs=9000),
    "layers in layers": row(nested(20)),
    "too many layers in layers": row(nested(150)),
}
FOREIGN = {
    "an extractor, which downloads": dense(kernel_initializer="kerasgen>InceptionV3"),
    "a model of ours": dense(kernel_initializer="kerasgen>GAN"),
    "somebody's class": dense(kernel_initializer="mine>Tool"),
    "somebody's class without package": dense(kernel_initializer="Bare"),
    "somebody's regularizer": dense(kernel_regularizer="mine>Tool"),
    "somebody's constraint": dense(bias_constraint="mine>Tool"),
    "somebody's activation": dense(activation="mine>Tool"),
    "a name that Keras would look up": dense(name="mine>Tool"),
    "a layer for an initializer": dense(kernel_initializer=IDENTITY),
    "an unknown initializer": dense(kernel_initializer="Nothing"),
    "no activation": dense(activation="__class__"),
    "a lambda": row(keras_object("Lambda", function="lambda x: x")),
    "a module of PyTorch": row(keras_object("TorchModuleWrapper", module="x")),
    "a saved model": row(keras_object("TFSMLayer", filepath="secret")),
    "a file of words": row(keras_object("StringLookup", vocabulary="secret")),
    "a function": dense(activation=keras_object("function", "builtins")),
    "the system": row(keras_object("system", "os", command="true")),
    "an old name of Keras": row(keras_object("Dense", "keras.src.layers", units=8)),
    "a compiled model": {**dense(), "compile_config": {"optimizer": "mine>Tool"}},
}
ABSURD = [2**31, -1, 0, 1.5, 1e300, float("nan"), "8", None, [], [8], {}, True]
WHOLE = {
    "nothing": "",
    "a number": "5",
    "a list": "[]",
    "an array": keras_object("__numpy__", value=[1], dtype="float32"),
    "a layer": keras_object("Dense", units=1),
    "an optimizer": keras_object("Adam", "keras.optimizers"),
    "a network": row(),
    "open brackets": "[" * 10**6,
    "dictionaries in one another": '{"a": ' * 900 + "1" + "}" * 900,
    "a number of a million digits": "9" * 10**6,
    "a million lists": "[" + "[]," * 10**6 + "[]]",
    "four million characters": json.dumps(keras_object("Dense", units="x" * 4_000_000)),
    "five million characters": json.dumps(keras_object("Dense", units="x" * 5_000_000)),
}
GAN = {
    "no generator": {"generator": None},
    "a number for a generator": {"generator": 5},
    "a discriminator that is a layer": {"discriminator": IDENTITY},
    "a kind for an input": {"inputs": [ours("Images", shape=[1, 1, 1])]},
    "a string of conditions": {"conditions": "labels"},
    "defaults that are a list": {"defaults": [1]},
    "10^12 classes": {"inputs": [ours("Labels", size=10**12)]},
    "codes of 10^12": {"inputs": [ours("Codes", categorical=[10**12], continuous=0)]},
    "images of 10^12": {"kind": ours("Images", shape=[10**6, 10**6, 1])},
    "an argument of before": {"replay": 10_000_000},
    "a name that is a number": {"name": 5},
    "a seed that is a text": {"seed": "a"},
}
AUTOENCODER = {
    "an autoencoder of 10^9 units": {"units": 10**9},
    "an autoencoder of 10^6 pixels a side": {"image_shape": [10**6, 10**6, 1]},
    "an autoencoder of 10^9 classes": {"num_classes": 10**9},
    "an autoencoder of 10^8 filters": {"architecture": "dcgan", "filters": 10**8},
}


def in_config(change):
    """Writes `config.json` anew, by a function of what it holds."""

    def write(folder):
        path = folder / "config.json"
        values = change(json.loads(path.read_text("utf-8")))
        text = values if isinstance(values, str) else json.dumps(values)
        path.write_text(text, "utf-8")

    return write


def with_fields(**fields):
    """Changes fields of the model's own configuration."""
    return in_config(lambda model: {**model, "config": model["config"] | fields})


def configurations(chance, flips):
    """Cases of `config.json`, and of what the manifest describes."""
    for name, network in (TOO_LARGE | TOO_LONG | FOREIGN).items():
        yield Case(name, with_fields(generator=network))
    for value in ABSURD:
        yield Case(f"units of {value!r}", with_fields(generator=dense(units=value)))
    for name, whole in WHOLE.items():
        yield Case(name, in_config(lambda _, whole=whole: whole))
    for name, fields in GAN.items():
        yield Case(name, with_fields(**fields))
    for name, arguments in AUTOENCODER.items():
        model = ours("VAE", **{"image_shape": [28, 28, 1]} | arguments)
        yield Case(name, in_config(lambda _, model=model: model))


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


# --- one byte changed


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


# --- files of PyTorch


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


PARTS = {
    "configurations": configurations,
    "arrays": arrays,
    "flips": flips,
    "inception": inception,
}
