"""Trains a DCGAN on all GPUs or TPU cores of this machine, with JAX.

`python examples/many_devices_jax.py FOLDER`

Without any two virtual CPUs stand in for them, to see how it works.
"""

import os

os.environ["KERAS_BACKEND"] = "jax"
# Says nothing of GPUs and TPUs. Before JAX is imported.
os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=2")

import argparse
from pathlib import Path

import keras

import kerasgen


def main(folder, epochs, filters, limit, batch_size=32):
    # Before the model is made, whose variables go to all devices.
    keras.distribution.set_distribution(keras.distribution.DataParallel())
    devices = len(keras.distribution.list_devices())
    print(f"{devices} devices")
    # Keras divides every batch among the devices: a whole number for each.
    train = kerasgen.data.load(
        "fashion_mnist_6k", batch_size=batch_size * devices, limit=limit
    )
    model = kerasgen.models.DCGAN(train.image_shape, filters=filters, seed=0)
    model.compile(average=0.99)
    grids = kerasgen.callbacks.SampleGrid(folder / "samples")
    model.fit(train, epochs=epochs, callbacks=[grids])
    model.save(folder / "fashion.keras")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--filters", type=int, default=32)
    parser.add_argument("--limit", type=int, help="images, instead of all")
    main(**vars(parser.parse_args()))
