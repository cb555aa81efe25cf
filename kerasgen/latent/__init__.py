"""Moving in the latent space of a model, and pictures of what is there."""

from kerasgen.latent.arithmetic import arithmetic, direction, shift
from kerasgen.latent.codes import draw
from kerasgen.latent.interpolation import linear, spherical
from kerasgen.latent.inversion import Inversion, invert
from kerasgen.latent.pictures import animation, picture, walk
from kerasgen.latent.render import render
from kerasgen.latent.traversal import traversal

__all__ = [
    "Inversion",
    "animation",
    "arithmetic",
    "direction",
    "draw",
    "invert",
    "linear",
    "picture",
    "render",
    "shift",
    "spherical",
    "traversal",
    "walk",
]
