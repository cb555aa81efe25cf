"""The extractor of the Inception score and of FID."""

import keras
from keras import ops

from kerasgen.extractors import inception_weights
from kerasgen.extractors.inception_network import inception_network
from kerasgen.extractors.tf1_bilinear import tf1_bilinear
from kerasgen.registered import registered


@registered
class InceptionV3(keras.Model):
    """The Inception network of 2015-12-05, from pixels to features and logits.

    Images are resized to 299x299 with TensorFlow 1's bilinear interpolation and scaled
    by `(x - 128) / 128`, as in the code that IS and FID were published with. Everything
    is calculated in float32, whatever the dtype policy, and nothing can be trained.

    Args:
        weights: `"fid"`, the published ones: found in Keras's cache or downloaded once
            from the release of pytorch-fid (96 MB), and compared with their SHA-256
            digest. The path of that file; of a zip archive, which has checksums, that
            `torch.save` made of the same tensors; or of a `.weights.h5` that this
            model's `save_weights` wrote. None for random ones. A model that was saved
            or cloned needs no file: its configuration says None.
        **kwargs: As for `keras.Model`.

    Call:
        images: uint8, or float with values in [0, 255],
            `(batch, height, width, channels)`, 1 or 3 channels, any size.

        Returns `{"pool3": (batch, 2048), "logits": (batch, 1008)}`, float32, the logits
        without their bias.

    Raises:
        ValueError: If a file is missing, cut off, altered or of another layout, or if
            images are not as said.
        ConnectionError: If the published weights are not here and cannot be downloaded.

    Example:

    ```python
    extractor = kerasgen.metrics.InceptionV3(weights=None)
    extractor(np.zeros((2, 32, 32, 3), "uint8"))["pool3"].shape  # (2, 2048)
    ```

    Reference:
        Szegedy et al., 2015, arXiv:1512.00567; Salimans et al., 2016,
        arXiv:1606.03498, section 4 (Inception score, whose code leaves the bias out);
        Heusel et al., 2017, arXiv:1706.08500, section 3 (FID).
    """

    def __init__(self, weights="fid", **kwargs):
        path = inception_weights.find(weights)
        super().__init__(**{"name": "inception_v3", "dtype": "float32"} | kwargs)
        self.network = inception_network()
        self.network.trainable = False
        self.built = True
        if path is None:
            inception_weights.randomize(self.network)
        else:
            inception_weights.load(self.network, path)

    def call(self, images, training=None):
        return self.network(self.preprocess(images))

    def preprocess(self, images):
        """What the network sees of images: `(batch, 299, 299, 3)` in [-1, 1)."""
        _check(images)
        x = tf1_bilinear(images, (299, 299))
        if x.shape[-1] == 1:
            x = ops.repeat(x, 3, axis=-1)
        return (x - 128.0) / 128.0

    def get_config(self):
        # The values themselves are saved; `weights` is taken by Keras for their list.
        return {**super().get_config(), "weights": None}


def _check(images):
    dtype, shape = keras.backend.standardize_dtype(images.dtype), tuple(images.shape)
    proper = dtype == "uint8" or keras.backend.is_float_dtype(dtype)
    if not proper or len(shape) != 4 or shape[-1] not in (1, 3):
        raise ValueError(
            "`images` must be uint8, or float in [0, 255], of shape "
            f"(batch, height, width, 1 or 3). Received: {dtype} of shape {shape}"
        )
    if None in shape[1:] or 0 in shape[1:]:
        raise ValueError(
            "Height and width of `images` must be known and positive. "
            f"Received: shape {shape}"
        )
