"""Attributes of faces as directions in the latent space of `dcgan_celeba`.

`python examples/face_attributes.py CELEBA_ZIP FOLDER`

Nobody told the model what glasses are. A linear classifier of features learns it from
the labelled pictures, then judges the model's own samples; the mean latents of those it
is surest of are the words of "man with glasses - man + woman".
"""

import sys
from pathlib import Path

import numpy as np

import kerasgen

ATTRIBUTES = ["Male", "Eyeglasses", "Smiling", "Blond_Hair"]
DATA = {"crop": 75, "image_size": 64, "hold_out": 1000, "shuffle": False}
SAMPLES = 10_000
GROUP = 100  # samples whose latents are averaged
RIDGE = 1.0


def main(celeba, folder):
    folder = Path(folder)
    extractor = kerasgen.metrics.load_extractor("cifar10")
    classify = train_classifier(celeba, extractor)
    model = kerasgen.zoo.load("dcgan_celeba")
    z = kerasgen.latent.draw(model, SAMPLES, seed=0)
    scores = classify(features(extractor, model.generate(latents=z)))

    def surest(**wanted):
        """Latents of the samples that show all of this most plainly."""
        ranks = [
            np.argsort(np.argsort(sign * scores[:, ATTRIBUTES.index(name)]))
            for name, sign in wanted.items()
        ]
        return z[np.argsort(np.min(ranks, axis=0))[-GROUP:]]

    man = surest(Male=1, Eyeglasses=-1)
    man_with_glasses = surest(Male=1, Eyeglasses=1)
    woman = surest(Male=-1, Eyeglasses=-1)
    words = [man_with_glasses, man, woman]
    show_sum(model, words, folder / "faces_glasses.png")
    for name in ATTRIBUTES:
        with_it, without = surest(**{name: 1}), surest(**{name: -1})
        direction = kerasgen.latent.direction(with_it, without)
        starts = kerasgen.latent.draw(model, 6, seed=7)
        paths = kerasgen.latent.shift(starts, direction, np.linspace(-2, 2, 9))
        kerasgen.latent.picture(model, paths, folder / f"faces_{name.lower()}.png")
    a, b = kerasgen.latent.draw(model, 12, seed=3).reshape(2, 6, -1)
    paths = kerasgen.latent.spherical(a, b, 9)
    kerasgen.latent.picture(model, paths, folder / "faces_between.png")


def train_classifier(celeba, extractor):
    """A function from features to a score for each attribute, positive where it is."""
    train, held_out = (
        kerasgen.data.load(
            celeba, split, attributes=ATTRIBUTES, drop_remainder=False, **DATA
        )
        for split in ("train", "held_out")
    )
    x, labels = described(extractor, train)
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-6

    def normal(x):
        return np.c_[(x - mean) / deviation, np.ones(len(x))]

    # Each class has half of the weight, however rare it is.
    weights = []
    for y in labels.T:
        sample = np.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
        a = normal(x) * sample[:, None]
        gram = normal(x).T @ a + RIDGE * np.eye(a.shape[1])
        weights.append(np.linalg.solve(gram, a.T @ (2 * y - 1)))
    weights = np.stack(weights, axis=1)
    x, labels = described(extractor, held_out)
    right = (normal(x) @ weights > 0) == (labels == 1)
    for i, name in enumerate(ATTRIBUTES):
        there = labels[:, i] == 1
        balanced = (right[there, i].mean() + right[~there, i].mean()) / 2
        print(f"{name}: {balanced:.1%} of held-out faces (mean over both classes)")
    return lambda x: normal(x) @ weights


def show_sum(model, words, file, variations=8):
    """Rows of mean latents and of their sum, with one small noise for each column."""
    first, second, third = words
    result = kerasgen.latent.arithmetic([first, third], [second])
    noise = kerasgen.latent.draw(model, variations, seed=1) * 0.25
    noise[0] = 0.0  # the mean itself
    rows = [word.mean(axis=0) for word in words] + [result]
    paths = np.stack([longer(row, model.latent_dim) + noise for row in rows])
    kerasgen.latent.picture(model, paths.astype("float32"), file)


def longer(code, size):
    """A mean of latents at the length that latents have."""
    return code / np.linalg.norm(code) * np.sqrt(size)


def described(extractor, dataset):
    images = dataset.images.get(np.arange(len(dataset.images)))
    return features(extractor, images), np.asarray(dataset.labels)


def features(extractor, images, batch=500):
    batches = (images[i : i + batch] for i in range(0, len(images), batch))
    return np.concatenate([extractor(b)["features"] for b in batches]).astype("float64")


if __name__ == "__main__":
    main(*sys.argv[1:])
