"""CycleGAN (Zhu, Park, Isola and Efros, 2017)."""

import keras
from keras import ops

from kerasgen.adversarial.fit_together import check_pair
from kerasgen.adversarial.playing import Playing
from kerasgen.adversarial.rules import Pairing
from kerasgen.arguments import check_factors, check_one_of
from kerasgen.engine import GenerativeModel, check_scheduled, scheduled, value_at
from kerasgen.inputs import Given, answer
from kerasgen.kinds import Images, Pair, kind_of
from kerasgen.networks import check_translator, patch_discriminator, residual_translator
from kerasgen.registered import registered


@registered
class CycleGAN(Playing, GenerativeModel):
    """Translates between two domains, learned without pairs.

    A generator `G` turns samples of domain A into samples of B, another, `F`, samples
    of B into A, each against a discriminator of the domain that it makes. What has gone
    there and back has to be what it was:

        L(G, F) = L_GAN(G, D_B) + L_GAN(F, D_A)
                  + cycle * (|F(G(a)) - a| + |G(F(b)) - b|)
                  + cycle * identity * (|G(b) - b| + |F(a) - a|)

    where `|.|` is the mean over pixels. Each discriminator minimizes half of its own
    loss. The generators move first, then the discriminators, which see what was made
    before that move, half of it replaced by earlier samples from a pool.

    Data is a tuple `(a, b)` of two arrays of equal length, in any order, or a data set
    of batches `((a, b),)`. `fit` logs, beside both losses, `cycle` and `identity`: the
    sums in brackets, without their weights.

    Args:
        image_shape: `(height, width, channels)` of domain A, sizes multiples of 4.
        image_shape_b: Of domain B, where its images have other channels; None for the
            same.
        filters: Filters of all networks at full resolution.
        blocks: Residual blocks of the generators; None for 6, from 256 pixels on 9.
        halvings: Of the discriminators: 3 judge patches of 70x70 pixels, 2 of 34x34, 1
            of 16x16.
        generator_ab: Keras model from samples of A to samples of B, instead.
        generator_ba: Keras model from samples of B to samples of A, instead.
        discriminator_a: Keras model from samples of A to logits, for patches `(batch,
            h, w, 1)`, or to a dictionary with `"logits"`, instead.
        discriminator_b: The same for samples of B, instead.
        kind: A `kerasgen.kinds.Pair`, where shapes do not say what samples are.
        defaults: Arguments of `compile` where it is given none, as for `GAN`.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit one another.

    Example:

    ```python
    model = kerasgen.models.CycleGAN((32, 32, 3), filters=4, blocks=1)
    model.compile()
    photos = paintings = np.zeros((4, 32, 32, 3), "uint8")
    model.fit((photos, paintings), batch_size=1, verbose=0)
    model.translate(photos, to="B").shape  # (4, 32, 32, 3)
    ```

    Reference:
        Zhu et al., 2017, arXiv:1703.10593, equations 1 to 3, section 4, appendix 7.
        Where the authors' PyTorch and Lua code differ, this is the former: the identity
        loss, instance normalization without weights, half of the discriminators' loss,
        the order of updates.

    Differences:
        The learning rate is constant; `kerasgen.engine.ConstantThenLinear` is the
        paper's. Within a batch of several, samples change places with those of the pool
        at once: see `kerasgen.layers.SamplePool`.
    """

    sampler = "generator_ab"
    averaged = ("generator_ab", "generator_ba")
    learning = ("cycle", "identity", *Playing.learning)

    def __init__(
        self,
        image_shape=(128, 128, 3),
        image_shape_b=None,
        filters=64,
        blocks=None,
        halvings=3,
        generator_ab=None,
        generator_ba=None,
        discriminator_a=None,
        discriminator_b=None,
        kind=None,
        defaults=None,
        seed=None,
        **kwargs,
    ):
        if kind is None:
            shapes = image_shape, image_shape_b or image_shape
            kind = _kind(generator_ab, generator_ba, shapes)
        a, b = kind.a.shape, kind.b.shape
        if generator_ab is None:
            generator_ab = _translator("generator_ab", a, b, filters, blocks)
        if generator_ba is None:
            generator_ba = _translator("generator_ba", b, a, filters, blocks)
        if discriminator_a is None:
            discriminator_a = patch_discriminator(
                a, filters, halvings, "discriminator_a"
            )
        if discriminator_b is None:
            discriminator_b = patch_discriminator(
                b, filters, halvings, "discriminator_b"
            )
        check_translator(generator_ab, "generator_ab", a, b)
        check_translator(generator_ba, "generator_ba", b, a)
        check_pair(a, discriminator_a)
        check_pair(b, discriminator_b)
        super().__init__(kind, (Given(kind.a),), seed=seed, **kwargs)
        self.generator_ab = generator_ab
        self.generator_ba = generator_ba
        self.discriminator_a = discriminator_a
        self.discriminator_b = discriminator_b
        self.keep_defaults(defaults)

    def call(self, inputs, training=False):
        """Samples of B for samples of A."""
        return self.generator_ab(inputs, training=training)

    @property
    def networks(self):
        names = ("generator_ab", "generator_ba", "discriminator_a", "discriminator_b")
        return {name: getattr(self, name) for name in names}

    @property
    def sampled_kind(self):
        return self.kind.b

    def members(self):
        return {
            "discriminator": (self.discriminator_a, self.discriminator_b),
            "generator": (self.generator_ab, self.generator_ba),
        }

    # --- how it learns

    @property
    def paper(self):
        return {
            "loss": {"name": "least_squares", "factor": 1.0},
            "cycle": 10.0,  # section 4
            "identity": 0.5 if self.kind.a == self.kind.b else 0.0,  # section 5.2
            "views": ["pool"],  # section 4: 50 samples of each domain
        }

    def compile(
        self,
        optimizer=None,
        loss=None,
        *,
        cycle=None,
        identity=None,
        terms=None,
        views=None,
        constraints=None,
        average=None,
        **execution,
    ):
        """Prepares training; where nothing is said, as in the paper.

        Args:
            optimizer: One optimizer (copied for each player), or a dictionary by
                player: `"generator"` for both generators, `"discriminator"` for both
                discriminators. None is Adam of rate 2e-4 and `beta_1` 0.5.
            loss: Name or object of an objective, see `kerasgen.losses.get`, copied for
                each discriminator. None is `LeastSquares(factor=1.0)`: plain
                `"least_squares"` halves the squares, and so doubles what the cycle
                counts beside them.
            cycle: Weight of the cycle, `lambda` in the paper: a number or a schedule,
                see `kerasgen.engine.scheduled`.
            identity: Weight of the identity loss as a part of `cycle`, a number or a
                schedule; 0 saves its time. None is 0.5, or 0 where the domains differ
                in kind.
            terms, views, constraints: As for `kerasgen.adversarial.GAN`; terms and
                views are copied for each discriminator. None for views is a pool of 50
                samples of each domain.
            average: As for `kerasgen.engine.GenerativeModel`; of both generators.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If a name is unknown, a weight is out of range, or something
                does not fit the networks or one another.
        """
        game = self.agreed(
            loss=loss,
            cycle=cycle,
            identity=identity,
            terms=terms,
            views=views,
            constraints=constraints,
            average=average,
        )
        cycle, identity = self._weights(game["cycle"], game["identity"])
        self.prepare(cycle=cycle, identity=identity)
        to_a = Pairing.of(self, self.generator_ba, self.discriminator_a, self.kind.a)
        to_b = Pairing.of(self, self.generator_ab, self.discriminator_b, self.kind.b)
        self.play_by(game, [to_a, to_b])
        super().compile(optimizer, average=game.get("average"), **execution)

    def _weights(self, cycle, identity):
        cycle, identity = scheduled(cycle), scheduled(identity)
        check_scheduled(check_factors, cycle=cycle, identity=identity)
        if identity != 0.0 and self.kind.a != self.kind.b:
            raise ValueError(
                "The identity loss gives a generator samples of the domain that it "
                "makes, so both domains must be of one kind: compile(identity=0.0). "
                f"Received: identity={identity!r} with {self.kind}"
            )
        return cycle, identity

    def compile_objects(self):
        weights = {"cycle": self.cycle, "identity": self.identity}
        return {**super().compile_objects(), **weights}

    @property
    def logged(self):
        return ("cycle", "identity", *super().logged)

    # --- training

    def train_step(self, data):
        a, b = self.domains(data)
        # G and F move by equation 3, then D_A and D_B by what was made before that.
        _, made = self.minimize("generator", self.generator_loss, a, b)
        _, scores = self.minimize("discriminator", self.discriminator_loss, a, b, made)
        self.adapt_views(*scores)
        self.log_step(made, scores)
        for rules, seen in zip(self.rules, scores, strict=True):
            rules.after_step(seen)
        return self.logs()

    def test_step(self, data):
        a, b = self.domains(data)
        _, made = self.measure("generator", self.generator_loss, a, b, False)
        _, scores = self.measure(
            "discriminator", self.discriminator_loss, a, b, made, False
        )
        self.log_step(made, scores)
        return self.logs()

    def generator_loss(self, a, b, training=True):
        """The loss of both generators, and what they made.

        Args:
            a, b: Samples of each domain.
            training: Whether this is a step of training.

        Returns:
            `(loss, made)`: made are the `"fakes"` of A and of B, and the terms
            `"cycle"` and `"identity"`.
        """

        def G(x):
            return self.generator_ab(x, training=training)

        def F(x):
            return self.generator_ba(x, training=training)

        fake_a, fake_b = F(b), G(a)
        games = self.games("generator", (a, b), (fake_a, fake_b), training)
        # Equation 1 for both directions: L_GAN(F, D_A) + L_GAN(G, D_B).
        adversarial = self.adversarial_loss("generator", games)
        # Equation 2.
        cycle = self.distance(F(fake_b), a) + self.distance(G(fake_a), b)
        # Section 5.2, for colors that should stay.
        identity = ops.zeros(())
        if self.identity != 0.0:
            identity = self.distance(G(b), b) + self.distance(F(a), a)
        # Equation 3.
        lambda_, part = value_at(self.cycle, self), value_at(self.identity, self)
        loss = adversarial + lambda_ * (cycle + part * identity)
        fakes = (fake_a, fake_b)
        return loss, {"fakes": fakes, "cycle": cycle, "identity": identity}

    def discriminator_loss(self, a, b, made, training=True):
        """The loss of both discriminators, and their scores for each domain.

        Args:
            a, b: Samples of each domain.
            made: As `generator_loss` returns it.
            training: Whether this is a step of training.
        """
        games = self.games("discriminator", (a, b), made["fakes"], training)
        # "We divide the objective by 2 while optimizing D" (appendix 7.1).
        loss = self.adversarial_loss("discriminator", games) / 2.0
        return loss, [game.scores() for game in games]

    def games(self, player, real, fake, training=True):
        """The `Game` of A and that of B."""
        return [
            rules.game({"samples": x}, lambda y=y: {"samples": y}, player, training)
            for rules, x, y in zip(self.rules, real, fake, strict=True)
        ]

    def distance(self, x, y):
        """How far samples are from what they should be, mean over pixels and batch."""
        return ops.mean(ops.abs(ops.cast(x, "float32") - ops.cast(y, "float32")))

    def domains(self, data):
        """Samples of A and of B, as networks take them."""
        batch = self.unpack(data)
        if "weights" in batch:
            raise ValueError(
                "Two samples that are no pair cannot share a weight: draw important "
                "ones more often instead. Received: sample_weight"
            )
        return batch["samples"]

    def log_step(self, made, scores):
        """Logs what a step knows besides losses."""
        self.log("cycle", made["cycle"])
        self.log("identity", made["identity"])
        self.log_scores(*scores)

    # --- after training

    def translate(
        self, samples, to="B", *, batch_size=64, averaged=None, verbose="auto"
    ):
        """Samples of one domain as samples of the other.

        To go there and back: `model.translate(model.translate(photos), to="A")`.

        Args:
            samples: Of domain A, or of B where `to="A"`, as in the data.
            to: `"A"` or `"B"`, the domain to arrive at.
            batch_size, averaged, verbose: As for `generate`.

        Returns:
            Array `(n, ...)` in the kind of that domain: uint8 for images.

        Raises:
            ValueError: If `to` is unknown, samples are not of the other domain, or
                there is no average.
        """
        check_one_of(("A", "B"), to=to)
        source, target, name = self.kind.a, self.kind.b, "generator_ab"
        if to == "A":
            source, target, name = target, source, "generator_ba"
        given = Given(source, "samples")
        return self.run(
            self.network(name, averaged),
            answer((given,), samples=samples)["samples"],
            batch_size,
            verbose,
            to_host=target.to_host,
            encode=given.encode,
        )

    def get_config(self):
        objects = {**self.networks, "kind": self.kind}
        return {**keras.saving.serialize_keras_object(objects), **super().get_config()}


