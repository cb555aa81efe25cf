"""Gradients, branches and steps under JAX, where nothing may change in place."""

import functools

import jax

from kerasgen.engine.derivatives import second_order
from kerasgen.engine.jax_sharing import JaxSharing as Sharing
from kerasgen.engine.jax_sharing import JaxThreads as Threads
from kerasgen.engine.jax_sharing import groups_of, state_pairs
from kerasgen.engine.scope import Scope, commit

__all__ = ["Sharing", "Threads"]


def step(function):
    """Gives a neutral `train_step(self, data)` the signature Keras calls under JAX.

    Keras passes `(state, data)` and wants `(logs, state)`; a call with `data` alone
    comes from a subclass that is already inside its own step.
    """

    @functools.wraps(function)
    def stateless_step(self, *args):
        if len(args) == 1:
            return function(self, *args)
        state, data = args
        with Scope(state_pairs(self, state)) as scope:
            logs = function(self, data)
        groups = groups_of(self, len(state))
        state = tuple([scope.get_current_value(v) for v in group] for group in groups)
        return logs, state

    return stateless_step


def gradients(variables, function):
    """See `kerasgen.engine.gradients`."""
    watched = list({id(v): v for group in variables for v in group}.values())
    written = []

    def pure(values):
        with Scope(zip(watched, values, strict=True), collect_losses=True) as scope:
            losses, aux = function()
        written[:] = scope.written.values()
        return losses, (aux, [value for _, value in scope.updates()])

    losses, pullback, (aux, values) = jax.vjp(
        pure, [v.value for v in watched], has_aux=True
    )
    commit(zip(written, values, strict=True))
    grads = []
    for i, group in enumerate(variables):
        seed = tuple(
            jax.numpy.full_like(loss, float(i == j)) for j, loss in enumerate(losses)
        )
        (all_grads,) = pullback(seed)
        by_id = dict(zip(map(id, watched), all_grads, strict=True))
        grads.append([by_id[id(v)] for v in group])
    return losses, grads, aux


def detached(function, *args, **kwargs):
    """See `kerasgen.engine.detached`."""
    return jax.lax.stop_gradient(function(*args, **kwargs))


def input_gradients(function, inputs):
    """See `kerasgen.engine.input_gradients`."""
    written = []

    def pure(inputs):
        with Scope() as scope, second_order():
            total = jax.numpy.sum(function(inputs))
        written[:] = scope.written.values()
        return total, [value for _, value in scope.updates()]

    grads, values = jax.grad(pure, has_aux=True)(inputs)
    commit(zip(written, values, strict=True), batch_statistics=False)
    return grads


def cond(predicate, function):
    """See `kerasgen.engine.cond`."""
    written = {}

    def run():
        with Scope() as scope:
            result = function()
        written.update(scope.written)
        return result, [value for _, value in scope.updates()]

    shapes, _ = jax.eval_shape(run)  # learns which variables the branch writes

    def skip():
        zeros = jax.tree.map(lambda s: jax.numpy.zeros(s.shape, s.dtype), shapes)
        return zeros, [v.value for v in written.values()]

    result, values = jax.lax.cond(predicate, run, skip)
    commit(zip(written.values(), values, strict=True))
    return result


def only_where(predicate, function, variables):
    """See `kerasgen.engine.autodiff.only_where`."""
    cond(predicate, function)


def compiled(function):
    """See `kerasgen.engine.compiled`."""
    state = {}

    def pure(values):
        with Scope(zip(state.values(), values, strict=True)) as scope:
            result = function()
        state.update(scope.written)
        return result, [value for _, value in scope.updates()]

    def learn():
        with Scope() as scope:
            function()
        state.update(scope.written)
        return ()

    jax.eval_shape(learn)  # everything that is written is state
    run = jax.jit(pure)

    def call():
        result, values = run([v.value for v in state.values()])
        commit(zip(state.values(), values, strict=True))
        return result

    return call


def inference(function):
    """See `kerasgen.engine.autodiff.inference`."""
    return jax.jit(function)


def carried(variables):
    """What is read under JAX is an argument: anything else would be a constant."""
    return list(variables)


def export_options(network, format):
    """Nothing beside what Keras does itself."""
    return {}


def sync(model):
    """Brings back the variables that `fit` holds on the device mid-epoch."""
    model.jax_state_sync()


def update(optimizer, grads, variables):
    """See `kerasgen.engine.autodiff.update`.

    Under `keras.distribution` the compiler has already reduced the gradients.
    """
    optimizer.apply(grads, variables)


def does_without_threads():
    """Never."""
    return False
