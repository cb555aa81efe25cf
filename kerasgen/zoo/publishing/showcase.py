"""The pictures of an entry: what its model makes, unselected."""

import numpy as np

from kerasgen.models import InfoGAN
from kerasgen.pictures import image_grid, save_image

SAMPLES = "samples.png"
TRAVERSAL = "traversal_{}.png"
VALUES = np.linspace(-2.0, 2.0, 9)  # twice the range of training


def write_pictures(model, folder):
    """Writes the pictures of `model` into `folder`.

    `samples.png` holds 64 samples of seed 0, of a conditional model its classes in
    turn. Of each continuous code of an InfoGAN `traversal_<n>.png` has a row for each
    category, one noise for all of them, and columns for values from -2 to 2.
    """
    samples = model.generate(64, seed=0, verbose=0)
    save_image(folder / SAMPLES, image_grid(samples))
    if isinstance(model, InfoGAN):
        for code in range(model.continuous):
            path = folder / TRAVERSAL.format(code + 1)
            save_image(path, image_grid(traversal(model, code), columns=len(VALUES)))


def traversal(model, code):
    """Samples of each category along one continuous code, others at zero."""
    rows = model.categorical[0] if model.categorical else 1
    codes = np.zeros(
        (rows, len(VALUES), len(model.categorical) + model.continuous), "float32"
    )
    if model.categorical:
        codes[:, :, 0] = np.arange(rows)[:, None]
    codes[:, :, len(model.categorical) + code] = VALUES
    codes = codes.reshape(-1, codes.shape[-1])
    noise = model.host_latents(1, np.random.Generator(np.random.Philox(0)))
    noise = np.repeat(noise, len(codes), axis=0)
    return model.generate(codes=codes, latents=noise, verbose=0)


def caption(name, classes=()):
    """What a picture shows, in a line.

    Args:
        name: Of the picture.
        classes: Names of what a conditional model draws in turn.
    """
    if name == SAMPLES:
        turns = f"; in turn: {', '.join(classes)}" if classes else ""
        return f"64 samples, seed 0, not selected{turns}"
    return (
        f"Continuous code {name.removesuffix('.png').split('_')[1]} from "
        f"{VALUES[0]:g} to {VALUES[-1]:g} in columns, the categories in rows, one noise"
    )
