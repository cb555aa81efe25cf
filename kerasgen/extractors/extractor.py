"""From samples to features, by any network."""

import copy
import hashlib
import re

import keras
import numpy as np
from keras import ops

from kerasgen.arguments import check_one_of, check_positive, is_integer
from kerasgen.engine import batches, inference
from kerasgen.extractors.remembered import Remembered
from kerasgen.extractors.resizing import RESIZING, on_host, resizer_name
from kerasgen.kinds import Images, Kind
from kerasgen.nearest import nearest


class Extractor:
    """A network together with the resizing and scaling that belong to it.

    Gray images are repeated into color for a network that wants color.

    Args:
        network: Built `keras.Model`, of this library or another: `keras.applications`,
            a backbone of keras-hub or keras-cv. It takes float32 images
            `(batch, height, width, channels)` in [0, 255], or samples of `kind`, and
            returns features, or a dictionary with features and perhaps logits. Features
            with positions, such as `(batch, height, width, size)`, are averaged over
            them.
        name: In the names of numbers, `fid_<name>_<n>`: lower case letters, digits and
            underscores.
        image_size: Integer or `(height, width)` to which images are resized,
            antialiased; None leaves them as they are.
        interpolation: How: `"bilinear"` or `"bicubic"`.
        smallest: Least height and width of images that the network can make sense of.
        channels: What the network wants: 3, or 1 for gray.
        kind: The `kerasgen.kinds.Kind` of samples that are no images: vectors,
            sequences, voxels, tokens. The network gets them as a model of them does;
            `image_size` and `channels` mean nothing. None for images of any size.
        preprocess: Called with the resized tensor, such as
            `keras.applications.resnet50.preprocess_input`; None leaves [0, 255].
        features, logits: Keys of a dictionary of outputs. The Inception score needs
            logits; other numbers do not.
        version: In protocols, instead of the name, where there may be another version.
        resizer: In protocols, where the network itself resizes.
        resize: Called with one picture, uint8 `(height, width, channels)`, where the
            network itself resizes; gives it as the network will see it, rounded to
            uint8. Without it such an extractor takes sets of one size alone.

    Raises:
        ValueError: If an argument is out of range or the network is not built.

    Example:

    ```python
    network = keras.applications.MobileNetV2(weights=None, include_top=False)
    extractor = kerasgen.metrics.Extractor(
        network,
        name="mobilenet_v2",
        image_size=32,
        preprocess=keras.applications.mobilenet_v2.preprocess_input,
    )
    images = np.zeros((2, 32, 32, 3), "uint8")
    extractor(images)["features"].shape  # (2, 1280)
    ```
    """

    def __init__(
        self,
        network,
        *,
        name,
        image_size=None,
        interpolation="bilinear",
        smallest=1,
        channels=3,
        kind=None,
        preprocess=None,
        features="features",
        logits="logits",
        version=None,
        resizer=None,
        resize=None,
    ):
        if not re.fullmatch(r"[a-z0-9_]+", name):
            raise ValueError(
                "`name` must be lower case letters, digits and underscores. "
                f"Received: name={name!r}"
            )
        if channels not in (1, 3):
            raise ValueError(
                f"`channels` must be 1 or 3. Received: channels={channels}"
            )
        if not getattr(network, "built", False):
            raise ValueError(
                "`network` must be a built Keras model: call it once on samples. "
                f"Received: network={network!r}"
            )
        _check_kind(kind, image_size)
        check_one_of(list(RESIZING), interpolation=interpolation)
        check_positive(smallest=smallest)
        self.network = network
        self.name = name
        self.version = version or name
        self.channels = channels
        self.kind = kind
        self.image_size = _size(image_size)
        self.smallest = smallest
        self.interpolation = interpolation
        self.resizer = resizer or resizer_name(self.image_size, interpolation)
        self.resize = resize or on_host(self.image_size, interpolation)
        self.preprocess = preprocess
        self._pipeline = _Pipeline(self, features, logits)
        self._run = inference(self._pipeline, network.variables)
        self._digest = None

    @property
    def digest(self):
        """sha256 of the weights, in order, as float32."""
        if self._digest is None:
            digest = hashlib.sha256()
            for weight in self.network.weights:
                values = ops.convert_to_numpy(weight.value)
                digest.update(str(values.shape).encode())
                digest.update(np.ascontiguousarray(values, "float32"))
            self._digest = digest.hexdigest()
        return self._digest

    @property
    def protocol(self):
        """What makes its features what they are, as a dictionary for JSON."""
        return {
            "extractor": self.version,
            "extractor_sha256": self.digest,
            "resizer": self.resizer,
            "preprocess": _name(self.preprocess),
        }

    def check_kind(self, kind, what=None):
        """Refuses samples that the network could only misread.

        Args:
            kind: Their `kerasgen.kinds.Kind`.
            what: What to call them in messages.
        """
        what = what or kind.noun
        fits = isinstance(kind, Images) if self.kind is None else kind == self.kind
        if not fits:
            raise ValueError(
                f"The extractor {self.name!r} takes {self.kind or 'images'}: for other "
                "samples pass a `kerasgen.metrics.Extractor` of their `kind`. "
                f"Received: {what}, {kind}"
            )
        if self.kind is None:
            self._check_channels(kind.shape[-1], what)
            self._check_size(kind.shape, what)

    def _check_size(self, shape, what):
        height, width = shape[-3:-1]
        if min(height, width) < self.smallest:
            raise ValueError(
                f"The extractor {self.name!r} takes images of at least {self.smallest} "
                "pixels in height and width: it finds nothing in smaller ones. "
                f"Received: {what} of {height}x{width}"
            )

    def _check_channels(self, channels, what):
        if channels == self.channels or (channels, self.channels) == (1, 3):
            return
        reason = (
            "turning color into gray would hide every fault of color; take a color "
            "extractor such as 'cifar10'"
            if (channels, self.channels) == (3, 1)
            else "images are gray (1 channel) or in color (3)"
        )
        raise ValueError(
            f"The extractor {self.name!r} takes {self.channels} channel"
            f"{'s' if self.channels > 1 else ''}: {reason}. "
            f"Received: {what} with {channels} channels"
        )

    def outputs(self, kind):
        """Names of what samples of a kind give."""
        samples = keras.KerasTensor((1, *kind.shape), kind.dtype)
        return list(self._pipeline.compute_output_spec(samples))

    def prepared(self, samples):
        """What the network gets of samples; differentiable where they are float.

        Args:
            samples: Tensor of images, uint8 or float in [0, 255], or of samples of
                `kind` as a batch has them.
        """
        return self._pipeline.prepared(samples)

    def remembering(self):
        """The same extractor, which keeps what it gave and sees no sample twice."""
        twin = copy.copy(self)
        if not isinstance(self._run, Remembered):
            twin._run = Remembered(self._run)
        return twin

    def __call__(self, samples, batch_size=64):
        """Features of all samples.

        Args:
            samples: uint8 `(n, height, width, channels)`, or as `kind` has them.
            batch_size: Samples at a time.

        Returns:
            Dictionary of float32 arrays: `"features"` `(n, size)`, and `"logits"`
            `(n, classes)` where the network has them.
        """
        whole, start = None, 0
        for features in self.stream([samples], batch_size):
            if whole is None:
                whole = batches.room_for(len(samples), features)
            batches.put(features, whole, start)
            start += len(features["features"])
        if whole is None:
            raise ValueError("There must be samples to look at. Received: none")
        return whole

    def stream(self, blocks, batch_size=64):
        """Features of samples that come in blocks, batch by batch.

        Batches have one shape, so that no backend compiles twice: the last one is
        filled up, and what filled it is cut off again.

        Args:
            blocks: Iterable of arrays as `__call__` takes them.
            batch_size: Samples at a time.

        Yields:
            Dictionaries as `__call__` returns, in the order of the samples.

        Raises:
            ValueError: If an array holds no such samples, or a feature is not finite.
        """
        noun = self.kind.noun if self.kind else "images"
        first = 0
        for samples in _batches(map(self._checked, blocks), batch_size):
            n = len(samples)
            outputs = self._run(samples[np.arange(batch_size) % n])
            outputs = {name: values[:n] for name, values in outputs.items()}
            for name, values in outputs.items():
                if not np.isfinite(values).all():
                    raise ValueError(
                        f"The extractor {self.name!r} must give finite {name}. Received"
                        f": NaN or infinity in batch {first // batch_size} ({noun} "
                        f"{first} to {first + n - 1})"
                    )
            yield outputs
            first += n

    def _checked(self, samples):
        if self.kind is not None:
            self.kind.check(samples)
            return samples
        if getattr(samples, "ndim", None) != 4 or samples.dtype != "uint8":
            raise ValueError(
                "`images` must be uint8 (n, height, width, channels). Received: "
                f"{getattr(samples, 'dtype', type(samples))} of shape "
                f"{np.shape(samples)}"
            )
        self._check_channels(samples.shape[-1], "images")
        self._check_size(samples.shape, "images")
        return samples

    def __repr__(self):
        return f"<Extractor {self.version}>"


