"""A sheet to draw on, with smooth edges."""

import numpy as np

INK = (35, 40, 50)
FRAME = (214, 218, 226)
FAINT = (125, 132, 145)


class Sheet:
    """White paper; places and lengths are in its pixels, from the top left.

    Args:
        width, height: Pixels of the finished picture.
        finer: It is drawn so many times larger, then averaged: smooth edges.
    """

    def __init__(self, width, height, finer=2):
        from PIL import Image, ImageDraw

        self.finer = finer
        self.image = Image.new("RGB", (width * finer, height * finer), "white")
        self.draw = ImageDraw.Draw(self.image, "RGBA")  # blends what is translucent

    def array(self):
        """uint8 array `(height, width, 3)`."""
        return np.asarray(self.image.reduce(self.finer))

    def write(self, place, text, size=12, color=INK, anchor="mm"):
        """Text; `anchor` as in Pillow says which point of it is at `place`."""
        from PIL import ImageFont

        font = ImageFont.load_default(size * self.finer)
        self.draw.text(*self._large(place), text, color, font, anchor)

    def frame(self, left, top, right, bottom):
        corners = self._large((left, top), (right, bottom))
        self.draw.rectangle(corners, None, FRAME, self.finer)

    def line(self, places, color, width=1):
        self.draw.line(self._large(*places), color, width * self.finer, "curve")

    def dot(self, place, radius, color):
        self.draw.ellipse(self._around(place, radius), color)

    def circle(self, place, radius, color):
        self.draw.ellipse(self._around(place, radius), None, color, self.finer)

    def _large(self, *places):
        return [tuple(self.finer * float(p) for p in place) for place in places]

    def _around(self, place, radius):
        x, y = place
        return self._large((x - radius, y - radius), (x + radius, y + radius))
