"""The bound where it can be worked out, and a small model on images."""

import types

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from kerasgen import callbacks, kinds, latent, losses, models, zoo

SHAPE = (8, 8, 1)


def arrays(**values):
    return {name: ops.convert_to_tensor(v) for name, v in values.items()}


# --- probabilistic PCA: x = W z + c + sigma e, of which everything is known

RANDOM = np.random.default_rng(0)
VARIANCE = 0.4
MEANS = np.array([0.5, -1.0, 2.0])
ROTATION = np.linalg.qr(RANDOM.normal(size=(3, 3)))[0][:, :2]
FACTORS = (ROTATION * [1.5, 0.7]).T  # rows of W^T, orthogonal
POINTS = RANDOM.normal(size=(5, 3))
INNER = FACTORS @ FACTORS.T + VARIANCE * np.eye(2)  # M, diagonal
# The true posterior is N(M^-1 W^T (x - c), sigma^2 M^-1).
TO_MEAN = FACTORS.T @ np.linalg.inv(INNER)
POSTERIOR_VARIANCE = VARIANCE / np.diag(INNER)


def linear_model(shift=0.0, scale=1.0, **arguments):
    """A VAE with that decoder; its encoder is the true posterior, moved and scaled."""
    samples = keras.Input((3,))
    outputs = {
        "mean": keras.layers.Dense(2, name="mean")(samples),
        "log_var": keras.layers.Dense(2, name="log_var")(samples),
    }
    encoder = keras.Model(samples, outputs)
    encoder.get_layer("mean").set_weights([TO_MEAN, shift - MEANS @ TO_MEAN])
    encoder.get_layer("log_var").set_weights(
        [np.zeros((3, 2)), np.log(POSTERIOR_VARIANCE * scale)]
    )
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    decoder.set_weights([FACTORS, MEANS])
    model = models.VAE(
        encoder=encoder, decoder=decoder, likelihood=losses.Gaussian(VARIANCE), seed=1
    )
    # These are about formulas: compiled steps are those of the images below.
    model.compile(keras.optimizers.SGD(0.0), run_eagerly=True, **arguments)
    return model


def expected_bound(model):
    """The bound of each of `POINTS`, exactly.

    The log-likelihood is quadratic in eps, so that its mean over N(0, I) is the mean
    over the four points at distance sqrt(2) on the axes.
    """
    batch, bounds = arrays(samples=POINTS.astype("float32")), []
    for eps in np.sqrt(2) * np.concatenate([np.eye(2), -np.eye(2)]):
        noise = ops.convert_to_tensor(np.tile(eps, (5, 1, 1)).astype("float32"))
        _, terms = model.loss_of(batch, noise, training=False)
        terms = {
            n: ops.convert_to_numpy(ops.stop_gradient(v)) for n, v in terms.items()
        }
        bounds.append(-terms["reconstruction"] - terms["kl"].sum(axis=1))
    return np.mean(bounds, axis=0)


def evidence():
    covariance = FACTORS.T @ FACTORS + VARIANCE * np.eye(3)
    return stats.multivariate_normal(MEANS, covariance).logpdf(POINTS)


def test_with_the_true_posterior_the_bound_is_the_evidence():
    np.testing.assert_allclose(expected_bound(linear_model()), evidence(), atol=1e-4)


def test_with_another_it_is_below_by_their_divergence():
    shift, scale = np.array([0.3, -0.2]), np.array([2.0, 0.5])
    model = linear_model(shift, scale)
    gap = (scale - 1 - np.log(scale) + shift**2 / POSTERIOR_VARIANCE) / 2
    np.testing.assert_allclose(expected_bound(model), evidence() - gap.sum(), atol=1e-4)


def negative_bound(weights, x, eps, beta):
    """The loss in NumPy, of `[A, a, B, b, W, c]`: means x A + a, log_var x B + b."""
    a_kernel, a, b_kernel, b, w, c = weights
    mean, log_var = x @ a_kernel + a, x @ b_kernel + b
    z = mean + np.exp(log_var / 2) * eps
    error = x - z @ w - c
    log_prob = -0.5 * (np.log(2 * np.pi * VARIANCE) + error**2 / VARIANCE).sum(axis=1)
    kl = -0.5 * (1 + log_var - mean**2 - np.exp(log_var)).sum(axis=1)
    return np.mean(-log_prob + beta * kl)