class _Pipeline(keras.layers.Layer):
    """Everything between samples on the host and features, compiled as one."""

    def __init__(self, extractor, features, logits):
        super().__init__(name="extractor", dtype="float32")
        self.network = extractor.network
        self.kind = extractor.kind
        self.channels = extractor.channels
        self.image_size = extractor.image_size
        self.interpolation = extractor.interpolation
        self.preprocess = extractor.preprocess
        self.features = features
        self.logits = logits
        self.built = True

    def call(self, samples, training=False):
        outputs = self.network(self.prepared(samples), training=False)
        if not isinstance(outputs, dict):
            return {"features": _flat(outputs)}
        if self.features not in outputs:
            raise ValueError(
                "`features` must be an output of the network. "
                f"{nearest(self.features, outputs)}Received: features={self.features!r}"
            )
        found = {"features": _flat(outputs[self.features])}
        if self.logits in outputs:
            found["logits"] = _flat(outputs[self.logits])
        return found

    def prepared(self, samples):
        x = self.images(samples) if self.kind is None else self.kind.to_float(samples)
        return x if self.preprocess is None else self.preprocess(x)

    def images(self, samples):
        """Float images in [0, 255], of the network's channels and size."""
        x = ops.cast(samples, "float32")
        if x.shape[-1] < self.channels:
            x = ops.repeat(x, self.channels, axis=-1)
        if self.image_size in (None, tuple(x.shape[1:3])):
            return x
        return RESIZING[self.interpolation](x, self.image_size)


