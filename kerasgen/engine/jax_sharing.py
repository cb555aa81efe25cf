"""Threads that share a model under JAX, where a step uses up what it is given."""

import contextlib
import itertools
import time

from keras import ops, tree

from kerasgen.engine.keras_private import stored_value
from kerasgen.engine.scope import Scope
from kerasgen.engine.sharing import Sharing, Threads

PAUSE = 1e-3  # seconds; values are out of sight for less than that


class JaxThreads(Threads):
    """Who is at work on a model, and where its values are.

    In a loop of Keras variables are empty: a list of values is handed from step to
    step, and the buffers that a step is given are used up, "donated", by it.

    Attributes:
        state: That list of lists, or None while the variables hold their values.
        leaving: Whether Keras is about to take them from the variables.
        lent: `{token: values}` that other threads read, and no step may use up.
    """

    def __init__(self):
        super().__init__()
        self.state = None
        self.leaving = False
        self.lent = {}

    def before_step(self):
        with self.lock:
            self.leaving = True

    def leave(self):
        self.leaving = False
        super().leave()


class JaxSharing(Sharing):
    """As `Sharing`; samples are of the values of one moment."""

    def jax_state_sync(self):
        """As in Keras, for the thread that trains; to others nothing is done.

        Values that Keras has taken from the variables and lost, for the first step of
        an epoch failed or found no data, are put back.
        """
        if self.threads.is_trained_elsewhere:
            return
        with self.threads.lock:
            super().jax_state_sync()
            for variable, value in state_pairs(self, self.threads.state):
                if stored_value(variable) is None and not value.is_deleted():
                    variable.assign(value)
            self.threads.state = None

    def make_test_function(self, force=False):
        """As in Keras; a step holds the lock."""
        if force or self.test_function is None:
            super().make_test_function(force)
            self.test_function = self.locked(self.test_function)

    def make_predict_function(self, force=False):
        """As in Keras; a step holds the lock."""
        if force or self.predict_function is None:
            super().make_predict_function(force)
            self.predict_function = self.locked(self.predict_function)

    def locked(self, function):
        threads = self.threads

        def step(state, iterator):
            threads.state = state  # which Keras has just taken from the variables
            threads.leaving = False
            # Waiting for data does not hold the lock: a thread that makes the data
            # may want to read the model.
            batches = list(itertools.islice(iterator, self.steps_per_execution))
            if not batches:
                raise StopIteration
            with threads.lock:
                logs, state = function(self._unlent(state), iter(batches))
                threads.state = state
            return logs, state

        return step

    def _unlent(self, state):
        """A state with copies in place of values that other threads read."""
        if not self.threads.lent:
            return state
        lent = {id(value) for values in self.threads.lent.values() for value in values}
        return tree.map_structure(
            lambda value: ops.copy(value) if id(value) in lent else value, state
        )

    @contextlib.contextmanager
    def as_of_now(self):
        if self.threads.is_trainer:  # nothing moves meanwhile
            self.jax_state_sync()
            yield
            return
        with self._at_rest():
            for variable, value in state_pairs(self, self.threads.state):
                variable.assign(value)
            yield

    @contextlib.contextmanager
    def _at_rest(self):
        """Holds the lock, at a moment when Keras is not taking values away."""
        while True:
            with self.threads.lock:
                if not self.threads.leaving:
                    yield
                    return
            time.sleep(PAUSE)

    @contextlib.contextmanager
    def beside_training(self):
        if self.threads.is_trainer:  # values are where Keras has put them
            yield
            return
        token = object()
        scope = Scope()
        scope.behind = self._lend(token)
        try:
            with scope:
                yield
        finally:
            self.threads.lent.pop(token)

    def _lend(self, token):
        """`{id(variable): value}` of this moment, kept from being used up."""
        while True:
            with self.threads.lock:
                values = {id(v): stored_value(v) for v in everything(self)}
                moving = state_pairs(self, self.threads.state)
                values |= {id(variable): value for variable, value in moving}
                there = {key: v for key, v in values.items() if v is not None}
                if len(there) == len(values) or self.threads.trainer is None:
                    self.threads.lent[token] = list(there.values())
                    return there
            time.sleep(PAUSE)  # Keras has taken them, and no step has seen them yet


def everything(model):
    """All variables that a training changes."""
    optimizer = model.optimizer.variables if model.compiled else []
    return [*model.variables, *optimizer, *model.metrics_variables]


def groups_of(model, n):
    """The variables whose values Keras hands from step to step under JAX.

    Args:
        model: The model.
        n: How many groups: 4 in training, 3 in evaluation, 2 in prediction.

    Returns:
        Lists of variables: trainable, others, of the optimizer, of the metrics.
    """
    groups = [model.trainable_variables, model.non_trainable_variables]
    if n == 4:
        groups.append(model.optimizer.variables)
    if n > 2:
        groups.append(model.metrics_variables)
    return groups


def state_pairs(model, state):
    """`[(variable, value)]` of what is handed from step to step; None is nothing."""
    if state is None:
        return []
    groups = groups_of(model, len(state))
    return [
        pair
        for variables, values in zip(groups, state, strict=True)
        for pair in zip(variables, values, strict=True)
    ]
