"""One file per model."""

from kerasgen.models.acgan import ACGAN
from kerasgen.models.cgan import CGAN
from kerasgen.models.dcgan import DCGAN
from kerasgen.models.gan import GAN
from kerasgen.models.infogan import InfoGAN

__all__ = ["ACGAN", "CGAN", "DCGAN", "GAN", "InfoGAN"]
