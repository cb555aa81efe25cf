"""What an autoencoder compares, and what it can be asked for before and after."""

import types

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import callbacks, kinds, latent, layers, losses, models, zoo
from kerasgen.metrics import Extractor

SHAPE = (8, 8, 1)


def bars(n=64):
    """Images 8x8, a bright row or column on black, and which of the two it is."""
    random = np.random.default_rng(0)
    images, labels = np.zeros((n, *SHAPE), "uint8"), np.arange(n) % 2
    for image, label, at in zip(images, labels, random.integers(0, 8, n), strict=True):
        image[(at, slice(None)) if label else (slice(None), at)] = 255
    return images, labels


def small(**arguments):
    keras.utils.set_random_seed(0)
    made = {"latent_dim": 3, "units": 64, "architecture": "mlp", "seed": 1}
    return models.Autoencoder(SHAPE, **made | arguments)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A denoising autoencoder after some epochs, with a grid of reconstructions."""
    folder = tmp_path_factory.mktemp("autoencoder")
    model = small()
    noise = layers.GaussianNoise(0.5, seed=2)
    model.compile(keras.optimizers.Adam(0.01), views=[noise], average=0.9)
    grid = callbacks.ReconstructionGrid(folder, bars(6)[0], every=20, columns=3)
    model.fit(bars()[0], batch_size=16, epochs=80, callbacks=[grid], verbose=0)
    return types.SimpleNamespace(model=model, folder=folder)


@pytest.fixture
def trained(run):
    return run.model


# --- what is compared


def linear(likelihood=None):
    """The identity on three numbers, moved by a half."""
    encoder = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
    decoder = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
    encoder.set_weights([np.eye(3), np.zeros(3)])
    decoder.set_weights([np.eye(3), np.full(3, 0.5)])
    return models.Autoencoder(encoder=encoder, decoder=decoder, likelihood=likelihood)


POINTS = np.array([[0.2, -1.0, 3.0], [0.9, 0.4, -2.0]], "float32")


def loss_of(model, points=POINTS, **arguments):
    model.compile(keras.optimizers.SGD(0.0), run_eagerly=True, **arguments)
    logs = model.evaluate(points, return_dict=True, verbose=0)
    return logs["autoencoder_loss"]


@pytest.mark.parametrize("loss, expected", [("mse", 0.25), ("mae", 0.5)])
def test_distances_are_means_over_values(loss, expected):
    assert loss_of(linear(), loss=loss) == pytest.approx(expected, rel=1e-6)


def test_the_likelihood_of_a_bernoulli_is_the_cross_entropy():
    points = np.array([[0.0, 1.0, 0.25]], "float32")
    model = linear(losses.Bernoulli((0, 1)))
    p = 1 / (1 + np.exp(-(points + 0.5).astype("float64")))
    expected = -(points * np.log(p) + (1 - points) * np.log(1 - p)).sum()
    found = loss_of(model, points, loss="log_likelihood")
    assert found == pytest.approx(expected, rel=1e-5)


def test_a_perceptual_distance_is_one_of_features():
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.AveragePooling2D(4, name="quarters")(inputs)
    x = keras.layers.AveragePooling2D(2, name="all")(x)
    eyes = Extractor(keras.Model(inputs, keras.layers.Flatten()(x)), name="eyes")
    model, (images, _) = small(), bars(4)
    distance = losses.perceptual(eyes, ["quarters", "all"], weights=[1.0, 2.0])
    found = loss_of(model, images, loss=distance)
    floats = images / np.float64(127.5) - 1
    # An extractor sees pixels of [0, 255] unless it says otherwise.
    error = floats - ops.convert_to_numpy(ops.stop_gradient(model(floats)))
    error *= 127.5
    quarters = error.reshape(4, 2, 4, 2, 4).mean(axis=(2, 4))
    whole = error.mean(axis=(1, 2, 3))
    expected = np.square(quarters).mean() + 2.0 * np.square(whole).mean()
    assert found == pytest.approx(expected, rel=1e-4)
    kernels = [v.numpy() for v in model.encoder.weights]
    model.compile(keras.optimizers.Adam(0.01), loss=distance)
    model.train_on_batch(images)
    assert not np.array_equal(kernels[0], model.encoder.weights[0].numpy())


def test_sample_weights_weigh_the_loss():
    model = linear()
    model.compile(run_eagerly=True)
    points = np.concatenate([POINTS, POINTS])
    weights = np.array([1.0, 0.0, 0.0, 0.0])
    model.decoder.set_weights([np.diag([1.0, 2.0, 1.0]), np.zeros(3)])
    arguments = {"sample_weight": weights, "return_dict": True, "verbose": 0}
    logs = model.evaluate(points, **arguments)
    assert logs["autoencoder_loss"] == pytest.approx(1.0 / 3.0, rel=1e-5)


# --- denoising


def test_the_encoder_alone_sees_the_noise():
    model = linear()
    model.compile(keras.optimizers.SGD(0.0), views=layers.GaussianNoise(2.0, seed=3))
    points = np.zeros((4096, 3), "float32")
    noisy = model.train_on_batch(points, return_dict=True)["autoencoder_loss"]
    # E (noise + 0.5)^2: of noise in the target as well, nothing would be left of it.
    assert noisy == pytest.approx(4.0 + 0.25, rel=0.1)
    logs = model.evaluate(points, batch_size=4096, return_dict=True, verbose=0)
    assert logs["autoencoder_loss"] == pytest.approx(0.25, rel=1e-5)


def test_it_takes_noise_away(trained):
    images, _ = bars()
    random = np.random.default_rng(1)
    floats = images / np.float32(127.5) - 1
    noisy = np.clip(floats + random.normal(0, 0.5, floats.shape), -1, 1)
    again = trained.reconstruct(noisy.astype("float32")) / 127.5 - 1
    assert np.square(again - floats).mean() < 0.7 * np.square(noisy - floats).mean()


def test_views_are_saved_with_what_they_remember(tmp_path):
    model = small()
    model.compile(views=[layers.GaussianNoise(0.5, decay_calls=9, seed=2)], loss="mae")
    model.fit(bars()[0], batch_size=32, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert int(again.views[0].calls.numpy()) == 2
    assert type(again.objective) is losses.AbsoluteError
    for each in (model, again):
        each.fit(bars()[0], batch_size=32, shuffle=False, verbose=0)
    for a, b in zip(model.weights, again.weights, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-6)


# --- codes, and their distribution


def test_codes_and_reconstructions(trained):
    images, _ = bars(5)
    codes = trained.encode(images, batch_size=2)
    assert codes.shape == (5, 3)
    np.testing.assert_array_equal(
        trained.reconstruct(images), trained.generate(latents=codes)
    )


def test_before_a_prior_is_fitted_generate_says_what_to_do():
    with pytest.raises(ValueError, match=r"`model.fit_prior\(samples\)`.*no latents"):
        small().generate(4)


def clusters(n=2000):
    """Points about two places, three times as many about the second."""
    random = np.random.default_rng(0)
    second = random.random(n) < 0.75
    at = np.where(second[:, None], [4.0, 0.0, -2.0], [-4.0, 1.0, 2.0])
    scale = np.where(second[:, None], [0.3, 1.0, 0.1], [1.0, 0.2, 0.5])
    return (at + scale * random.normal(size=(n, 3))).astype("float32")


def identity():
    model = linear()
    model.decoder.set_weights([np.eye(3), np.zeros(3)])
    return model


@pytest.mark.parametrize("covariance", ["full", "diag"])
def test_samples_are_distributed_as_the_codes_are(covariance):
    model, points = identity(), clusters()
    model.fit_prior(points, components=2, covariance=covariance)
    found = model.generate(20_000, seed=0, batch_size=5000)
    for part in (lambda x: x[x[:, 0] > 0], lambda x: x[x[:, 0] < 0]):
        mine, theirs = part(found), part(points)
        share = len(mine) / len(found) - len(theirs) / len(points)
        assert abs(share) < 0.02
        np.testing.assert_allclose(mine.mean(axis=0), theirs.mean(axis=0), atol=0.05)
        np.testing.assert_allclose(np.cov(mine.T), np.cov(theirs.T), atol=0.05)


def test_the_same_seed_draws_the_same_by_philox_on_every_backend():
    model = identity()
    mixture = model.fit_prior(clusters(), components=1)
    _, (mean,), (root,) = (t.numpy().astype("float64") for t in mixture.tables)
    random = np.random.Generator(np.random.Philox(7))
    random.random(3)  # which Gaussian
    expected = mean + random.standard_normal((3, 3)) @ root.T
    np.testing.assert_allclose(model.generate(3, seed=7), expected, rtol=1e-5)


def test_a_fitted_prior_is_saved_with_the_model_and_in_the_zoo(trained, tmp_path):
    images, _ = bars()
    trained.fit_prior(images, components=3, seed=1)
    expected = trained.generate(6, seed=0)
    assert expected.std(axis=0).max() > 0
    trained.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.generate(6, seed=0), expected)
    zoo.save(trained, tmp_path / "bars")
    np.testing.assert_array_equal(
        zoo.load(tmp_path / "bars").generate(6, seed=0), expected
    )
    # A second one takes the place of the first, in training too.
    trained.fit_prior(images, components=2)
    assert [m.components for m in trained.mixtures] == [2]
    assert sum(v.path.endswith("means") for v in trained.variables) == 1
    trained.fit(images, batch_size=32, verbose=0)
    assert not np.array_equal(trained.generate(6, seed=0), expected)


def test_everything_latent_takes_it(trained):
    images, labels = bars(16)
    trained.fit_prior(images, components=2)
    a, b = latent.draw(trained, 2, seed=0)
    assert latent.picture(trained, latent.linear(a, b, 4)).shape[2] == 1
    assert latent.code_scatter(trained, images, labels).shape[2] == 3
    found = latent.invert(trained, images[:1], steps=3, restarts=1)
    assert found.latents.shape == (1, 3)


# --- pictures


def test_reconstructions_stand_beside_their_samples(run):
    names = sorted(path.name for path in run.folder.glob("*.png"))
    assert names == [f"epoch_{n:04d}.png" for n in (20, 40, 60, 80)]
    grid = callbacks.ReconstructionGrid(run.folder, bars(6)[0], columns=3)
    grid.set_model(run.model)
    picture, images = grid.picture(), bars(6)[0]
    pair = kinds.Pair(run.model.kind, run.model.kind)
    expected = pair.picture((images, run.model.reconstruct(images)), 3)
    np.testing.assert_array_equal(picture, expected)


# --- bad input


def pool():
    return [layers.SamplePool(8)]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: small(latent_dim=0), "Received: latent_dim=0"),
        (lambda: small(likelihood="normal"), "likelihood='normal'"),
        (lambda: small(mixture=layers.GaussianMixture(2)), "`mixture` must draw"),
        (lambda: small().compile(loss="l2"), "`loss` must be.*loss='l2'"),
        (lambda: small().compile(views="fog"), "view='fog'"),
        (lambda: small(kind=kinds.Vectors(64)), "`image_shape` or `kind`, not both"),
        (lambda: small().compile(views=pool()), "Received: views with SamplePool"),
        (lambda: small().fit_prior(bars()[0], components=0), "components=0"),
        (lambda: small().fit_prior(bars(4)[0]), "components=10 for 4 samples"),
        (lambda: small().fit_prior(bars()[0], covariance="round"), "`covariance`"),
        (lambda: small().fit_prior(bars()[0][:, :4]), r"shape \(64, 4, 8, 1\)"),
        (lambda: small().generate(latents=np.zeros((2, 4))), r"shape \(n, 3\)"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_grid_of_reconstructions_needs_an_encoder(tmp_path):
    model = models.DCGAN((8, 8, 1), filters=2, latent_dim=2)
    model.compile()
    grid = callbacks.ReconstructionGrid(tmp_path, bars(4)[0])
    with pytest.raises(ValueError, match="an encoder and a decoder"):
        model.fit(bars(8)[0], callbacks=[grid], verbose=0)
