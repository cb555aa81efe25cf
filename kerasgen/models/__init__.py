"""One file per model."""

from kerasgen.models.dcgan import DCGAN
from kerasgen.models.gan import GAN

__all__ = ["DCGAN", "GAN"]
