"""Two generators between two domains, each against a discriminator: what they share."""

import keras
from keras import ops

from kerasgen.adversarial.fit_together import check_pair
from kerasgen.adversarial.playing import Playing
from kerasgen.adversarial.rules import Pairing
from kerasgen.adversarial.translating import Translating
from kerasgen.engine import GenerativeModel
from kerasgen.inputs import Given
from kerasgen.kinds import Images, Pair, kind_of
from kerasgen.networks import check_translator

NETWORKS = ("generator_ab", "generator_ba", "discriminator_a", "discriminator_b")


class TwoWay(Translating, Playing, GenerativeModel):
    """Learns both ways between two domains without pairs.

    `G` makes samples of B from samples of A, `F` samples of A from samples of B;
    `D_A` and `D_B` judge them. A subclass says which networks its paper has, in
    `compile` how it learns, and defines `train_step`, `generator_loss` and
    `discriminator_loss`.

    Args:
        given: `{name: network or None}` of `NETWORKS`.
        image_shape, image_shape_b: Of both domains, where no generator says it; None
            for the second is the same.
        kind: A `kerasgen.kinds.Pair`, where shapes do not say what samples are.
        generator: Function of the shapes of a source and a target and of a name: a
            network of the paper.
        discriminator: Function of a shape and a name: a network of the paper.
        defaults: Arguments of `compile` where it is given none, as for `GAN`.
        seed: Seed of what training draws.
    """

    sampler = "generator_ab"
    averaged = ("generator_ab", "generator_ba")
    # "We divide the objective by 2 while optimizing D" (CycleGAN, appendix 7.1).
    share = 0.5

    filled = ("given", "generator", "discriminator")

    def __init__(
        self,
        given,
        image_shape,
        image_shape_b,
        kind,
        generator,
        discriminator,
        defaults=None,
        seed=None,
        **kwargs,
    ):
        if kind is None:
            shapes = image_shape, image_shape_b or image_shape
            kind = _kind(given["generator_ab"], given["generator_ba"], shapes)
        a, b = kind.a.shape, kind.b.shape
        made = dict(given)
        for name, source, target in (("generator_ab", a, b), ("generator_ba", b, a)):
            if given[name] is None:
                _check_equal_size(source, target)
                made[name] = generator(source, target, name)
        for name, shape in (("discriminator_a", a), ("discriminator_b", b)):
            if given[name] is None:
                made[name] = discriminator(shape, name)
        check_translator(made["generator_ab"], "generator_ab", a, b)
        check_translator(made["generator_ba"], "generator_ba", b, a)
        check_pair(a, made["discriminator_a"])
        check_pair(b, made["discriminator_b"])
        super().__init__(kind, (Given(kind.a, domain=0),), seed=seed, **kwargs)
        for name in NETWORKS:
            setattr(self, name, made[name])
        self.keep_defaults(defaults)

    def call(self, inputs, training=False):
        """Samples of B for samples of A."""
        return self.generator_ab(inputs, training=training)

    @property
    def networks(self):
        return {name: getattr(self, name) for name in NETWORKS}

    @property
    def sampled_kind(self):
        return self.kind.b

    def members(self):
        return {
            "discriminator": (self.discriminator_a, self.discriminator_b),
            "generator": (self.generator_ab, self.generator_ba),
        }

    def routes(self):
        return {
            "B": ("generator_ab", self.kind.a, self.kind.b),
            "A": ("generator_ba", self.kind.b, self.kind.a),
        }

    def begin(self, game, optimizer, execution):
        """Ends `compile`: rules for each domain, optimizers, averages."""
        to_a = Pairing.of(self, self.generator_ba, self.discriminator_a, self.kind.a)
        to_b = Pairing.of(self, self.generator_ab, self.discriminator_b, self.kind.b)
        self.play_by(game, [to_a, to_b])
        super().compile(optimizer, average=game.get("average"), **execution)

    # --- training

    def generator_loss(self, a, b, training=True):
        """The loss of both generators, and what they made.

        Args:
            a, b: Samples of each domain.
            training: Whether this is a step of training.

        Returns:
            `(loss, made)`: made are the `"fakes"` of A and of B, and what is logged.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define `generator_loss`."
        )

    def discriminator_loss(self, a, b, made, training=True):
        """The loss of both discriminators, and their scores for each domain.

        Args:
            a, b: Samples of each domain.
            made: As `generator_loss` returns it, or None to make it.
            training: Whether this is a step of training.
        """
        fakes = None if made is None else made["fakes"]
        games = self.games("discriminator", (a, b), fakes, training)
        loss = self.share * self.adversarial_loss("discriminator", games)
        return loss, [game.scores() for game in games]

    def test_step(self, data):
        a, b = self.domains(data)
        _, made = self.measure("generator", self.generator_loss, a, b, False)
        _, scores = self.measure(
            "discriminator", self.discriminator_loss, a, b, made, False
        )
        self.log_step(made, scores)
        return self.logs()

    def end_step(self, made, scores):
        """What every training step ends with.

        Args:
            made: As `generator_loss` returns it.
            scores: As `discriminator_loss` returns them.
        """
        self.adapt_views(*scores)
        self.log_step(made, scores)
        self.after_step(*scores)
        return self.logs()

    def G(self, a, training=True):
        """Samples of B, float32."""
        return ops.cast(self.generator_ab(a, training=training), "float32")

    def F(self, b, training=True):
        """Samples of A, float32."""
        return ops.cast(self.generator_ba(b, training=training), "float32")

    def games(self, player, real, fake=None, training=True):
        """The `Game` of A and that of B.

        Args:
            player: Whose turn it is.
            real: Samples of A and of B.
            fake: What was made of each domain; None makes it when it is asked for.
            training: Whether this is a step of training.
        """
        a, b = real
        if fake is None:
            makers = [lambda: self.F(b, training), lambda: self.G(a, training)]
        else:
            makers = [lambda x=x: x for x in fake]
        return [
            rules.game(
                {"samples": x}, lambda make=make: {"samples": make()}, player, training
            )
            for rules, x, make in zip(self.rules, real, makers, strict=True)
        ]

    def domains(self, data):
        """Samples of A and of B, as networks take them."""
        return self.kind.unpaired(self.unpack(data))

    def log_step(self, made, scores):
        """Logs what a step knows besides losses."""
        for name, value in made.items():
            if name != "fakes":
                self.log(name, value)
        self.log_scores(*scores)

    def get_config(self):
        objects = {**self.networks, "kind": self.kind}
        return {**keras.saving.serialize_keras_object(objects), **super().get_config()}


def l1(x, y):
    """`|x - y|`, mean over everything."""
    return ops.mean(ops.abs(x - y))


def l2(x, y):
    """`(x - y)^2`, mean over everything."""
    return ops.mean(ops.square(x - y))


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


def _check_equal_size(source, target):
    if source[:2] != target[:2]:
        raise ValueError(
            "The networks of the paper keep height and width: give `generator_ab` and "
            "`generator_ba` of your own for domains of different size. "
            f"Received: samples of shape {source} and {target}"
        )
