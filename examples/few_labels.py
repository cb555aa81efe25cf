"""Reads digits after 100 labels: a semi-supervised adversarial autoencoder.

    python examples/few_labels.py mnist.npz runs/few_labels

    python examples/few_labels.py mnist.npz runs/few_labels --epochs 30 --game-rate 1e-3

Ten images of each class keep their label, all others lose it. Prints the share of the
10,000 test images that are read wrongly, beside that of the nearest of the labeled
images. The same command goes on where it was interrupted. The second one goes on with
a faster game, which moves images where a class got too many, and a slower autoencoder.
"""

import argparse
import pathlib

import keras
import numpy as np
from keras import layers

import kerasgen

LABELED = 100
SHARE = 0.2  # of a batch, which has a label: the 100 are repeated


def main(arguments=None):
    """Reads the command line, trains, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", help="MNIST in Keras's layout, mnist.npz")
    parser.add_argument("output", type=pathlib.Path, help="folder of the model")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--units", type=int, default=256, help="of hidden layers")
    parser.add_argument(
        "--game-rate", type=float, help="a second stage, by faster games"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    images, labels = everything(options.data, "train")
    few = labeled(labels, options.seed)
    model = trained(images, few, labels, options)
    test, truth = everything(options.data, "test")
    found = model.classify(test, batch_size=500, verbose=0).argmax(axis=1)
    print(f"Errors: {np.mean(found != truth):.2%} of {len(truth):,} test images")
    found = labels[few][nearest(images[few], test)]
    print(f"Nearest labeled image: {np.mean(found != truth):.2%}")


def everything(data, split):
    """All images and labels of a split, in the order of the file."""
    dataset = kerasgen.data.load(
        data, split, labels=True, shuffle=False, batch_size=10_000
    )
    batches = [dataset[i] for i in range(len(dataset))]
    return tuple(np.concatenate(parts) for parts in zip(*batches, strict=True))


def labeled(labels, seed):
    """Places of the images that keep their label, as many of each class."""
    random, classes = np.random.default_rng(seed), np.unique(labels)
    each = LABELED // len(classes)
    places = [random.choice(np.flatnonzero(labels == c), each, False) for c in classes]
    return np.concatenate(places)


def trained(images, few, labels, options):
    """The model, trained on all images and the labels of a few."""
    path = options.output / "model.keras"
    if path.exists():
        model = keras.saving.load_model(path)
    else:
        options.output.mkdir(parents=True, exist_ok=True)
        model = new(options)
    if options.game_rate is not None:
        model.compile(faster(options.game_rate), average=0.999)
    repeated = np.resize(few, int(len(images) * SHARE / (1 - SHARE)))
    samples = np.concatenate([images, images[repeated]])
    known = np.concatenate([np.full(len(images), -1), labels[repeated]])
    model.fit(
        samples,
        known,
        batch_size=125,
        epochs=options.epochs,
        initial_epoch=int(model.epochs_seen.numpy()),
        callbacks=[keras.callbacks.ModelCheckpoint(path)],
        verbose=2,
    )
    return model


def new(options):
    """The networks of the paper, and noise on what the encoder sees."""
    model = kerasgen.models.SemiSupervisedAAE(
        (28, 28, 1),
        num_classes=10,
        encoder=noisy_encoder(options.units, latent_dim=10, num_classes=10),
        architecture="mlp",
        units=(options.units, options.units),
        activation="relu",
        discriminator_units=options.units // 2,
        seed=options.seed,
    )
    model.compile(average=0.999)
    return model


def faster(rate):
    """Optimizers of a second stage: faster games, a slower autoencoder."""
    adam = keras.optimizers.Adam
    return {
        "autoencoder": adam(3e-4),
        "classifier": adam(1e-3),
        "generator": adam(rate, beta_1=0.5),
        "discriminator": adam(rate, beta_1=0.5),
    }


def noisy_encoder(units, latent_dim, num_classes):
    """Two hidden layers, after noise on pixels of which no label can be a hash."""
    images = keras.Input((28, 28, 1))
    x = layers.GaussianNoise(0.6)(images)  # of values in [-1, 1]
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dense(units, use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    codes = layers.Dense(latent_dim, name="codes", dtype="float32")(x)
    classes = layers.Dense(num_classes, name="classes", dtype="float32")(x)
    return keras.Model(images, {"codes": codes, "classes": classes}, name="encoder")


def nearest(few, samples):
    """Which of a few images is nearest to each sample, by the squared distance."""
    few = few.reshape(len(few), -1) / 255.0
    samples = samples.reshape(len(samples), -1) / 255.0
    distances = (few**2).sum(axis=1) - 2.0 * samples @ few.T
    return distances.argmin(axis=1)


if __name__ == "__main__":
    main()
