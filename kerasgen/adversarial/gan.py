"""Generative adversarial networks: any generator against any discriminator."""

import keras

from kerasgen.adversarial import fit_together, old_arguments
from kerasgen.adversarial import turns as all_turns
from kerasgen.adversarial.freezing import freeze_discriminator
from kerasgen.adversarial.game import outputs_of
from kerasgen.adversarial.playing import Playing
from kerasgen.adversarial.rules import Pairing
from kerasgen.engine import GenerativeModel
from kerasgen.kinds import kind_of
from kerasgen.networks.shapes import check_networks
from kerasgen.registered import registered


@registered
class GAN(Playing, GenerativeModel):
    """Two networks in a game.

    What the model is stands here and is saved and published; how it learns stands in
    `compile`, by any objective, terms, views, turns and constraints.

    Args:
        generator: Keras model from `inputs`, in their order as a tuple where there are
            several, to samples; for images `(batch, height, width, channels)` in
            [-1, 1].
        discriminator: Keras model from samples to logits `(batch, 1)`, `(batch,)` or
            `(batch, h, w, 1)`, or to a dictionary that holds them as `"logits"` and
            whatever else losses and terms read. Where it takes a tuple, samples come
            first, then the inputs of `conditions`.
        inputs: What samples are made from: a `kerasgen.inputs.Input`, a tuple of them,
            or the size of a normal latent; None takes that from a built generator.
        conditions: Names of the inputs that the discriminator takes beside samples.
        kind: What a sample is, a `kerasgen.kinds.Kind`; None tells it from its shape.
        defaults: Arguments of `compile` where it is given none, `{"loss": ...,
            "optimizer": ...}`: those of the model's paper.
        seed: Seed of what training draws.

    Raises:
        ValueError: If the networks do not fit one another or the inputs.
        TypeError: If an argument is unknown; those that moved to `compile` are named.

    Example:

    ```python
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model = kerasgen.models.GAN(generator, discriminator)
    model.compile(keras.optimizers.Adam(1e-3), loss="hinge")
    model.fit(np.random.normal(size=(256, 2)).astype("float32"), epochs=1, verbose=0)
    model.generate(8).shape  # (8, 2)
    ```

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661, algorithm 1.

    Differences:
        Adam with rate 2e-4 and `beta_1` 0.5 where nothing else is said; the paper used
        momentum.
    """

    learning = ("turns", *Playing.learning)
    paper = {"loss": "non_saturating", "turns": "alternating"}

    def __init__(
        self,
        generator,
        discriminator,
        inputs=None,
        conditions=(),
        kind=None,
        defaults=None,
        seed=None,
        **kwargs,
    ):
        check_networks(generator=generator, discriminator=discriminator)
        inputs = fit_together.inputs_of(inputs, generator)
        fit_together.check_generator(generator, inputs)
        shape = fit_together.sample_shape_of(generator, inputs)
        judged_with = fit_together.conditions_of(conditions, inputs)
        fit_together.check_pair(shape, discriminator, judged_with)
        kind = kind or kind_of(shape)
        fit_together.check_kind(kind, shape)
        super().__init__(kind, inputs, seed=seed, **kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.conditions = tuple(conditions)
        self.keep_defaults(defaults)
        self.turns = all_turns.Alternating()

    @classmethod
    def check_construction(cls, given, unknown):
        old_arguments.refuse(unknown)
        super().check_construction(given, unknown)

    def call(self, inputs, training=False):
        """Samples for what the generator takes."""
        return self.generator(inputs, training=training)

    @property
    def networks(self):
        return {"generator": self.generator, "discriminator": self.discriminator}

    # --- how it learns

    def compile(
        self,
        optimizer=None,
        loss=None,
        *,
        terms=None,
        views=None,
        turns=None,
        constraints=None,
        average=None,
        **execution,
    ):
        """Prepares training; where nothing is said, as in the model's paper.

        Objects are copied; what they keep is saved with the model, and begins anew
        with each `compile`. Each of them may also be a name, or a dictionary of a name
        and parameters, as recipes of the zoo have it: `{"name": "r1", "weight": 5.0}`.
        One alone needs no list.

        Args:
            optimizer: One optimizer (copied for each player), or a dictionary by
                player, in which players may be missing.
            loss: Name or object of an objective, see `kerasgen.losses.get`.
            terms: List of `kerasgen.adversarial.Term`, see
                `kerasgen.adversarial.terms.TERMS`: what joins the losses. `[]` for
                none.
            views: List of what changes samples before the discriminator sees them in
                training: Keras layers (`kerasgen.layers.SamplePool`, `GaussianNoise`,
                `DifferentiableAugmentation`), `"adaptive"` or a policy such as
                `"color,translation,cutout"`. `[]` for none.
            turns: Who moves when: `kerasgen.adversarial.Alternating`, `Simultaneous`,
                `SkipWhileAhead`, `SkipWhileAccurate`.
            constraints: `{player: keras.constraints.Constraint}`, kept after each
                update: `kerasgen.adversarial.Clip`. `{}` for none.
            average: As for `kerasgen.engine.GenerativeModel`; False for none.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If a name is unknown, or something does not fit the networks or
                one another.
        """
        game = self.agreed(
            loss=loss,
            terms=terms,
            views=views,
            turns=turns,
            constraints=constraints,
            average=average,
        )
        order = all_turns.get(game["turns"])
        self.play_by(game, [Pairing(self)], order.simultaneous)
        self.prepare(turns=order)
        super().compile(optimizer, average=game.get("average"), **execution)

    def compile_objects(self):
        return {**super().compile_objects(), "turns": self.turns}

    @property
    def minibatches(self):
        return self.turns.minibatches

    # --- training

    def train_step(self, data):
        """One iteration of algorithm 1; the numbers are its lines."""
        examples = list(self.split(self.unpack(data), self.minibatches))  # 4
        scores = {}
        for players, batch in self.turns(examples):  # 2: k times D, then G
            # 3, 7: noise, as many samples as examples; 5, 8: along the gradient.
            _, seen = self.minimize(
                players, self.losses_of, players, batch, when=self.turns.may_move
            )
            if "discriminator" in players:  # one name, or several
                self.adapt_views(seen)
            scores |= seen
        self.log_scores(scores)
        self.after_step(scores)
        return self.logs()

    def losses_of(self, players, batch, training=True):
        """`{player: loss}` for a minibatch of real samples, and the scores of both."""
        game = self.game(players, batch, training)
        losses = {
            player: self.rules[0].loss_of(player, game) for player in game.players
        }
        return losses, game.scores()

    def game(self, players, batch, training=True):
        """The `Game` of a minibatch."""
        return self.rules[0].game(
            batch, lambda: self.make(batch, training), players, training
        )

    def make(self, batch, training=True):
        """As many generated samples as there are real ones, and their inputs."""
        n = keras.ops.shape(batch["samples"])[0]
        given = {
            each.name: each.in_training(n, self.seed_generator, batch)
            for each in self.inputs
        }
        values = tuple(given.values())
        samples = self.generator(
            values if len(values) > 1 else values[0], training=training
        )
        return {"samples": samples, **given}

    def judge(self, given, training=True):
        """Outputs of the discriminator for samples, `{name: tensor}`."""
        shown = tuple(given[name] for name in ("samples", *self.conditions))
        return outputs_of(
            self.discriminator, shown if len(shown) > 1 else shown[0], training
        )

    def test_step(self, data):
        batch = self.unpack(data)
        _, scores = self.measure(
            "discriminator", self.losses_of, "discriminator", batch, False
        )
        _, answer = self.measure("generator", self.losses_of, "generator", batch, False)
        self.log_scores({**scores, **answer})
        return self.logs()

    freeze_discriminator = freeze_discriminator

    # --- configuration

    def get_config(self):
        objects = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "inputs": list(self.inputs),
            "kind": self.kind,
        }
        return {
            **keras.saving.serialize_keras_object(objects),
            **super().get_config(),
            "conditions": list(self.conditions),
        }
