"""Networks of two or three numbers, whose losses can be worked out by hand."""

import keras
import numpy as np
import pytest

from kerasgen import kinds, layers
from kerasgen.models import Pix2Pix

SHAPE = (4, 4, 1)
G, P, Q = 0.7, 0.4, 0.9  # y = G x, and logits P x + Q y


def linear(factors, shape=SHAPE):
    """A weighted sum over channels, for each pixel."""
    layer = keras.layers.Conv2D(1, 1, use_bias=False)
    network = keras.Sequential([keras.Input((*shape[:2], len(factors))), layer])
    network.set_weights([np.reshape(factors, (1, 1, -1, 1))])
    return network


def by_hand(g=G, p=P, q=Q, **arguments):
    return Pix2Pix(
        SHAPE, generator=linear([g]), discriminator=linear([p, q]), seed=1, **arguments
    )


def factors(model):
    networks = (model.generator, model.discriminator)
    return [float(w) for n in networks for w in n.get_weights()[0].ravel()]


def pairs(n=8):
    random = np.random.default_rng(0)
    a = random.uniform(-0.9, 0.5, (n, *SHAPE))
    b = random.uniform(-0.1, 0.9, (n, *SHAPE))
    return a.astype("float32"), b.astype("float32")


def softplus(x):
    return np.log1p(np.exp(x))


def expected(x, y, g=G, p=P, q=Q, l1=100.0):
    """Both losses in float64."""
    x, y = x.astype("float64"), y.astype("float64")
    made = g * x
    real, fake = p * x + q * y, p * x + q * made
    distance = np.mean(abs(y - made))
    return {
        "discriminator_loss": np.mean(softplus(-real) + softplus(fake)) / 2,
        "generator_loss": np.mean(softplus(-fake)) + l1 * distance,
        "l1": distance,
    }


def step(model, data):
    model.reset_metrics()
    logs = model.train_on_batch(data, return_dict=True)
    return {name: float(value) for name, value in logs.items()}


# --- losses


@pytest.mark.parametrize("l1", [None, 3.0])
def test_losses_are_those_of_the_paper(l1):
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0), l1=l1)
    wanted = expected(*pairs(), l1=100.0 if l1 is None else l1)
    assert step(model, pairs()) == pytest.approx(wanted, rel=1e-5)
    found = model.evaluate(pairs(), batch_size=4, return_dict=True, verbose=0)
    assert found == pytest.approx(wanted, rel=1e-5)


def test_it_learns_either_way():
    model = by_hand(to="A")
    model.compile(keras.optimizers.SGD(0.0))
    a, b = pairs()
    assert step(model, (a, b)) == pytest.approx(expected(b, a), rel=1e-5)


def test_a_discriminator_may_see_the_target_alone():
    model = Pix2Pix(
        SHAPE, generator=linear([G]), discriminator=linear([Q]), conditional=False
    )
    model.compile(keras.optimizers.SGD(0.0))
    assert step(model, pairs()) == pytest.approx(expected(*pairs(), p=0.0), rel=1e-5)


def test_the_discriminator_moves_first_and_the_generator_against_what_it_became():
    model = by_hand()
    model.compile(
        {
            "discriminator": keras.optimizers.SGD(1.0),
            "generator": keras.optimizers.SGD(0.01),
        }
    )
    model.train_on_batch(pairs())

    def slope(name, loss, **at):
        ends = [
            expected(*pairs(), **{**at, name: at[name] + h})[loss]
            for h in (1e-6, -1e-6)
        ]
        return (ends[0] - ends[1]) / 2e-6

    before = {"g": G, "p": P, "q": Q}
    p = P - slope("p", "discriminator_loss", **before)
    q = Q - slope("q", "discriminator_loss", **before)
    g = G - 0.01 * slope("g", "generator_loss", g=G, p=p, q=q)
    assert factors(model) == pytest.approx([g, p, q], abs=2e-4)
    assert min(abs(p - P), abs(q - Q)) > 0.01


def test_other_objectives_can_be_named():
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0), "wasserstein", l1=0.0)
    x, y = (each.astype("float64") for each in pairs())
    logs = step(model, pairs())
    assert logs["discriminator_loss"] == pytest.approx(
        np.mean(Q * G * x - Q * y) / 2, rel=1e-4
    )
    assert logs["generator_loss"] == pytest.approx(-np.mean(P * x + Q * G * x), 1e-4)


def test_weights_count_pairs():
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0))
    x, y = pairs()
    model.reset_metrics()
    weights = np.array([1.0, 1.0] + [0.0] * 6, "float32")
    logs = model.train_on_batch((x, y), sample_weight=weights, return_dict=True)
    found = expected(x[:2], y[:2])["l1"]
    assert float(logs["l1"]) == pytest.approx(found, rel=1e-5)