def _batches(blocks, batch_size):
    """Samples in arrays of `batch_size`, the last one shorter."""
    waiting, count = [], 0
    for block in blocks:
        waiting.append(block)
        count += len(block)
        if count >= batch_size:
            samples = np.concatenate(waiting)
            end = count - count % batch_size
            for start in range(0, end, batch_size):
                yield samples[start : start + batch_size]
            waiting, count = [samples[end:]], count - end
    if count:
        yield np.concatenate(waiting)


def _flat(outputs):
    """`(batch, size)`, the mean over positions where there are any."""
    middle = tuple(range(1, len(outputs.shape) - 1))
    outputs = ops.cast(outputs, "float32")
    return ops.mean(outputs, axis=middle) if middle else outputs


def _check_kind(kind, image_size):
    if kind is not None and (not isinstance(kind, Kind) or isinstance(kind, Images)):
        raise ValueError(
            "`kind` must be the kerasgen.kinds.Kind of samples that are no images. "
            f"Received: kind={kind!r}"
        )
    if kind is not None and image_size is not None:
        raise ValueError(
            f"Only images can be resized. Received: image_size={image_size}, "
            f"kind={kind}"
        )


def _size(image_size):
    if image_size is None:
        return None
    size = (image_size, image_size) if is_integer(image_size) else image_size
    if len(size) != 2 or not all(is_integer(n) and n > 0 for n in size):
        raise ValueError(
            "`image_size` must be a positive integer or (height, width). "
            f"Received: image_size={image_size}"
        )
    return tuple(size)


def _name(function):
    if function is None:
        return None
    module = getattr(function, "__module__", "")
    return f"{module}.{getattr(function, '__qualname__', type(function).__name__)}"
