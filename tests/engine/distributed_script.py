"""Trains small GANs on one or two devices: `distributed_script.py FILE DEVICES`.

TensorFlow: a mirrored strategy over two logical CPUs. JAX: data parallelism over two
host devices. PyTorch: one of two processes, each with its half of every batch.

`FILE` holds `same/...`, what must not depend on the number of devices, and of two of
them `drawn/...`, the random numbers of a step, `state/...`, the variables by device,
and `refused/...`, messages.
"""

import contextlib
import os
import sys

import keras
import numpy as np
from keras import ops

import kerasgen
from kerasgen.adversarial import SkipWhileAhead
from kerasgen.engine import between_devices

backend = keras.backend.backend()
RANK = int(os.environ.get("RANK", 0))
RANKS = int(os.environ.get("WORLD_SIZE", 1))
BATCH = 16


# --- trained on two devices as on one


class Ones(kerasgen.inputs.Latents):
    """Latents of ones, so that it does not matter who draws them."""

    def in_training(self, n, seed, batch=None):
        return ops.ones((n, self.size))


def points_gan(output="logits", units=1, hidden=8):
    generator = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(2)]
    )
    given = keras.Input((2,))
    said = keras.layers.Dense(units)(keras.layers.Dense(hidden, "relu")(given))
    discriminator = keras.Model(given, {output: said})
    random = np.random.default_rng(0)  # the same start on every backend
    for weight in generator.weights + discriminator.weights:
        weight.assign(random.normal(scale=0.5, size=weight.shape))
    return kerasgen.models.GAN(generator, discriminator, Ones(3), seed=0)


