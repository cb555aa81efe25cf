"""Replicas of `tf.distribute`, see `kerasgen.engine.devices`."""

import functools

import tensorflow as tf


def count():
    """Replicas that run this step; 1 on the host, which sees them as one."""
    context = tf.distribute.get_replica_context()
    return context.num_replicas_in_sync if context else 1


def index():
    """Which of them this is, from 0."""
    return tf.distribute.get_replica_context().replica_id_in_sync_group


def placed(method):
    """A method of a model that makes its variables where those of the model are."""

    @functools.wraps(method)
    def on_all(self, *args, **kwargs):
        with self.distribute_strategy.scope():
            return method(self, *args, **kwargs)

    return on_all


def check_optimizers(optimizers):
    """Refuses what Keras does in a condition, where replicas cannot meet."""
    if tf.distribute.get_strategy().num_replicas_in_sync == 1:
        return
    for optimizer in optimizers:
        for name in ("gradient_accumulation_steps", "ema_overwrite_frequency"):
            value = getattr(optimizer, name, None)
            if value is not None:
                raise ValueError(
                    f"Keras cannot train with `{name}` on several replicas of "
                    "tf.distribute; a larger batch has the same effect as "
                    "accumulation, and `average=` that of an optimizer's own. "
                    f"Received: {name}={value}"
                )


def mean(tensors):
    """Means over the replicas, of a list of float tensors."""
    context = tf.distribute.get_replica_context()
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, tensors)


def first(tensors):
    """Those of the first replica: a sum of which the others are zeros."""
    context = tf.distribute.get_replica_context()
    is_first = tf.equal(index(), 0)
    alone = [tf.where(is_first, x, tf.zeros_like(x)) for x in tensors]
    return context.all_reduce(tf.distribute.ReduceOp.SUM, alone)


def gather(tensor):
    """Along the batch, in the order of the replicas."""
    return tf.distribute.get_replica_context().all_gather(tensor, axis=0)


def gather_objects(value):
    """One process holds all replicas of a model."""
    return [value]
