"""The mixture, drawn softly and hard, and codes with exact zeros."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from kerasgen import models, zoo
from kerasgen.inputs import SpikeAndSlabPrior, philox
from kerasgen.losses import ELBO, Gaussian, spike_and_slab_kl

SHAPE = (8, 8, 1)
RANDOM = np.random.default_rng(0)
GAMMA = np.array([0.9, 0.3])
MEAN, DEVIATION = np.array([1.5, -0.5]), np.array([0.4, 0.8])


WIDE = {
    "mean": np.zeros(2),
    "log_var": 2 * np.log([1.2, 1.2]),
    "spike_logits": np.zeros(2),
}
NARROW = {
    "mean": MEAN,
    "log_var": 2 * np.log(DEVIATION),
    "spike_logits": np.log(GAMMA / (1 - GAMMA)),
}


def by_hand(alpha=0.2, sharpness=50.0, heads=NARROW):
    """Codes of a posterior that is the same for all points; the decoder is a line."""
    samples = keras.Input((3,))
    outputs = {name: keras.layers.Dense(2, name=name)(samples) for name in heads}
    encoder = keras.Model(samples, outputs)
    for name, bias in heads.items():
        encoder.get_layer(name).set_weights([np.zeros((3, 2)), bias])
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    model = models.SpikeAndSlabVAE(
        encoder=encoder,
        decoder=decoder,
        alpha=alpha,
        likelihood=Gaussian(0.5),
        seed=1,
    )
    model.compile(keras.optimizers.SGD(0.0), sharpness=sharpness, run_eagerly=True)
    return model


POINTS = RANDOM.normal(size=(2000, 3)).astype("float32")


def latents(model, noise, training):
    batch = {"samples": ops.convert_to_tensor(POINTS[: len(noise)])}
    posterior = model.encoded(batch, False)
    noise = ops.convert_to_tensor(noise.astype("float32"))
    found = model.reparameterize(posterior, noise, training)
    return ops.convert_to_numpy(ops.stop_gradient(found))


@pytest.mark.parametrize("sharpness", [5.0, 50.0])
def test_latents_of_training_pass_a_steep_sigmoid(sharpness):
    noise = RANDOM.normal(size=(50, 4))
    eps, eta = noise[:, :2], stats.norm.cdf(noise[:, 2:])
    T = 1 / (1 + np.exp(-sharpness * (eta - 1 + GAMMA)))
    expected = T * (MEAN + DEVIATION * eps)
    found = latents(by_hand(sharpness=sharpness), noise, training=True)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert (found != 0.0).mean() > 0.9


def test_latents_of_a_test_are_zero_or_normal():
    noise = RANDOM.normal(size=(2000, 4))
    found = latents(by_hand(), noise, training=False)
    np.testing.assert_allclose((found != 0.0).mean(axis=0), GAMMA, atol=0.03)
    for i in range(2):
        slab = found[found[:, i] != 0.0, i]
        assert stats.kstest(slab, "norm", (MEAN[i], DEVIATION[i])).pvalue > 1e-3


def test_the_sharpness_rises_with_the_steps():
    model = by_hand(sharpness=keras.optimizers.schedules.PolynomialDecay(1.0, 4, 9.0))
    noise = np.zeros((1, 4))  # eta is 1/2
    for step, c in ((0, 1.0), (2, 5.0), (4, 9.0)):
        model.global_step.assign(step)
        expected = MEAN / (1 + np.exp(-c * (GAMMA - 0.5)))
        found = latents(model, noise, training=True)
        np.testing.assert_allclose(found[0], expected, rtol=1e-4)
    model = models.SpikeAndSlabVAE(SHAPE, 4, filters=2, units=4)
    model.compile()
    found = [float(model.sharpness(step)) for step in (0, 10_000, 20_000, 50_000)]
    np.testing.assert_allclose(found, [50.0, 125.0, 200.0, 200.0])


def test_the_bound_has_the_divergence_of_the_mixture():
    model = by_hand(alpha=0.2)
    logs = model.evaluate(POINTS[:64], batch_size=64, return_dict=True, verbose=0)
    arrays = [MEAN, 2 * np.log(DEVIATION), np.log(GAMMA / (1 - GAMMA))]
    arrays = [np.asarray([each], "float32") for each in arrays]
    expected = float(ops.convert_to_numpy(ops.sum(spike_and_slab_kl(*arrays, 0.2))))
    assert logs["kl"] == pytest.approx(expected, rel=1e-4)


def test_a_mixture_has_a_mass_at_zero_and_a_density_elsewhere():
    model = by_hand(alpha=0.2)
    z = np.array([[0.0, 0.7], [0.0, 0.0], [-1.0, 0.2]], "float32")
    batch = {"samples": ops.convert_to_tensor(POINTS[:3])}
    found = [
        ops.convert_to_numpy(ops.stop_gradient(value))
        for value in (
            model.log_prior(ops.convert_to_tensor(z)),
            model.log_posterior(ops.convert_to_tensor(z), model.encoded(batch, False)),
        )
    ]
    slabs = stats.norm.pdf(z), stats.norm(MEAN, DEVIATION).pdf(z)
    for log_prob, share, slab in zip(found, (0.2, GAMMA), slabs, strict=True):
        expected = np.where(z == 0.0, 1 - share, share * slab)
        np.testing.assert_allclose(log_prob, np.log(expected).sum(axis=1), rtol=1e-4)


def test_the_likelihood_is_that_of_the_mixture_of_all_supports():
    """Every set of latents that are not zero gives a normal density of points."""
    model = by_hand(alpha=0.3, heads=WIDE)
    weights, bias = model.decoder.get_weights()
    expected = np.zeros(20)
    for support in ([0, 0], [0, 1], [1, 0], [1, 1]):
        share = np.prod(np.where(support, 0.3, 0.7))
        covariance = weights.T @ np.diag(support) @ weights + 0.5 * np.eye(3)
        density = stats.multivariate_normal(bias, covariance).pdf(POINTS[:20])
        expected += share * density
    found = model.log_prob(POINTS[:20], num_samples=5000, seed=3, verbose=0)
    np.testing.assert_allclose(found, np.log(expected), atol=0.1)


def test_codes_are_means_or_zeros_and_a_seed_draws_them():
    model = by_hand()
    codes = model.encode(POINTS)
    np.testing.assert_allclose(codes, np.tile([MEAN[0], 0.0], (2000, 1)), atol=1e-6)
    drawn = model.encode(POINTS, seed=4)
    np.testing.assert_array_equal(drawn, model.encode(POINTS, seed=4))
    assert not np.array_equal(drawn, model.encode(POINTS, seed=5))
    np.testing.assert_allclose((drawn == 0.0).mean(axis=0), 1 - GAMMA, atol=0.03)
    noise = philox(4).standard_normal((2000, 4), "float32")
    np.testing.assert_allclose(drawn, latents(model, noise, False), atol=1e-6)
    of_seed = model.generate(latents=drawn)
    np.testing.assert_allclose(model.reconstruct(POINTS, seed=4), of_seed, atol=1e-6)


def test_samples_come_of_latents_that_are_mostly_zero(tmp_path):
    model = models.SpikeAndSlabVAE(SHAPE, 6, alpha=0.25, filters=2, units=4)
    assert model.inputs[0] == SpikeAndSlabPrior(6, 0.25)
    seed = keras.random.SeedGenerator(0)
    step = ops.convert_to_numpy(model.inputs[0].in_training(3000, seed))
    for drawn in (model.inputs[0].draw(3000, philox(0)), step):
        assert drawn.dtype == "float32"
        assert (drawn != 0.0).mean() == pytest.approx(0.25, abs=0.02)
        assert drawn[drawn != 0.0].std() == pytest.approx(1.0, abs=0.05)
    zoo.save(model, tmp_path / "sparse")
    again = zoo.load(tmp_path / "sparse")
    assert again.alpha == 0.25
    np.testing.assert_array_equal(again.generate(3, seed=1), model.generate(3, seed=1))


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.2, None])
def test_shares_that_cannot_be(alpha):
    with pytest.raises(ValueError, match=r"`alpha` must lie in \(0, 1\)"):
        models.SpikeAndSlabVAE(SHAPE, 4, alpha=alpha, filters=2, units=4)


@pytest.mark.parametrize(
    ("learning", "message"),
    [
        ({"sharpness": 0.0}, "`sharpness` must be positive.*Received: sharpness=0.0"),
        ({"loss": ELBO(samples=3)}, "no density.*Received: samples=3"),
    ],
    ids=["sharpness", "several samples"],
)
def test_ways_to_learn_that_cannot_be(learning, message):
    model = models.SpikeAndSlabVAE(SHAPE, 4, filters=2, units=4)
    with pytest.raises(ValueError, match=message):
        model.compile(**learning)
