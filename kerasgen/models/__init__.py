"""Published models, one file each: networks, constructor, defaults of the paper."""

from kerasgen.adversarial import GAN
from kerasgen.models.acgan import ACGAN
from kerasgen.models.began import BEGAN
from kerasgen.models.cgan import CGAN
from kerasgen.models.cycle_gan import CycleGAN
from kerasgen.models.dcgan import DCGAN
from kerasgen.models.dragan import DRAGAN
from kerasgen.models.ebgan import EBGAN
from kerasgen.models.gated_pixel_cnn import GatedPixelCNN
from kerasgen.models.infogan import InfoGAN
from kerasgen.models.lsgan import LSGAN
from kerasgen.models.mlp_gan import MLPGAN
from kerasgen.models.pixel_cnn import PixelCNN
from kerasgen.models.pixel_cnn_plus_plus import PixelCNNPlusPlus
from kerasgen.models.pixel_rnn import PixelRNN
from kerasgen.models.three_d_gan import ThreeDGAN
from kerasgen.models.vae import VAE
from kerasgen.models.wgan import WGAN
from kerasgen.models.wgan_gp import WGANGP

__all__ = [
    "ACGAN",
    "BEGAN",
    "CGAN",
    "CycleGAN",
    "DCGAN",
    "DRAGAN",
    "EBGAN",
    "GAN",
    "GatedPixelCNN",
    "InfoGAN",
    "LSGAN",
    "MLPGAN",
    "PixelCNN",
    "PixelCNNPlusPlus",
    "PixelRNN",
    "ThreeDGAN",
    "VAE",
    "WGAN",
    "WGANGP",
]
