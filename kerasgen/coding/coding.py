"""What every autoencoder is made of, and what it does after training."""

import keras
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.engine import Player
from kerasgen.engine.batches import parts_of
from kerasgen.inputs import Given, Labels, Latents, answer
from kerasgen.kinds import Images, kind_of
from kerasgen.kinds.kind import check_range
from kerasgen.losses import get_likelihood
from kerasgen.networks import (
    autoencoder_networks,
    check_decoder,
    check_image_shape,
    input_shapes,
    symbolic_outputs,
    vector_size,
    warn_of_outputs,
)


class Coding:
    """A `GenerativeModel` with an encoder and a decoder.

    It makes or checks both networks, turns samples into codes and codes into samples,
    and is configured by its networks, whatever made them. Both are one player,
    `autoencoder`, unless the model says otherwise. It says which `heads` its encoder
    has, and writes `compile` and `train_step`, with the words `encoded` and
    `parameters`:

    ```py
    class Autoencoder(Coding, GenerativeModel):
        def train_step(self, data):
            batch = self.unpack(data)
            self.minimize("autoencoder", self.loss_of, batch)
            return self.logs()

        def loss_of(self, batch, training=True):
            codes = self.encoded(batch, training)["codes"]
            parameters = self.parameters(codes, batch, training)  # of p(x|z)
            return -ops.mean(self.likelihood.log_prob(batch["samples"], parameters))
    ```

    Args:
        image_shape, latent_dim, likelihood, architecture, filters, units, activation,
        batch_normalization, num_classes, class_names, encoder, decoder, kind, seed: As
        for `kerasgen.models.VAE`.

    Attributes:
        heads: Names of the vectors that the encoder gives, each `(batch, latent_dim)`;
            the first is the code of a sample. One that gives a lone tensor gives that.
    """

    sampler = "decoder"
    averaged = ("encoder", "decoder")
    heads = ("codes",)
    shows_labels = True  # to the encoder, where the model has any

    def __init__(
        self,
        image_shape=None,
        latent_dim=20,
        likelihood=None,
        architecture=None,
        filters=32,
        units=None,
        activation=None,
        batch_normalization=False,
        num_classes=None,
        class_names=None,
        encoder=None,
        decoder=None,
        kind=None,
        seed=None,
        **kwargs,
    ):
        check_positive(latent_dim=latent_dim)
        kind = _kind(kind, image_shape, encoder)
        if likelihood is None:
            likelihood = self.default_likelihood(kind)
        likelihood = get_likelihood(likelihood, kind)
        labels = [] if num_classes is None else [Labels(num_classes, names=class_names)]
        beside = [(each.size,) for each in labels]
        make = autoencoder_networks(
            architecture,
            kind,
            filters,
            units,
            num_classes or 0,
            activation,
            batch_normalization,
        )
        seen = beside if self.shows_labels else []
        if encoder is not None:
            latent_dim = vector_size(encoder, self.heads, [kind.shape, *seen])
        else:
            heads = self.sizes_of_heads(latent_dim, num_classes)
            condition_dim = sum(size for (size,) in seen)
            encoder = make["encoder"](kind.shape, heads, condition_dim=condition_dim)
        parameters = likelihood.shapes(kind.shape)
        if decoder is None:
            decoder = make["decoder"](latent_dim, parameters)
        check_decoder(decoder, parameters, [(latent_dim,), *beside])
        super().__init__(kind, (Latents(latent_dim), *labels), seed=seed, **kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.likelihood = likelihood

    def default_likelihood(self, kind):
        """The likelihood where none is given, or its name; None for the kind's.

        Where values have no interval it is a Gaussian of variance 1, whose negative
        log-likelihood is half the squared error and a constant.
        """
        if kind.interval is None:
            return {"name": "gaussian", "variance": 1.0}
        return None

    def sizes_of_heads(self, latent_dim, num_classes):
        """`{head: size}` of an encoder that the model makes."""
        return dict.fromkeys(self.heads, latent_dim)

    def draw_latents_from(self, prior, argument="prior"):
        """Lets `generate` draw latents from another prior than N(0, I).

        Args:
            prior: A `kerasgen.inputs.Input` with the name `latents`.
            argument: What to call it in messages.

        Raises:
            ValueError: If its vectors are not those of the networks.
        """
        if prior.size != self.latent_dim:
            raise ValueError(
                f"`{argument}` must draw vectors of {self.latent_dim} numbers, as the "
                f"networks have them. Received: {argument}={prior} of {prior.size}"
            )
        self.inputs = (prior, *self.inputs[1:])

    @property
    def prior(self):
        """What latents are drawn from, a `kerasgen.inputs.Input`."""
        return self.inputs[0]

    @property
    def latent_dim(self):
        return self.prior.size

    @property
    def networks(self):
        return {"encoder": self.encoder, "decoder": self.decoder}

    def call(self, inputs, training=False):
        """Samples as networks take them, by way of their codes."""
        samples, *labels = inputs if isinstance(inputs, (tuple, list)) else [inputs]
        outputs = self.encoder(together(samples, *labels), training=training)
        latents = self.code_of(self.by_head(outputs))
        return self.samples_of(
            self.decoder(together(latents, *labels), training=training)
        )

    def samples_of(self, outputs):
        return self.likelihood.mean(self.likelihood.named(outputs))

    def by_head(self, outputs):
        """What an encoder returns as `{head: (batch, latent_dim)}`."""
        return outputs if isinstance(outputs, dict) else {self.heads[0]: outputs}

    def code_of(self, encoded):
        """The code of a sample, of what the encoder gives by its heads."""
        return encoded[self.heads[0]]

    # --- in a step

    def players(self):
        return {"autoencoder": Player((self.encoder, self.decoder))}

    def default_optimizers(self):
        return {"autoencoder": keras.optimizers.Adam(1e-3)}

    def encoded(self, batch, training=True, averaged=False):
        """What the encoder, or an average of it, says of a batch, by its heads."""
        encoder = self.network("encoder", averaged)
        seen = self.conditions(batch) if self.shows_labels else ()
        takes = together(batch["samples"], *seen)
        return self.by_head(encoder(takes, training=training))

    def parameters(self, latents, batch, training=True, averaged=False):
        """Parameters of p(x|z), by name."""
        decoder = self.network("decoder", averaged)
        takes = together(latents, *self.conditions(batch))
        return self.likelihood.named(decoder(takes, training=training))

    def conditions(self, batch):
        """What networks take beside samples and beside latents: labels, if any."""
        return [batch[each.name] for each in self.inputs[1:]]

    def check_batch(self, batch):
        super().check_batch(batch)
        if self.likelihood.interval not in (None, self.kind.interval):
            samples = ops.convert_to_numpy(parts_of(batch)["samples"])
            low, high = self.likelihood.interval
            rule = f"{self.likelihood} takes values in [{low:g}, {high:g}]."
            check_range(samples, low, high, rule)

    def bounds(self, parts):
        found = super().bounds(parts)
        if self.likelihood.interval not in (None, self.kind.interval):
            found.append(("samples", parts["samples"], *self.likelihood.interval))
        return found

    def warn_of_activations(self, heads, codes="codes"):
        """Warns, in `compile`, of last activations that forbid what outputs must be.

        Args:
            heads: `{head: (low, high)}` that outputs of the encoder must reach.
            codes: What to call them in messages.
        """
        of_data = self.likelihood.expects(self.kind)
        for name, expected, who, named in (
            ("encoder", heads, codes, self.by_head),
            ("decoder", of_data, type(self.likelihood).__name__, self.likelihood.named),
        ):
            outputs = symbolic_outputs(self.networks[name])
            if outputs is not None:
                network = f"{name}={self.networks[name].name!r}"
                warn_of_outputs(named(outputs), expected, who, network)

    # --- after training

    def encode(
        self, samples, labels=None, *, batch_size=64, averaged=None, verbose="auto"
    ):
        """Codes of samples, in one pass.

        Args:
            samples: Array `(n, ...)` of the model's kind, in any dtype that `fit`
                takes.
            labels: Of a model with labels, as for `generate`.
            batch_size, averaged, verbose: As for `generate`.

        Returns:
            float32 array `(n, latent_dim)`.

        Raises:
            ValueError: If samples are of another kind, or labels are missing.
        """
        arguments = {
            "batch_size": batch_size,
            "averaged": averaged,
            "verbose": verbose,
        }
        return self.code_of(self.heads_of(samples, labels, **arguments))

    def heads_of(
        self, samples, labels=None, *, batch_size=64, averaged=None, verbose="auto"
    ):
        """All that the encoder says of samples, `{head: array}`; see `encode`."""
        takes, values = self.asked(samples, labels)

        def encoded(values):
            return together(*(each.encode(values[each.name]) for each in takes))

        encoder = self.network("encoder", averaged)
        outputs = self.run(encoder, values, batch_size, verbose, encode=encoded)
        return self.by_head(outputs)

    def asked(self, samples, labels):
        """`(inputs, values)` of samples and labels that a user passes, checked."""
        read = self.inputs[1:] if self.shows_labels else ()
        if (labels is None) == bool(read):
            rule = "needs" if read else "takes no"
            raise ValueError(
                f"The encoder of this model {rule} `labels`. "
                f"Received: labels={labels!r}"
            )
        takes = (Given(self.kind, "samples"), *read)
        return takes, answer(takes, samples=samples, labels=labels)

    def reconstruct(self, samples, labels=None, **arguments):
        """Samples of their codes, in the kind of the data.

        Args:
            samples, labels, **arguments: As for `encode`.

        Returns:
            Array `(n, ...)`, as `generate` returns it.
        """
        latents = self.encode(samples, labels, **arguments)
        return self.generate(latents=latents, labels=labels, **arguments)

    # --- configuration: networks and all, whatever made them

    def get_config(self):
        labels = self.labels
        objects = {
            "encoder": self.encoder,
            "decoder": self.decoder,
            "likelihood": self.likelihood,
            "kind": self.kind,
        }
        return {
            **keras.saving.serialize_keras_object(objects),
            "num_classes": labels and labels.size,
            "class_names": labels and labels.names,
            "seed": self.seed,
            "name": self.name,
        }


def _kind(kind, image_shape, encoder):
    if kind is not None and image_shape is not None:
        raise ValueError(
            "Give `image_shape` or `kind`, not both. "
            f"Received: image_shape={image_shape}, kind={kind}"
        )
    if kind is not None:
        return kind
    if image_shape is not None:
        return Images(check_image_shape(image_shape))
    shapes = input_shapes(encoder)
    if not shapes:
        raise ValueError(
            "`image_shape` or `kind` is needed unless an encoder says what it takes. "
            "Received: image_shape=None, kind=None"
        )
    return kind_of(shapes[0][1:])


def together(first, *rest):
    """What a network takes: one value as it is, several as a tuple."""
    return (first, *rest) if rest else first
