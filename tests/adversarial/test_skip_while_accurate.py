"""A discriminator that waits while it is right too often."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.adversarial import GAN, Alternating, SkipWhileAccurate, turns


def scores(real, fake):
    return {
        which: ops.convert_to_tensor(np.float32(logits)[:, None])
        for which, logits in (("real", real), ("fake", fake))
    }


@pytest.mark.parametrize(
    ("real", "fake", "moves"),
    [
        ([1, 1, 1, -1], [-1, -1, -1, 1], True),  # 75 % are right
        ([1, 1, 1, 1, -1], [-1, -1, -1, -1, 1], True),  # just 80 %
        ([1, 1, 1, 1], [-1, -1, -1, 1], False),  # 87.5 %
        ([9, 9, 9, 9], [8, 8, 8, 8], True),  # ahead, but wrong about generated ones
        ([-9, -9, -9, -9], [-8, -8, -8, -8], True),
    ],
)
def test_updates_are_skipped_above_the_accuracy(real, fake, moves):
    order = SkipWhileAccurate(0.8)
    assert bool(order.may_move("discriminator", scores(real, fake))) == moves
    assert order.may_move("generator", {"fake": None}) is True


def test_what_is_real_lies_above_the_boundary():
    close = scores([0.6, 0.7], [0.4, 0.3])  # least squares, all of them right
    assert bool(SkipWhileAccurate(0.8).may_move("discriminator", close))
    assert not SkipWhileAccurate(0.8, 0.5).may_move("discriminator", close)


@pytest.mark.parametrize(("slope", "updates"), [(1.0, 0), (-1.0, 2)])
def test_a_skipped_update_is_none(slope, updates):
    generator = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")]
    )
    discriminator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    kernel, bias = np.float32([[slope]]), np.float32([-slope])
    discriminator.set_weights([kernel, bias])  # real ones at 2, generated ones at 0
    model = GAN(generator, discriminator, seed=0)
    model.compile(keras.optimizers.SGD(0.0), turns="skip_while_accurate")
    model.fit(np.full((8, 1), 2.0, "float32"), batch_size=4, verbose=0)
    assert int(model.optimizer["discriminator"].iterations.numpy()) == updates
    assert int(model.optimizer["generator"].iterations.numpy()) == 2


def test_other_turns_are_kept_and_saved():
    order = SkipWhileAccurate(0.7, 0.5, Alternating(discriminator=2))
    assert order.minibatches == 2
    config = keras.saving.serialize_keras_object(order)
    again = keras.saving.deserialize_keras_object(config)
    assert (again.accuracy, again.boundary, again.minibatches) == (0.7, 0.5, 2)
    named = turns.get({"name": "skip_while_accurate", "accuracy": 0.9})
    assert named.accuracy == 0.9


def test_an_accuracy_is_a_share():
    with pytest.raises(ValueError, match="accuracy=1.5"):
        SkipWhileAccurate(1.5)
