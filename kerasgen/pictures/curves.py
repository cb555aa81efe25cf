"""Curves of numbers over epochs, one panel each."""

import math

import numpy as np

WIDTH, HEIGHT = 420, 220  # pixels of a panel
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 34, 30
FINER = 2  # drawn so many times larger, then averaged: smooth edges
INK = (35, 40, 50)
FAINT = (214, 218, 226)
LINE = (32, 92, 190)


def curves(history, x="epoch"):
    """Draws every number of a history against its epoch.

    Args:
        history: List of dictionaries with equal keys.
        x: The key of the horizontal axis.

    Returns:
        uint8 array `(height, width, 3)`, a row of panels.
    """
    from PIL import Image, ImageDraw

    names = [name for name in history[0] if name != x]
    image = Image.new("RGB", (FINER * WIDTH * len(names), FINER * HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    for i, name in enumerate(names):
        points = [(row[x], row[name]) for row in history]
        points = np.array([p for p in points if math.isfinite(p[1])], "float64")
        _panel(draw, i * WIDTH, name, points.reshape(-1, 2))
    return np.asarray(image.reduce(FINER))


def _panel(draw, offset, title, points):
    left, right = offset + LEFT, offset + WIDTH - RIGHT
    top, bottom = TOP, HEIGHT - BOTTOM
    _write(draw, (left, TOP / 2), title, "lm")
    draw.rectangle([FINER * v for v in (left, top, right, bottom)], None, FAINT, FINER)
    if not len(points):
        return
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    # A margin keeps the extremes off the frame.
    places = (points - low) / span * 0.9 + 0.05
    xs = left + places[:, 0] * (right - left)
    ys = bottom - places[:, 1] * (bottom - top)
    pixels = [(FINER * float(a), FINER * float(b)) for a, b in zip(xs, ys, strict=True)]
    draw.line(pixels, LINE, 2 * FINER, joint="curve")
    for a, b in pixels:
        draw.ellipse((a - 3 * FINER, b - 3 * FINER, a + 3 * FINER, b + 3 * FINER), LINE)
    for value, y in ((low[1], ys[points[:, 1].argmin()]), (high[1], ys.min())):
        _write(draw, (left - 6, float(y)), f"{value:.4g}", "rm")
    for value, place in ((low[0], xs.min()), (high[0], xs.max())):
        _write(draw, (float(place), bottom + 14), f"{value:g}", "mm")


def _write(draw, place, text, anchor):
    from PIL import ImageFont

    font = ImageFont.load_default(12 * FINER)
    draw.text(tuple(FINER * p for p in place), text, INK, font, anchor)
