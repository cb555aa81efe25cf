"""Replicas of `tf.distribute`, see `kerasgen.engine.devices`."""

import tensorflow as tf


def count():
    """Replicas that run this step; 1 on the host, which sees them as one."""
    context = tf.distribute.get_replica_context()
    return context.num_replicas_in_sync if context else 1


def index():
    """Which of them this is, from 0."""
    return tf.distribute.get_replica_context().replica_id_in_sync_group


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
