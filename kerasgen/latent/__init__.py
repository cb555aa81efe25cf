"""Moving in the latent space of a model, and pictures of what is there."""

from kerasgen.latent.arithmetic import arithmetic, direction, shift
from kerasgen.latent.code_scatter import code_scatter
from kerasgen.latent.code_traversal import code_traversal
from kerasgen.latent.codes import draw
from kerasgen.latent.interpolation import linear, spherical
from kerasgen.latent.inversion import Inversion, invert
from kerasgen.latent.manifold import manifold
from kerasgen.latent.pictures import animation, picture, walk
from kerasgen.latent.render import render
from kerasgen.latent.traversal import traversal

__all__ = [
    "Inversion",
    "animation",
    "arithmetic",
    "code_scatter",
    "code_traversal",
    "direction",
    "draw",
    "invert",
    "linear",
    "manifold",
    "picture",
    "render",
    "shift",
    "spherical",
    "traversal",
    "walk",
]
