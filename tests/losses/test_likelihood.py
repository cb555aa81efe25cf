import keras
import numpy as np
import pytest
from keras import ops
from scipy import special, stats

from kerasgen import kinds, losses

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.uniform(-1, 1, (4, 3, 2, 1)).astype("float32")
LOGITS = RANDOM.normal(0, 4, (4, 3, 2, 1)).astype("float32")


def log_prob(likelihood, target, **parameters):
    parameters = {n: ops.convert_to_tensor(p) for n, p in parameters.items()}
    found = likelihood.log_prob(ops.convert_to_tensor(target), parameters)
    found = ops.convert_to_numpy(found)
    assert found.shape == (len(target),) and found.dtype == "float32"
    return found


def sums(values):
    return values.reshape(len(values), -1).sum(axis=1)


def test_bernoulli_of_ones_and_zeros_is_the_log_of_their_probability():
    ones = (IMAGES > 0).astype("float32")
    found = log_prob(losses.Bernoulli(), 2 * ones - 1, logits=LOGITS)
    expected = stats.bernoulli.logpmf(ones, special.expit(LOGITS.astype("float64")))
    np.testing.assert_allclose(found, sums(expected), rtol=1e-5)


@pytest.mark.parametrize("low, high", [(-1, 1), (0, 1)])
def test_bernoulli_of_gray_values_is_the_cross_entropy(low, high):
    t = (IMAGES.astype("float64") + 1) / 2
    target = (low + (high - low) * t).astype("float32")
    found = log_prob(losses.Bernoulli((low, high)), target, logits=LOGITS)
    p = special.expit(LOGITS.astype("float64"))
    expected = special.xlogy(t, p) + special.xlog1py(1 - t, -p)
    np.testing.assert_allclose(found, sums(expected), rtol=1e-5)


def test_bernoulli_stays_finite_where_probabilities_round_to_zero_and_one():
    target = np.array([[-1.0], [1.0], [-1.0], [1.0]], "float32")
    logits = np.array([[200.0], [200.0], [-200.0], [-200.0]], "float32")
    found = log_prob(losses.Bernoulli(), target, logits=logits)
    np.testing.assert_allclose(found, [-200.0, 0.0, 0.0, -200.0])


@pytest.mark.parametrize("low, high", [(-1, 1), (0, 1)])
def test_the_mean_of_bernoulli_lies_in_its_interval(low, high):
    mean = losses.Bernoulli((low, high)).mean({"logits": ops.convert_to_tensor(LOGITS)})
    expected = low + (high - low) * special.expit(LOGITS.astype("float64"))
    np.testing.assert_allclose(ops.convert_to_numpy(mean), expected, atol=1e-6)


def test_gaussian_of_fixed_variance():
    found = log_prob(losses.Gaussian(variance=0.3), IMAGES, mean=LOGITS)
    expected = stats.norm.logpdf(IMAGES.astype("float64"), LOGITS, np.sqrt(0.3))
    np.testing.assert_allclose(found, sums(expected), rtol=1e-5)


def test_gaussian_of_learned_variance():
    log_var = RANDOM.normal(size=IMAGES.shape).astype("float32")
    likelihood = losses.Gaussian(smallest_variance=0.01)
    found = log_prob(likelihood, IMAGES, mean=LOGITS, log_var=log_var)
    deviation = np.sqrt(np.exp(log_var.astype("float64")) + 0.01)
    expected = stats.norm.logpdf(IMAGES.astype("float64"), LOGITS, deviation)
    np.testing.assert_allclose(found, sums(expected), rtol=1e-5)


def test_a_learned_variance_has_a_floor():
    found = log_prob(
        losses.Gaussian(smallest_variance=1e-4),
        np.zeros((1, 1)),
        mean=np.zeros((1, 1), "float32"),
        log_var=np.full((1, 1), -500.0, "float32"),
    )
    np.testing.assert_allclose(found, stats.norm.logpdf(0.0, 0.0, 0.01), rtol=1e-5)


@pytest.mark.parametrize(
    "likelihood",
    [losses.Bernoulli((0, 1)), losses.Gaussian(0.5), losses.Gaussian("learned", 0.1)],
    ids=repr,
)
def test_a_likelihood_is_saved_with_its_numbers(likelihood):
    config = keras.saving.serialize_keras_object(likelihood)
    again = keras.saving.deserialize_keras_object(config)
    assert type(again) is type(likelihood)
    assert repr(again) == repr(likelihood)
    assert again.shapes((2, 3)) == likelihood.shapes((2, 3))


def test_a_likelihood_is_chosen_by_the_kind():
    def chosen(likelihood, kind):
        return repr(losses.get_likelihood(likelihood, kind))

    assert chosen(None, kinds.Images((4, 4, 1))) == repr(losses.Bernoulli((-1, 1)))
    assert chosen(None, kinds.Voxels((4, 4, 4, 1))) == repr(losses.Bernoulli((0, 1)))
    assert chosen(None, kinds.Vectors(3)) == repr(losses.Gaussian("learned"))
    assert chosen("gaussian", kinds.Images((4, 4, 1))) == repr(losses.Gaussian())
    named = {"name": "gaussian", "variance": 0.1}
    assert chosen(named, kinds.Vectors(3)) == repr(losses.Gaussian(0.1))
    named = {"name": "bernoulli", "interval": (0, 1)}
    assert chosen(named, kinds.Vectors(3)) == repr(losses.Bernoulli((0, 1)))
    given = losses.Bernoulli((0, 1))
    assert losses.get_likelihood(given, kinds.Vectors(3)) is given


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: losses.Bernoulli((1.0, 1.0)), "interval=\\(1.0, 1.0\\)"),
        (lambda: losses.Gaussian(0.0), "Received: variance=0.0"),
        (lambda: losses.Gaussian("fixed"), "Received: variance='fixed'"),
        (lambda: losses.Gaussian(smallest_variance=0), "smallest_variance=0"),
        (
            lambda: losses.get_likelihood("gausian", kinds.Vectors(3)),
            "nearest names are gaussian.*likelihood='gausian'",
        ),
        (
            lambda: losses.get_likelihood("bernoulli", kinds.Vectors(3)),
            "count as zero and as one.*Received: interval=None",
        ),
        (
            lambda: losses.get_likelihood(
                losses.Bernoulli((0, 1)), kinds.Images((4, 4, 1))
            ),
            r"Images in \(-1.0, 1.0\). Received: likelihood=Bernoulli",
        ),
    ],
)
def test_bad_likelihoods(make, message):
    with pytest.raises(ValueError, match=message):
        make()
