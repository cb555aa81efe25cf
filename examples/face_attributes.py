"""Attributes of faces as directions in the latent space of `dcgan_celeba`.

`python examples/face_attributes.py CELEBA_ZIP FOLDER`

Nobody told the model what glasses are. A classifier learns it from labeled pictures
and then judges the model's own samples. The mean latents of those that it is sure of
are the words of "man with glasses - man + woman"; a linear fit of its logits to the
latents gives directions along which one attribute changes.
"""

import sys
from pathlib import Path

import keras
import numpy as np

import kerasgen

ATTRIBUTES = ["Male", "Eyeglasses", "Smiling", "Blond_Hair"]
DATA = {"crop": 75, "image_size": 64, "hold_out": 1000, "drop_remainder": False}
SAMPLES = 20_000
GROUP = 20  # samples whose latents are averaged


def main(celeba, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    judge = trained_classifier(celeba, folder / "classifier.keras")
    model = kerasgen.zoo.load("dcgan_celeba")
    z = kerasgen.latent.draw(model, SAMPLES, seed=0)
    logits = judge.predict(model.generate(latents=z), batch_size=250, verbose=0)
    real = dataset(celeba, "train").labels.mean(axis=0)
    for name, share, column in zip(ATTRIBUTES, real, logits.T, strict=True):
        print(
            f"{name}: {share:.1%} of real faces, {np.mean(column > 0):.1%} of samples"
        )

    def surest(**wanted):
        """Latents of the samples that show all of this most plainly."""
        signed = [s * logits[:, ATTRIBUTES.index(name)] for name, s in wanted.items()]
        return z[np.argsort(np.min(signed, axis=0))[-GROUP:]]

    man_with_glasses = surest(Male=1, Eyeglasses=1)
    man = surest(Male=1, Eyeglasses=-1)
    woman = surest(Male=-1, Eyeglasses=-1)
    show_sum(model, man_with_glasses, man, woman, folder / "faces_glasses.png")
    starts = kerasgen.latent.draw(model, 6, seed=7)
    steps = np.linspace(-6, 6, 9)  # logits: to be sure that it is not there, or is
    for name, direction in zip(ATTRIBUTES, directions(z, logits), strict=True):
        paths = kerasgen.latent.shift(starts, direction, steps)
        kerasgen.latent.picture(model, paths, folder / f"faces_{name.lower()}.png")
    a, b = kerasgen.latent.draw(model, 12, seed=3).reshape(2, 6, -1)
    paths = kerasgen.latent.spherical(a, b, 9)
    kerasgen.latent.picture(model, paths, folder / "faces_between.png")


def trained_classifier(celeba, file):
    """A model from uint8 images to a logit for each attribute, kept in `file`."""
    if file.exists():
        return keras.saving.load_model(file)
    (x, y), held_out = (labeled(celeba, split) for split in ("train", "held_out"))
    keras.utils.set_random_seed(0)
    layers = [
        keras.layers.Rescaling(1 / 127.5, -1),
        keras.layers.RandomFlip("horizontal"),
    ]
    for filters in (32, 64, 128, 256):
        layers += [
            keras.layers.Conv2D(filters, 3, padding="same", use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.MaxPooling2D(),
        ]
    layers += [keras.layers.GlobalAveragePooling2D(), keras.layers.Dropout(0.5)]
    layers += [keras.layers.Dense(len(ATTRIBUTES))]
    judge = keras.Sequential([keras.Input(x.shape[1:]), *layers])
    epochs, batch = 8, 64
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * len(x) // batch)
    judge.compile(
        keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(from_logits=True)
    )
    judge.fit(x, y, batch_size=batch, epochs=epochs, verbose=2)
    images, labels = held_out
    right = (judge.predict(images, verbose=0) > 0) == (labels == 1)
    for name, hits, there in zip(ATTRIBUTES, right.T, labels.T == 1, strict=True):
        print(
            f"{name}: right on {hits[there].mean():.1%} of the held-out faces that "
            f"have it, {hits[~there].mean():.1%} of the others"
        )
    judge.save(file)
    return judge


def labeled(celeba, split):
    """uint8 images and zeros and ones, `(n, attributes)`."""
    faces = dataset(celeba, split)
    return faces.samples.get(np.arange(len(faces.samples))), faces.labels


def dataset(celeba, split):
    return kerasgen.data.load(celeba, split, attributes=ATTRIBUTES, **DATA)


def directions(z, logits):
    """For each attribute the step that adds one to its logit and nothing to the others.

    To first order: by a linear fit of the logits to normal latents. Without the other
    attributes held, "glasses" would also turn women into men (Shen et al., 2020,
    arXiv:1907.10786, section 3.2).
    """
    slopes = np.linalg.lstsq(z, logits - logits.mean(axis=0))[0]
    return np.linalg.pinv(slopes)


def show_sum(model, first, second, third, file, variations=8):
    """Rows of three mean latents, of `first - second + third`, of twice as much.

    Columns differ by a little noise.
    """
    size = first.shape[-1]
    a, b, c = (longer(group.mean(axis=0), size) for group in (first, second, third))
    once = kerasgen.latent.arithmetic([a, c], [b])
    twice = kerasgen.latent.arithmetic([a, a, c], [b, b])
    noise = kerasgen.latent.draw(model, variations, seed=1)
    codes = [longer(code, size) for code in (a, b, c, once, twice)]
    paths = np.stack([0.75 * code + 0.5 * noise for code in codes])
    kerasgen.latent.picture(model, paths.astype("float32"), file)


def longer(code, size):
    """A mean of latents at the length that latents have."""
    return code / np.linalg.norm(code) * np.sqrt(size)


if __name__ == "__main__":
    main(*sys.argv[1:])
