"""The words in which a `train_step` is written."""

import contextvars
import functools
import math

import keras
from keras import ops

from kerasgen.engine import autodiff, devices
from kerasgen.engine.batches import parts_of
from kerasgen.engine.data_watch import DataWatch
from kerasgen.engine.forward import forward


class TrainingStep:
    """What a step of a `GenerativeModel` says: each word is one line of an algorithm.

    The model provides `players()`, `kind`, `inputs`, a compiled `optimizer`,
    `followers`, what moves after updates, and `_step_means`, the running means of what
    is logged.
    """

    def unpack(self, data):
        """`{"samples": ..., "labels": ..., ...}` of a batch of `fit`.

        Samples as networks take them; labels, where the model reads any, as zeros and
        ones; weights, and the indices of samples in their set, where the data has any.
        """
        parts = parts_of(data)
        self._step_means.watch(self.bounds(parts), parts.get("weights"))
        batch = {**parts, "samples": self.kind.to_float(parts["samples"])}
        batch.pop("labels", None)
        if self.labels is not None:
            batch["labels"] = self.labels.from_batch(parts["labels"])
        return batch

    def bounds(self, parts):
        """`[(name, values, low, high)]` of the data that a step reads.

        Args:
            parts: A batch by name, as the data has it.
        """
        found = list(self.kind.bounds(parts["samples"]))
        if self.labels is not None:
            found += self.labels.bounds(parts["labels"])
        if "weights" in parts:
            weights = ops.cast(parts["weights"], "float32")
            found.append(("weights", weights, 0.0, math.inf))
        return found

    def split(self, batch, groups):
        """Cuts a batch into `groups` minibatches of equal size.

        A batch that does not divide loses its last few samples. One that is smaller
        than the number of groups, the last of a data set, gives one sample to each, its
        last sample to several.
        """
        n = ops.shape(keras.tree.flatten(batch)[0])[0]  # a tensor where it is open
        known = isinstance(n, int)
        size = max(n // groups, 1) if known else ops.maximum(n // groups, 1)
        last = n - size
        for i in range(groups):
            start = min(i * size, last) if known else ops.minimum(i * size, last)
            yield keras.tree.map_structure(
                lambda x, start=start: x[start : start + size], batch
            )

    def gradients(self, players, function, *args):
        """Gradients of the players' losses, all at the same weights.

        Args:
            players: A player's name, or a tuple of names.
            function: One forward pass; returns a scalar (for one player) or
                `{player: scalar}`, or a pair of that and any structure `aux`.
            *args: Passed to `function`.

        Returns:
            `(losses, grads, aux)`, losses and gradients by player.
        """
        names = (players,) if isinstance(players, str) else tuple(players)
        all_players = self.players()
        chosen = [all_players[name] for name in names]

        def losses_and_aux():
            losses, aux = self._player_losses(names, all_players, function, args)
            return tuple(losses[name] for name in names), aux

        losses, grads, aux = autodiff.gradients(
            [player.variables for player in chosen], losses_and_aux
        )
        by_player = dict(zip(names, losses, strict=True))
        return by_player, dict(zip(names, grads, strict=True)), aux

    def apply(self, player, grads, when=True):
        """One update of `player`: optimizer, constraint, then whatever follows it.

        With `gradient_accumulation_steps` an update is one in which weights move.

        Args:
            player: Its name.
            grads: Its gradients, as `gradients` returns them.
            when: Boolean, which may be traced: where False nothing changes. It must be
                the same on all devices, see `kerasgen.engine.gathered`. A player who
                has nothing to train, such as a frozen one, never moves.
        """
        members = self.players()[player]
        if not members.variables:
            return
        optimizer = self.optimizer[player]
        followers = self.followers

        def follow():
            members.constrain()
            for follower in followers:
                follower.after_update(player, self)

        def update():
            before = optimizer.iterations
            autodiff.update(optimizer, grads, members.variables)
            if optimizer.gradient_accumulation_steps:
                autodiff.cond(ops.greater(optimizer.iterations, before), follow)
            else:
                follow()

        if when is True:
            update()
            return
        kept = [v for each in followers for v in each.variables]
        autodiff.only_where(
            when, update, [*members.variables, *optimizer.variables, *kept]
        )

    def minimize(self, players, function, *args, when=True):
        """One update of each of `players`; logs their losses.

        See `gradients` and `apply` for the arguments; `when` may also be a function
        of a player's name and `aux`.

        Returns:
            `(loss, aux)`: the scalar, or a dictionary if `players` is a tuple.
        """
        losses, grads, aux = self.gradients(players, function, *args)
        for name in losses:
            self.apply(name, grads[name], when(name, aux) if callable(when) else when)
        self.log_losses(losses)
        return (losses[players] if isinstance(players, str) else losses), aux

    def measure(self, players, function, *args):
        """As `minimize`, without any update: for `test_step`."""
        names = (players,) if isinstance(players, str) else tuple(players)
        losses, aux = self._player_losses(names, self.players(), function, args)
        self.log_losses(losses)
        return (losses[players] if isinstance(players, str) else losses), aux

    def every(self, n, function, player):
        """`function()` at every n-th update of `player`, zero otherwise (lazy terms).

        Args:
            n: Positive integer.
            function: Called without arguments, returns a float32 scalar.
            player: Whose updates are counted.
        """
        iterations = self.optimizer[player].iterations
        return autodiff.cond(ops.equal(iterations % n, 0), function)

    def log(self, name, value, weights=None):
        """Adds to the epoch's mean of `name`, a loss or one of `logged`.

        Args:
            name: Its name.
            value: A scalar; or one value for each sample, `(batch,)`, where the mean is
                to be one over samples, so that a last, smaller batch counts for less.
            weights: Of such samples, `(batch,)`; None counts all alike.
        """
        self._step_means.by_name[name].update_state(value, sample_weight=weights)

    def log_losses(self, losses):
        """Logs `{player: loss}`, as `gradients` returns them."""
        for player, loss in losses.items():
            self.log(f"{player}_loss", self._step_means.marked(loss))

    def logs(self):
        """What a step returns: the means of this epoch so far."""
        return {name: m.result() for name, m in self._step_means.by_name.items()}

    def _player_losses(self, names, all_players, function, args):
        """`({player: loss}, aux)` with what the layers of a player added to it."""
        for player in all_players.values():
            player.forget_losses()
        result = forward(call=lambda: function(*args))
        losses, aux = result if isinstance(result, tuple) else (result, None)
        if not isinstance(losses, dict):
            losses = {names[0]: losses}
        for name in names:
            added = all_players[name].added_losses()
            if added is not None:
                losses[name] = losses[name] + added
        for player in all_players.values():
            player.forget_losses()
        return {name: ops.cast(losses[name], "float32") for name in names}, aux


_inside = contextvars.ContextVar("inside_a_step", default=False)


def counted(train_step):
    """A `train_step` that moves the global step on, once for each call of `fit`."""

    def finish(model):
        devices.settle(model)
        model.global_step.assign_add(1)

    return whole(train_step, finish)


def whole(function, finish=lambda model: None):
    """A step in which each device draws numbers of its own.

    The step of a base class, called from that of a subclass, is a part of it.

    Args:
        function: A `train_step` or `test_step`.
        finish: Called of the model after it.
    """

    @functools.wraps(function)
    def step(self, data):
        if _inside.get():
            return function(self, data)
        token = _inside.set(True)
        try:
            with devices.own_randomness(self):
                logs = function(self, data)
        finally:
            _inside.reset(token)
        finish(self)
        return logs

    return step


class Means:
    """The metrics of a step. Keras would track a list or a dictionary of them twice.

    Args:
        names: Of what is logged; none in a model that is not compiled.
    """

    def __init__(self, names):
        self.by_name = {name: keras.metrics.Mean(name) for name in names}
        self.data = DataWatch() if self.by_name else None

    @property
    def metrics(self):
        """All that is reset when an epoch begins."""
        return [*self.by_name.values(), self.data] if self.by_name else []

    def watch(self, bounds, weights=None):
        """See `DataWatch.update_state`."""
        if self.data is not None:
            self.data.update_state(bounds, weights)

    def marked(self, loss):
        """See `DataWatch.mark`."""
        return loss if self.data is None else self.data.mark(loss)
