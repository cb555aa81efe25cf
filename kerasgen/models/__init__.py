"""Published models, one file each: networks, constructor, defaults of the paper."""

from kerasgen.adversarial import GAN
from kerasgen.models.acgan import ACGAN
from kerasgen.models.adversarial_autoencoder import AdversarialAutoencoder
from kerasgen.models.autoencoder import Autoencoder
from kerasgen.models.began import BEGAN
from kerasgen.models.cgan import CGAN
from kerasgen.models.cycle_gan import CycleGAN
from kerasgen.models.dcgan import DCGAN
from kerasgen.models.deep_fake import DeepFake
from kerasgen.models.disco_gan import DiscoGAN
from kerasgen.models.dragan import DRAGAN
from kerasgen.models.dual_gan import DualGAN
from kerasgen.models.ebgan import EBGAN
from kerasgen.models.gated_pixel_cnn import GatedPixelCNN
from kerasgen.models.glo import GLO
from kerasgen.models.infogan import InfoGAN
from kerasgen.models.lsgan import LSGAN
from kerasgen.models.mlp_gan import MLPGAN
from kerasgen.models.pix2pix import Pix2Pix
from kerasgen.models.pixel_cnn import PixelCNN
from kerasgen.models.pixel_cnn_plus_plus import PixelCNNPlusPlus
from kerasgen.models.pixel_rnn import PixelRNN
from kerasgen.models.semi_supervised_aae import SemiSupervisedAAE
from kerasgen.models.spike_and_slab_vae import SpikeAndSlabVAE
from kerasgen.models.three_d_gan import ThreeDGAN
from kerasgen.models.vae import VAE
from kerasgen.models.wasserstein_autoencoder import WassersteinAutoencoder
from kerasgen.models.wgan import WGAN
from kerasgen.models.wgan_gp import WGANGP

__all__ = [
    "ACGAN",
    "AdversarialAutoencoder",
    "Autoencoder",
    "BEGAN",
    "CGAN",
    "CycleGAN",
    "DCGAN",
    "DRAGAN",
    "DeepFake",
    "DiscoGAN",
    "DualGAN",
    "EBGAN",
    "GAN",
    "GLO",
    "GatedPixelCNN",
    "InfoGAN",
    "LSGAN",
    "MLPGAN",
    "Pix2Pix",
    "PixelCNN",
    "PixelCNNPlusPlus",
    "PixelRNN",
    "SemiSupervisedAAE",
    "SpikeAndSlabVAE",
    "ThreeDGAN",
    "VAE",
    "WGAN",
    "WGANGP",
    "WassersteinAutoencoder",
]
