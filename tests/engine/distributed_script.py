"""Trains a small GAN on one or two devices: `distributed_script.py FILE DEVICES`.

TensorFlow: a mirrored strategy over two logical CPUs. JAX: data parallelism over two
host devices. PyTorch: one of two processes, each with its half of every batch. All
latents are equal, so that it does not matter who draws them.
"""

import contextlib
import os
import sys

import keras
import numpy as np
from keras import ops

import kerasgen

backend = keras.backend.backend()


class Ones(kerasgen.inputs.Latents):
    """Latents of ones."""

    def in_training(self, n, seed, batch=None):
        return ops.ones((n, self.size))


def build():
    keras.utils.set_random_seed(0)
    generator = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(2)]
    )
    discriminator = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)]
    )
    model = kerasgen.models.GAN(generator, discriminator, Ones(3), seed=0)
    model.compile(keras.optimizers.SGD(0.1), average=0.9)
    return model


def points():
    random = np.random.default_rng(0)
    return random.normal(1.0, size=(4, 16, 2)).astype("float32")  # four batches


def two_devices():
    if backend == "tensorflow":
        import tensorflow as tf

        cpus = tf.config.list_physical_devices("CPU")
        logical = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
        tf.config.set_logical_device_configuration(cpus[0], logical)
        return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope()
    if backend == "jax":
        keras.distribution.set_distribution(keras.distribution.DataParallel())
    if backend == "torch":
        import torch

        torch.distributed.init_process_group("gloo")
    return contextlib.nullcontext()


def devices(model):
    if backend == "tensorflow":
        return model.distribute_strategy.num_replicas_in_sync
    if backend == "jax":
        return len(model.generator.layers[0].kernel.value.sharding.device_set)
    import torch

    return torch.distributed.get_world_size()


def main(path, count):
    batches = points()
    with two_devices() if count == 2 else contextlib.nullcontext():
        model = build()
    if count == 2:
        assert devices(model) == 2
    if "RANK" in os.environ:
        batches = np.split(batches, 2, axis=1)[int(os.environ["RANK"])]
    before = [v.numpy() for v in model.trainable_variables]
    model.fit(
        batches.reshape(-1, 2),
        batch_size=batches.shape[1],
        epochs=2,
        shuffle=False,
        verbose=0,
    )
    after = [v.numpy() for v in model.trainable_variables]
    moved = [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]
    assert all(moved)
    assert int(model.global_step.numpy()) == 8
    averaged = [v.numpy() for v in model.network("generator").weights]
    np.savez(path, *after, *averaged)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
