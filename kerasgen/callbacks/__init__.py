"""Callbacks for `fit`, and the pictures they write."""

from kerasgen.callbacks.evaluate import Evaluate
from kerasgen.callbacks.pictures import image_grid, save_animation, save_image
from kerasgen.callbacks.sample_grid import SampleGrid

__all__ = ["Evaluate", "SampleGrid", "image_grid", "save_animation", "save_image"]
