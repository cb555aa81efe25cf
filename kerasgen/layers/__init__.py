"""What Keras lacks, and Keras's own layers where a backend can run them faster."""

from kerasgen.layers.batch_normalization import BatchNormalization
from kerasgen.layers.convolution import Conv2D, Conv2DTranspose

__all__ = ["BatchNormalization", "Conv2D", "Conv2DTranspose"]
