"""Draws the pictures of docs/autoencoders.md and docs/vae.md.

    python tools/draw_autoencoders.py --data mnist.npz --epochs 15

It trains an autoencoder with the networks of `vae_mnist` and compares the two.
"""

import argparse
import pathlib

import keras
import numpy as np

import kerasgen
from kerasgen.pictures import image_grid, save_image

IMAGES = pathlib.Path(__file__).parents[1] / "docs" / "images"
SHOWN = 2000  # test digits in a scatter picture
COLUMNS, GRID = 12, 36


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--epochs", type=int, default=15)
    options = parser.parse_args()
    train = kerasgen.data.load(options.data, batch_size=100, seed=0)
    test = kerasgen.data.load(options.data, "test", batch_size=10_000, labels=True)
    digits, labels = test[0]
    draw(trained(train, options.epochs), digits, labels, train)


def trained(train, epochs):
    """An autoencoder with two latents, and nothing said about them."""
    keras.utils.set_random_seed(0)
    model = kerasgen.models.Autoencoder(
        (28, 28, 1),
        latent_dim=2,
        architecture="mlp",
        units=(512, 256),
        activation="relu",
        seed=0,
    )
    steps = epochs * len(train)
    rate = keras.optimizers.schedules.CosineDecay(1e-3, steps, 0.02)
    model.compile(keras.optimizers.Adam(rate), loss="log_likelihood")
    model.fit(train, epochs=epochs, verbose=2)
    return model


def draw(plain, digits, labels, train):
    vae = kerasgen.zoo.load("vae_mnist")
    for name, model in (("autoencoder", plain), ("vae", vae)):
        file = IMAGES / f"codes_{name}.png"
        kerasgen.latent.code_scatter(model, digits[:SHOWN], labels[:SHOWN], file)
        again = model.reconstruct(digits, verbose=0)
        error = np.square((digits.astype("float64") - again) / 255.0).mean()
        spread = model.encode(digits, verbose=0).std(axis=0)
        print(f"{name}: test MSE {error:.4f}, deviations of codes {spread}")
    normal = np.random.default_rng(0).normal(size=(GRID, 2))
    save("samples_autoencoder_normal", plain.generate(latents=normal, verbose=0))
    plain.fit_prior(train.samples.get(np.arange(10_000)), components=20)
    save("samples_autoencoder", plain.generate(GRID, seed=0, verbose=0))
    save("samples_vae", vae.generate(GRID, seed=0, verbose=0))
    sharp = kerasgen.zoo.load("dcgan_mnist")
    save("samples_gan", sharp.generate(GRID, seed=0, verbose=0))
    kerasgen.latent.manifold(vae, 15, IMAGES / "manifold_vae.png")


def save(name, images):
    save_image(IMAGES / f"{name}.png", image_grid(images, COLUMNS))


if __name__ == "__main__":
    main()
