"""Extractors by name."""

import keras

from kerasgen.extractors.classifier import VERSIONS, shipped_classifier
from kerasgen.extractors.efficientnet_lite0 import efficientnet_lite0
from kerasgen.extractors.extractor import Extractor
from kerasgen.extractors.tf1_bilinear import tf1_bilinear_on_host
from kerasgen.extractors.vgg16_hed import vgg16_hed
from kerasgen.nearest import nearest


def load_extractor(extractor, weights=None):
    """The extractor of a name.

    Args:
        extractor: `"inception"`, the network that FID and the Inception score are
            defined by; `"efficientnet_lite0"`, a classifier of photographs, and
            `"vgg16_hed"`, feature maps of them, whose weights come in packages of
            others (see docs/metrics.md); `"mnist"`, `"fashion_mnist"` or
            `"cifar10"`, small classifiers that come with kerasgen; the name under which
            Keras knows an `Extractor` of yours, as in
            `keras.saving.custom_object_scope({"mine": extractor})`; or an `Extractor`,
            which is returned.
        weights: Path of the published file of weights, of the first three, where it
            cannot be found; None finds it.

    Raises:
        ValueError: If there is no such name, or the weights are missing or not those
            that were published.
        ConnectionError: If those of Inception cannot be downloaded.
    """
    if weights is not None and extractor not in list(OF_OTHERS):
        raise ValueError(
            f"`weights` belongs to the extractors {list(OF_OTHERS)}. "
            f"Received: extractor={extractor!r}, weights={weights!r}"
        )
    if isinstance(extractor, Extractor):
        return extractor
    if isinstance(extractor, str):
        known = keras.saving.get_registered_object(extractor)
        if isinstance(known, Extractor):
            return known
    # Lists, for what cannot be hashed.
    if extractor in list(OF_OTHERS):
        return OF_OTHERS[extractor](weights)
    if extractor in list(VERSIONS):
        return _classifier(extractor)
    raise ValueError(
        "`extractor` must be a name or a kerasgen.metrics.Extractor; one of your own "
        "has a name where Keras knows it, for example while "
        "`keras.saving.load_model(path, custom_objects={name: extractor})` loads. "
        f"{nearest(extractor, NAMES)}Received: extractor={extractor!r}"
    )


def _classifier(name):
    network, facts = shipped_classifier(name)
    *image_size, channels = facts["network"]["image_shape"]
    return Extractor(
        network,
        name=name,
        image_size=image_size,
        channels=channels,
        version=VERSIONS[name],
    )


def _inception(weights):
    from kerasgen.extractors.inception_v3 import InceptionV3

    return Extractor(
        InceptionV3(weights=weights or "fid"),
        name="inception",
        features="pool3",
        version="inception_2015_12_05",
        resizer="bilinear to 299x299 as TensorFlow 1 (no half-pixel centres)",
        resize=lambda picture: tf1_bilinear_on_host(picture, (299, 299)),
    )


OF_OTHERS = {
    "inception": _inception,
    "efficientnet_lite0": efficientnet_lite0,
    "vgg16_hed": vgg16_hed,
}
NAMES = (*OF_OTHERS, *VERSIONS)
