import keras
import numpy as np
import pytest

from kerasgen.layers import StatelessBatchNormalization


@pytest.fixture
def layer():
    layer = StatelessBatchNormalization()
    layer.build((None, 4, 3, 2))
    layer.set_weights([np.array([1.5, 0.5]), np.array([0.2, -0.3])])
    return layer


def normalized(x, axes):
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-5) * [1.5, 0.5] + [0.2, -0.3]


def test_statistics_are_of_the_batch_in_training_and_of_each_sample_after(layer):
    x = np.random.default_rng(0).normal(1.0, 2.0, (5, 4, 3, 2))
    for training, axes in ((True, (0, 1, 2)), (False, (1, 2))):
        found = layer(x.astype("float32"), training=training)
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(found), normalized(x, axes), atol=1e-5
        )
    assert not layer.non_trainable_variables


def test_it_comes_back_as_it_was(layer):
    again = StatelessBatchNormalization.from_config(layer.get_config())
    assert again.epsilon == layer.epsilon
