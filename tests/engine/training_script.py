"""Trains a small DCGAN with dropout on a shuffled loader, in a process of its own.

Called as `training_script.py START STOP FOLDER`: epochs START to STOP, from
`FOLDER/start.keras` or `FOLDER/middle.keras`, and writes what it ends with.
"""

import pathlib
import sys

import keras
import numpy as np

import kerasgen


def build():
    keras.utils.set_random_seed(1)
    model = kerasgen.models.DCGAN((16, 16, 1), latent_dim=8, filters=4, average=0.9)
    inputs = keras.Input((16, 16, 1))
    x = keras.layers.Dropout(0.3, seed=7)(model.discriminator.layers[1](inputs))
    for layer in model.discriminator.layers[2:]:
        x = layer(x)
    model = kerasgen.models.GAN(
        model.generator, keras.Model(inputs, x), average=0.9, seed=3
    )
    model.compile()
    return model


def images():
    random = np.random.default_rng(0)
    return random.integers(0, 255, (70, 16, 16, 1)).astype("uint8")


def run(start, stop, folder):
    if start == 0:
        model = build()
    else:
        model = keras.saving.load_model(folder / f"after_{start}.keras")
    train = kerasgen.data.load(images(), batch_size=16, seed=5, shuffle=True)
    model.fit(train, epochs=stop, initial_epoch=start, verbose=0)
    model.save(folder / f"after_{stop}.keras")
    weights = {v.path: v.numpy() for v in model.variables if "epochs" not in v.path}
    values = list(weights.values()) + [v.numpy() for v in model.optimizer.variables]
    np.savez(folder / f"{start}_to_{stop}.npz", *values)


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3]))
