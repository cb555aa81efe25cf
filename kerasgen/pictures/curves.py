"""Curves of numbers over epochs, one panel each."""

import math

import numpy as np

from kerasgen.arguments import as_list
from kerasgen.pictures.sheet import Sheet

WIDTH, HEIGHT = 420, 220  # pixels of a panel
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 34, 30
LINE = (32, 92, 190)


def curves(history, x="epoch"):
    """Draws every number of a history against its epoch.

    Args:
        history: List of dictionaries with equal keys.
        x: The key of the horizontal axis.

    Returns:
        uint8 array `(height, width, 3)`, a row of panels.

    Raises:
        ValueError: If `history` is no such list.
    """
    history = as_list("history", history, "dictionaries, one for each epoch")
    if not history or not all(isinstance(row, dict) and x in row for row in history):
        raise ValueError(
            f"`history` must hold dictionaries with {x!r}, at least one. "
            f"Received: history={history!r}"
        )
    names = [name for name in history[0] if name != x]
    sheet = Sheet(WIDTH * len(names), HEIGHT)
    for i, name in enumerate(names):
        points = [(row[x], row[name]) for row in history]
        points = np.array([p for p in points if math.isfinite(p[1])], "float64")
        _panel(sheet, i * WIDTH, name, points.reshape(-1, 2))
    return sheet.array()


def _panel(sheet, offset, title, points):
    left, right = offset + LEFT, offset + WIDTH - RIGHT
    top, bottom = TOP, HEIGHT - BOTTOM
    sheet.write((left, TOP / 2), title, anchor="lm")
    sheet.frame(left, top, right, bottom)
    if not len(points):
        return
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    # A margin keeps the extremes off the frame.
    places = (points - low) / span * 0.9 + 0.05
    xs = left + places[:, 0] * (right - left)
    ys = bottom - places[:, 1] * (bottom - top)
    places = list(zip(xs, ys, strict=True))
    sheet.line(places, LINE, 2)
    for place in places:
        sheet.dot(place, 3, LINE)
    for value, y in ((low[1], ys[points[:, 1].argmin()]), (high[1], ys.min())):
        sheet.write((left - 6, y), f"{value:.4g}", anchor="rm")
    for value, x in ((low[0], xs.min()), (high[0], xs.max())):
        sheet.write((x, bottom + 14), f"{value:g}")
