"""Pictures of toy games: samples over time, and the ways of two numbers."""

import numpy as np

PANEL = 230  # pixels of a panel's side
GAP = 10
HEAD = 30  # for the title
FOOT = 38  # for the two lines under a panel
SHOWN = 2000  # samples in a panel
FINER = 3  # drawn so many times larger, then averaged: smooth edges
INK = (35, 40, 50)
FAINT = (125, 132, 145)
FRAME = (214, 218, 226)
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
    sheet = _Sheet(len(shots), title)
    for i, shot in enumerate(shots):
        panel = sheet.panel(i, mixture.extent)
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
    """Draws ways of `min_x max_y x y` beside each other, early steps light.

    Args:
        ways: `{name: Trajectory}`.
        title: Line above.

    Returns:
        uint8 array `(height, width, 3)`.
    """
    farthest = max(_finite(way.distances).max() for way in ways.values())
    sheet = _Sheet(len(ways), title)
    for i, (name, way) in enumerate(ways.items()):
        panel = sheet.panel(i, 1.1 * float(farthest))
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


class _Sheet:
    """A title and a row of square panels."""

    def __init__(self, panels, title):
        from PIL import Image, ImageDraw

        width = panels * (PANEL + GAP) + GAP
        height = HEAD + PANEL + FOOT + GAP
        self.size = (width, height)
        self.image = Image.new("RGB", (width * FINER, height * FINER), "white")
        self.draw = ImageDraw.Draw(self.image, "RGBA")  # blends what is translucent
        self.write((GAP, HEAD / 2), title, 15, INK, "lm")

    def panel(self, i, extent):
        """The i-th panel, for points in `[-extent, extent]^2`."""
        return _Panel(self, GAP + i * (PANEL + GAP), HEAD, extent)

    def write(self, place, text, size, color, anchor):
        from PIL import ImageFont

        font = ImageFont.load_default(size * FINER)
        place = tuple(FINER * float(p) for p in place)
        self.draw.text(place, text, color, font, anchor)

    def array(self):
        """uint8 array `(height, width, 3)`."""
        return np.asarray(self.image.reduce(FINER))


class _Panel:
    """A square part of a sheet with its own coordinates."""

    def __init__(self, sheet, left, top, extent):
        self.sheet = sheet
        self.left = left
        self.top = top
        self.scale = PANEL / (2.0 * extent)
        box = (left, top, left + PANEL, top + PANEL)
        sheet.draw.rectangle([FINER * v for v in box], "white", FRAME, FINER)

    def place(self, points):
        """Pixels `(n, 2)` of the large drawing, y upwards; those outside are left out.

        Also: not finite.
        """
        points = np.asarray(points, "float64").reshape(-1, 2)
        x = self.left + PANEL / 2 + self.scale * points[:, 0]
        y = self.top + PANEL / 2 - self.scale * points[:, 1]
        inside = (np.abs(points) * self.scale < PANEL / 2 - 1).all(axis=1)
        return FINER * np.stack([x, y], axis=1)[inside]

    def dots(self, points, radius, color):
        r = FINER * radius
        for x, y in self.place(points):
            self.sheet.draw.ellipse((x - r, y - r, x + r, y + r), color)

    def circle(self, point, radius, color):
        r = FINER * radius
        for x, y in self.place(point):
            box = (x - r, y - r, x + r, y + r)
            self.sheet.draw.ellipse(box, None, color, FINER)

    def cross(self, point, radius, color):
        r = FINER * radius
        for x, y in self.place(point):
            for line in ((x - r, y, x + r, y), (x, y - r, x, y + r)):
                self.sheet.draw.line(line, color, FINER)

    def path(self, points):
        pixels = self.place(points)
        for i in range(len(pixels) - 1):
            part = i / max(1, len(pixels) - 2)
            color = PATH_START + part * (PATH_END - PATH_START)
            ends = [tuple(pixels[i]), tuple(pixels[i + 1])]
            self.sheet.draw.line(ends, tuple(int(c) for c in color), 2 * FINER)

    def words(self, first, second):
        """Two lines under the panel."""
        x, y = self.left + PANEL / 2, self.top + PANEL
        self.sheet.write((x, y + 12), first, 13, INK, "mm")
        self.sheet.write((x, y + 29), second, 12, FAINT, "mm")
