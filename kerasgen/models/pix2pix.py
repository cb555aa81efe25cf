"""pix2pix (Isola, Zhu, Zhou and Efros, 2017)."""

import keras
from keras import ops

from kerasgen.adversarial.fit_together import check_pair
from kerasgen.adversarial.playing import Playing
from kerasgen.adversarial.rules import Pairing
from kerasgen.adversarial.translating import Translating
from kerasgen.arguments import check_factors, check_flags, check_one_of
from kerasgen.engine import GenerativeModel, check_scheduled, scheduled, value_at
from kerasgen.inputs import Given
from kerasgen.kinds import Images, Pair, kind_of
from kerasgen.losses import per_sample, weighted_mean
from kerasgen.networks import check_translator, patch_discriminator, u_net
from kerasgen.registered import registered


@registered
class Pix2Pix(Translating, Playing, GenerativeModel):
    """Translates images into images, learned from pairs.

    The generator `G` makes `y` of `x`, the discriminator judges a pair of both:

        L(D) = 1/2 (-log D(x, y) - log(1 - D(x, G(x))))
        L(G) = -log D(x, G(x)) + l1 * |y - G(x)|

    where `|.|` is the mean over pixels. The discriminator moves first. Dropout inside
    the generator is its only noise, and stays when it translates.

    Data is a tuple `(a, b)` of two arrays in one order, or a data set of batches
    `((a, b),)`, as `kerasgen.data.load_pairs` makes with `paired=True`. `fit` logs,
    beside both losses, `l1`, without its weight.

    Args:
        image_shape: `(height, width, channels)` of domain A.
        image_shape_b: Of domain B, where its images have other channels; None for the
            same.
        to: `"B"` or `"A"`, the domain that it makes.
        filters: Filters of both networks at full resolution.
        discriminator_filters: Those of the discriminator; None for `filters`.
        depth: Halvings of the U-Net, of which both sides are multiples of `2**depth`;
            None for as many as there can be, at most 8.
        dropout: Rate of the dropout in the generator, in [0, 1).
        normalization: Of both networks: `"affine_instance"`, which is the paper's for
            a batch of one, whatever the batch; `"batch"`, statistics of the batch in
            training and of each image in translation; or `"instance"`, without weights.
        halvings: Of the discriminator: 3 judge patches of 70x70 pixels, 2 of 34x34, 1
            of 16x16, 0 single pixels, 5 of 286x286.
        conditional: Whether the discriminator sees `x` beside `y`.
        generator: Keras model from samples of one domain to samples of the other,
            instead.
        discriminator: Keras model from `x` and `y` side by side in the last axis, `x`
            first, or from `y` where it is not conditional, to logits, for patches
            `(batch, h, w, 1)`, or to a dictionary with `"logits"`, instead.
        kind: A `kerasgen.kinds.Pair`, where shapes do not say what samples are.
        defaults: Arguments of `compile` where it is given none, as for `GAN`.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, a side cannot be halved so often, or
            networks do not fit one another.

    Example:

    ```python
    model = kerasgen.models.Pix2Pix((32, 32, 3), filters=4, halvings=2)
    model.compile()
    photos = maps = np.zeros((4, 32, 32, 3), "uint8")
    model.fit((photos, maps), batch_size=1, verbose=0)
    model.translate(photos, seed=0).shape  # (4, 32, 32, 3)
    ```

    Reference:
        Isola et al., 2017, arXiv:1611.07004, equations 1 to 4, section 3, appendix 6.1.

    Differences:
        The generator makes its sample anew for its own update, with other dropout than
        the discriminator has just seen; in the authors' code both see one.
    """

    learning = ("l1", *Playing.learning)

    def __init__(
        self,
        image_shape=(256, 256, 3),
        image_shape_b=None,
        to="B",
        filters=64,
        discriminator_filters=None,
        depth=None,
        dropout=0.5,
        normalization="affine_instance",
        halvings=3,
        conditional=True,
        generator=None,
        discriminator=None,
        kind=None,
        defaults=None,
        seed=None,
        **kwargs,
    ):
        check_one_of(("A", "B"), to=to)
        check_flags(conditional=conditional)
        if kind is None:
            kind = Pair(Images(image_shape), Images(image_shape_b or image_shape))
        parts = (kind.a, kind.b)
        domain = 0 if to == "B" else 1  # of what it starts from
        source, target = parts[domain], parts[1 - domain]
        judged = _joined(source, target) if conditional else target
        if generator is None:
            _check_equal_size(source.shape, target.shape)
            channels = target.shape[-1]
            generator = u_net(
                source.shape, channels, filters, depth, dropout, normalization
            )
        if discriminator is None:
            discriminator = patch_discriminator(
                judged.shape,
                filters if discriminator_filters is None else discriminator_filters,
                halvings,
                normalization=normalization,
            )
        check_translator(generator, "generator", source.shape, target.shape)
        check_pair(judged.shape, discriminator)
        given = Given(source, domain=domain)
        super().__init__(kind, (given,), seed=seed, **kwargs)
        self.to = to
        self.conditional = conditional
        self.generator = generator
        self.discriminator = discriminator
        self.judged = judged
        self.keep_defaults(defaults)

    def call(self, inputs, training=False):
        """Samples of one domain for samples of the other."""
        return self.generator(inputs, training=training)

    @property
    def networks(self):
        return {"generator": self.generator, "discriminator": self.discriminator}

    @property
    def sampled_kind(self):
        return self.kind.b if self.to == "B" else self.kind.a

    def routes(self):
        return {self.to: ("generator", self.inputs[0].kind, self.sampled_kind)}

    # --- how it learns

    paper = {"loss": "non_saturating", "l1": 100.0}  # section 3.3

    def compile(
        self,
        optimizer=None,
        loss=None,
        *,
        l1=None,
        terms=None,
        views=None,
        constraints=None,
        average=None,
        **execution,
    ):
        """Prepares training; where nothing is said, as in the paper.

        Args:
            optimizer: One optimizer (copied for each player), or a dictionary by
                player. None is Adam of rate 2e-4 and `beta_1` 0.5.
            loss: Name or object of an objective, see `kerasgen.losses.get`.
            l1: Weight of the distance to the target, `lambda` in the paper: a number or
                a schedule, see `kerasgen.engine.scheduled`.
            terms, views, constraints: As for `kerasgen.adversarial.GAN`; views change
                both sides of a pair alike, which lie in one image.
            average: As for `kerasgen.engine.GenerativeModel`.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If a name is unknown, the weight is out of range, or something
                does not fit the networks or one another.
        """
        game = self.agreed(
            loss=loss,
            l1=l1,
            terms=terms,
            views=views,
            constraints=constraints,
            average=average,
        )
        l1 = scheduled(game["l1"])
        check_scheduled(check_factors, l1=l1)
        self.prepare(l1=l1)
        pairing = Pairing.of(self, self.generator, self.discriminator, self.judged)
        self.play_by(game, [pairing])
        super().compile(optimizer, average=game.get("average"), **execution)

    def compile_objects(self):
        return {**super().compile_objects(), "l1": self.l1}

    @property
    def logged(self):
        return ("l1", *super().logged)

    # --- training

    def train_step(self, data):
        batch = self.source_and_target(data)
        # As in the authors' code: D first, then G against what D has become.
        _, scores = self.minimize("discriminator", self.discriminator_loss, batch)
        self.adapt_views(scores)
        _, l1 = self.minimize("generator", self.generator_loss, batch)
        self.log("l1", l1)
        self.log_scores(scores)
        self.after_step(scores)
        return self.logs()

    def test_step(self, data):
        batch = self.source_and_target(data)
        _, scores = self.measure("discriminator", self.discriminator_loss, batch, False)
        _, l1 = self.measure("generator", self.generator_loss, batch, False)
        self.log("l1", l1)
        self.log_scores(scores)
        return self.logs()

    def discriminator_loss(self, batch, training=True):
        """The discriminator's loss, and its scores.

        Args:
            batch: As `source_and_target` returns it.
            training: Whether this is a step of training.
        """
        game = self.game("discriminator", batch, training)
        # "We divide the objective by 2 while optimizing D" (section 3.3).
        return self.adversarial_loss("discriminator", [game]) / 2.0, game.scores()

    def generator_loss(self, batch, training=True):
        """The generator's loss, and its distance to the target without a weight."""
        game = self.game("generator", batch, training)
        adversarial = self.adversarial_loss("generator", [game])
        # Equation 3; the last axes of a pair hold what was made.
        target = batch["target"]
        made = game.made["samples"][..., -target.shape[-1] :]
        l1 = weighted_mean(per_sample(ops.abs(target - made)), batch.get("weights"))
        # Equation 4.
        return adversarial + value_at(self.l1, self) * l1, l1

    def game(self, player, batch, training=True):
        """The `Game` of a minibatch."""
        x = batch["source"]

        def generate():
            made = self.generator(x, training=training)
            return {"samples": self.pair(x, ops.cast(made, "float32"))}

        real = {"samples": self.pair(x, batch["target"])}
        if "weights" in batch:
            real["weights"] = batch["weights"]
        return self.rules[0].game(real, generate, player, training)

    def pair(self, x, y):
        """What the discriminator judges: `x` and `y` as one sample, or `y` alone."""
        return ops.concatenate([x, y], axis=-1) if self.conditional else y

    def source_and_target(self, data):
        """`{"source": x, "target": y}` of a batch, with `"weights"` if it has any."""
        batch = self.unpack(data)
        a, b = batch.pop("samples")
        x, y = (a, b) if self.to == "B" else (b, a)
        return {**batch, "source": x, "target": y}

    def get_config(self):
        objects = {**self.networks, "kind": self.kind}
        own = {"to": self.to, "conditional": self.conditional}
        return {
            **keras.saving.serialize_keras_object(objects),
            **own,
            **super().get_config(),
        }


def _joined(source, target):
    """The kind of samples of two kinds side by side in the last axis."""
    if source.shape[:-1] != target.shape[:-1]:
        raise ValueError(
            "A conditional discriminator takes both samples side by side, so they must "
            "be of one size: pass `conditional=False`. "
            f"Received: samples of shape {source.shape} and {target.shape}"
        )
    return kind_of((*source.shape[:-1], source.shape[-1] + target.shape[-1]))


def _check_equal_size(source, target):
    if source[:2] != target[:2]:
        raise ValueError(
            "The network of the paper keeps height and width: give a `generator` of "
            "your own for domains of different size. "
            f"Received: samples of shape {source} and {target}"
        )