def test_a_pool_keeps_pairs_together():
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0), views=[layers.SamplePool(8, seed=1)])
    x, y = pairs()
    step(model, (x, y))
    stored = model.views[0].places[0].numpy()
    np.testing.assert_allclose(stored[..., :1], x, rtol=1e-5)
    np.testing.assert_allclose(stored[..., 1:], G * x, rtol=1e-5)


# --- the paper's networks


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return Pix2Pix((16, 16, 1), (16, 16, 3), filters=2, halvings=1, seed=1)


def photos(n=6):
    random = np.random.default_rng(1)
    return random.integers(0, 256, (n, 16, 16, 1)).astype("uint8")


def test_noise_is_fixed_by_the_seed_and_repeats_nowhere(model):
    same = np.repeat(photos(1), 6, axis=0)
    made = model.translate(same, seed=3, batch_size=2)
    assert made.shape == (6, 16, 16, 3)
    np.testing.assert_array_equal(made, model.translate(same, seed=3, batch_size=2))
    assert (made != model.translate(same, seed=4, batch_size=2)).any()
    assert len(np.unique(made.reshape(6, -1), axis=0)) == 6
    np.testing.assert_array_equal(
        made, model.generate(images=same, seed=3, batch_size=2)
    )


def test_what_is_made_of_an_image_does_not_depend_on_its_neighbors():
    keras.utils.set_random_seed(0)
    quiet = Pix2Pix(
        (8, 8, 1), filters=2, halvings=1, dropout=0.0, normalization="batch"
    )
    images = photos(4)[:, :8, :8]
    together = quiet.translate(images)
    alone = [quiet.translate(image[None])[0] for image in images]
    np.testing.assert_allclose(together.astype(int), alone, atol=1)


def test_batch_statistics_train_the_network_but_not_affect_one_image():
    """In training a batch of one has the statistics of its image."""
    keras.utils.set_random_seed(0)
    quiet = Pix2Pix(
        (8, 8, 1), filters=2, halvings=1, dropout=0.0, normalization="batch"
    )
    x = np.random.default_rng(0).uniform(-1, 1, (3, 8, 8, 1)).astype("float32")
    of_one = keras.ops.convert_to_numpy(quiet.generator(x[:1], training=True))
    at_rest = keras.ops.convert_to_numpy(quiet.generator(x[:1], training=False))
    of_three = keras.ops.convert_to_numpy(quiet.generator(x, training=True))[:1]
    np.testing.assert_allclose(of_one, at_rest, atol=1e-5)
    assert abs(of_three - at_rest).max() > 1e-4


def test_it_is_a_model_of_pairs_that_makes_one_of_them(model):
    assert model.kind == kinds.Pair(
        kinds.Images((16, 16, 1)), kinds.Images((16, 16, 3))
    )
    assert model.sampled_kind == kinds.Images((16, 16, 3))
    assert model.discriminator.input_shape == (None, 16, 16, 4)
    back = Pix2Pix((16, 16, 1), (16, 16, 3), to="A", filters=1, halvings=0, seed=1)
    assert back.sampled_kind == kinds.Images((16, 16, 1))
    assert back.inputs[0].domain == 1
    assert back.discriminator.output_shape == (None, 16, 16, 1)


# --- bad input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": (24, 16, 1), "depth": 4}, "16 and 32. Received: height=24"),
        ({"image_shape": (7, 8, 1)}, "multiples of 2; near sizes are 6 and 8"),
        ({"to": "C"}, "`to` must be one of.*'C'"),
        ({"dropout": 1.0}, r"`dropout` must lie in \[0, 1\)"),
        ({"normalization": "layer"}, "`normalization` must be one of"),
        ({"halvings": -1}, "halvings=-1"),
        ({"filters": 0}, "filters=0"),
        ({"discriminator_filters": 0}, "filters=0"),
        ({"image_shape_b": (32, 32, 1)}, "`conditional=False`"),
        ({"image_shape_b": (32, 32, 1), "conditional": False}, "keeps height"),
        ({"defaults": {"cycle": 1.0}}, "cycle"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    small = {"image_shape": (16, 16, 1), "filters": 1, "halvings": 1}
    with pytest.raises(ValueError, match=message):
        Pix2Pix(**small | arguments)


def test_bad_learning_and_bad_requests_are_refused(model):
    with pytest.raises(ValueError, match="`l1` must be at least 0"):
        by_hand().compile(l1=-1.0)
    with pytest.raises(ValueError, match=r"one of \['B'\].*Received: to='A'"):
        model.translate(photos(), to="A")
    with pytest.raises(ValueError, match="gray images.*color images"):
        model.translate(np.zeros((2, 16, 16, 3), "uint8"))