def _kind(generator_ab, generator_ba, shapes):
    """The kinds of both domains, by the networks that are given, or else of images."""
    if generator_ab is not None:
        return Pair(*_ends("generator_ab", generator_ab))
    if generator_ba is not None:
        return Pair(*reversed(_ends("generator_ba", generator_ba)))
    return Pair(*map(Images, shapes))


def _ends(name, network):
    """The kind that a network takes, and the kind that it makes."""
    ends = ("input_shape", "output_shape")
    shapes = [tuple(getattr(network, end, (None, None)))[1:] for end in ends]
    if any(None in shape for shape in shapes):
        raise ValueError(
            "Networks that leave a size open need a `kind`, such as "
            "Pair(Images((64, 64, 3)), Images((64, 64, 1))). "
            f"Received: {name} with shapes {shapes[0]} and {shapes[1]}"
        )
    return [kind_of(shape) for shape in shapes]


def _translator(name, source, target, filters, blocks):
    """A generator as in the paper."""
    if source[:2] != target[:2]:
        raise ValueError(
            "The networks of the paper keep height and width: give `generator_ab` and "
            "`generator_ba` of your own for domains of different size. "
            f"Received: samples of shape {source} and {target}"
        )
    if blocks is None:
        blocks = 9 if max(source[:2]) >= 256 else 6  # appendix 7.2
    return residual_translator(source, target[-1], filters, blocks, name)
