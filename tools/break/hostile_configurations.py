"""Configurations for `hostile_entries.py` that ask for code, files, memory or time."""

import copy
import json

from hostile_cases import LATENT, SIZE, Case


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
