"""PixelCNN++: resolutions that are evaluated now and then, colors drawn at once."""

import keras
import numpy as np
import pytest
from scipy import special

from kerasgen import models
from kerasgen.engine import inference

SHAPE = (8, 8, 2)
RANDOM = np.random.default_rng(0)


def images_of(n, shape=SHAPE):
    return RANDOM.integers(0, 256, (n, *shape)).astype("uint8")


@pytest.fixture(scope="module")
def model():
    """Three resolutions, two classes, weights far from those at first."""
    keras.utils.set_random_seed(0)
    made = models.PixelCNNPlusPlus(
        SHAPE, filters=3, blocks=1, components=2, num_classes=2, seed=1
    )
    network = made.network("network")
    moved = [w + RANDOM.normal(0, 0.3, w.shape) for w in network.get_weights()]
    network.set_weights(moved)
    return made


def test_layers_that_remember_give_the_images_of_the_plain_loop(model):
    """Also at half and a quarter of the resolution, and of given pixels."""
    given, mask = images_of(4), np.zeros((4, *SHAPE[:2]), bool)
    mask[1, 3:5] = mask[2, ::2] = mask[3, :, 5] = True
    asked = {"labels": [0, 1, 0, 1], "seed": 3, "given": given, "mask": mask}
    cached = model.generate(**asked)
    np.testing.assert_array_equal(cached, model.generate(**asked, cached=False))
    np.testing.assert_array_equal(cached[mask], given[mask])
    assert (cached[~mask] != given[~mask]).mean() > 0.9
    free = model.generate(labels=[0, 1, 0, 1], seed=3)
    np.testing.assert_array_equal(free[0], cached[0])
    np.testing.assert_array_equal(free[1, :3], cached[1, :3])
    assert not np.array_equal(free[1, 5:], cached[1, 5:])
    turned = model.generate(labels=[1, 1, 0, 0], seed=3)
    assert not np.array_equal(turned[0], free[0])
    np.testing.assert_array_equal(turned[1:3], free[1:3])
    cold = [model.generate(labels=[0] * 4, seed=s, temperature=1e-5) for s in (0, 1)]
    # The likeliest, but for what rounds to one of two levels.
    assert (np.abs(np.diff(np.concatenate(cold).astype(int), axis=0)) < 2).all()


def test_log_prob_is_that_of_each_pixel_given_those_before(model):
    images, labels = images_of(3), np.array([0, 1, 1])
    floats = (images / np.float32(127.5) - 1).astype("float32")
    network = model.network("network")
    predict = inference(lambda x: network(x, training=False), network.variables)
    p = predict((floats, np.eye(2, dtype="float32")[labels]))
    p = {name: keras.ops.convert_to_numpy(value) for name, value in p.items()}
    assert p["coefficients"].shape == (3, 8, 8, 1, 2)
    x = floats.astype("float64")[..., None]  # (batch, height, width, colors, K)
    m = p["mean"].astype("float64")
    m[..., 1, :] += np.tanh(p["coefficients"][..., 0, :]) * x[..., 0, :]
    scale = np.exp(p["log_scale"].astype("float64"))
    upper = np.where(x > 0.999, 1.0, special.expit((x + 1 / 255 - m) / scale))
    lower = np.where(x < -0.999, 0.0, special.expit((x - 1 / 255 - m) / scale))
    joint = special.softmax(p["logits"], axis=-1) * np.prod(upper - lower, axis=-2)
    expected = np.log(joint.sum(-1)).sum((1, 2))
    np.testing.assert_allclose(model.log_prob(images, labels), expected, rtol=1e-4)
    other = model.log_prob(images, 1 - labels)
    assert np.abs(other - expected).min() > 1e-2


@pytest.fixture(scope="module")
def trained():
    """Images without any variance, 8 epochs of a step each."""
    keras.utils.set_random_seed(0)
    made = models.PixelCNNPlusPlus((4, 6, 1), 4, 1, 1, components=2, seed=1)
    made.compile(keras.optimizers.Adam(1e-2))
    images = np.full((16, 4, 6, 1), 200, "uint8")
    history = made.fit(images, batch_size=16, epochs=8, verbose=0).history
    return made, images, history