def test_gradients_pass_through_the_noise():
    model = linear_model(0.2, loss=losses.ELBO(beta=1.7))
    eps = RANDOM.normal(size=(5, 2))
    batch = arrays(samples=POINTS.astype("float32"))
    noise = ops.convert_to_tensor(eps[:, None].astype("float32"))
    value, grads, _ = model.gradients("autoencoder", model.loss_of, batch, noise)
    heads = [model.encoder.get_layer(name) for name in ("mean", "log_var")]
    variables = [v for layer in (*heads, model.decoder) for v in layer.weights]
    weights = [v.numpy().astype("float64") for v in variables]
    expected = negative_bound(weights, POINTS, eps, 1.7)
    found = ops.convert_to_numpy(value["autoencoder"])
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    moved = model.players()["autoencoder"].variables
    grads = {id(v): g for v, g in zip(moved, grads["autoencoder"], strict=True)}
    for variable, weight in zip(variables, weights, strict=True):
        numeric = np.zeros_like(weight)
        for index in np.ndindex(weight.shape):
            kept, sides = weight[index], []
            for step in (1e-5, -1e-5):
                weight[index] = kept + step
                sides.append(negative_bound(weights, POINTS, eps, 1.7))
            weight[index] = kept
            numeric[index] = (sides[0] - sides[1]) / 2e-5
        gradient = ops.convert_to_numpy(grads[id(variable)])
        np.testing.assert_allclose(gradient, numeric, rtol=1e-3, atol=1e-4)


# --- what is logged


def evaluate(model, *data, **arguments):
    return model.evaluate(*data, return_dict=True, verbose=0, **arguments)


def divergences(model, points):
    """KL of each point, without any noise, in NumPy."""
    mean, log_var = (
        ops.convert_to_numpy(ops.stop_gradient(model.encoder(points)[name]))
        for name in ("mean", "log_var")
    )
    return -0.5 * (1 + log_var - mean**2 - np.exp(log_var)).sum(axis=1)


def test_the_bound_is_logged_whatever_the_loss_weighs():
    points = POINTS.astype("float32")
    model = linear_model(loss={"name": "elbo", "beta": 4.0})
    logs = evaluate(model, points, batch_size=5)
    kl, reconstruction = logs["kl"], logs["reconstruction"]
    assert kl == pytest.approx(divergences(model, points).mean(), rel=1e-5)
    assert logs["elbo"] == pytest.approx(-reconstruction - kl, rel=1e-5)
    loss = logs["autoencoder_loss"]
    assert loss == pytest.approx(reconstruction + 4.0 * kl, rel=1e-5)


def test_means_are_over_samples_not_over_batches():
    points = POINTS.astype("float32")
    model = linear_model()
    logs = evaluate(model, points, batch_size=3)  # three and two
    assert logs["kl"] == pytest.approx(divergences(model, points).mean(), rel=1e-5)


def test_sample_weights_weigh_the_bound():
    points, weights = POINTS.astype("float32"), np.array([1.0, 3.0, 0.0, 0.0, 0.0])
    model = linear_model()
    logs = evaluate(model, points, sample_weight=weights, batch_size=5)
    expected = np.average(divergences(model, points), weights=weights)
    assert logs["kl"] == pytest.approx(expected, rel=1e-5)
    total = logs["reconstruction"] + logs["kl"]
    assert logs["autoencoder_loss"] == pytest.approx(total, rel=1e-5)


def test_a_warm_up_follows_the_steps():
    rising = keras.optimizers.schedules.PolynomialDecay(0.0, 2, 1.0)
    model = linear_model(loss=losses.ELBO(beta=rising))
    points = POINTS.astype("float32")
    for beta in (0.0, 0.5, 1.0, 1.0):
        logs = model.train_on_batch(points, return_dict=True)
        excess = logs["autoencoder_loss"] - logs["reconstruction"]
        assert excess == pytest.approx(beta * logs["kl"], abs=1e-4)
        model.reset_metrics()


# --- the log-likelihood by importance sampling

MOVED = {"shift": np.array([0.3, -0.2]), "scale": np.array([2.0, 0.5])}


