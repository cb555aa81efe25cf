"""Models of images by the chain rule: each pixel, given those before it."""

from kerasgen.autoregressive.levels import get_levels
from kerasgen.autoregressive.model import PixelModel
from kerasgen.autoregressive.network import PixelNetwork, logits_of
from kerasgen.autoregressive.sampler import PixelSampler

__all__ = [
    "PixelModel",
    "PixelNetwork",
    "PixelSampler",
    "get_levels",
    "logits_of",
]
