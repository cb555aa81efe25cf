import numpy as np
import pytest
from keras import ops

from kerasgen import losses

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 6, 4))


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(x))


def distance(real, fake):
    return ((real.mean(axis=0) - fake.mean(axis=0)) ** 2).sum()


def test_it_is_the_squared_distance_of_the_mean_features():
    value = losses.feature_matching(*map(ops.convert_to_tensor, (REAL, FAKE)))
    assert tuple(value.shape) == ()
    np.testing.assert_allclose(numpy(value), distance(REAL, FAKE), rtol=1e-5)


def test_no_gradient_flows_into_the_features_of_real_samples(value_and_gradient):
    _, gradient = value_and_gradient(
        lambda real: losses.feature_matching(real, real + 1.0) + 0.0 * real, REAL
    )
    flowing = 2.0 / len(REAL) * REAL.size  # of the term for generated ones alone
    np.testing.assert_allclose(gradient, np.full(REAL.shape, flowing), rtol=1e-5)


def test_several_outputs_and_lists_of_layers_are_all_matched(game):
    deep = REAL[:, :2], FAKE[:, :2]
    objective = losses.FeatureMatching(features=("features", "layers"))
    assert objective.needs == ("logits", "features", "layers")
    played = game(
        {"features": REAL, "layers": [deep[0], REAL]},
        {"features": FAKE, "layers": [deep[1], FAKE]},
    )
    expected = 2 * distance(REAL, FAKE) + distance(*deep)
    np.testing.assert_allclose(numpy(objective.generator(played)), expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["hinge", "ebgan"])
def test_the_discriminator_plays_by_another_objective(name, game):
    samples = {"samples": REAL, "reconstruction": FAKE, "features": REAL}
    played = game(
        {"logits": REAL[:, :1], **samples}, {"logits": FAKE[:, :1], **samples}
    )
    objective, other = losses.FeatureMatching(name), losses.get(name)
    assert objective.boundary == other.boundary
    for ours, theirs in (
        (objective.discriminator(played), other.discriminator(played)),
        (objective.score(played.real), other.score(played.real)),
    ):
        np.testing.assert_array_equal(numpy(ours), numpy(theirs))
