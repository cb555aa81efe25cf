"""Solid bodies seen from the side and a little from above."""

import numpy as np

SIDE = 96  # pixels of a view
FINER = 2  # it is rendered so many times larger, then averaged: smooth edges
AZIMUTH, ELEVATION = np.radians(-60.0), np.radians(25.0)
LIGHT = np.array([-0.35, -0.45, 0.85])
STRIDE = 0.5  # cells between two looks along a ray


def voxel_views(voxels):
    """Renders solid bodies in parallel projection, the last axis of the grid upwards.

    Surfaces are lit by their slope, darker in hollows and with the distance.

    Args:
        voxels: uint8 or bool array `(n, d, h, w)`, zero where a cell is empty.

    Returns:
        uint8 array `(n, 96, 96, 1)`, dark bodies on white ground.

    Raises:
        ValueError: If `voxels` is not such an array.
    """
    voxels = np.asarray(voxels)
    if voxels.ndim != 4 or voxels.dtype not in ("uint8", "bool"):
        raise ValueError(
            "`voxels` must be a uint8 or bool array (n, d, h, w). "
            f"Received: {voxels.dtype} array of shape {voxels.shape}"
        )
    rays = _rays(voxels.shape[1:])
    full = np.pad(voxels != 0, [(0, 0), *[(2, 2)] * 3])
    views = _seen(full.reshape(len(full), -1), _brightness(full), rays)
    fine = views.reshape(-1, SIDE, FINER, SIDE, FINER)
    return np.rint(fine.mean(axis=(2, 4))).astype("uint8")[..., None]


def _rays(shape):
    """Cells that the ray of each pixel passes, `(steps, pixels)`, nearest first.

    They count the cells of a grid with two empty layers around it.
    """
    cos, sin = np.cos(AZIMUTH), np.sin(AZIMUTH)
    low, high = np.cos(ELEVATION), np.sin(ELEVATION)
    right = np.array([-sin, cos, 0.0])
    up = np.array([-high * cos, -high * sin, low])
    towards = np.array([low * cos, low * sin, high])  # the eye
    extent = np.array(shape, "float64")
    # The shadow of the grid on the picture, of which the picture is a little larger.
    reach = max(np.abs(right) @ extent, np.abs(up) @ extent) * 0.505
    side = SIDE * FINER
    places = ((np.arange(side) + 0.5) / side * 2.0 - 1.0) * reach
    starts = places[None, :, None] * right - places[:, None, None] * up
    depth = np.abs(towards) @ extent / 2.0 + 1.0
    steps = np.arange(depth, -depth, -STRIDE)[:, None, None, None] * towards
    points = np.floor(extent / 2.0 + starts + steps).astype("int32")
    # (steps, height, width, 3), moved by the empty layers
    points = np.clip(points + 2, 0, np.array(shape) + 3)
    cells = np.ravel_multi_index(np.moveaxis(points, -1, 0), np.array(shape) + 4)
    return cells.reshape(len(cells), -1)


def _brightness(full):
    """How bright a surface that faces each cell is, `(n, cells)`, from 0 to 1."""
    density = _blurred(_blurred(full.astype("float32")))
    slopes = np.stack(np.gradient(density, axis=(1, 2, 3)), axis=-1)
    length = np.linalg.norm(slopes, axis=-1)
    lit = -slopes @ (LIGHT / np.linalg.norm(LIGHT)) / np.maximum(length, 1e-6)
    bright = np.clip(0.5 + 0.5 * lit, 0.0, 1.0) * (1.0 - 0.5 * density)
    return bright.reshape(len(full), -1)


def _blurred(density):
    """Means of 3x3x3 cells; the outer layers are empty, so that nothing wraps."""
    for axis in (1, 2, 3):
        before, after = (np.roll(density, way, axis) for way in (1, -1))
        density = (before + density + after) / 3.0
    return density


def _seen(full, brightness, rays):
    """What each ray meets first, `(n, pixels)` from 0 to 255."""
    full = np.ascontiguousarray(full.T)  # (cells, n): one look serves all bodies
    anywhere = full.any(axis=1)
    views = np.full((rays.shape[1], full.shape[1]), 255.0, "float32")
    waiting = np.ones(views.shape, bool)  # for rays that have met nothing yet
    for step in range(2, len(rays)):
        pixels = np.flatnonzero(anywhere[rays[step]])
        met, bodies = np.nonzero(full[rays[step, pixels]] & waiting[pixels])
        pixels = pixels[met]
        in_front = rays[step - 2, pixels]  # a cell before the one that is full
        far = step / len(rays)
        views[pixels, bodies] = 245.0 * (1 - 0.3 * far) * brightness[bodies, in_front]
        waiting[pixels, bodies] = False
    return views.T
