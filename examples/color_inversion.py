"""Inverted colors, learned with pairs, by the cycle, and by neither.

`python examples/color_inversion.py PICTURES FOLDER`

Domain A is one half of the pictures (a name, folder or archive, as for
`kerasgen.data.load`), domain B the other half, inverted. So the right answer for a test
picture is known; only the model that learns from pairs is told. Differences, of the
range from 0 to 1, are printed: of translations from the right answer, of the way back
from its own picture, and from another one, which must be far larger. The picture in
FOLDER shows all of them.

The networks have no normalization. That of the paper's generator takes its mean and its
contrast from each map, and with them how bright and how colorful a picture was.
"""

import argparse
import time
from pathlib import Path

import keras
import numpy as np

import kerasgen
from kerasgen.layers import Conv2D

SHAPE = (32, 32, 3)
LIMIT = 10_000  # pictures, of which a tenth, at most 500, are for the test
LOADED = 100  # at once
SHOWN = 10


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--crop", type=int, help="size of the middle that is kept")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=8)
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    images = loaded(options.pictures, options.crop)
    test, train = np.split(images, [min(500, len(images) // 10)])
    a, others = np.split(train[: len(train) // 2 * 2], 2)
    shown = {"picture": test, "inverted": inverted(test)}
    for name, model, b in (
        ("with pairs", pix2pix(), inverted(a)),
        ("by the cycle", cycle_gan(10.0), inverted(others)),
        ("by neither", cycle_gan(0.0), inverted(others)),
    ):
        start = time.process_time()
        model.fit(
            (a, b), batch_size=options.batch_size, epochs=options.epochs, verbose=0
        )
        seconds = time.process_time() - start
        shown[name] = model.translate(test, to="B", seed=0)
        print(f"{name}, {seconds:.0f} s of processor time")
        print(f"  from the right answer  {distance(shown[name], inverted(test)):.3f}")
        if "A" in model.routes():
            back = shown[f"{name}, back"] = model.translate(shown[name], to="A")
            print(f"  back, from its own     {distance(back, test):.3f}")
            print(f"  back, from another     {distance(back, np.roll(test, 1, 0)):.3f}")
    print(f"rows of the picture: {'; '.join(shown)}")
    rows = np.concatenate([images[:SHOWN] for images in shown.values()])
    grid = kerasgen.pictures.image_grid(rows, columns=min(SHOWN, len(test)))
    large = grid.repeat(2, axis=0).repeat(2, axis=1)
    kerasgen.pictures.save_image(options.folder / "color_inversion.png", large)


def loaded(pictures, crop):
    data = kerasgen.data.load(
        pictures, image_size=SHAPE[:2], crop=crop, channels=3, batch_size=LOADED
    )
    batches = range(min(len(data), LIMIT // LOADED))
    return np.concatenate([data[i][0] for i in batches])


def inverted(images):
    return 255 - images


def distance(a, b):
    return np.mean(np.abs(a.astype("float32") - b)) / 255


def pix2pix():
    model = kerasgen.models.Pix2Pix(
        SHAPE, generator=translator(), discriminator=judge((*SHAPE[:2], 6)), seed=0
    )
    model.compile(adam())
    return model


def cycle_gan(cycle):
    model = kerasgen.models.CycleGAN(
        generator_ab=translator(),
        generator_ba=translator(),
        discriminator_a=judge(SHAPE),
        discriminator_b=judge(SHAPE),
        seed=0,
    )
    # The identity loss keeps colors as they are.
    model.compile(adam(), cycle=cycle, identity=0.0)
    return model


def translator():
    images = x = keras.Input(SHAPE)
    for _ in range(2):
        x = keras.layers.LeakyReLU(0.2)(convolution(16, 3)(x))
    return keras.Model(images, convolution(3, 3, activation="tanh")(x))


def judge(shape):
    images = x = keras.Input(shape)
    for filters in (16, 32, 64):
        x = keras.layers.LeakyReLU(0.2)(convolution(filters, 4, strides=2)(x))
    return keras.Model(images, keras.layers.Dense(1)(keras.layers.Flatten()(x)))


def convolution(filters, size, **more):
    return Conv2D(filters, size, padding="same", **more)


def adam():
    return keras.optimizers.Adam(1e-3, beta_1=0.5)


if __name__ == "__main__":
    main()
