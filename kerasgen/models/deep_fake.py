"""DeepFake: one encoder and a decoder for each of two persons (practice, 2017)."""

import dataclasses

import keras
from keras import ops

from kerasgen.arguments import check_factors, check_one_of
from kerasgen.engine import (
    GenerativeModel,
    Player,
    check_scheduled,
    scheduled,
    value_at,
)
from kerasgen.inputs import Given, answer
from kerasgen.kinds import Images, Pair
from kerasgen.layers.random_warp import random_warp
from kerasgen.networks import (
    check_image_shape,
    convolutional_decoder,
    convolutional_encoder,
    vector_size,
)
from kerasgen.networks.shapes import input_shapes, output_shapes
from kerasgen.registered import registered

DOMAINS = ("A", "B")


@registered
class DeepFake(GenerativeModel):
    """Two autoencoders that share their encoder, so that faces can change places.

    For each domain encoder E and the domain's own decoder minimize

        |x - Dec_A(E(warp(x)))|   and   |x - Dec_B(E(warp(x)))|

    the mean over pixels, of images x of A and of B. The warp bends what the encoder
    sees a little, and not what the decoder has to make: so the encoder keeps pose,
    expression and light, and the decoders know the faces. `Dec_B(E(a))` then is a face
    of B that looks as `a` does.

    Data is a tuple `(a, b)` of two arrays of equal length, in any order, or
    `kerasgen.data.load_pairs(..., paired=False)`.

    Args:
        image_shape: `(height, width, channels)` of both domains, sizes as for `DCGAN`;
            None takes that of an encoder.
        latent_dim: Size of a code.
        filters: Of the convolutions at the largest resolution; they double with each
            halving.
        encoder: Keras model from images to codes `(batch, latent_dim)`, instead.
        decoder_a: Keras model from codes to images in [-1, 1], instead.
        decoder_b: The same for domain B, instead.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit one another.

    Example:

    ```python
    model = kerasgen.models.DeepFake((32, 32, 3), latent_dim=16, filters=4)
    model.compile()
    a = b = np.zeros((8, 32, 32, 3), "uint8")
    model.fit((a, b), batch_size=4, verbose=0)
    model.translate(a, to="B").shape  # (8, 32, 32, 3)
    ```

    Reference:
        There is no paper. deepfakes/faceswap, plugins/train/model/original.py: Adam of
        rate 5e-5 with `beta_1` 0.5, mean absolute error, the random warp.

    Differences:
        Convolutions of 4x4 and their mirror images with ReLU, a code that is a plain
        vector, and Adam of rate 2e-4, where the original has 5x5, LeakyReLU, pixel
        shuffling and a map of 8x8 between encoder and decoders. Faces are neither
        found, aligned nor pasted back.
    """

    sampler = "decoder_b"
    averaged = ("encoder", "decoder_a", "decoder_b")

    def __init__(
        self,
        image_shape=None,
        latent_dim=512,
        filters=64,
        encoder=None,
        decoder_a=None,
        decoder_b=None,
        seed=None,
        **kwargs,
    ):
        shape = _shape_of(image_shape, encoder)
        if encoder is None:
            heads = {"codes": latent_dim}
            encoder = convolutional_encoder(shape, heads, filters, units=())
        latent_dim = vector_size(encoder, ("codes",), [shape])
        decoders = {"decoder_a": decoder_a, "decoder_b": decoder_b}
        for name, decoder in decoders.items():
            if decoder is None:
                decoders[name] = decoder = _decoder(name, latent_dim, shape, filters)
            _check_decoder(name, decoder, latent_dim, shape)
        kind = Images(shape)
        super().__init__(Pair(kind, kind), (Given(kind),), seed=seed, **kwargs)
        self.encoder = encoder
        self.decoder_a = decoders["decoder_a"]
        self.decoder_b = decoders["decoder_b"]

    def call(self, inputs, training=False):
        """Images of A as images of B."""
        return self.decoder_b(self.codes_of(inputs, training), training=training)

    @property
    def networks(self):
        names = ("encoder", "decoder_a", "decoder_b")
        return {name: getattr(self, name) for name in names}

    @property
    def sampled_kind(self):
        return self.kind.b

    # --- how it learns

    def players(self):
        return {
            "a": Player((self.encoder, self.decoder_a)),
            "b": Player((self.encoder, self.decoder_b)),
        }

    def default_optimizers(self):
        adam = keras.optimizers.Adam(2e-4, beta_1=0.5)
        return {"a": adam, "b": adam}

    def compile(self, optimizer=None, *, warp=5.0 / 160.0, average=None, **execution):
        """Prepares training.

        Args:
            optimizer: One optimizer, copied for both players, or a dictionary by
                player, `"a"` and `"b"`: each moves the encoder with slots of its own.
                None is Adam of rate 2e-4 with `beta_1` 0.5.
            warp: Deviation of the points of the random warp, as a part of the sides:
                a number, at least 0, or a schedule, see `kerasgen.engine.scheduled`.
            average: As for `kerasgen.engine.GenerativeModel`, of all networks.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If `warp` is out of range.
        """
        warp = scheduled(warp)
        check_scheduled(check_factors, warp=warp)
        self.prepare(warp=warp)
        super().compile(optimizer, average=average, **execution)

    def compile_objects(self):
        return {**super().compile_objects(), "warp": self.warp}

    # --- training

    def train_step(self, data):
        a, b = self.domains(data)
        self.minimize("a", self.error_of, self.decoder_a, a)
        self.minimize("b", self.error_of, self.decoder_b, b)
        return self.logs()

    def test_step(self, data):
        a, b = self.domains(data)
        self.measure("a", self.error_of, self.decoder_a, a, False)
        self.measure("b", self.error_of, self.decoder_b, b, False)
        return self.logs()

    def error_of(self, decoder, images, training=True):
        """`|x - Dec(E(warp(x)))|`, the mean over pixels and batch."""
        seen = images
        if training:
            seen = random_warp(images, self.seed_generator, value_at(self.warp, self))
        decoded = decoder(self.codes_of(seen, training), training=training)
        return ops.mean(ops.abs(ops.cast(decoded, "float32") - images))

    def codes_of(self, images, training=False):
        """Codes of images, `(batch, latent_dim)`."""
        return _codes(self.encoder(images, training=training))

    def domains(self, data):
        """Images of A and of B, as networks take them."""
        return self.kind.unpaired(self.unpack(data))

    # --- after training

    def translate(
        self, samples, to="B", *, batch_size=64, averaged=None, verbose="auto"
    ):
        """Images of either domain as images of one: `Dec_B(E(a))`.

        With the domain that they come from it reconstructs them.

        Args:
            samples: Images `(n, height, width, channels)`, as in the data.
            to: `"A"` or `"B"`, the domain to arrive at.
            batch_size, averaged, verbose: As for `generate`.

        Returns:
            uint8 array `(n, height, width, channels)`.

        Raises:
            ValueError: If `to` is unknown, samples are no such images, or there is no
                average.
        """
        check_one_of(DOMAINS, to=to)
        return self._run(Translation(self, to, averaged), samples, batch_size, verbose)

    def reconstruct(self, samples, domain="A", **arguments):
        """Images of a domain, encoded and decoded; for arguments see `translate`."""
        check_one_of(DOMAINS, domain=domain)
        return self.translate(samples, to=domain, **arguments)

    def encode(self, samples, *, batch_size=64, averaged=None, verbose="auto"):
        """Codes of images of either domain, float32 `(n, latent_dim)`."""
        given = Given(self.kind.a, "samples")
        values = answer((given,), samples=samples)["samples"]
        encoder = self.network("encoder", averaged)
        return _codes(
            self.run(encoder, values, batch_size, verbose, encode=given.encode)
        )

    def generate(
        self,
        n=None,
        *,
        seed=None,
        batch_size=64,
        averaged=None,
        verbose="auto",
        **given,
    ):
        """Images of A as images of B: `generate(images=...)`; see `translate`."""
        images = answer(self.inputs, n, seed, **given)["images"]
        return self._run(Translation(self, "B", averaged), images, batch_size, verbose)

    def decode(self, inputs, averaged=None):
        """Images of A as images of B, float tensors in [-1, 1], differentiable."""
        with self.beside_training():
            return Translation(self, "B", averaged)(inputs)

    def _run(self, translation, samples, batch_size, verbose):
        given = Given(self.kind.a, "samples")
        return self.run(
            translation,
            answer((given,), samples=samples)["samples"],
            batch_size,
            verbose,
            to_host=self.sampled_kind.to_host,
            encode=given.encode,
        )

    def get_config(self):
        return {
            **keras.saving.serialize_keras_object(self.networks),
            "seed": self.seed,
            "name": self.name,
        }


