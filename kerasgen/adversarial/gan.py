"""Generative adversarial networks: any generator against any discriminator."""

import keras

from kerasgen import losses
from kerasgen.adversarial import (
    constraints,
    fit_together,
    old_arguments,
    terms,
    turns,
    views,
)
from kerasgen.adversarial.defaults import Defaults
from kerasgen.adversarial.freezing import freeze_discriminator
from kerasgen.adversarial.game import Game, outputs_of
from kerasgen.arguments import check_one_of
from kerasgen.engine import GenerativeModel, Player
from kerasgen.kinds import kind_of

LEARNING = ("loss", "terms", "views", "turns", "constraints", "average")
PLAYERS = ("discriminator", "generator")


@keras.saving.register_keras_serializable(package="kerasgen")
class GAN(GenerativeModel):
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
        old_arguments.refuse(kwargs)
        for name in defaults or {}:
            check_one_of(("optimizer", *LEARNING), defaults=name)
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
        self._defaults = Defaults(defaults)
        self.turns = turns.Alternating()

    def call(self, inputs, training=False):
        """Samples for what the generator takes."""
        return self.generator(inputs, training=training)

    @property
    def networks(self):
        return {"generator": self.generator, "discriminator": self.discriminator}

    # --- how it learns

    @property
    def defaults(self):
        """Arguments of `compile` where it is given none, made anew."""
        return self._defaults.make()

    def default_game(self):
        """Arguments of `compile`, as in the model's paper."""
        paper = {"loss": "non_saturating", "turns": "alternating"}
        return {**paper, **{k: v for k, v in self.defaults.items() if k in LEARNING}}

    def default_optimizers(self):
        given = self.defaults.get("optimizer", {})
        if not isinstance(given, dict):
            return dict.fromkeys(PLAYERS, given)
        adam = keras.optimizers.Adam(2e-4, beta_1=0.5)
        return {**dict.fromkeys(PLAYERS, adam), **given}

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
                `SkipWhileAhead`.
            constraints: `{player: keras.constraints.Constraint}`, kept after each
                update: `kerasgen.adversarial.Clip`. `{}` for none.
            average: As for `kerasgen.engine.GenerativeModel`; False for none.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If a name is unknown, or something does not fit the networks or
                one another.
        """
        given = {
            "loss": loss,
            "terms": terms,
            "views": views,
            "turns": turns,
            "constraints": constraints,
            "average": average,
        }
        given = {name: value for name, value in given.items() if value is not None}
        game = {**self.default_game(), **given}
        self._set_up(game)
        super().compile(optimizer, average=game.get("average"), **execution)

    def _set_up(self, game):
        """Makes the objects of a game, checks them, and takes them in."""
        objective = _fresh(losses.get(game["loss"]))
        order = turns.get(game["turns"])
        simultaneous = isinstance(getattr(order, "turns", order), turns.Simultaneous)
        shown = [_fresh(views.get(v, self.seed)) for v in game.get("views", ())]
        views.check_order(shown, simultaneous)
        views.build(shown, self.kind.shape, self._sizes())
        added = [_fresh(terms.get(term)) for term in game.get("terms", ())]
        kept = dict(game.get("constraints", {}))
        for player in kept:
            if player not in PLAYERS:
                raise ValueError(
                    f"`constraints` must be keyed by the players {list(PLAYERS)}. "
                    f"Received: constraints with key {player!r}"
                )
        reason = f"The loss {type(objective).__name__}"
        fit_together.check_outputs(self.discriminator, objective.needs, reason)
        for term in added:
            fit_together.check_term(term, self)
            term.attach(self)
        self.turns = order
        self.constraints = {name: constraints.get(kept[name]) for name in kept}
        self._hold("objectives", [objective])
        self._hold("terms", added)
        self._hold("views", shown)

    @property
    def objective(self):
        """The `kerasgen.losses.Objective` of a compiled model."""
        return self.objectives[0]

    def compile_objects(self):
        return {
            **super().compile_objects(),
            "loss": self.objective,
            "terms": list(self.terms),
            "views": list(self.views),
            "turns": self.turns,
            "constraints": dict(self.constraints),
        }

    def players(self):
        kept = getattr(self, "constraints", {})
        return {name: Player(self.networks[name], kept.get(name)) for name in PLAYERS}

    @property
    def followers(self):
        return [*self.averages, *self.terms]

    @property
    def logged(self):
        return (
            *self.objective.logged_state(),
            *self.objective.measures,
            *(name for view in self._measuring() for name in view.measured()),
        )

    @property
    def minibatches(self):
        return self.turns.minibatches

    # --- training: the numbers are the lines of algorithm 1

    def train_step(self, data):
        minibatches = list(self.split(self.unpack(data), self.minibatches))
        scores = {}
        for players, batch in self.turns(minibatches):  # 2: k turns, then one
            scores |= self.move(players, batch)  # 3-5, 7-8
        self.log_game(scores)
        self.objective.after_step(**scores)
        return self.logs()

    def move(self, players, batch):
        """One update of each of `players`; the scores that it was based on."""
        _, scores = self.minimize(
            players, self.losses_of, players, batch, when=self.turns.may_move
        )
        if "discriminator" in players:  # one name, or several
            self.adapt_views(scores)
        return scores

    def losses_of(self, players, batch, training=True):
        """`{player: loss}` for a minibatch of real samples, and the scores of both."""
        game = self.game(players, batch, training)  # 3-4, 7: samples of both kinds
        losses = {}
        for player in game.players:
            game.player = player
            loss = game.mean(getattr(self.objective, player)(game))  # 5, 8
            for term in self.terms:
                if player in term.players:
                    loss = loss + term.of(game, self)
            losses[player] = loss
        return losses, game.scores()

    def game(self, players, batch, training=True):
        """The `Game` of a minibatch."""
        players = (players,) if isinstance(players, str) else players
        return Game(
            batch,
            lambda: self.make(batch, training),
            self.judge,
            players,
            lambda given, which: views.show(
                self.views, given, which, players, training
            ),
            self.objective.score,
            lambda player: self.players()[player].variables,
            self.seed_generator,
            training,
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
        self.log_game({**scores, **answer})
        return self.logs()

    def log_game(self, scores):
        """Logs what the objective and the views measure besides losses."""
        for name, value in self.objective.logged_state().items():
            self.log(name, value)
        for name in self.objective.measures:
            self.log(name, getattr(self.objective, name)(**scores))
        for view in self._measuring():
            for name, value in view.measured().items():
                self.log(name, value)

    def adapt_views(self, scores):
        """Makes adaptive views stronger or weaker, after the discriminator's update.

        An objective whose discriminator has no undecided score is undecided half way
        between the means of real and of generated samples.
        """
        adaptive = [view for view in self.views if hasattr(view, "adapt")]
        if not adaptive:
            return
        boundary = self.objective.boundary
        if boundary is None:
            means = [keras.ops.mean(scores[which]) for which in ("real", "fake")]
            boundary = sum(means) / 2
        for view in adaptive:
            view.adapt(scores["real"] - boundary)

    freeze_discriminator = freeze_discriminator

    # --- configuration

    def _sizes(self):
        """`{name: size}` of what goes with samples."""
        return {each.name: each.size for each in self.inputs}

    def _measuring(self):
        return [view for view in self.views if hasattr(view, "measured")]

    def get_config(self):
        objects = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "inputs": list(self.inputs),
            "kind": self.kind,
        }
        return {
            **keras.saving.serialize_keras_object(objects),
            "defaults": self._defaults.get_config(),
            "conditions": list(self.conditions),
            "seed": self.seed,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        kept = {"defaults": config.get("defaults")}  # as it is: see `Defaults`
        rest = {name: value for name, value in config.items() if name not in kept}
        return cls(
            **keras.saving.deserialize_keras_object(rest, custom_objects), **kept
        )


def _fresh(layer):
    """A copy that has not learned anything yet: no two models share state."""
    return type(layer).from_config(layer.get_config())
