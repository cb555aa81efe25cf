"""Reads digits after 100 labels: a semi-supervised adversarial autoencoder.

    python examples/few_labels.py mnist.npz runs/few_labels

Ten training images of each class keep their label, all others lose it. Those that keep
it are repeated, each time shifted, turned and scaled a little. The example prints the
share of images that are read wrongly: after each epoch, of 5,000 training images that
are held out, to choose settings by; and at the end, of the 10,000 test images, beside
that of the nearest of the labeled images. The same command goes on where
it was interrupted.
"""

import argparse
import pathlib

import keras
import numpy as np
from keras import layers

import kerasgen

LABELED = 100
HELD_OUT = 5000
SHARE = 0.2  # of a batch, which has a label: the 100 are repeated
BATCH = 125


def main(arguments=None):
    """Reads the command line, trains, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", help="MNIST in Keras's layout, mnist.npz")
    parser.add_argument("output", type=pathlib.Path, help="folder of the model")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--units", type=int, default=256, help="of dense layers")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    images, labels = everything(options.data, "train", hold_out=HELD_OUT)
    few = labeled(labels, options.seed)
    held_out = everything(options.data, "held_out", hold_out=HELD_OUT)
    model = trained(images, few, labels, held_out, options)
    test, truth = everything(options.data, "test")
    print(f"Errors: {errors(model, test, truth):.2%} of {len(truth):,} test images")
    found = labels[few][nearest(images[few], test)]
    print(f"Nearest labeled image: {np.mean(found != truth):.2%}")


def everything(data, split, **arguments):
    """All images and labels of a split, in the order of the file."""
    dataset = kerasgen.data.load(
        data, split, labels=True, shuffle=False, batch_size=1000, **arguments
    )
    batches = [dataset[i] for i in range(len(dataset))]
    return tuple(np.concatenate(parts) for parts in zip(*batches, strict=True))


def labeled(labels, seed):
    """Places of the images that keep their label, as many of each class."""
    random, classes = np.random.default_rng(seed), np.unique(labels)
    each = LABELED // len(classes)
    places = [random.choice(np.flatnonzero(labels == c), each, False) for c in classes]
    return np.concatenate(places)


def trained(images, few, labels, held_out, options):
    """The model, trained on all images and the labels of a few."""
    repeated = np.resize(few, int(len(images) * SHARE / (1 - SHARE)))
    copies = moved(images[repeated], options.seed)
    samples = np.concatenate([images, copies])
    known = np.concatenate([np.full(len(images), -1), labels[repeated]])
    path = options.output / "model.keras"
    if path.exists():
        model = keras.saving.load_model(path)
    else:
        options.output.mkdir(parents=True, exist_ok=True)
        model = new(options, steps=options.epochs * (len(samples) // BATCH))

    def report(epoch, logs):
        print(f"Held out, epoch {epoch + 1}: {errors(model, *held_out):.2%}")

    model.fit(
        samples,
        known,
        batch_size=BATCH,
        epochs=options.epochs,
        initial_epoch=int(model.epochs_seen.numpy()),
        callbacks=[
            keras.callbacks.ModelCheckpoint(path),
            keras.callbacks.LambdaCallback(on_epoch_end=report),
        ],
        verbose=2,
    )
    return model


def moved(images, seed):
    """Images shifted, turned and scaled a little, each in its own way."""
    changes = [
        layers.RandomRotation(0.03, fill_mode="constant", seed=seed),  # 11 degrees
        layers.RandomTranslation(0.08, 0.08, fill_mode="constant", seed=seed + 1),
        layers.RandomZoom(0.1, 0.1, fill_mode="constant", seed=seed + 2),
    ]
    change = keras.Sequential([keras.Input(images.shape[1:]), *changes])
    parts = [
        keras.ops.convert_to_numpy(change(part.astype("float32"), training=True))
        for part in np.array_split(images, max(1, len(images) // 500))
    ]
    return np.concatenate(parts).round().clip(0, 255).astype("uint8")


def new(options, steps):
    """A convolutional encoder, a dense decoder, and optimizers that slow down."""
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

    def adam(beta_1=0.9):
        decay = keras.optimizers.schedules.CosineDecay(1e-3, steps, alpha=0.05)
        return keras.optimizers.Adam(decay, beta_1=beta_1)

    optimizers = {
        "autoencoder": adam(),
        "classifier": adam(),
        # As fast as the rest, since the game makes classes equally frequent.
        "generator": adam(beta_1=0.5),
        "discriminator": adam(beta_1=0.5),
    }
    model.compile(optimizers, average=0.999)
    return model


def noisy_encoder(units, latent_dim, num_classes):
    """Convolutions and a dense layer, after noise, so that no label is learned by
    heart from single pixels."""
    images = keras.Input((28, 28, 1))
    x = layers.GaussianNoise(0.3)(images)  # of values in [-1, 1]
    for filters in (16, 32):
        x = kerasgen.layers.Conv2D(
            filters, 4, strides=2, padding="same", use_bias=False
        )(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Dense(units, use_bias=False)(layers.Flatten()(x))
    x = layers.ReLU()(layers.BatchNormalization()(x))
    codes = layers.Dense(latent_dim, name="codes", dtype="float32")(x)
    classes = layers.Dense(num_classes, name="classes", dtype="float32")(x)
    return keras.Model(images, {"codes": codes, "classes": classes}, name="encoder")


def errors(model, images, truth):
    """The share of images that are read wrongly."""
    found = model.classify(images, batch_size=500, verbose=0).argmax(axis=1)
    return np.mean(found != truth)


def nearest(few, samples):
    """Which of a few images is nearest to each sample, by the squared distance."""
    few = few.reshape(len(few), -1) / 255.0
    samples = samples.reshape(len(samples), -1) / 255.0
    distances = (few**2).sum(axis=1) - 2.0 * samples @ few.T
    return distances.argmin(axis=1)


if __name__ == "__main__":
    main()
