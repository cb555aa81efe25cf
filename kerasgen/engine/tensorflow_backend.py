"""Gradients, branches and steps under TensorFlow."""

import keras
import tensorflow as tf

from kerasgen.engine import tensorflow_devices
from kerasgen.engine.derivatives import second_order
from kerasgen.engine.keras_private import SEED_STATE
from kerasgen.engine.scope import Scope, commit
from kerasgen.engine.sharing import Sharing, Threads

__all__ = ["Sharing", "Threads"]


def step(function):
    """Keras already calls `train_step(self, data)`."""
    return function


def gradients(variables, function):
    """See `kerasgen.engine.gradients`."""
    watched = [[v.value for v in group] for group in variables]
    with tf.GradientTape(
        persistent=len(watched) > 1, watch_accessed_variables=False
    ) as tape:
        tape.watch(watched)
        losses, aux = function()
        # Keras sums gradients over replicas.
        replicas = tensorflow_devices.count()
        scaled = [loss / replicas for loss in losses] if replicas > 1 else losses
    grads = [
        tape.gradient(loss, group, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        for loss, group in zip(scaled, watched, strict=True)
    ]
    return losses, _all_before_any(grads), aux


def _all_before_any(grads):
    """The gradients, none of which can be used before all of them are known.

    Otherwise TensorFlow may update a variable before the gradient of another has read
    it: Keras ties the gradients of an optimizer together, the dependency optimizer
    drops for that the edges from reads to updates, and then unties them (2.21, where
    a gradient does not depend on its own variable, as in a critic's linear last layer).
    """
    with tf.control_dependencies(tf.nest.flatten(grads)):
        return tf.nest.map_structure(tf.identity, grads)


def detached(function, *args, **kwargs):
    """See `kerasgen.engine.detached`."""
    return keras.tree.map_structure(tf.stop_gradient, function(*args, **kwargs))


def input_gradients(function, inputs):
    """See `kerasgen.engine.input_gradients`."""
    with Scope() as scope, second_order():
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(inputs)
            total = tf.reduce_sum(function(inputs))
        grads = tape.gradient(
            total, inputs, unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
    commit(scope.updates(), batch_statistics=False)
    return grads


def cond(predicate, function):
    """See `kerasgen.engine.cond`."""

    def run():
        result = function()
        return tf.zeros(()) if result is None else result

    return tf.cond(predicate, run, lambda: tf.zeros(()))


def only_where(predicate, function, variables):
    """See `kerasgen.engine.autodiff.only_where`.

    Replicas cannot reduce gradients within a branch. There the update is made in any
    case, and then taken back.
    """
    if tensorflow_devices.count() == 1:
        cond(predicate, function)
        return
    before = [tf.identity(v.value) for v in variables]
    function()
    for variable, value in zip(variables, before, strict=True):
        variable.assign(tf.where(predicate, variable.value, value))


def compiled(function):
    """See `kerasgen.engine.compiled`."""
    return tf.function(function)


def inference(function):
    """See `kerasgen.engine.autodiff.inference`."""
    runs = {}  # by shapes without the batch: no axis but that one becomes unknown

    def call(values, inputs):
        inputs = keras.tree.map_structure(tf.convert_to_tensor, inputs)
        shapes = tuple(tuple(x.shape[1:]) for x in keras.tree.flatten(inputs))
        if shapes not in runs:
            runs[shapes] = tf.function(function, reduce_retracing=True, autograph=False)
        return runs[shapes](values, inputs)

    return call


def carried(variables):
    """Seeds; other variables are read where they are."""
    return [v for v in variables if v.name == SEED_STATE]


def export_options(network, format):
    """Nothing beside what Keras does itself."""
    return {}


def sync(model):
    """Variables are always current."""


def update(optimizer, grads, variables):
    """See `kerasgen.engine.autodiff.update`.

    The optimizers of Keras reduce over the replicas of `tf.distribute`.
    """
    optimizer.apply(grads, variables)


def does_without_threads():
    """Never."""
    return False
