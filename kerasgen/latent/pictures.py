"""Paths through a latent space, to look at."""

import numpy as np

from kerasgen.arguments import check_one_of, check_positive
from kerasgen.latent.interpolation import linear, spherical
from kerasgen.latent.render import render
from kerasgen.pictures import image_grid, save_animation, save_image

WAYS = {"linear": linear, "spherical": spherical}


def picture(model, paths, file=None, *, along="latents", padding=2, **held):
    """A picture of samples in which each row is one path.

    A model of points has one panel for all of them.

    Args:
        model, paths, along, **held: As for `kerasgen.latent.render`.
        file: Where to write it, in the format of the suffix; None does not.
        padding: Pixels between neighbors.

    Returns:
        The picture, uint8 `(height, width, channels)`.

    Raises:
        ValueError: As `render`.
    """
    samples = render(model, paths, along=along, **held)
    grid = model.sampled_kind.picture(_flat(samples), samples.shape[1], padding)
    if file is not None:
        save_image(file, grid)
    return grid


def animation(
    model, paths, file, *, along="latents", milliseconds=80, back=True, **held
):
    """Samples along a path as a film; several paths run side by side.

    Args:
        model, paths, along, **held: As for `kerasgen.latent.render`.
        file: Where to write it: `.gif`, `.webp` or `.png`.
        milliseconds: How long each sample stands.
        back: Whether the film runs back to the start, so that it has no jump.

    Returns:
        The frames, uint8 `(frames, height, width, channels)`.

    Raises:
        ValueError: As `render`.
    """
    check_positive(milliseconds=milliseconds)
    samples = render(model, paths, along=along, **held)
    n, steps = samples.shape[:2]
    views = model.sampled_kind.views(_flat(samples))
    views = views.reshape(n, steps, *views.shape[1:])
    frames = np.stack([_frame(views[:, i]) for i in range(steps)])
    if back:
        frames = np.concatenate([frames, frames[-2:0:-1]])
    save_animation(file, frames, milliseconds, last=milliseconds)
    return frames


def walk(model, a, b, steps, file, *, way="spherical", **options):
    """A film of the way from one latent to another.

    Args:
        model: A model of kerasgen.
        a, b: Latents `(latent_dim,)`, or `(n, latent_dim)` for walks side by side.
        steps: Number of samples on the way, at least 2.
        file: Where to write it: `.gif`, `.webp` or `.png`.
        way: `"spherical"` or `"linear"`.
        **options: As for `kerasgen.latent.animation`; `labels` or `codes` that stay.

    Returns:
        The frames, uint8 `(frames, height, width, channels)`.

    Raises:
        ValueError: If an argument does not fit.

    Example:

    ```python
    model = kerasgen.models.DCGAN((28, 28, 1), filters=4)
    a, b = kerasgen.latent.draw(model, 2, seed=0)
    kerasgen.latent.walk(model, a, b, 16, "walk.gif")
    ```
    """
    check_one_of(WAYS, way=way)
    return animation(model, WAYS[way](a, b, steps), file, **options)


def _flat(samples):
    return samples.reshape(-1, *samples.shape[2:])


def _frame(views):
    return views[0] if len(views) == 1 else image_grid(views)
