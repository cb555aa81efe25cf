"""What Keras lacks, and Keras's own layers where a backend can run them faster."""

from kerasgen.layers.adaptive_augmentation import AdaptiveAugmentation
from kerasgen.layers.augmentation import DifferentiableAugmentation
from kerasgen.layers.batch_normalization import BatchNormalization
from kerasgen.layers.code_table import CodeTable, UnitBall
from kerasgen.layers.convolution import (
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Conv3DTranspose,
    DepthwiseConv2D,
)
from kerasgen.layers.gaussian_mixture import GaussianMixture
from kerasgen.layers.gaussian_noise import GaussianNoise
from kerasgen.layers.group_normalization import GroupNormalization
from kerasgen.layers.latent_categories import LatentCategories
from kerasgen.layers.masked_convolution import MaskedConv2D
from kerasgen.layers.maxout import Maxout
from kerasgen.layers.minibatch_discrimination import MinibatchDiscrimination
from kerasgen.layers.minibatch_stddev import MinibatchStddev
from kerasgen.layers.persistent_dropout import PersistentDropout
from kerasgen.layers.pixel_lstm import DiagonalBiLSTM, RowLSTM
from kerasgen.layers.reflection_padding import ReflectionPadding2D
from kerasgen.layers.sample_pool import SamplePool
from kerasgen.layers.shifted_convolution import (
    ShiftedConv2D,
    ShiftedConv2DTranspose,
)
from kerasgen.layers.spectral_normalization import SpectralNormalization
from kerasgen.layers.stateless_batch_normalization import StatelessBatchNormalization
from kerasgen.layers.virtual_batch_normalization import (
    ReferenceBatch,
    VirtualBatchNormalization,
)

__all__ = [
    "AdaptiveAugmentation",
    "BatchNormalization",
    "CodeTable",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "DepthwiseConv2D",
    "DiagonalBiLSTM",
    "DifferentiableAugmentation",
    "GaussianMixture",
    "GaussianNoise",
    "GroupNormalization",
    "LatentCategories",
    "MaskedConv2D",
    "Maxout",
    "MinibatchDiscrimination",
    "MinibatchStddev",
    "PersistentDropout",
    "ReferenceBatch",
    "ReflectionPadding2D",
    "RowLSTM",
    "SamplePool",
    "ShiftedConv2D",
    "ShiftedConv2DTranspose",
    "SpectralNormalization",
    "UnitBall",
    "StatelessBatchNormalization",
    "VirtualBatchNormalization",
]
