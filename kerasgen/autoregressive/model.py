"""The base of models that learn and sample images pixel by pixel."""

import dataclasses
import math

import keras
import numpy as np
from keras import ops

from kerasgen.arguments import as_array, check_above_zero
from kerasgen.autoregressive.sampler import PixelSampler
from kerasgen.engine import GenerativeModel, Player
from kerasgen.engine.batches import parts_of
from kerasgen.inputs import Given, answer, philox
from kerasgen.losses import Likelihood, weighted_mean


class PixelModel(GenerativeModel):
    """A network of `log p(x) = sum over i of log p(x_i | x_1 .. x_i-1)`.

    A subclass hands on its `kind`, `inputs`, network and likelihood, and says which
    optimizer its paper has. `fit` and `evaluate` log `network_loss`, `-log p(x)` in
    nats, and `bits_per_dim`, the same in bits for each number of an image; `evaluate`
    of the average of the weights, where `compile` was asked for one.

    Args:
        kind: `kerasgen.kinds.Images`.
        inputs: Empty, or `Labels`.
        network: From images, or `(images, labels)`, to parameters of the likelihood.
        likelihood: Of the pixels; its `levels` are all the values that they have.
    """

    sampler = "network"
    logged = ("bits_per_dim",)
    cached = True  # whether the network can be evaluated a pixel at a time

    filled = ("kind", "inputs", "network", "likelihood")

    def __init__(self, kind, inputs, network, likelihood, seed=None, **kwargs):
        super().__init__(kind, inputs, seed=seed, **kwargs)
        self.network_of_pixels = network
        self.likelihood = likelihood

    def call(self, inputs, training=False):
        """Parameters of the likelihood."""
        return self.network_of_pixels(inputs, training=training)

    @property
    def networks(self):
        return {"network": self.network_of_pixels}

    def players(self):
        return {"network": Player(self.network_of_pixels)}

    # --- training

    def train_step(self, data):
        batch = self.unpack(data)
        _, log_prob = self.minimize("network", self.loss_of, batch)
        self.log("bits_per_dim", self.bits_per_dim(log_prob), batch.get("weights"))
        return self.logs()

    def test_step(self, data):
        batch = self.unpack(data)
        _, log_prob = self.measure("network", self.loss_of, batch, False)
        self.log("bits_per_dim", self.bits_per_dim(log_prob), batch.get("weights"))
        return self.logs()

    def loss_of(self, batch, training=True):
        """The mean of `-log p(x)` over a minibatch, and `log p(x)` of each sample."""
        labels = [batch[each.name] for each in self.inputs]
        takes = (batch["samples"], *labels) if labels else batch["samples"]
        # What is evaluated is what makes samples: an average, where there is one.
        network = self.network_of_pixels if training else self.network("network")
        parameters = self.likelihood.named(network(takes, training=training))
        log_prob = self.likelihood.log_prob(batch["samples"], parameters)
        return -weighted_mean(log_prob, batch.get("weights")), log_prob

    def bits_per_dim(self, log_prob):
        """`-log2 p(x) / D` of log-likelihoods in nats; D numbers make an image."""
        return -log_prob / (math.prod(self.kind.shape) * math.log(2.0))

    # --- after training

    def log_prob(
        self, images, labels=None, *, batch_size=64, averaged=None, verbose="auto"
    ):
        """Log-likelihood of images, in nats; exact.

        Args:
            images: Array `(n, height, width, channels)`, as `fit` takes them.
            labels: Of a model with labels, as for `generate`.
            batch_size, averaged, verbose: As for `generate`.

        Returns:
            float32 array `(n,)`: `log p(x)`, or `log p(x|y)`.

        Raises:
            ValueError: If images are of another kind or have other levels, or labels
                are missing.
        """
        if (labels is None) != (self.labels is None):
            rule = "takes no" if self.labels is None else "needs"
            raise ValueError(f"This model {rule} `labels`. Received: labels={labels!r}")
        takes = (Given(self.kind), *self.inputs)
        values = answer(takes, images=images, labels=labels)
        self.check_levels(values["images"])
        score = Scoring(self.network("network", averaged), self.likelihood)

        def encoded(values):
            return {each.name: each.encode(values[each.name]) for each in takes}

        return self.run(score, values, batch_size, verbose, encode=encoded)

    def generate(
        self,
        n=None,
        *,
        seed=None,
        labels=None,
        temperature=1.0,
        given=None,
        mask=None,
        cached=None,
        batch_size=64,
        averaged=None,
        verbose="auto",
        **unknown,
    ):
        """Draws images pixel by pixel, or completes images of which a part is given.

        Args:
            n: How many; may be left out where labels or `given` say it.
            seed: Integer: the same uniform numbers on every backend and machine, and
                so the same images, but for those in which one of these numbers falls
                within a rounding error of a probability.
            labels: Of a model with labels: integers `(n,)`, one integer, names, or `(n,
                num_classes)` zeros and ones. Taken in turn if None.
            temperature: Above 0. Logits are divided by it, scales multiplied: less than
                1 prefers what is likely.
            given: Images `(n, height, width, channels)` to complete.
            mask: Which pixels of `given` stay: True or 1 at those, `(height, width)`
                for all images, or `(n, height, width)`.
            cached: Whether layers remember what they have seen, so that a pixel costs
                the work of a pixel and not of an image; None: if the network can.
            batch_size: Images at a time.
            averaged: As for `kerasgen.engine.GenerativeModel`.
            verbose: 1 shows a progress bar, 0 does not; "auto" does from 1,000 images.

        Returns:
            uint8 array `(n, height, width, channels)`.

        Raises:
            ValueError: If an argument is out of range or does not fit.
        """
        check_above_zero(temperature=temperature)
        if cached and not self.cached:
            raise ValueError(
                f"The network of {type(self).__name__} remembers nothing. "
                "Received: cached=True"
            )
        given, mask = self._to_complete(given, mask)
        if n is None and given is not None:
            n = len(given)
        asked = answer(self.inputs, n, seed, labels=labels, **unknown)
        n = len(asked["labels"]) if asked else int(n)
        if given is None:
            given = np.zeros((n, *self.kind.shape), "uint8")
        if len(given) != n:
            raise ValueError(
                "`n` must be the number of `given` images. "
                f"Received: n={n} and {len(given)} images"
            )
        height, width, _ = self.kind.shape
        asked |= {
            "noise": philox(seed).random((n, *self.kind.shape), "float32"),
            "images": given,
            "known": np.broadcast_to(mask, (n, height, width))[..., None],
            "temperature": np.full(n, temperature, "float32"),
        }
        cached = self.cached if cached is None else cached
        network = self.network("network", averaged)
        draw = PixelSampler(network, self.likelihood, cached)
        return self.run(
            draw, asked, batch_size, verbose, None, self._to_host, self._encoded
        )

    def samples_of(self, outputs):
        return outputs  # of the sampler, which are images already

    def _encoded(self, values):
        """A batch of what `generate` was asked for, as networks take it."""
        encoded = {each.name: each.encode(values[each.name]) for each in self.inputs}
        images = ops.convert_to_numpy(self.kind.to_float(values["images"]))
        known = values["known"].astype("float32")
        return {**values, **encoded, "images": images, "known": known}

    def decode(self, inputs, averaged=None):
        """There is nothing to decode.

        Raises:
            ValueError: Always.
        """
        raise ValueError(
            f"{type(self).__name__} has no latents: `generate` draws its images, and "
            "`model(images)` gives the parameters of their distributions. "
            "Received: a call of `decode`"
        )

    # --- what it refuses

    def _to_complete(self, given, mask):
        """Images and which of their pixels stay, or None and that none do."""
        height, width, _ = self.kind.shape
        if (given is None) != (mask is None):
            raise ValueError(
                "`given` and `mask` go together: images, and which of their pixels "
                f"stay. Received: {'mask' if given is None else 'given'} alone"
            )
        if given is None:
            return None, np.zeros((height, width), bool)
        given, mask = as_array("given", given), as_array("mask", mask)
        self.kind.check_given(given, "given")
        self.check_levels(given, "given")
        shapes = (height, width), (len(given), height, width)
        if mask.shape not in shapes or not np.isin(mask, (0, 1)).all():
            raise ValueError(
                f"`mask` must hold True or False for each pixel, {shapes[0]} or "
                f"{shapes[1]}. Received: {mask.dtype} of shape {mask.shape}"
            )
        return given, mask.astype(bool)

    def check_levels(self, images, name="images"):
        """Refuses images with values that the model gives no probability.

        Raises:
            ValueError: If there are any.
        """
        levels = self.likelihood.levels
        values = ops.convert_to_numpy(images)
        if values.dtype == np.uint8 and levels == 256:
            return
        scaled = values.dtype == np.uint8
        values = np.unique(values)
        off = _off_level(values / 127.5 - 1.0 if scaled else values, levels, np)
        if off.max(initial=0.0) > _tolerance(levels):
            raise ValueError(
                f"`{name}` must have the {levels} levels of the model, evenly spread "
                "from 0 to 255, or from -1 to 1: as data, 2 levels are `(x > 127) * "
                f"255`. Received: {len(values)} different values"
            )

    def check_batch(self, batch):
        super().check_batch(batch)
        self.check_levels(parts_of(batch)["samples"])

    def bounds(self, parts):
        found = super().bounds(parts)
        if self.likelihood.levels < 256:
            floats = self.kind.to_float(parts["samples"])
            off = _off_level(floats, self.likelihood.levels, ops)
            most = _tolerance(self.likelihood.levels)
            found.append(("images: distance to a level", off, 0.0, most))
        return found

    def get_config(self):
        """What every such model is configured by."""
        return {
            "image_shape": self.kind.shape,
            "seed": self.seed,
            "name": self.name,
        }


def _tolerance(levels):
    """By how much of their distance levels may be off: as floats, or as bytes."""
    exact_as_bytes = 255 % (levels - 1) == 0
    return 0.01 if exact_as_bytes else 0.01 + 0.5 * (levels - 1) / 255


def _off_level(images, levels, library):
    """How far values are from the nearest level, in levels."""
    place = (images + 1.0) * ((levels - 1) / 2.0)
    return library.abs(place - library.round(place))


@dataclasses.dataclass(frozen=True)
class Scoring:
    """`log p(x)` of `{"images": ..., "labels": ...}`, `(batch,)`."""

    network: keras.Layer
    likelihood: Likelihood

    def __call__(self, takes):
        images, *labels = takes.values()
        outputs = self.network((images, *labels) if labels else images, training=False)
        return self.likelihood.log_prob(images, self.likelihood.named(outputs))
