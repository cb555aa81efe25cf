"""DiscoGAN (Kim, Cha, Kim, Lee and Kim, 2017)."""

import keras
from keras import ops

from kerasgen import layers
from kerasgen.adversarial.fit_together import check_outputs
from kerasgen.adversarial.playing import Playing
from kerasgen.adversarial.two_way import NETWORKS, TwoWay, l2
from kerasgen.arguments import (
    check_factors,
    check_positive,
    check_shares,
    plain_numbers,
)
from kerasgen.engine import check_scheduled, scheduled, value_at
from kerasgen.networks import check_image_shape, doublings
from kerasgen.registered import registered


@registered
class DiscoGAN(TwoWay):
    """Discovers relations between two domains, learned without pairs.

    Generators `G` from A to B and `F` back, each against a discriminator:

        L(G, F) = (1 - cycle) * (adversarial * (L_GAN(G, D_B) + L_GAN(F, D_A))
                                 + features * (L_FM(G, D_B) + L_FM(F, D_A)))
                  + cycle * (|F(G(a)) - a|^2 + |G(F(b)) - b|^2)

    where `|.|^2` is the mean over pixels, of the scale from 0 to 1, and `L_FM` the mean
    square between the batch's mean features of real and of made samples, summed over
    three layers of a discriminator. Each discriminator minimizes half of its own loss.
    Discriminators move at every third step, generators at the others.

    Data is a tuple `(a, b)` of two arrays of equal length, in any order, or a data set
    of batches `((a, b),)`. `fit` logs, beside both losses, `cycle` and `features`: the
    sums in brackets, without their weights.

    Args:
        image_shape: `(height, width, channels)` of domain A, sizes as for
            `kerasgen.networks.doublings`.
        image_shape_b: Of domain B, where its images have other channels; None for the
            same.
        filters: Filters of all networks at full resolution; they double with each
            halving.
        bottleneck: Size of a vector that generators end their way down in; None goes
            back up from the smallest map.
        generator_ab, generator_ba: Keras models from samples of one domain to samples
            of the other, instead.
        discriminator_a, discriminator_b: Keras models from samples to a dictionary with
            `"logits"` and `"features"`, a tensor or a list of them, instead.
        kind: A `kerasgen.kinds.Pair`, where shapes do not say what samples are.
        defaults: Arguments of `compile` where it is given none, as for `GAN`.
        seed: Seed of what training draws.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit one another.

    Example:

    ```python
    model = kerasgen.models.DiscoGAN((32, 32, 3), filters=4)
    model.compile()
    bags = shoes = np.zeros((4, 32, 32, 3), "uint8")
    model.fit((bags, shoes), batch_size=2, verbose=0)
    model.translate(shoes, to="A").shape  # (4, 32, 32, 3)
    ```

    Reference:
        Kim et al., 2017, arXiv:1703.05192, equations 1 to 9, section 3.

    Differences:
        This is the authors' code. In the paper `L(G, F)` is the plain sum of
        adversarial and reconstruction losses and all networks move at each step:
        `compile(adversarial=1.0, features=0.0, cycle=0.5, discriminator_every=1)` is
        half of it. Images lie in [-1, 1] and end in tanh, where the code has [0, 1] and
        a sigmoid: the same network. The code's weight decay of 1e-5 is left out.
    """

    learning = (
        *("adversarial", "features", "cycle", "discriminator_every"),
        *Playing.learning,
    )

    def __init__(
        self,
        image_shape=(64, 64, 3),
        image_shape_b=None,
        filters=64,
        bottleneck=None,
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
            return disco_generator(source, target[-1], filters, bottleneck, name)

        def discriminator(shape, name):
            return disco_discriminator(shape, filters, name)

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
        switch = keras.optimizers.schedules.PiecewiseConstantDecay
        return {
            "loss": "non_saturating",
            "adversarial": 0.1,
            "features": 0.9,
            "cycle": switch([9_999], [0.01, 0.5]),  # the first 10,000 steps
            "discriminator_every": 3,
        }

    def compile(
        self,
        optimizer=None,
        loss=None,
        *,
        adversarial=None,
        features=None,
        cycle=None,
        discriminator_every=None,
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
                discriminators. None is Adam of rate 2e-4 and `beta_1` 0.5.
            loss: Name or object of an objective, see `kerasgen.losses.get`, copied for
                each discriminator.
            adversarial: Weight of the objective, a number or a schedule, see
                `kerasgen.engine.scheduled`.
            features: Weight of matched features, a number or a schedule; with 0
                discriminators need no features.
            cycle: Share of the reconstructions in the whole loss, in [0, 1], a number
                or a schedule. None is 0.01 for 10,000 steps, then 0.5.
            discriminator_every: Discriminators move at every so many steps, generators
                at the others; 1 moves all at each step.
            terms, views, constraints: As for `kerasgen.adversarial.GAN`; terms and
                views are copied for each discriminator.
            average: As for `kerasgen.engine.GenerativeModel`; of both generators.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If a name is unknown, a weight is out of range, or something
                does not fit the networks or one another.
        """
        game = self.agreed(
            loss=loss,
            adversarial=adversarial,
            features=features,
            cycle=cycle,
            discriminator_every=discriminator_every,
            terms=terms,
            views=views,
            constraints=constraints,
            average=average,
        )
        weights = {n: scheduled(game[n]) for n in ("adversarial", "features", "cycle")}
        check_scheduled(check_factors, **weights)
        check_scheduled(check_shares, cycle=weights["cycle"])
        check_positive(discriminator_every=game["discriminator_every"])
        if weights["features"] != 0.0:
            for network in (self.discriminator_a, self.discriminator_b):
                check_outputs(network, ["features"], "Matching features")
        self.prepare(discriminator_every=game["discriminator_every"], **weights)
        self.begin(game, optimizer, execution)

    def compile_objects(self):
        names = ("adversarial", "features", "cycle", "discriminator_every")
        own = {name: getattr(self, name) for name in names}
        return {**super().compile_objects(), **own}

    @property
    def logged(self):
        return ("cycle", "features", *super().logged)

    # --- training

    def train_step(self, data):
        a, b = self.domains(data)
        g_moves, d_moves = True, True
        if self.discriminator_every > 1:
            d_moves = ops.equal(self.global_step.value % self.discriminator_every, 0)
            g_moves = ops.logical_not(d_moves)
        _, made = self.minimize("generator", self.generator_loss, a, b, when=g_moves)
        _, scores = self.minimize(
            "discriminator", self.discriminator_loss, a, b, made, when=d_moves
        )
        return self.end_step(made, scores)

    def generator_loss(self, a, b, training=True):
        fake_a, fake_b = self.F(b, training), self.G(a, training)
        games = self.games("generator", (a, b), (fake_a, fake_b), training)
        # Equations 4 and 5 for both directions; on the scale from 0 to 1.
        gan = self.adversarial_loss("generator", games)
        cycle = l2(self.F(fake_b, training) / 2.0, a / 2.0)
        cycle = cycle + l2(self.G(fake_a, training) / 2.0, b / 2.0)
        features = ops.zeros(())
        if self.features != 0.0:
            features = sum(feature_distance(game.real, game.fake) for game in games)
        # The authors' code, in place of equation 6.
        share = value_at(self.cycle, self)
        adversarial = value_at(self.adversarial, self) * gan
        matched = value_at(self.features, self) * features
        loss = (1.0 - share) * (adversarial + matched) + share * cycle
        fakes = (fake_a, fake_b)
        return loss, {"fakes": fakes, "cycle": cycle, "features": features}


def feature_distance(real, fake):
    """Mean square between the batch's mean features, summed over layers.

    Args:
        real, fake: Each a `kerasgen.adversarial.game.Side` with `"features"`.
    """
    layers_of = [keras.tree.flatten(side["features"]) for side in (real, fake)]
    distance = 0.0
    for f, g in zip(*layers_of, strict=True):
        f, g = (ops.mean(ops.cast(x, "float32"), axis=0) for x in (f, g))
        distance = distance + l2(ops.stop_gradient(f), g)
    return distance


# --- networks: section 3, figure 4, as in the authors' code


@plain_numbers
def disco_generator(image_shape, channels, filters, bottleneck=None, name="generator"):
    """Halvings, perhaps a vector, doublings; 64, 128, 256, 512 filters and back.

    Args:
        image_shape: `(height, width, channels)`.
        channels: Of the output.
        filters: Of the first convolution.
        bottleneck: Size of the vector, or None.
        name: Of the network.

    Returns:
        A Keras model from images to images of the same height and width, in [-1, 1].
    """
    widths, base = _plan(image_shape, filters)
    check_positive(channels=channels)
    x = images = keras.Input(image_shape, name="images")
    x = _halvings(x, widths)[-1]
    if bottleneck is not None:
        check_positive(bottleneck=bottleneck)
        x = layers.Conv2D(bottleneck, base, use_bias=False)(x)
        x = keras.layers.LeakyReLU(negative_slope=0.2)(_batch_norm()(x))
        x = layers.Conv2DTranspose(widths[-1], base, use_bias=False)(x)
        x = keras.layers.ReLU()(_batch_norm()(x))
    for width in reversed(widths[:-1]):
        x = layers.Conv2DTranspose(width, **_halving())(x)
        x = keras.layers.ReLU()(_batch_norm()(x))
    x = layers.Conv2DTranspose(channels, **_halving())(x)
    x = keras.layers.Activation("tanh", dtype="float32", name="translated")(x)
    return keras.Model(images, x, name=name)


@plain_numbers
def disco_discriminator(image_shape, filters, name="discriminator"):
    """Halvings to a single logit, and what all but the first of them saw.

    Args:
        image_shape: `(height, width, channels)`.
        filters: Of the first convolution.
        name: Of the network.

    Returns:
        A Keras model from images to `{"logits": (batch, 1), "features": [...]}`.
    """
    widths, base = _plan(image_shape, filters)
    x = images = keras.Input(image_shape, name="images")
    maps = _halvings(x, widths)
    x = layers.Conv2D(1, base, use_bias=False, dtype="float32")(maps[-1])
    logits = keras.layers.Flatten(dtype="float32", name="logits")(x)
    return keras.Model(images, {"logits": logits, "features": maps[1:]}, name=name)


def _plan(image_shape, filters):
    """Filters of all halvings, and the size of the smallest map."""
    height, width, _ = check_image_shape(image_shape)
    check_positive(filters=filters)
    m = doublings(height, width)
    return [filters * 2**i for i in range(m)], (height // 2**m, width // 2**m)


def _halvings(x, widths):
    """The maps after each halving."""
    maps = []
    for i, width in enumerate(widths):
        x = layers.Conv2D(width, **_halving())(x)
        x = _batch_norm()(x) if i else x
        x = keras.layers.LeakyReLU(negative_slope=0.2)(x)
        maps.append(x)
    return maps


def _halving():
    return {"kernel_size": 4, "strides": 2, "padding": "same", "use_bias": False}


def _batch_norm():
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)  # those of PyTorch
