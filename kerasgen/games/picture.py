"""Pictures of toy games: samples over time, and the paths of two numbers."""

import numpy as np

from kerasgen.pictures.sheet import FAINT, Sheet

PANEL = 230  # pixels of a panel's side
GAP = 10
HEAD = 30  # for the title
FOOT = 38  # for the two lines under a panel
SHOWN = 2000  # samples in a panel
MODE = (222, 110, 40)
SAMPLE = (32, 92, 190, 90)
PATH_START, PATH_END = np.array([170, 205, 245]), np.array([16, 52, 130])


def samples_over_time(mixture, run, title, panels=6):
    """Draws samples of one training at moments spread from its start to its end.

    The modes are circles of three standard deviations, where that can be seen.

    Args:
        mixture: The `Mixture` it played on.
        run: A `Run`.
        title: Line above.
        panels: How many moments at most.

    Returns:
        uint8 array `(height, width, 3)`.
    """
    chosen = np.linspace(0, len(run.snapshots) - 1, min(panels, len(run.snapshots)))
    shots = [run.snapshots[round(i)] for i in chosen]
    sheet = _sheet(len(shots), title)
    for i, shot in enumerate(shots):
        panel = _Panel(sheet, i, mixture.extent)
        panel.dots(shot.samples[:SHOWN], 1.1, SAMPLE)
        for mean in mixture.means:
            panel.circle(mean, max(3.0 * mixture.sigma * panel.scale, 4.5), MODE)
        modes, share = shot.coverage
        panel.words(
            f"step {shot.step:,}",
            f"{modes} of {len(mixture.means)} modes, {share:.0%} near one",
        )
    return sheet.array()


def trajectories(ways, title):
    """Draws paths of `min_x max_y x y` beside each other, early steps light.

    Args:
        ways: `{name: Trajectory}`.
        title: Line above.

    Returns:
        uint8 array `(height, width, 3)`.
    """
    farthest = max(_finite(way.distances).max() for way in ways.values())
    sheet = _sheet(len(ways), title)
    for i, (name, way) in enumerate(ways.items()):
        panel = _Panel(sheet, i, 1.1 * float(farthest))
        panel.cross((0.0, 0.0), 5.0, MODE)
        panel.path(way.points)
        panel.circle(way.points[0], 4.0, MODE)
        panel.words(
            name.replace("_", " "),
            f"distance {way.distances[0]:.2f}, then {way.distances[-1]:.2f}",
        )
    return sheet.array()


def _finite(values):
    return values[np.isfinite(values)]


def _sheet(panels, title):
    """A title, and room for a row of square panels."""
    height = HEAD + PANEL + FOOT + GAP
    sheet = Sheet(panels * (PANEL + GAP) + GAP, height, finer=3)
    sheet.write((GAP, HEAD / 2), title, 15, anchor="lm")
    return sheet


class _Panel:
    """The i-th square of a sheet, for points in `[-extent, extent]^2`."""

    def __init__(self, sheet, i, extent):
        self.sheet = sheet
        self.left, self.top = GAP + i * (PANEL + GAP), HEAD
        self.scale = PANEL / (2.0 * extent)
        sheet.frame(self.left, self.top, self.left + PANEL, self.top + PANEL)

    def place(self, points):
        """Places `(n, 2)` on the sheet, y upwards.

        Those that are outside or not finite are left out.
        """
        points = np.asarray(points, "float64").reshape(-1, 2)
        x = self.left + PANEL / 2 + self.scale * points[:, 0]
        y = self.top + PANEL / 2 - self.scale * points[:, 1]
        inside = (np.abs(points) * self.scale < PANEL / 2 - 1).all(axis=1)
        return np.stack([x, y], axis=1)[inside]

    def dots(self, points, radius, color):
        for place in self.place(points):
            self.sheet.dot(place, radius, color)

    def circle(self, point, radius, color):
        for place in self.place(point):
            self.sheet.circle(place, radius, color)

    def cross(self, point, radius, color):
        for x, y in self.place(point):
            self.sheet.line([(x - radius, y), (x + radius, y)], color)
            self.sheet.line([(x, y - radius), (x, y + radius)], color)

    def path(self, points):
        places = self.place(points)
        for i in range(len(places) - 1):
            part = i / max(1, len(places) - 2)
            color = PATH_START + part * (PATH_END - PATH_START)
            self.sheet.line(places[i : i + 2], tuple(int(c) for c in color), 2)

    def words(self, first, second):
        """Two lines under the panel."""
        x, y = self.left + PANEL / 2, self.top + PANEL
        self.sheet.write((x, y + 12), first, 13)
        self.sheet.write((x, y + 29), second, 12, FAINT)
