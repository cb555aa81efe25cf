"""Numbers and images made into pictures, and the files they go to."""

from kerasgen.pictures.curves import curves
from kerasgen.pictures.grid import image_grid
from kerasgen.pictures.save import save_animation, save_image

__all__ = ["curves", "image_grid", "save_animation", "save_image"]
