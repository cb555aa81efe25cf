import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.layers import ReferenceBatch, VirtualBatchNormalization
from kerasgen.models import GAN


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(2.0, 3.0, size=shape).astype("float32")


@pytest.mark.parametrize("shape", [(7, 4), (7, 5, 3, 4)])
def test_each_sample_joins_the_reference_as_one_more(shape):
    x = random(*shape)
    layer = VirtualBatchNormalization(4, epsilon=1e-5)
    outputs = numpy(layer(x))
    x = x.astype("float64")
    for i in range(7):
        members = x[:4] if i < 4 else np.concatenate([x[:4], x[i : i + 1]])
        members = members.reshape(-1, 4)
        expected = (x[i] - members.mean(0)) / np.sqrt(members.var(0) + 1e-5)
        np.testing.assert_allclose(outputs[i], expected, rtol=1e-4, atol=1e-5)


def test_scale_and_shift_are_trained():
    layer = VirtualBatchNormalization(4)
    plain = numpy(layer(random(7, 2)))
    layer.gamma.assign([2.0, -1.0])
    layer.beta.assign([0.5, 3.0])
    expected = plain * [2.0, -1.0] + [0.5, 3.0]
    np.testing.assert_allclose(numpy(layer(random(7, 2))), expected, rtol=1e-5)
    assert len(layer.trainable_variables) == 2


def network(size=4):
    inner = keras.Sequential(
        [
            keras.layers.Dense(6),
            VirtualBatchNormalization(size),
            keras.layers.Activation("tanh"),
            keras.layers.Dense(2),
        ]
    )
    return keras.Sequential([keras.Input((3,)), ReferenceBatch(inner, size)])


def test_outputs_do_not_depend_on_the_other_samples():
    model = network()
    x = random(5, 3)
    together = numpy(model(x))
    assert together.shape == (5, 2)
    alone = np.concatenate([numpy(model(x[i : i + 1])) for i in range(5)])
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-6)


def test_outputs_depend_on_the_reference():
    model = network()
    before = numpy(model(random(5, 3)))
    model.layers[0].reference.assign(random(4, 3, seed=1))
    assert not np.allclose(numpy(model(random(5, 3))), before, atol=1e-3)


def test_a_generator_trains_while_its_reference_stays():
    generator = network(8)
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model = GAN(generator, discriminator, seed=0)
    model.compile()
    reference = numpy(generator.layers[0].reference).copy()
    before = [numpy(v).copy() for v in generator.trainable_variables]
    model.fit(random(32, 2), batch_size=8, epochs=1, verbose=0)
    np.testing.assert_array_equal(numpy(generator.layers[0].reference), reference)
    for variable, old in zip(generator.trainable_variables, before, strict=True):
        # What normalization takes away again has no gradient.
        if variable is not generator.layers[0].layer.layers[0].bias:
            assert not np.allclose(numpy(variable), old, atol=1e-7), variable.path
    assert model.generate(5, seed=0).shape == (5, 2)


def test_saving_keeps_the_reference(tmp_path):
    model = network()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        numpy(loaded(random(5, 3))), numpy(model(random(5, 3)))
    )


@pytest.mark.parametrize("size", [0, 2.0])
def test_sizes_must_be_positive_integers(size):
    with pytest.raises(ValueError, match=f"reference_size={size}"):
        VirtualBatchNormalization(size)
    with pytest.raises(ValueError, match=f"reference_size={size}"):
        ReferenceBatch(keras.layers.Dense(1), size)
