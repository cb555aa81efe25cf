"""DualGAN (Yi, Zhang, Tan and Gong, 2017)."""

import keras

from kerasgen.adversarial.playing import Playing
from kerasgen.adversarial.two_way import NETWORKS, TwoWay, l1
from kerasgen.arguments import check_factors, check_positive
from kerasgen.engine import check_scheduled, scheduled, value_at
from kerasgen.networks import patch_discriminator, u_net
from kerasgen.registered import registered


@registered
class DualGAN(TwoWay):
    """Translates between two domains by U-Nets, learned without pairs.

    Generators `G` from A to B and `F` back, with dropout as their noise, each against a
    discriminator of patches:

        L(G, F) = L_GAN(G, D_B) + L_GAN(F, D_A)
                  + cycle * (|F(G(a)) - a| + |G(F(b)) - b|)

    where `|.|` is the mean over pixels. A step moves the discriminators once, then the
    generators twice, on the same samples.

    Data is a tuple `(a, b)` of two arrays of equal length, in any order, or a data set
    of batches `((a, b),)`. `fit` logs, beside both losses, `cycle`: the sum in
    brackets, without its weight.

    Args:
        image_shape: `(height, width, channels)` of domain A.
        image_shape_b: Of domain B, where its images have other channels; None for the
            same.
        filters: Filters of all networks at full resolution.
        depth: Halvings of the U-Nets, of which both sides are multiples of `2**depth`;
            None for as many as there can be, at most 8.
        dropout: Rate of the dropout in the generators, in [0, 1).
        halvings: Of the discriminators: 3 judge patches of 70x70 pixels, 2 of 34x34, 1
            of 16x16.
        generator_ab, generator_ba: Keras models from samples of one domain to samples
            of the other, instead.
        discriminator_a, discriminator_b: Keras models from samples to logits, for
            patches `(batch, h, w, 1)`, or to a dictionary with `"logits"`, instead.
        kind: A `kerasgen.kinds.Pair`, where shapes do not say what samples are.
        defaults: Arguments of `compile` where it is given none, as for `GAN`.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit one another.

    Example:

    ```python
    model = kerasgen.models.DualGAN((32, 32, 3), filters=4, halvings=2)
    model.compile()
    days = nights = np.zeros((4, 32, 32, 3), "uint8")
    model.fit((days, nights), batch_size=1, verbose=0)
    model.translate(days, to="B", seed=0).shape  # (4, 32, 32, 3)
    ```

    Reference:
        Yi et al., 2017, arXiv:1704.02510, equations 1 to 4, section 3.

    Differences:
        This is the authors' code: cross entropy, cycles of weight 20, no clipping. The
        paper has Wasserstein critics with clipped weights that move two to four times
        as often, and cycles of weight 100 to 1000: `compile(loss="wasserstein",
        constraints={"discriminator": {"name": "clip", "limit": 0.05}}, cycle=100.0,
        discriminator_steps=3, generator_steps=1)`. Normalization is by the image, as
        the code's is in batches of one.
    """

    learning = (
        *("cycle", "discriminator_steps", "generator_steps"),
        *Playing.learning,
    )
    paper = {
        "loss": "non_saturating",
        "cycle": 20.0,
        "discriminator_steps": 1,
        "generator_steps": 2,
    }
    share = 1.0  # neither the paper nor the code halves the discriminators' loss

    def __init__(
        self,
        image_shape=(256, 256, 3),
        image_shape_b=None,
        filters=64,
        depth=None,
        dropout=0.5,
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
        def generator(source, target, name):
            return u_net(source, target[-1], filters, depth, dropout, name=name)

        def discriminator(shape, name):
            return patch_discriminator(
                shape, filters, halvings, name, normalization="affine_instance"
            )

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

    def optimizer_of_paper(self):
        return keras.optimizers.RMSprop(5e-5, rho=0.9)

    def compile(
        self,
        optimizer=None,
        loss=None,
        *,
        cycle=None,
        discriminator_steps=None,
        generator_steps=None,
        terms=None,
        views=None,
        constraints=None,
        average=None,
        **execution,
    ):
        """Prepares training; where nothing is said, as in the authors' code.

        Args:
            optimizer: One optimizer (copied for each player), or a dictionary by
                player: `"generator"` for both generators, `"discriminator"` for both
                discriminators. None is RMSprop of rate 5e-5 and `rho` 0.9.
            loss: Name or object of an objective, see `kerasgen.losses.get`, copied for
                each discriminator.
            cycle: Weight of the cycle: a number or a schedule, see
                `kerasgen.engine.scheduled`.
            discriminator_steps, generator_steps: Updates of each player in a step, on
                the same samples.
            terms, views, constraints: As for `kerasgen.adversarial.GAN`; terms and
                views are copied for each discriminator.
            average: As for `kerasgen.engine.GenerativeModel`; of both generators.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If a name is unknown, a number is out of range, or something
                does not fit the networks or one another.
        """
        game = self.agreed(
            loss=loss,
            cycle=cycle,
            discriminator_steps=discriminator_steps,
            generator_steps=generator_steps,
            terms=terms,
            views=views,
            constraints=constraints,
            average=average,
        )
        steps = {n: game[n] for n in ("discriminator_steps", "generator_steps")}
        cycle = scheduled(game["cycle"])
        check_scheduled(check_factors, cycle=cycle)
        check_positive(**steps)
        self.prepare(cycle=cycle, **steps)
        self.begin(game, optimizer, execution)

    def compile_objects(self):
        names = ("cycle", "discriminator_steps", "generator_steps")
        own = {name: getattr(self, name) for name in names}
        return {**super().compile_objects(), **own}

    @property
    def logged(self):
        return ("cycle", *super().logged)

    # --- training

    def train_step(self, data):
        a, b = self.domains(data)
        # Algorithm 1, with the numbers of steps of the authors' code.
        for _ in range(self.discriminator_steps):
            _, scores = self.minimize(
                "discriminator", self.discriminator_loss, a, b, None
            )
        for _ in range(self.generator_steps):
            _, made = self.minimize("generator", self.generator_loss, a, b)
        return self.end_step(made, scores)

    def generator_loss(self, a, b, training=True):
        fake_a, fake_b = self.F(b, training), self.G(a, training)
        games = self.games("generator", (a, b), (fake_a, fake_b), training)
        # Equation 4.
        adversarial = self.adversarial_loss("generator", games)
        cycle = l1(self.F(fake_b, training), a) + l1(self.G(fake_a, training), b)
        loss = adversarial + value_at(self.cycle, self) * cycle
        return loss, {"fakes": (fake_a, fake_b), "cycle": cycle}
