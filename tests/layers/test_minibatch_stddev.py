import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.adversarial import GradientPenalty
from kerasgen.layers import MinibatchStddev
from kerasgen.models import WGANGP


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


def maps(batch=6):
    return np.random.default_rng(0).normal(size=(batch, 2, 3, 5)).astype("float32")


def expected(x, size):
    """Section 3 of the paper: over the group, then over features and positions."""
    groups = [[(i + j) % len(x) for j in range(size)] for i in range(len(x))]
    return np.array([x[group].std(axis=0).mean() for group in groups])


# The last is larger than the batch, of which two samples count twice.
@pytest.mark.parametrize("size", [2, 4, 6, 8])
def test_a_map_holds_the_mean_standard_deviation_of_a_group(size):
    layer, x = MinibatchStddev(size), maps()
    outputs = numpy(layer(x))
    np.testing.assert_array_equal(outputs[..., :5], x)
    filled = np.broadcast_to(expected(x, size)[:, None, None], (6, 2, 3))
    np.testing.assert_allclose(outputs[..., 5], filled, rtol=1e-5)
    assert layer.compute_output_shape((None, 2, 3, 5)) == (None, 2, 3, 6)


def test_equal_samples_do_not_vary():
    outputs = numpy(MinibatchStddev()(np.repeat(maps(1), 6, axis=0)))
    np.testing.assert_allclose(outputs[..., 5], 0.0, atol=2e-4)


def test_a_collapsed_generator_trains_a_critic_with_a_gradient_penalty():
    """Where samples are equal, no slope of a slope may be infinite."""
    model = WGANGP((8, 8, 1), 3, filters=2, kernel_size=4, minibatch_stddev=4)
    for variable in model.generator.trainable_variables:
        variable.assign(np.zeros(variable.shape))
    model.compile(terms=[GradientPenalty(10.0)], turns="alternating")
    images = np.random.default_rng(0).integers(0, 256, (8, 8, 8, 1)).astype("uint8")
    model.fit(images, batch_size=8, verbose=0)
    for variable in model.weights:
        assert np.isfinite(variable.numpy()).all(), variable.path


def test_saving_keeps_arguments_and_outputs(tmp_path):
    layer = MinibatchStddev(3)
    model = keras.Sequential([keras.Input((2, 3, 5)), layer, keras.layers.Flatten()])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.layers[0].get_config() == layer.get_config()
    np.testing.assert_array_equal(numpy(loaded(maps())), numpy(model(maps())))


def test_mixed_precision_returns_the_compute_dtype():
    outputs = MinibatchStddev(dtype="mixed_bfloat16")(maps())
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"


@pytest.mark.parametrize("size", [0, 1, -1, 4.0, True])
def test_a_group_has_at_least_two_samples(size):
    with pytest.raises(ValueError, match=f"`group_size`.*{size}"):
        MinibatchStddev(size)


def test_features_without_positions_are_refused():
    with pytest.raises(ValueError, match="ndim=4"):
        MinibatchStddev()(np.ones((4, 3), "float32"))
