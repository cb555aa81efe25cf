"""Extractors by name."""

import keras

from kerasgen.extractors.classifier import VERSIONS, shipped_classifier
from kerasgen.extractors.extractor import Extractor
from kerasgen.extractors.tf1_bilinear import tf1_bilinear_on_host
from kerasgen.nearest import nearest

NAMES = ("inception", *VERSIONS)


def load_extractor(extractor):
    """The extractor of a name.

    Args:
        extractor: `"inception"`, the network that FID and the Inception score are
            defined by; `"mnist"`, `"fashion_mnist"` or `"cifar10"`, small classifiers
            that come with kerasgen; the name under which Keras knows an `Extractor` of
            yours, as in `keras.saving.custom_object_scope({"mine": extractor})`; or an
            `Extractor`, which is returned.

    Raises:
        ValueError: If there is no such name, or the weights of a classifier are not
            those that were published.
    """
    if isinstance(extractor, Extractor):
        return extractor
    if isinstance(extractor, str):
        known = keras.saving.get_registered_object(extractor)
        if isinstance(known, Extractor):
            return known
    if extractor == "inception":
        return _inception()
    if extractor not in list(VERSIONS):  # a list, for what cannot be hashed
        raise ValueError(
            "`extractor` must be a name or a kerasgen.metrics.Extractor; one of your "
            "own has a name where Keras knows it, for example while "
            "`keras.saving.load_model(path, custom_objects={name: extractor})` loads. "
            f"{nearest(extractor, NAMES)}Received: extractor={extractor!r}"
        )
    network, facts = shipped_classifier(extractor)
    *image_size, channels = facts["network"]["image_shape"]
    return Extractor(
        network,
        name=extractor,
        image_size=image_size,
        channels=channels,
        version=VERSIONS[extractor],
    )


def _inception():
    from kerasgen.extractors.inception_v3 import InceptionV3

    return Extractor(
        InceptionV3(weights="fid"),
        name="inception",
        features="pool3",
        version="inception_2015_12_05",
        resizer="bilinear to 299x299 as TensorFlow 1 (no half-pixel centres)",
        resize=lambda picture: tf1_bilinear_on_host(picture, (299, 299)),
    )
