import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.engine import autodiff
from kerasgen.layers import DifferentiableAugmentation
from kerasgen.layers.augmentation import POLICIES

IMAGES = np.random.default_rng(0).uniform(-1, 1, (400, 8, 8, 3)).astype("float32")


def changed(layer, images=IMAGES):
    return ops.convert_to_numpy(layer(images, training=True))


def share(layer):
    """Of the images that come out different."""
    return np.any(np.abs(changed(layer) - IMAGES) > 1e-6, axis=(1, 2, 3)).mean()


@pytest.mark.parametrize("name", POLICIES)
def test_each_policy_changes_images_in_training_alone(name):
    layer = DifferentiableAugmentation(name, seed=0)
    assert changed(layer).shape == IMAGES.shape
    assert share(layer) > 0.4
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(IMAGES)), IMAGES)


def test_every_image_is_changed_in_its_own_way():
    same = np.broadcast_to(IMAGES[:1], IMAGES.shape)
    out = changed(DifferentiableAugmentation("color", seed=0), same)
    assert len({image.tobytes() for image in out}) == len(out)


@pytest.mark.parametrize("probability", [0.0, 0.25, 1.0])
def test_the_probability_is_that_of_each_change(probability):
    layer = DifferentiableAugmentation("cutout", probability, seed=0)
    assert share(layer) == pytest.approx(probability, abs=0.07)


def test_the_changes_of_a_policy_are_independent():
    layer = DifferentiableAugmentation("color", 0.5, seed=0)
    assert share(layer) == pytest.approx(1 - 0.5**3, abs=0.07)


def test_changes_are_new_in_each_call_and_equal_for_equal_seeds():
    one, other = (DifferentiableAugmentation(seed=3) for _ in range(2))
    first, second = changed(one), changed(one)
    assert not np.allclose(first, second)
    np.testing.assert_array_equal(first, changed(other))


def test_a_gradient_passes_through():
    layer = DifferentiableAugmentation("color,translation,cutout,flip", seed=0)
    images = keras.Variable(IMAGES[:8])

    def gradient():
        def loss():
            return (ops.sum(ops.square(layer(images.value, training=True))),), None

        _, ((grads,),), _ = autodiff.gradients([[images]], loss)
        return grads

    grads = ops.convert_to_numpy(autodiff.compiled(gradient)())
    alive = np.abs(grads).sum((1, 2, 3)) > 0
    assert np.isfinite(grads).all() and alive.all()


def test_gray_images_and_a_string_with_spaces():
    layer = DifferentiableAugmentation(" cutout , color", seed=0)
    assert layer.policy == ["color", "cutout"]
    assert changed(layer, IMAGES[..., :1]).shape == (400, 8, 8, 1)


def test_the_configuration_comes_back():
    layer = DifferentiableAugmentation("flip,color", 0.5, seed=1)
    again = DifferentiableAugmentation.from_config(layer.get_config())
    assert (again.policy, again.probability, again.seed) == (["flip", "color"], 0.5, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"policy": "colour"}, "nearest names are color.*'colour'"),
        ({"policy": ""}, "policy"),
        ({"policy": ()}, "one at least"),
        ({"policy": 3}, "`policy` must be a sequence of names. Received: policy=3"),
        ({"seed": -1}, "`seed` must be an integer from 0"),
        ({"policy": "flip,flip"}, "each change once"),
        ({"probability": 1.5}, "probability=1.5"),
        ({"probability": -0.1}, "probability=-0.1"),
        ({"probability": float("nan")}, "probability=nan"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DifferentiableAugmentation(**arguments)


def test_samples_that_are_no_images_are_refused():
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        DifferentiableAugmentation().build((None, 2))