@dataclasses.dataclass(frozen=True)
class Translation:
    """The encoder and one decoder, one after the other.

    Two of the same model, domain and average are equal: such a function is compiled
    once.
    """

    model: keras.Model
    to: str
    averaged: bool | float | None = None

    def __post_init__(self):
        self.networks()  # refused here, not inside a compiled step

    def networks(self):
        names = ("encoder", f"decoder_{self.to.lower()}")
        return [self.model.network(name, self.averaged) for name in names]

    def __call__(self, images):
        encoder, decoder = self.networks()
        return decoder(_codes(encoder(images, training=False)), training=False)


def _codes(outputs):
    return outputs["codes"] if isinstance(outputs, dict) else outputs


def _shape_of(image_shape, encoder):
    if image_shape is not None:
        return check_image_shape(image_shape)
    shapes = input_shapes(encoder)
    if not shapes:
        raise ValueError(
            "`image_shape` is needed unless an encoder says what it takes. "
            "Received: image_shape=None"
        )
    return tuple(shapes[0][1:])


def _decoder(name, latent_dim, shape, filters):
    """The mirror image of the encoder, which ends in the range of images."""
    linear = convolutional_decoder(latent_dim, {"images": shape}, filters, units=())
    images = keras.layers.Activation("tanh", dtype="float32", name="tanh")
    return keras.Model(linear.inputs, images(linear.output["images"]), name=name)


def _check_decoder(name, decoder, latent_dim, shape):
    found = output_shapes(decoder, name, [(latent_dim,)])
    if found != shape:
        raise ValueError(
            f"`{name}` must make images of shape {shape}. "
            f"Received: {name}={decoder.name!r}, which makes {found}"
        )
