"""What one generator and one discriminator play by."""

import keras
from keras import ops

from kerasgen import losses
from kerasgen.adversarial import activations, fit_together
from kerasgen.adversarial import terms as all_terms
from kerasgen.adversarial import views as all_views
from kerasgen.adversarial.game import Game, outputs_of
from kerasgen.engine import Player, gathered


class Pairing:
    """A model as the terms of one of its games see it.

    Args:
        model: A `GenerativeModel`.
        **own: What stands in place of the model's attribute of that name, where it has
            several generators or discriminators: `networks` and `players` of these
            two, how the discriminator is asked, `judge`, the `kind` of what it judges,
            and the `inputs` that go with a sample.
    """

    def __init__(self, model, **own):
        self.model = model
        self.__dict__.update(own)

    @classmethod
    def of(cls, model, generator, discriminator, kind, judge=None):
        """One generator and the discriminator of what it makes, samples of `kind`.

        The discriminator takes these alone, or `judge` says how it is asked.
        """
        networks = {"discriminator": discriminator, "generator": generator}

        def asked(given, training=True):
            return outputs_of(discriminator, given["samples"], training)

        return cls(
            model,
            networks=networks,
            players=lambda: {name: Player(each) for name, each in networks.items()},
            judge=judge or asked,
            kind=kind,
            inputs=(),
        )

    def __getattr__(self, name):
        return getattr(self.model, name)


class Rules(keras.layers.Layer):
    """An objective, terms and views, made in `compile`; a set for each discriminator.

    Objects are copied: what they keep, such as a pool or a history, belongs to these
    two players alone, and is saved with the model.

    Args:
        pairing: A `Pairing`.
        loss, terms, views: As for `kerasgen.adversarial.GAN.compile`.
        simultaneous: Whether both players move by the same samples.
        index: Which of the model's rules these are: it is added to the seeds of views,
            so that two pools do not make the same choices.

    Raises:
        ValueError: If a name is unknown, or something does not fit the networks or one
            another.
    """

    def __init__(self, pairing, loss, terms=(), views=(), simultaneous=False, index=0):
        super().__init__(dtype="float32", autocast=False)
        self.built = True  # it has no inputs to be built for
        self.pairing = pairing
        self.objective = fresh(losses.get(loss))
        self.views = [
            fresh(all_views.get(view, pairing.seed), index) for view in listed(views)
        ]
        self.terms = [fresh(all_terms.get(term)) for term in listed(terms)]
        fit_together.check_apart(pairing.players())
        sizes = {each.name: each.size for each in pairing.inputs}
        all_views.check_order(self.views, simultaneous)
        all_views.build(self.views, pairing.kind.shape, sizes)
        fit_together.check_outputs(
            pairing.networks["discriminator"],
            self.objective.needs,
            f"The loss {type(self.objective).__name__}",
        )
        for term in self.terms:
            fit_together.check_term(term, pairing)
            term.attach(pairing)
        activations.warn_of_generator(pairing.networks.get("generator"), pairing.kind)
        activations.warn_of_discriminator(
            pairing.networks["discriminator"], pairing.kind, self.objective, self.terms
        )

    def game(self, batch, generate, players, training=True):
        """The `Game` of a minibatch; for the arguments see there."""
        players = (players,) if isinstance(players, str) else players

        def show(given, which):
            return all_views.show(self.views, given, which, players, training)

        return Game(
            batch,
            generate,
            self.pairing.judge,
            players,
            show,
            self.objective.score,
            lambda player: self.pairing.players()[player].variables,
            self.pairing.seed_generator,
            training,
        )

    def loss_of(self, player, game):
        """What a player minimizes: the objective's mean, and the terms."""
        game.player = player
        loss = game.mean(getattr(self.objective, player)(game))
        for term in self.terms:
            if player in term.players:
                loss = loss + term.of(game, self.pairing)
        return loss

    def after_update(self, player, model):
        """Called after each update of any player."""
        for term in self.terms:
            term.after_update(player, self.pairing)

    def adapt(self, scores):
        """Makes adaptive views stronger or weaker, after the discriminator's update.

        The scores of all devices count. An objective whose discriminator has no
        undecided score is undecided half way between the means of real and of generated
        samples.
        """
        adaptive = [view for view in self.views if hasattr(view, "adapt")]
        if not adaptive:
            return
        scores = gathered(scores)
        boundary = self.objective.boundary
        if boundary is None:
            boundary = sum(ops.mean(scores[side]) for side in ("real", "fake")) / 2
        for view in adaptive:
            view.adapt(scores["real"] - boundary)

    def after_step(self, scores):
        """Moves what the objective keeps, by the scores of all devices."""
        self.objective.after_step(**gathered(scores))

    @property
    def logged(self):
        """Names of what `measured` gives."""
        return (
            *self.objective.logged_state(),
            *self.objective.measures,
            *(name for view in self._measuring() for name in view.measured()),
        )

    def measured(self, scores):
        """`{name: scalar}` of what objective and views know besides losses."""
        numbers = dict(self.objective.logged_state())
        if self.objective.measures:
            numbers |= self.objective.measured(**scores)
        for view in self._measuring():
            numbers |= view.measured()
        return numbers

    def _measuring(self):
        return [view for view in self.views if hasattr(view, "measured")]


def listed(given):
    """What `compile` takes where there may be several: a list, or one alone."""
    return given if isinstance(given, (list, tuple)) else [given]


def fresh(layer, shift=0):
    """A copy that has not learned anything yet: no two models share state."""
    config = layer.get_config()
    if shift and config.get("seed") is not None:
        config["seed"] += shift
    return type(layer).from_config(config)
