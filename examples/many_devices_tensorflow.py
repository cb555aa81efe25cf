"""Trains a DCGAN on all GPUs of this machine, with TensorFlow.

`python examples/many_devices_tensorflow.py FOLDER`

Without GPUs two logical CPUs stand in for them, to see how it works.
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import argparse
from pathlib import Path

import tensorflow as tf

import kerasgen


def strategy_of_all_devices():
    if tf.config.list_physical_devices("GPU"):
        return tf.distribute.MirroredStrategy()
    (cpu,) = tf.config.list_physical_devices("CPU")
    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(cpu, two)
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def main(folder, epochs, filters, limit, batch_size=32):
    strategy = strategy_of_all_devices()
    devices = strategy.num_replicas_in_sync
    print(f"{devices} devices")
    # The strategy divides every batch among the devices.
    train = kerasgen.data.load(
        "fashion_mnist_6k", batch_size=batch_size * devices, limit=limit
    )
    with strategy.scope():  # which gives each device the variables of the model
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
