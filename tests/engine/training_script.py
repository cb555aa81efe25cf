"""Trains a small GAN with every kind of state, in a process of its own.

Called as `training_script.py START STOP FOLDER`: epochs START to STOP, from a new model
or from `FOLDER/after_START.keras`; writes `FOLDER/after_STOP.keras` and all variables
that it ends with.
"""

import pathlib
import sys

import keras
import numpy as np

import kerasgen
from kerasgen import layers
from kerasgen.adversarial import R1, HistoricalAveraging
from kerasgen.engine import Average, ByEpoch

SHAPE = (8, 8, 1)
DECAY = keras.optimizers.schedules.PiecewiseConstantDecay


def networks():
    """A generator with batch statistics, and an autoencoder with dropout."""
    latents, images = keras.Input((4,)), keras.Input(SHAPE)
    x = keras.layers.BatchNormalization()(keras.layers.Dense(8)(latents))
    x = keras.layers.Dense(64, "tanh")(keras.layers.ReLU()(x))
    generator = keras.Model(latents, keras.layers.Reshape(SHAPE)(x))
    x = keras.layers.Dense(8, "tanh")(keras.layers.Flatten()(images))
    x = keras.layers.Dropout(0.3, seed=7)(x)
    x = keras.layers.Reshape(SHAPE)(keras.layers.Dense(64)(x))
    return generator, keras.Model(images, {"reconstruction": x})


def build():
    keras.utils.set_random_seed(1)
    model = kerasgen.models.GAN(*networks(), seed=3)
    model.compile(
        {
            # Two epochs end between two of its updates.
            "discriminator": keras.optimizers.Adam(1e-3, gradient_accumulation_steps=3),
            "generator": keras.optimizers.Adam(ByEpoch(DECAY([2], [1e-3, 2e-3]))),
        },
        loss=kerasgen.losses.BoundaryEquilibrium(1.0, lambda_k=0.1),
        terms=[R1(DECAY([12], [0.1, 0.2]), every=2), HistoricalAveraging(0.1)],
        views=[
            layers.SamplePool(8, seed=4),
            layers.AdaptiveAugmentation("translation", -0.8, 500, seed=5),
            layers.GaussianNoise(0.1, decay_calls=40, seed=6),
        ],
        average=[0.9, Average(0.5, "discriminator")],
    )
    return model


def images():
    random = np.random.default_rng(0)
    images = random.choice([0, 255], (70, *SHAPE))  # of more energy than generated ones
    images[::4] = 127  # but for these
    return images.astype("uint8")


def run(start, stop, folder):
    if start == 0:
        model = build()
    else:
        model = keras.saving.load_model(folder / f"after_{start}.keras")
    train = kerasgen.data.load(images(), batch_size=16, seed=5, shuffle=True)
    model.fit(train, epochs=stop, initial_epoch=start, verbose=0)
    model.save(folder / f"after_{stop}.keras")
    variables = [*model.variables, *model.optimizer.variables]
    values = {f"{i} {v.path}": v.numpy() for i, v in enumerate(variables)}
    np.savez(folder / f"{start}_to_{stop}.npz", **values)


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3]))