def test_a_constant_batch_is_learned(trained):
    model, images, history = trained
    bits = history["bits_per_dim"]
    assert np.isfinite(bits).all() and bits[-1] < bits[0] - 0.5
    logs = model.evaluate(images, return_dict=True, verbose=0)
    nats = logs["network_loss"]
    assert logs["bits_per_dim"] == pytest.approx(nats / (24 * np.log(2)), rel=1e-4)


def test_the_average_follows_all_weights_as_in_the_paper(trained):
    model, images, _ = trained
    (average,) = model.averages
    assert average.decay == 0.9995
    raw = model.network("network", averaged=False).get_weights()
    averaged = model.network("network").get_weights()
    assert all((a != b).any() for a, b in zip(raw, averaged, strict=True))
    nats = [-model.log_prob(images, averaged=a).mean() for a in (True, False)]
    logs = model.evaluate(images, return_dict=True, verbose=0)
    assert logs["network_loss"] == pytest.approx(nats[0], rel=1e-4)
    assert abs(nats[1] / nats[0] - 1) > 1e-3


def test_dropout_is_of_training_alone_and_drawn_anew_in_each_layer(trained):
    network = trained[0].network("network", averaged=False)
    x = RANDOM.uniform(-1, 1, (1, 4, 6, 1)).astype("float32")

    def means(training):
        found = network(x, training=training)["mean"]
        return keras.ops.convert_to_numpy(keras.ops.stop_gradient(found))

    np.testing.assert_array_equal(means(False), means(False))
    assert np.abs(means(True) - means(False)).max() > 1e-6
    assert np.abs(means(True) - means(True)).max() > 1e-6


@pytest.mark.host
def test_the_network_has_the_residual_layers_of_figure_2():
    network = models.PixelCNNPlusPlus((32, 32, 3), filters=1).network("network")
    assert network.row_stream.count == network.pixel_stream.count == 5 * 6 + 2
    assert network.last.filters == 100
    config = models.PixelCNNPlusPlus((4, 4, 1), 1, 1, seed=2).get_config()
    assert config["components"] == 10 and config["dropout"] == 0.5


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"image_shape": (30, 32, 3)}, "make the height 28 or 32. Received"),
        ({"image_shape": (32, 3, 1)}, "make the width 4. Received"),
        ({"image_shape": (7, 8, 1), "halvings": 1}, "make the height 6 or 8. Rec"),
        ({"halvings": -1}, "`halvings` must be an integer of at least 0"),
        ({"image_shape": (8, 8)}, "`image_shape` must be"),
        ({"filters": 0}, "`filters` must be a positive integer"),
        ({"blocks": 0}, "`blocks` must be a positive integer"),
        ({"components": 0}, "`components` must be a positive integer"),
        ({"dropout": 1.0}, "`dropout` must lie in"),
        ({"num_classes": 1}, "`num_classes` must be an integer of at least 2"),
    ],
)
@pytest.mark.host
def test_what_the_constructor_refuses(arguments, message):
    small = {"image_shape": (4, 4, 1), "filters": 1, "blocks": 1}
    with pytest.raises(ValueError, match=message):
        models.PixelCNNPlusPlus(**{**small, **arguments})


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"n": 2, "temperature": 0.0}, "`temperature` must be positive"),
        ({"n": 2, "latents": np.zeros((2, 3))}, "takes no `latents`"),
        ({"labels": [2]}, "labels"),
        ({"n": 2, "given": np.zeros((2, *SHAPE), "uint8")}, "go together"),
    ],
)
def test_what_generate_refuses(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model.generate(**arguments)


def test_log_prob_needs_labels(model):
    with pytest.raises(ValueError, match="needs `labels`"):
        model.log_prob(images_of(2))
