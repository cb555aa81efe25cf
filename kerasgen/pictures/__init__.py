"""Numbers and images made into pictures, and the files they go to."""

from kerasgen.pictures.curves import curves
from kerasgen.pictures.grid import image_grid, side_by_side
from kerasgen.pictures.save import save_animation, save_each, save_image
from kerasgen.pictures.scatter import scatter
from kerasgen.pictures.scores import scores
from kerasgen.pictures.voxel_views import voxel_views

__all__ = [
    "curves",
    "image_grid",
    "save_animation",
    "save_each",
    "save_image",
    "scatter",
    "scores",
    "side_by_side",
    "voxel_views",
]