def test_under_the_true_posterior_every_latent_says_the_log_likelihood():
    model = linear_model()
    found = model.log_prob(POINTS.astype("float32"), num_samples=3)
    assert found.dtype == "float64"
    np.testing.assert_allclose(found, evidence(), atol=1e-4)


def test_under_another_the_estimate_comes_near_from_below():
    model, points = linear_model(**MOVED), POINTS.astype("float32")
    bound = expected_bound(model)
    many = model.log_prob(points, num_samples=5000)
    np.testing.assert_allclose(many, evidence(), atol=0.05)
    seeds = [model.log_prob(points, num_samples=5, seed=i) for i in range(200)]
    few = np.mean(seeds, axis=0)  # between the bound and what it bounds
    assert (few < evidence()).all() and (few > bound + 0.05).all()


def test_the_estimate_is_the_same_in_batches_of_any_size():
    model, points = linear_model(**MOVED), POINTS.astype("float32")
    found = model.log_prob(points, num_samples=70, seed=3)  # 50 and 20
    for size in (50, 120, 10_000):
        again = model.log_prob(points, num_samples=70, seed=3, batch_size=size)
        np.testing.assert_allclose(again, found, atol=1e-4)
    assert not np.allclose(model.log_prob(points, num_samples=70, seed=4), found)


def test_an_average_of_the_networks_says_what_it_thinks():
    model, points = linear_model(average=0.9), POINTS.astype("float32")
    for variable in model.averages[0].copies["decoder"].weights:
        variable.assign(variable.numpy() * 0.0)
    found = model.log_prob(points, num_samples=2, averaged=False)
    np.testing.assert_allclose(found, evidence(), atol=1e-4)
    assert not np.allclose(model.log_prob(points, num_samples=2), evidence(), atol=0.1)


def test_a_likelihood_that_is_no_number_says_which_term():
    model = linear_model()
    model.decoder.weights[0].assign(np.full((2, 3), np.nan))
    with pytest.raises(ValueError, match="of the decoder.*NaN for 5 of 5 samples"):
        model.log_prob(POINTS.astype("float32"), num_samples=2)


def test_nan_of_the_encoder_is_not_blamed_on_the_decoder():
    model = linear_model()
    model.encoder.weights[0].assign(np.full((3, 2), np.nan))
    with pytest.raises(ValueError, match="of the encoder.*NaN for 5 of 5 samples"):
        model.log_prob(POINTS.astype("float32"), num_samples=2)


def test_an_average_that_is_not_kept_is_refused_in_plain_words():
    with pytest.raises(ValueError, match="^This model keeps no such average"):
        linear_model().log_prob(POINTS.astype("float32"), averaged=0.5)


def test_several_samples_bound_more_tightly():
    model = linear_model(**MOVED, loss=losses.ELBO(samples=3))
    eps = RANDOM.normal(size=(5, 3, 2))
    posterior_mean = (POINTS - MEANS) @ TO_MEAN + MOVED["shift"]
    deviation = np.sqrt(POSTERIOR_VARIANCE * MOVED["scale"])
    z = posterior_mean[:, None] + deviation * eps
    error = POINTS[:, None] - z @ FACTORS - MEANS
    log_prior = stats.norm.logpdf(z).sum(-1)
    log_posterior = (stats.norm.logpdf(eps) - np.log(deviation)).sum(-1)
    log_prob = stats.norm.logpdf(error, scale=np.sqrt(VARIANCE)).sum(-1)
    log_weights = log_prob + log_prior - log_posterior
    expected = np.log(np.mean(np.exp(log_weights), axis=1))
    batch = arrays(samples=POINTS.astype("float32"))
    noise = ops.convert_to_tensor(eps.astype("float32"))
    loss, terms = model.loss_of(batch, noise, training=False)
    value = float(ops.convert_to_numpy(ops.stop_gradient(loss)))
    assert value == pytest.approx(-expected.mean(), rel=1e-5)
    logs = evaluate(model, POINTS.astype("float32"), batch_size=5)
    kl = divergences(model, POINTS.astype("float32")).mean()
    assert logs["kl"] == pytest.approx(kl, rel=1e-5)  # what is logged stays the bound
    assert logs["elbo"] == pytest.approx(-logs["reconstruction"] - kl, rel=1e-5)


