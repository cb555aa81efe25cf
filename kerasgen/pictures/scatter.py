"""Points of a plane or a line."""

import math

import numpy as np

from kerasgen.arguments import as_array
from kerasgen.pictures.sheet import FAINT, Sheet

SIDE = 320  # pixels of the panel
LEFT, RIGHT, TOP, BOTTOM = 62, 18, 14, 30
COLORS = (
    (32, 92, 190), (222, 110, 40), (40, 140, 80), (190, 50, 60), (120, 80, 170),
    (120, 85, 65), (215, 105, 170), (110, 115, 125), (160, 150, 30), (30, 155, 170),
)  # fmt: skip


def scatter(points, labels=None, limits=None):
    """Draws points in a frame that says where they lie.

    Points of one coordinate are piled up along the line, so that heights show how many
    lie where. Points that are not finite, or outside given limits, are left out.

    Args:
        points: Float array `(n, 2)` or `(n, 1)`.
        labels: Integers `(n,)`, a color each; None for one color.
        limits: `(low, high)` of both axes; None takes round numbers around the points.

    Returns:
        uint8 array `(height, width, 3)`.

    Raises:
        ValueError: If a shape or the limits do not fit.
    """
    points = as_array("points", points, "float64")
    if points.ndim != 2 or points.shape[1] not in (1, 2):
        raise ValueError(
            f"`points` must have shape (n, 2) or (n, 1). Received: shape {points.shape}"
        )
    labels = np.zeros(len(points), int) if labels is None else np.asarray(labels)
    if labels.shape != points.shape[:1] or labels.dtype.kind not in "iu":
        raise ValueError(
            f"`labels` must be {len(points)} integers. "
            f"Received: {labels.dtype} of shape {labels.shape}"
        )
    if limits is not None and not limits[0] < limits[1]:
        raise ValueError(
            f"`limits` must be (low, high), low first. Received: limits={limits}"
        )
    finite = np.isfinite(points).all(axis=1)
    points, labels = points[finite], labels[finite]
    if points.shape[1] == 1:
        return _pile(points[:, 0], labels, limits)
    frame = _Frame([limits or _around(column) for column in points.T])
    frame.dots(points, labels, radius=_radius(len(points)))
    return frame.sheet.array()


class _Frame:
    """A panel with the ends of its axes written beside it; None writes none."""

    def __init__(self, limits, written=(True, True)):
        self.low, self.high = np.array(limits).T
        self.sheet = Sheet(LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM)
        self.sheet.frame(LEFT, TOP, LEFT + SIDE, TOP + SIDE)
        for part, (x, y) in ((0, (self.low[0], self.low[1])), (1, self.high)):
            if written[0]:
                place = (LEFT + part * SIDE, TOP + SIDE + 14)
                self.sheet.write(place, f"{x:g}", color=FAINT)
            if written[1]:
                place = (LEFT - 6, TOP + (1 - part) * SIDE)
                self.sheet.write(place, f"{y:g}", color=FAINT, anchor="rm")

    def dots(self, points, labels, radius):
        """Dots at points `(n, 2)` that lie within the frame, y upwards."""
        parts = (points - self.low) / (self.high - self.low)
        inside = ((parts >= 0.0) & (parts <= 1.0)).all(axis=1)
        opacity = int(np.clip(3000.0 / math.sqrt(max(1, inside.sum())), 70, 230))
        for (x, y), label in zip(parts[inside], labels[inside], strict=True):
            place = (LEFT + x * SIDE, TOP + (1.0 - y) * SIDE)
            self.sheet.dot(place, radius, (*COLORS[label % len(COLORS)], opacity))


def _pile(values, labels, limits):
    """Dots along a line, one above the other where many lie near one another."""
    low, high = limits or _around(values)
    bins = np.floor((values - low) / (high - low) * SIDE / 4).astype(int)
    order = np.argsort(bins, kind="stable")
    _, first, counts = np.unique(bins[order], return_index=True, return_counts=True)
    heights = np.empty(len(values))
    heights[order] = np.arange(len(values)) - np.repeat(first, counts)
    tallest = max(counts.max(initial=1), SIDE // 8)
    frame = _Frame([(low, high), (-0.5, tallest)], written=(True, False))
    frame.dots(np.stack([values, heights], axis=1), labels, radius=2.0)
    return frame.sheet.array()


def _radius(n):
    """Less where there are more of them, so that they do not cover one another."""
    return float(np.clip(40.0 / math.sqrt(max(n, 1)), 1.2, 3.5))


def _around(values):
    """Round numbers below and above all values."""
    if not len(values):
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    span = max(high - low, 1e-6 * abs(high), 1e-12)
    unit = 10.0 ** math.floor(math.log10(span))
    step = next(s for s in (0.5 * unit, unit, 2.0 * unit) if span / s <= 8)
    return math.floor(low / step) * step, (math.floor(high / step) + 1) * step
