import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from kerasgen.inputs import (
    GaussianPrior,
    MixturePrior,
    SwissRollPrior,
    answer,
    get_prior,
    philox,
)

PRIORS = {
    "gaussian": GaussianPrior(3, 5.0),
    "mixture": MixturePrior(5, 3.0, (0.5, 0.2)),
    "swiss roll": SwissRollPrior(4, 6.0, 2.0, 0.05),
}
of_each = pytest.mark.parametrize("prior", PRIORS.values(), ids=PRIORS)


def in_training(prior, n=4000, **arguments):
    seed = keras.random.SeedGenerator(0)
    return ops.convert_to_numpy(prior.in_training(n, seed, **arguments))


def both(prior, n=4000):
    return prior.draw(n, philox(0)), in_training(prior, n)


@of_each
def test_the_host_and_a_step_draw_from_one_distribution(prior):
    host, step = both(prior)
    assert host.shape == step.shape == (4000, prior.size)
    assert host.dtype == step.dtype == "float32"
    for i in range(prior.size):
        assert stats.ks_2samp(host[:, i], step[:, i]).pvalue > 1e-3
    assert stats.ks_2samp(*(np.linalg.norm(x, axis=1) for x in (host, step)))[1] > 1e-3


@of_each
def test_a_seed_fixes_what_the_host_draws(prior):
    drawn = [answer((prior,), 5, seed=seed)["latents"] for seed in (3, 3, 4)]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


@of_each
def test_a_prior_is_what_its_configuration_says(prior):
    config = keras.saving.serialize_keras_object(prior)
    again = keras.saving.deserialize_keras_object(config)
    assert again == prior and type(again) is type(prior)
    np.testing.assert_array_equal(*(p.draw(4, philox(1)) for p in (prior, again)))


def test_a_gaussian_has_its_deviation_and_density():
    prior = PRIORS["gaussian"]
    for drawn in both(prior):
        assert drawn.std() == pytest.approx(5.0, rel=0.03)
    z = np.random.default_rng(0).normal(0.0, 5.0, (6, 3)).astype("float32")
    expected = stats.norm(0.0, 5.0).logpdf(z.astype("float64")).sum(axis=1)
    np.testing.assert_allclose(
        ops.convert_to_numpy(prior.log_prob(z)), expected, rtol=1e-5
    )
    with pytest.raises(ValueError, match="density.*Received: prior=MixturePrior"):
        PRIORS["mixture"].log_prob(z)


def test_every_petal_has_its_place_and_shape():
    prior = PRIORS["mixture"]
    for part in range(5):
        host = prior.draw(4000, philox(0), np.full(4000, part))
        step = in_training(prior, parts=ops.full((4000,), part, dtype="int32"))
        for drawn in (host, step):
            angle = 2 * np.pi * part / 5
            radial = np.array([np.cos(angle), np.sin(angle)])
            across = np.array([-radial[1], radial[0]])
            np.testing.assert_allclose(drawn.mean(axis=0), 3.0 * radial, atol=0.05)
            np.testing.assert_allclose((drawn @ radial).std(), 0.5, rtol=0.05)
            np.testing.assert_allclose((drawn @ across).std(), 0.2, rtol=0.05)


def test_petals_are_equally_likely_and_any_is_taken_where_none_is_said():
    prior = PRIORS["mixture"]
    unsaid = ops.full((4000,), -1, dtype="int32")
    for drawn in (*both(prior), in_training(prior, parts=unsaid)):
        angle = np.arctan2(drawn[:, 1], drawn[:, 0])
        petal = np.rint(angle / (2 * np.pi / 5)).astype(int) % 5
        np.testing.assert_allclose(np.bincount(petal) / 4000, 0.2, atol=0.03)


def test_the_spiral_is_evenly_dense_along_its_length():
    prior = SwissRollPrior(4, 6.0, 2.0, deviation=0.0)
    for drawn in both(prior):
        t = np.linalg.norm(drawn, axis=1) / 6.0
        assert stats.kstest(t**2, "uniform").pvalue > 1e-3
        angle = 4 * np.pi * t
        expected = 6.0 * t[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        np.testing.assert_allclose(drawn, expected, atol=1e-4)


def test_a_slice_of_the_spiral_is_a_range_of_radii():
    prior = SwissRollPrior(4, 6.0, 2.0, deviation=0.0)
    for part in range(4):
        drawn = prior.draw(1000, philox(0), np.full(1000, part))
        t = (np.linalg.norm(drawn, axis=1) / 6.0) ** 2
        assert part / 4 <= t.min() and t.max() <= (part + 1) / 4 + 1e-6
        assert t.max() - t.min() > 0.24


def test_noise_lies_about_the_spiral():
    drawn, smooth = (
        SwissRollPrior(4, 6.0, 2.0, deviation).draw(2000, philox(0))
        for deviation in (0.3, 0.0)
    )
    assert (drawn - smooth).std() == pytest.approx(0.3, rel=0.05)


def test_priors_by_name():
    assert get_prior(None, 3) == GaussianPrior(3)
    assert get_prior("Swiss-Roll") == SwissRollPrior()
    assert get_prior({"name": "mixture", "parts": 4}) == MixturePrior(4)
    assert get_prior(PRIORS["gaussian"]) is PRIORS["gaussian"]
    with pytest.raises(ValueError, match="`prior` must be.*Received: prior='gausian'"):
        get_prior("gausian")


@pytest.mark.parametrize(
    ("prior", "arguments", "message"),
    [
        (GaussianPrior, {"size": 0}, "latent_dim=0"),
        (GaussianPrior, {"size": 2, "deviation": 0.0}, "deviation=0.0"),
        (MixturePrior, {"parts": 0}, "parts=0"),
        (MixturePrior, {"radius": -1.0}, "radius=-1.0"),
        (MixturePrior, {"deviations": (0.0, 1.0)}, "along=0.0"),
        (SwissRollPrior, {"turns": 0.0}, "turns=0.0"),
        (SwissRollPrior, {"deviation": -0.1}, "deviation=-0.1"),
    ],
)
def test_priors_that_cannot_be_are_refused(prior, arguments, message):
    with pytest.raises(ValueError, match=message):
        prior(**arguments)