def test_bits_are_those_of_the_bound():
    logs = evaluate(linear_model(), POINTS.astype("float32"), batch_size=5)
    expected = -logs["elbo"] / (3 * np.log(2))
    assert logs["bits_per_dim"] == pytest.approx(expected, rel=1e-5)


# --- a model of images


def digits(n=48):
    """Images 8x8, a bright row or column on black, and which of the two it is."""
    random = np.random.default_rng(0)
    images, labels = np.zeros((n, *SHAPE), "uint8"), np.arange(n) % 2
    for image, label, at in zip(images, labels, random.integers(0, 8, n), strict=True):
        image[(at, slice(None)) if label else (slice(None), at)] = 255
    return images, labels


def small(**arguments):
    keras.utils.set_random_seed(0)
    made = {"latent_dim": 2, "filters": 4, "units": 16, "seed": 1}
    return models.VAE(SHAPE, **made | arguments)


def fit(model, epochs, **arguments):
    arguments = {"batch_size": 16, "shuffle": False, "verbose": 0, **arguments}
    return model.fit(digits()[0], epochs=epochs, **arguments)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A model after four epochs, saved after two, with a grid of samples of each."""
    folder = tmp_path_factory.mktemp("vae")
    grids = callbacks.SampleGrid(folder, n=4)
    model = small()
    rising = keras.optimizers.schedules.PolynomialDecay(0.1, 10, 1.0)
    loss = losses.ELBO(beta=rising, free_bits=0.05)
    model.compile(keras.optimizers.Adam(0.01), loss, average=0.9)
    bounds = fit(model, 2, callbacks=[grids]).history["elbo"]
    model.save(folder / "half.keras")
    bounds += fit(model, 2).history["elbo"]
    return types.SimpleNamespace(model=model, folder=folder, bounds=bounds)


@pytest.fixture
def trained(run):
    return run.model


def test_saved_and_loaded_it_goes_on_as_if_it_had_not_been(run):
    whole, half = run.model, keras.saving.load_model(run.folder / "half.keras")
    assert half.objective.get_config() == whole.objective.get_config()
    fit(half, 2)
    for a, b in zip(whole.variables, half.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy(), err_msg=a.path)
    for a, b in zip(whole.optimizer.variables, half.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy(), err_msg=a.path)
    np.testing.assert_array_equal(whole.generate(4, seed=0), half.generate(4, seed=0))


def test_training_moves_both_networks(trained):
    before = small()
    for name, network in trained.networks.items():
        for a, b in zip(before.networks[name].weights, network.weights, strict=True):
            assert not np.array_equal(a.numpy(), b.numpy()), a.path


def test_training_raises_the_bound(run):
    assert run.bounds[-1] > run.bounds[0] + 3.0


def test_the_zoo_keeps_both_networks_and_the_likelihood(trained, tmp_path):
    zoo.save(trained, tmp_path / "bars")
    again = zoo.load(tmp_path / "bars")
    images, _ = digits(5)
    np.testing.assert_array_equal(
        again.generate(4, seed=0), trained.generate(4, seed=0)
    )
    np.testing.assert_array_equal(again.encode(images), trained.encode(images))
    assert repr(again.likelihood) == repr(trained.likelihood)


def test_its_plane_of_latents_is_drawn(trained):
    drawn = latent.manifold(trained, 3)
    assert drawn.shape == (24, 24, 1)
    middle = trained.generate(latents=np.zeros((1, 2)))
    np.testing.assert_array_equal(drawn[8:16, 8:16], middle[0])


def test_a_grid_of_samples_is_written_after_each_epoch(run):
    assert len(list(run.folder.glob("epoch_*.png"))) == 2


def test_codes_are_means_of_the_posterior(trained):
    images, _ = digits(5)
    codes = trained.encode(images, batch_size=2)
    floats = images / np.float32(127.5) - 1
    np.testing.assert_allclose(trained.encode(floats), codes, atol=1e-5)
    encoder = trained.averages[0].copies["encoder"]
    expected = ops.convert_to_numpy(encoder(floats, training=False)["mean"])
    np.testing.assert_allclose(codes, expected, atol=1e-5)
    assert not np.allclose(trained.encode(images, averaged=False), codes, atol=1e-5)


def test_reconstructions_are_in_the_kind_of_the_data(trained):
    images, _ = digits(5)
    found = trained.reconstruct(images)
    assert found.shape == images.shape and found.dtype == "uint8"
    latents = trained.encode(images)
    np.testing.assert_array_equal(found, trained.generate(latents=latents))
    images = images / np.float32(127.5) - 1
    direct = ops.convert_to_numpy(ops.stop_gradient(trained(images)))
    free = trained.reconstruct(images, averaged=False)
    np.testing.assert_allclose(free, (direct + 1) * 127.5, atol=0.51)


def test_samples_are_the_means_of_the_likelihood(trained):
    latents = np.random.default_rng(0).normal(size=(6, 2)).astype("float32")
    decoded = ops.convert_to_numpy(ops.stop_gradient(trained.decode(latents)))
    logits = trained.network("decoder")(latents)["logits"]
    probabilities = ops.convert_to_numpy(ops.sigmoid(ops.stop_gradient(logits)))
    np.testing.assert_allclose(decoded, 2 * probabilities - 1, atol=1e-6)
    samples = trained.generate(latents=latents)
    np.testing.assert_array_equal(samples, trained.kind.to_host(decoded))
    assert samples.std(axis=0).max() > 0


# --- labels, other kinds, the user's own networks


@pytest.fixture(scope="module")
def labeled():
    model = small(num_classes=2, class_names=["column", "row"], architecture="mlp")
    model.compile(keras.optimizers.Adam(0.02))
    for _ in range(40):
        model.train_on_batch(*digits())
    return model


def test_labels_say_what_is_made(labeled):
    rows = labeled.generate(8, labels="row", seed=0).astype("float64")
    columns = labeled.generate(8, labels=0, seed=0).astype("float64")
    assert np.array_equal(labeled.generate(8, labels=[1] * 8, seed=0), rows)

    def leaning(images):  # above zero where pixels of a row are alike
        return (images.std(axis=1) - images.std(axis=2)).mean()

    assert leaning(rows) > 0 > leaning(columns)


def test_both_networks_take_labels(labeled):
    images, labels = digits(6)
    codes = labeled.encode(images, labels)
    assert codes.shape == (6, 2)
    assert not np.allclose(labeled.encode(images, 1 - labels), codes)
    found = labeled.reconstruct(images, labels)
    expected = labeled.generate(latents=codes, labels=labels)
    np.testing.assert_array_equal(found, expected)


def test_a_labeled_model_is_saved_with_its_names(labeled):
    again = models.VAE.from_config(labeled.get_config())
    assert again.labels.names == ["column", "row"]
    assert again.get_config() == labeled.get_config()


@pytest.mark.parametrize(
    "kind",
    [
        kinds.Vectors(3),
        kinds.Sequences(4, 2),
        kinds.Images((5, 9, 3)),  # of no size that convolutions can have
    ],
    ids=repr,
)
def test_dense_networks_are_for_samples_of_any_shape(kind):
    model = models.VAE(kind=kind, architecture="mlp", latent_dim=2, units=4)
    assert model.encoder.input_shape == (None, *kind.shape)
    found = {name: x.shape[1:] for name, x in model.decoder.output.items()}
    assert found == model.likelihood.shapes(kind.shape)


def test_bodies_on_a_grid():
    model = models.VAE(kind=kinds.Voxels((4, 4, 4, 1)), latent_dim=2, units=8)
    model.compile(keras.optimizers.Adam(0.05))
    bodies = np.zeros((8, 4, 4, 4, 1), "uint8")
    bodies[:, 1:3] = 1
    before = model.train_on_batch(bodies, return_dict=True)
    assert before["reconstruction"] > 0.5 * 64 * np.log(2)  # of 64 fair coins
    for _ in range(30):
        model.train_on_batch(bodies)
    found = model.reconstruct(bodies)
    assert found.dtype == "uint8"
    np.testing.assert_array_equal(found, bodies)


def test_convolutional_networks_give_every_parameter():
    model = models.VAE((16, 24, 3), likelihood="gaussian", latent_dim=2, filters=2)
    shapes = {name: x.shape for name, x in model.decoder.output.items()}
    assert shapes == dict.fromkeys(("mean", "log_var"), (None, 16, 24, 3))
    assert model.generate(2).shape == (2, 16, 24, 3)


def test_hidden_layers_of_several_widths():
    arguments = {"latent_dim": 2, "units": (8, 4), "activation": "relu"}
    model = models.VAE(SHAPE, architecture="mlp", **arguments)
    for network, order in ((model.encoder, [8, 4]), (model.decoder, [4, 8])):
        hidden = [n for n in network.layers if getattr(n, "activation", None)]
        hidden = [n for n in hidden if n.activation is keras.activations.relu]
        assert [each.units for each in hidden] == order
    paper = models.VAE(SHAPE, architecture="mlp", latent_dim=2)
    (hidden,) = (n for n in paper.encoder.layers if getattr(n, "units", 0) == 500)
    assert hidden.activation is keras.activations.tanh


def test_convolutions_may_be_normalized():
    wae = {"filters": 2, "units": (), "batch_normalization": True, "latent_dim": 2}
    model = models.VAE((16, 16, 1), **wae)
    for network in (model.encoder, model.decoder):
        names = [type(layer).__name__ for layer in network.layers]
        layers = 2 if network is model.encoder else 1
        assert [names.count(n) for n in ("BatchNormalization", "Dense")] == [layers] * 2


def test_own_networks_say_shape_and_latents():
    model = linear_model()
    assert model.kind == kinds.Vectors(3)
    assert [(each.name, each.size) for each in model.inputs] == [("latents", 2)]
    codes = model.encode(POINTS.astype("float32"))
    np.testing.assert_allclose(codes, (POINTS - MEANS) @ TO_MEAN, atol=1e-5)
    found = model.generate(latents=codes)
    np.testing.assert_allclose(found, codes @ FACTORS + MEANS, atol=1e-5)


def test_vectors_of_probabilities():
    kind = kinds.Vectors(3)
    model = models.VAE(kind=kind, likelihood=losses.Bernoulli((0, 1)), units=4)
    model.compile()
    with pytest.raises(
        ValueError, match=r"in \[0, 1\]. Received: values in \[0, 1.5\]"
    ):
        model.fit(np.array([[0.0, 1.0, 1.5]], "float32"))
    batches = [np.full((2, 3), value, "float32") for value in (1.0, -0.5)]
    with pytest.raises(ValueError, match="In batch 2 of the data: `samples`.*ed: -0.5"):
        model.fit(iter(batches), steps_per_epoch=2, verbose=0)


# --- bad input


def encoder(outputs, shape=(3,), size=2):
    samples = keras.Input(shape)
    flat = keras.layers.Flatten()(samples)
    outputs = {name: keras.layers.Dense(size)(flat) for name in outputs}
    return keras.Model(samples, outputs, name="own")


def decoder(size, latent_dim=2):
    return keras.Sequential(
        [keras.Input((latent_dim,)), keras.layers.Dense(size)], name="own"
    )


FIXED = losses.Gaussian(1.0)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({}, "`image_shape` or `kind` is needed.*Received: image_shape=None"),
        ({"image_shape": (8, 8)}, "`image_shape` must be"),
        ({"image_shape": (9, 9, 1)}, "make the height 8 or 10.*Received: height=9"),
        ({"image_shape": SHAPE, "latent_dim": 0}, "Received: latent_dim=0"),
        ({"image_shape": SHAPE, "units": 0}, "Received: units=0"),
        ({"image_shape": SHAPE, "units": (4, -1)}, "Received: units=-1"),
        (
            {"image_shape": SHAPE, "architecture": "mlp", "batch_normalization": True},
            "for the convolutional networks",
        ),
        ({"image_shape": SHAPE, "num_classes": 1}, "Received: num_classes=1"),
        ({"image_shape": SHAPE, "likelihood": "normal"}, "likelihood='normal'"),
        ({"image_shape": SHAPE, "architecture": "dense"}, "architecture='dense'"),
        (
            {"kind": kinds.Vectors(3), "architecture": "convolutional"},
            "Vectors go through architecture='mlp'",
        ),
        (
            {"encoder": encoder(["mean"])},
            "'mean' and 'log_var', each of shape.*Received: encoder='own'",
        ),
        (
            {"kind": kinds.Vectors(4), "encoder": encoder(["mean", "log_var"])},
            r"`encoder` must take \(batch, 4\).*Received: encoder='own'",
        ),
        (
            {"kind": kinds.Vectors(3), "decoder": decoder(3), "latent_dim": 5},
            r"`decoder` must take \(batch, 5\)",
        ),
        (
            {
                "kind": kinds.Vectors(3),
                "decoder": decoder(4),
                "latent_dim": 2,
                "likelihood": FIXED,
            },
            r"`decoder` must return \{'mean': \(3,\)\}.*decoder='own' with \(4,\)",
        ),
        (
            {"kind": kinds.Vectors(3), "decoder": decoder(3), "latent_dim": 2},
            r"'log_var': \(3,\)",
        ),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.VAE(**arguments)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda m: m.compile(loss="mse"), "must be a kerasgen.losses.ELBO.*loss='mse'"),
        (
            lambda m: m.compile(loss={"name": "elbo", "gamma": 1.0}),
            "'elbo' takes the parameters beta, warm_up, free_bits, samples. Received",
        ),
        (lambda m: m.encode(np.zeros((2, 8, 9, 1), "uint8")), r"shape \(2, 8, 9, 1\)"),
        (lambda m: m.encode(np.zeros((0, *SHAPE), "uint8")), "0 samples"),
        (lambda m: m.encode(digits(2)[0], labels=[0, 1]), "takes no `labels`"),
        (lambda m: m.generate(latents=np.zeros((2, 3))), r"shape \(n, 2\)"),
        (lambda m: m.log_prob(digits(2)[0], num_samples=0), "Received: num_samples=0"),
        (lambda m: m.log_prob(digits(2)[0][:, :4]), r"shape \(2, 4, 8, 1\)"),
    ],
)
def test_bad_calls(trained, call, message):
    with pytest.raises(ValueError, match=message):
        call(trained)


def test_a_labeled_model_needs_labels(labeled):
    images, _ = digits(2)
    with pytest.raises(ValueError, match="needs `labels`. Received: labels=None"):
        labeled.encode(images)
    with pytest.raises(ValueError, match="conditional and needs labels"):
        labeled.fit(images)


# --- last activations of one's own networks


def own_networks(likelihood, said, mean=None, log_var=None):
    """A VAE of 2x2 images; what its decoder says is `{name: activation}`."""
    images, latents = keras.Input((2, 2, 1)), keras.Input((2,))
    x = keras.layers.Flatten()(images)
    heads = {
        "mean": keras.layers.Dense(2, mean)(x),
        "log_var": keras.layers.Dense(2, log_var)(x),
    }
    outputs = {
        name: keras.layers.Reshape((2, 2, 1))(
            keras.layers.Dense(4, activation)(latents)
        )
        for name, activation in said.items()
    }
    return models.VAE(
        encoder=keras.Model(images, heads),
        decoder=keras.Model(latents, outputs),
        likelihood=likelihood,
    )


@pytest.mark.parametrize(
    ("likelihood", "said", "heads", "message"),
    [
        ("bernoulli", {"logits": "sigmoid"}, {}, "Bernoulli needs 'logits' to be unbo"),
        ("gaussian", {"mean": "sigmoid", "log_var": None}, {}, "'mean' to reach from"),
        ("gaussian", {"mean": None, "log_var": "softplus"}, {}, "needs 'log_var'"),
        ("bernoulli", {"logits": None}, {"mean": "relu"}, "encoder=.* from 0 to inf"),
        ("bernoulli", {"logits": None}, {"log_var": "softplus"}, "needs 'log_var'"),
    ],
)
def test_a_last_activation_that_does_not_fit_is_said(likelihood, said, heads, message):
    with pytest.warns(UserWarning, match=message) as caught:
        own_networks(likelihood, said, **heads).compile()
    assert [each.category for each in caught].count(UserWarning) == 1


@pytest.mark.parametrize(
    ("likelihood", "said", "heads"),
    [
        ("bernoulli", {"logits": None}, {"mean": "tanh", "log_var": "tanh"}),
        ("gaussian", {"mean": "tanh", "log_var": None}, {}),
    ],
)
def test_activations_that_fit_are_taken_in_silence(likelihood, said, heads):
    own_networks(likelihood, said, **heads).compile()  # warnings are errors here
