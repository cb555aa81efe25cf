"""How models are compiled whose generators play against discriminators."""

import keras

from kerasgen.adversarial import constraints
from kerasgen.adversarial.defaults import Defaults
from kerasgen.adversarial.rules import Rules
from kerasgen.arguments import check_one_of
from kerasgen.engine import Player

PLAYERS = ("discriminator", "generator")


class Playing:
    """How a `GenerativeModel` that plays a game is compiled, and what it keeps of it.

    The model passes its `defaults` to `keep_defaults`, names in `members` who plays,
    and writes a `compile` that calls `agreed`, `play_by` and then the `compile` of
    `GenerativeModel`.

    Attributes:
        learning: Names of the arguments of `compile` that say how the model learns.
        paper: What they are where neither the user nor `defaults` say anything.
        rules: The `Rules` of a compiled model, one for each of its discriminators.
    """

    learning = ("loss", "terms", "views", "constraints", "average")
    paper = {"loss": "non_saturating"}
    rules = ()
    constraints = ()

    def keep_defaults(self, defaults):
        """Keeps what the model's paper gives to `compile`.

        Args:
            defaults: `{"loss": ..., "optimizer": ...}`, or None.
        """
        for name in defaults or {}:
            check_one_of(("optimizer", *self.learning), defaults=name)
        self._defaults = Defaults(defaults)

    @property
    def defaults(self):
        """Arguments of `compile` where it is given none, made anew."""
        return self._defaults.make()

    def members(self):
        """`{player: network or tuple of networks}`."""
        return {name: self.networks[name] for name in PLAYERS}

    def players(self):
        kept = dict(self.constraints)
        return {
            name: Player(networks, kept.get(name))
            for name, networks in self.members().items()
        }

    def default_game(self):
        """Arguments of `compile`, as in the model's paper."""
        defaults = {k: v for k, v in self.defaults.items() if k != "optimizer"}
        return {**self.paper, **defaults}

    def default_optimizers(self):
        given = self.defaults.get("optimizer", {})
        if not isinstance(given, dict):
            return dict.fromkeys(PLAYERS, given)
        return {**dict.fromkeys(PLAYERS, self.optimizer_of_paper()), **given}

    def optimizer_of_paper(self):
        """What moves both players where nobody says anything."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    def agreed(self, **given):
        """Arguments of `compile`: what was given, the rest as in the model's paper."""
        given = {name: value for name, value in given.items() if value is not None}
        return {**self.default_game(), **given}

    def play_by(self, game, pairings, simultaneous=False):
        """Makes and checks the objects of a game, a set for each pairing.

        Args:
            game: Dictionary with `"loss"`, and `"terms"`, `"views"` and
                `"constraints"` where there are any.
            pairings: List of `kerasgen.adversarial.rules.Pairing`.
            simultaneous: As for `Rules`.
        """
        kept = game.get("constraints", {})
        if not isinstance(kept, dict):
            raise ValueError(
                "`constraints` must be a dictionary by player, such as "
                f"{{'discriminator': Clip(0.01)}}. Received: constraints={kept!r}"
            )
        players = list(self.members())
        for player in kept:
            if player not in players:
                raise ValueError(
                    f"`constraints` must be keyed by the players {players}. "
                    f"Received: constraints with key {player!r}"
                )
        rules = [
            Rules(
                pairing,
                game["loss"],
                game.get("terms", ()),
                game.get("views", ()),
                simultaneous,
                i,
            )
            for i, pairing in enumerate(pairings)
        ]
        kept = {name: constraints.get(kept[name]) for name in kept}
        self.prepare(rules=rules, constraints=kept)

    @property
    def objective(self):
        """The `kerasgen.losses.Objective` of a compiled model."""
        return self.rules[0].objective

    @property
    def terms(self):
        """The terms of all rules."""
        return [term for rules in self.rules for term in rules.terms]

    @property
    def views(self):
        """The views of all rules."""
        return [view for rules in self.rules for view in rules.views]

    def compile_objects(self):
        if not self.rules:  # whatever it learns from, it is no game
            return super().compile_objects()
        first = self.rules[0]
        return {
            **super().compile_objects(),
            "loss": first.objective,
            "terms": list(first.terms),
            "views": list(first.views),
            "constraints": dict(self.constraints),
        }

    @property
    def followers(self):
        return [*self.averages, *self.rules]

    @property
    def logged(self):
        names = [name for rules in self.rules for name in rules.logged]
        return tuple(dict.fromkeys(names))

    def adversarial_loss(self, player, games):
        """Sum of what a player minimizes in the games of all rules."""
        pairs = zip(self.rules, games, strict=True)
        return sum(rules.loss_of(player, game) for rules, game in pairs)

    def adapt_views(self, *scores):
        """Makes adaptive views stronger or weaker, after the discriminators' update.

        Args:
            *scores: For each of the rules, as `Game.scores` gives them.
        """
        for rules, seen in zip(self.rules, scores, strict=True):
            rules.adapt(seen)

    def log_scores(self, *scores):
        """Logs what objectives and views measure besides losses; see `adapt_views`."""
        for rules, seen in zip(self.rules, scores, strict=True):
            for name, value in rules.measured(seen).items():
                self.log(name, value)

    def after_step(self, *scores):
        """Moves what objectives keep, after all players' updates; see `adapt_views`."""
        for rules, seen in zip(self.rules, scores, strict=True):
            rules.after_step(seen)

    def get_config(self):
        """What every such model is configured by."""
        return {
            "defaults": self._defaults.get_config(),
            "seed": self.seed,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        # Defaults stay as they are: see `Defaults`.
        rest = {name: value for name, value in config.items() if name != "defaults"}
        objects = keras.saving.deserialize_keras_object(rest, custom_objects)
        return cls(**{**config, **objects})
