import numpy as np
import pytest
from keras import ops

from kerasgen.layers import AdaptiveAugmentation

SURE = np.ones((16, 1), "float32")


def built(**arguments):
    layer = AdaptiveAugmentation(**{"ramp_samples": 160, "interval": 1, **arguments})
    layer.build((None, 8, 8, 3))
    return layer


def probability(layer):
    return float(ops.convert_to_numpy(layer.current_probability()))


def test_it_starts_without_augmentation():
    images = np.random.default_rng(0).normal(size=(50, 8, 8, 3)).astype("float32")
    out = ops.convert_to_numpy(AdaptiveAugmentation(seed=0)(images, training=True))
    np.testing.assert_allclose(out, images, atol=1e-6)


def test_it_rises_by_the_share_of_samples_seen_and_stops_at_the_most():
    layer, found = built(most=0.25), []
    for _ in range(4):
        layer.adapt(ops.convert_to_tensor(SURE))
        found.append(probability(layer))
    np.testing.assert_allclose(found, [0.1, 0.2, 0.25, 0.25], rtol=1e-5)


def test_it_falls_below_the_target_but_not_below_zero():
    layer = built()
    layer.adapt(ops.convert_to_tensor(SURE))
    undecided = np.concatenate([SURE[:8], -SURE[:8]])
    for expected in (0.0, 0.0):
        layer.adapt(ops.convert_to_tensor(undecided))
        assert probability(layer) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("right", "expected"), [(12, 0.0), (13, 0.1), (14, 0.1)])
def test_the_target_is_the_mean_sign(right, expected):
    layer = built(target=0.6)  # 12 of 16: 0.5; 13 of 16: 0.625
    signs = np.where(np.arange(16) < right, 5.0, -0.1).astype("float32")
    layer.adapt(ops.convert_to_tensor(signs))
    assert probability(layer) == pytest.approx(expected, abs=1e-6)


def test_it_waits_for_all_minibatches_of_an_interval():
    layer, found = built(interval=4), []
    for _ in range(5):
        layer.adapt(ops.convert_to_tensor(SURE))
        found.append(probability(layer))
    np.testing.assert_allclose(found, [0, 0, 0, 0.4, 0.4], rtol=1e-5)


def test_an_interval_is_judged_as_a_whole():
    layer = built(interval=2)
    layer.adapt(ops.convert_to_tensor(SURE))
    layer.adapt(ops.convert_to_tensor(-SURE))  # together 0, below 0.6
    assert probability(layer) == 0.0


def test_patches_of_a_sample_count_as_one():
    layer = built()
    patches = np.ones((16, 2, 2, 1), "float32")
    layer.adapt(ops.convert_to_tensor(patches))
    assert probability(layer) == pytest.approx(0.1)


def test_the_probability_is_that_of_the_changes():
    layer = built(policy="cutout", seed=0)
    for _ in range(5):
        layer.adapt(ops.convert_to_tensor(SURE))
    images = np.ones((500, 8, 8, 3), "float32")
    out = ops.convert_to_numpy(layer(images, training=True))
    assert (out.min((1, 2, 3)) == 0).mean() == pytest.approx(0.5, abs=0.07)


def test_the_configuration_comes_back():
    layer = AdaptiveAugmentation("flip", 0.5, 1000, 2, 0.8, seed=1)
    again = AdaptiveAugmentation.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert (again.target, again.ramp_samples, again.interval, again.most) == (
        (0.5, 1000, 2, 0.8)
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": 1.0}, "target=1.0"),
        ({"ramp_samples": 0}, "ramp_samples=0"),
        ({"interval": 1.5}, "interval=1.5"),
        ({"most": 2.0}, "most=2.0"),
        ({"policy": "blur"}, "'blur'"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        AdaptiveAugmentation(**arguments)


def test_a_probability_of_its_own_is_refused():
    with pytest.raises(TypeError, match="probability"):
        AdaptiveAugmentation(probability=0.5)