def points():
    """Four batches, whose halves lie on different sides."""
    random = np.random.default_rng(0)
    batches = random.normal(1.0, size=(4, BATCH, 2)).astype("float32")
    batches[:, BATCH // 2 :] -= 2.0
    return batches


GAMES = {  # arguments of `points_gan` and of `compile`
    "plain": ({}, {}),
    "resting": ({}, {"turns": SkipWhileAhead(0.1)}),
    "began": (
        {"output": "reconstruction", "units": 2},
        {"loss": {"name": "began", "lambda_k": 0.1}},
    ),
}


def trained_like_one(scope):
    """`{name: array}` of what GANs have learned, none of which draws anything."""
    found = {}
    for name, (networks, game) in GAMES.items():
        with scope():
            model = points_gan(**networks)
        model.compile(keras.optimizers.Adam(0.02), average=0.9, **game)
        fit(model, points(), epochs=2)
        kept = {
            "network": model.trainable_variables,
            "average": model.network("generator").weights,
            "rules": model.rules[0].variables,
            "updates": [model.optimizer["discriminator"].iterations],
            "steps": [model.global_step],
        }
        found |= {
            f"same/{name}/{group}/{i}": v.numpy()
            for group, variables in kept.items()
            for i, v in enumerate(variables)
        }
    return found


# --- what differs between devices, and what does not


class Recorder(keras.layers.Layer):
    """Keeps what layers and the model draw, for each sample that passes."""

    def __init__(self, rows):
        super().__init__()
        self.rows = rows
        self.dropout = keras.layers.Dropout(0.5, seed=1)
        self.noise = kerasgen.layers.GaussianNoise(1.0, seed=2)

    def build(self, input_shape):
        self.dropout.build((self.rows, 64))
        self.noise.build(input_shape)
        columns = {"latents": input_shape[-1], "dropout": 64, "noise": input_shape[-1]}
        self.drawn = {
            name: self.add_weight((self.rows, n), "zeros", name=name, trainable=False)
            for name, n in columns.items()
        }
        for variable in self.drawn.values():
            between_devices("own", variable)

    def call(self, latents, training=False):
        self.drawn["latents"].assign(latents)
        if training:
            ones = ops.ones((self.rows, 64))
            self.drawn["dropout"].assign(self.dropout(ones, training=True))
            zeros = ops.zeros_like(latents)
            self.drawn["noise"].assign(self.noise(zeros, training=True))
        return latents

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {"rows": self.rows}


def drawing_gan(rows):
    """A GAN with all that moves by the samples of a batch."""
    keras.utils.set_random_seed(RANK)  # ranks do not start alike
    recorder = Recorder(rows)
    generator = keras.Sequential(
        [
            keras.Input((3,)),
            recorder,
            keras.layers.Dense(64),
            kerasgen.layers.BatchNormalization(),
            keras.layers.Reshape((8, 8, 1)),
        ]
    )
    body = keras.Sequential(
        [
            keras.layers.Dense(8),
            kerasgen.layers.VirtualBatchNormalization(4),
            kerasgen.layers.SpectralNormalization(keras.layers.Dense(1)),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            kerasgen.layers.ReferenceBatch(body, 4, from_first_batch=True),
        ]
    )
    model = kerasgen.models.GAN(generator, discriminator)
    model.compile(
        views=[
            {"name": "pool", "capacity": 8},
            {"name": "adaptive", "policy": "flip"},
        ],
        terms=[{"name": "wgan_gp", "every": 2}],
        average=0.9,
    )
    return model, recorder


def images():
    random = np.random.default_rng(1)
    return random.uniform(-1, 1, size=(2, BATCH, 8, 8, 1)).astype("float32")


def by_device(variable):
    """Values of a variable on the devices of this process, `(devices, ...)`."""
    if backend == "tensorflow":
        return np.stack([value.numpy() for value in variable.value.values])
    return variable.numpy()[None]


def drawn_and_kept(scope):
    """`{name: array}` of the random numbers of a step and of all variables after it."""
    with scope():
        model, recorder = drawing_gan(BATCH if backend == "jax" else BATCH // 2)
    history = fit(model, images(), epochs=1).history
    found = {
        f"drawn/{name}": by_device(v).reshape(BATCH // RANKS, -1)
        for name, v in recorder.drawn.items()
    }
    model.evaluate(part(images()), batch_size=BATCH // RANKS, verbose=0)
    evaluated = by_device(recorder.drawn["latents"]).reshape(BATCH // RANKS, -1)
    found["drawn/evaluation"] = evaluated
    for i, v in enumerate([*model.variables, *model.optimizer.variables]):
        if getattr(v, "between_devices", None) != "own":
            found[f"state/{i} {v.path}"] = by_device(v)
    logs = np.array([values[-1] for _, values in sorted(history.items())])
    return {**found, "state/logs": logs[None]}


# --- what cannot be


def refusals(scope):
    """`{name: message}` of the errors that every process raises."""
    found = {}

    @contextlib.contextmanager
    def refused(name):
        try:
            yield
        except ValueError as error:
            found[f"refused/{name}"] = str(error)

    if backend == "tensorflow":
        for arguments in (
            {"gradient_accumulation_steps": 2},
            {"use_ema": True, "ema_overwrite_frequency": 3},
        ):
            with scope():
                model = points_gan()
            with refused(list(arguments)[-1]):
                model.compile(keras.optimizers.Adam(**arguments))
    if RANKS == 1:
        return found
    with refused("networks"):
        points_gan(hidden=8 + RANK).compile()
    model = points_gan()
    model.compile()
    with refused("steps"):
        model.fit(points().reshape(-1, 2)[: 32 * (1 + RANK)], verbose=0)
    if RANK == 1:
        model.generator.layers[0].bias.assign(np.ones(8))
    with refused("weights"):
        fit(model, points(), epochs=1)
    return found


# --- devices


def fit(model, batches, epochs):
    """Trains on batches `(number, BATCH, ...)`; of ranks each takes its part."""
    return model.fit(
        part(batches),
        batch_size=BATCH // RANKS,
        epochs=epochs,
        shuffle=False,
        verbose=0,
    )


def part(batches):
    """A rank's part of batches `(number, BATCH, ...)`, one batch after the other."""
    mine = np.split(batches, RANKS, axis=1)[RANK]
    return mine.reshape(-1, *mine.shape[2:])


def two_devices():
    """A function that opens the scope in which models of two devices are made."""
    if backend == "tensorflow":
        import tensorflow as tf

        cpus = tf.config.list_physical_devices("CPU")
        logical = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
        tf.config.set_logical_device_configuration(cpus[0], logical)
        return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope
    if backend == "jax":
        keras.distribution.set_distribution(keras.distribution.DataParallel())
        assert len(keras.distribution.distribution().device_mesh.devices) == 2
    if backend == "torch":
        import torch

        torch.distributed.init_process_group("gloo")
        assert torch.distributed.get_world_size() == 2
    return contextlib.nullcontext


def main(path, count):
    scope = two_devices() if count == 2 else contextlib.nullcontext
    found = trained_like_one(scope)
    if count == 2:
        found |= drawn_and_kept(scope)
        found |= refusals(scope)
    np.savez(path, **found)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
