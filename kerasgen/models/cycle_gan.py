"""CycleGAN (Zhu, Park, Isola and Efros, 2017)."""

from keras import ops

from kerasgen.adversarial.playing import Playing
from kerasgen.adversarial.two_way import NETWORKS, TwoWay, l1
from kerasgen.arguments import check_factors
from kerasgen.engine import check_scheduled, scheduled, value_at
from kerasgen.networks import patch_discriminator, residual_translator
from kerasgen.registered import registered


@registered
class CycleGAN(TwoWay):
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
        discriminator_filters: Those of the discriminators; None for `filters`.
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

    learning = ("cycle", "identity", *Playing.learning)

    def __init__(
        self,
        image_shape=(128, 128, 3),
        image_shape_b=None,
        filters=64,
        discriminator_filters=None,
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
        judging = filters if discriminator_filters is None else discriminator_filters

        def generator(source, target, name):
            deep = 9 if max(source[:2]) >= 256 else 6  # appendix 7.2
            residual = deep if blocks is None else blocks
            return residual_translator(source, target[-1], filters, residual, name)

        def discriminator(shape, name):
            return patch_discriminator(shape, judging, halvings, name)

        networks = (generator_ab, generator_ba, discriminator_a, discriminator_b)
        super().__init__(
            dict(zip(NETWORKS, networks, strict=True)),
            image_shape,
            image_shape_b,
            kind,
            generator,
            discriminator,
            defaults=defaults,
            seed=seed,
            **kwargs,
        )

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
        self.begin(game, optimizer, execution)

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
        return self.end_step(made, scores)

    def generator_loss(self, a, b, training=True):
        fake_a, fake_b = self.F(b, training), self.G(a, training)
        games = self.games("generator", (a, b), (fake_a, fake_b), training)
        # Equation 1 for both directions: L_GAN(F, D_A) + L_GAN(G, D_B).
        adversarial = self.adversarial_loss("generator", games)
        # Equation 2.
        cycle = l1(self.F(fake_b, training), a) + l1(self.G(fake_a, training), b)
        # Section 5.2, for colors that should stay.
        identity = ops.zeros(())
        if self.identity != 0.0:
            identity = l1(self.G(b, training), b) + l1(self.F(a, training), a)
        # Equation 3.
        lambda_, part = value_at(self.cycle, self), value_at(self.identity, self)
        loss = adversarial + lambda_ * (cycle + part * identity)
        fakes = (fake_a, fake_b)
        return loss, {"fakes": fakes, "cycle": cycle, "identity": identity}
