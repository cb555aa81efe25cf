"""Networks that multiply by one number, whose losses can be worked out by hand."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import inputs, kinds, layers
from kerasgen.adversarial import R1, Clip
from kerasgen.engine import ByEpoch, ConstantThenLinear
from kerasgen.models import CycleGAN

SHAPE = (4, 4, 1)
WEIGHTS = {
    "generator_ab": 0.7,
    "generator_ba": -1.2,
    "discriminator_a": 0.4,
    "discriminator_b": 0.9,
}


def times(factor, channels=1, shape=SHAPE):
    """`x -> factor * sum over channels of x`, for each pixel."""
    layer = keras.layers.Conv2D(channels, 1, use_bias=False)
    network = keras.Sequential([keras.Input(shape), layer])
    network.set_weights([np.full((1, 1, shape[-1], channels), factor)])
    return network


def by_hand(**weights):
    networks = {name: times(w) for name, w in {**WEIGHTS, **weights}.items()}
    return CycleGAN(**networks, seed=1)


def factors(model):
    return {
        name: float(n.get_weights()[0][0, 0, 0, 0])
        for name, n in model.networks.items()
    }


def domains(n=8):
    """Samples of A and of B: they differ in mean and spread."""
    random = np.random.default_rng(0)
    a = random.uniform(-0.5, 0.1, (n, *SHAPE))
    b = random.uniform(-0.1, 0.9, (n, *SHAPE))
    return a.astype("float32"), b.astype("float32")


def expected_losses(a, b, fakes=None, cycle=10.0, part=0.5, **changed):
    """Both losses in float64, as the paper and the authors' code have them."""
    g, f, p, q = {**WEIGHTS, **changed}.values()
    a, b = a.astype("float64"), b.astype("float64")
    fake_a, fake_b = fakes or (f * b, g * a)
    adversarial = np.mean((q * g * a - 1) ** 2) + np.mean((p * f * b - 1) ** 2)
    cycles = np.mean(abs(f * g * a - a)) + np.mean(abs(g * f * b - b))
    identity = np.mean(abs(g * b - b)) + np.mean(abs(f * a - a))
    of_a = np.mean((p * a - 1) ** 2) + np.mean((p * fake_a) ** 2)
    of_b = np.mean((q * b - 1) ** 2) + np.mean((q * fake_b) ** 2)
    return {
        "cycle": cycles,
        "identity": identity,
        "generator_loss": adversarial + cycle * (cycles + part * identity),
        "discriminator_loss": (of_a + of_b) / 2,
    }


def step(model, data):
    """The logs of one step alone."""
    model.reset_metrics()
    logs = model.train_on_batch(data, return_dict=True)
    return {name: float(value) for name, value in logs.items()}


# --- losses


def test_losses_are_those_of_the_paper():
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0))
    assert step(model, domains()) == pytest.approx(
        expected_losses(*domains()), rel=1e-5
    )
    found = model.evaluate(domains(), batch_size=8, return_dict=True, verbose=0)
    assert found == pytest.approx(expected_losses(*domains()), rel=1e-5)


def test_weights_of_the_terms():
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0), cycle=3.0, identity=0.2)
    expected = expected_losses(*domains(), cycle=3.0, part=0.2)
    assert step(model, domains()) == pytest.approx(expected, rel=1e-5)


def test_a_weight_may_be_a_schedule():
    model = by_hand()
    falling = keras.optimizers.schedules.PolynomialDecay(10.0, 4, 2.0)
    model.compile(keras.optimizers.SGD(0.0), cycle=falling, identity=0.0)
    for cycle in (10.0, 8.0, 6.0):
        expected = expected_losses(*domains(), cycle=cycle, part=0.0)["generator_loss"]
        assert step(model, domains())["generator_loss"] == pytest.approx(expected, 1e-5)


def test_each_network_follows_the_gradient_of_its_own_loss():
    """All of them at the weights of before the step."""
    model = by_hand()
    model.compile(keras.optimizers.SGD(1.0))
    model.train_on_batch(domains())
    for name, after in factors(model).items():
        loss = f"{name.split('_')[0]}_loss"
        ends = [
            expected_losses(*domains(), **{name: WEIGHTS[name] + h})[loss]
            for h in (1e-6, -1e-6)
        ]
        gradient = (ends[0] - ends[1]) / 2e-6
        assert after == pytest.approx(WEIGHTS[name] - gradient, abs=2e-5), name
        assert abs(gradient) > 1e-2


def test_a_generator_that_changes_nothing_loses_nothing_on_the_way():
    model = by_hand(generator_ab=1.0, generator_ba=1.0)
    model.compile(keras.optimizers.SGD(0.0))
    logs = step(model, domains())
    assert logs["cycle"] == logs["identity"] == 0.0
    assert logs["generator_loss"] > 0.0  # the discriminators are not convinced


def test_other_objectives_and_terms_are_halved_for_the_discriminators_alone():
    model = by_hand()
    model.compile(
        keras.optimizers.SGD(0.0),
        "wasserstein",
        cycle=0.0,
        terms=[R1(2.0)],
        constraints={"discriminator": Clip(0.3)},
    )
    a, b = (x.astype("float64") for x in domains())
    g, f, p, q = WEIGHTS.values()
    logs = step(model, domains())
    critics = p * (f * b.mean() - a.mean()) + q * (g * a.mean() - b.mean())
    # A mean over 16 patches has the slope p / 16 in each of 16 pixels.
    slopes = 2.0 * (p**2 + q**2) / 16
    assert logs["discriminator_loss"] == pytest.approx((critics + slopes) / 2, 1e-4)
    expected = -p * f * b.mean() - q * g * a.mean()
    assert logs["generator_loss"] == pytest.approx(expected, 1e-4)
    after = factors(model)
    assert after["discriminator_a"] == after["discriminator_b"] == pytest.approx(0.3)
    assert after["generator_ab"] == pytest.approx(0.7)


def test_an_objective_may_ask_for_both_sides():
    """For the generators too: the logits of real samples, and of their own."""
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0), "relativistic_average", cycle=0.0)
    a, b = (x.astype("float64") for x in domains())
    g, f, p, q = WEIGHTS.values()

    def loss(real, fake):
        """Logits `(batch, 4, 4, 1)` less the other side's mean over the batch."""
        ahead, behind = real - fake.mean(axis=0), fake - real.mean(axis=0)
        return np.mean(np.log1p(np.exp(ahead)) + np.log1p(np.exp(-behind)))

    expected = loss(q * b, q * g * a) + loss(p * a, p * f * b)
    logs = step(model, domains())
    assert logs["generator_loss"] == pytest.approx(expected, rel=1e-5)


# --- pools


def test_discriminators_see_earlier_samples_and_generators_their_own():
    model = by_hand()
    pool = layers.SamplePool(8, seed=3)
    model.compile(keras.optimizers.SGD(0.0), views=[pool])
    a, b = domains()
    step(model, (a, b))
    a, b = -0.5 * a, -0.5 * b
    logs = step(model, (a, b))
    expected = expected_losses(a, b)
    for name in ("cycle", "identity", "generator_loss"):
        assert logs[name] == pytest.approx(expected[name], rel=1e-5)
    assert logs["discriminator_loss"] != pytest.approx(expected["discriminator_loss"])


def test_each_domain_has_a_pool_of_its_own():
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0))
    a, b = domains()
    step(model, (a, b))
    for rules, made in zip(model.rules, (-1.2 * b, 0.7 * a), strict=True):
        (pool,) = rules.views
        assert pool.capacity == 50
        stored = pool.places[0].numpy()
        np.testing.assert_allclose(stored[:8], made, rtol=1e-5)
        assert not stored[8:].any()
    assert model.views[0].seed != model.views[1].seed


# --- what it says of itself, and after training


def test_it_is_a_model_of_pairs_that_makes_b_of_a():
    model = by_hand()
    assert model.kind == kinds.Pair(kinds.Images(SHAPE), kinds.Images(SHAPE))
    assert isinstance(model.inputs[0], inputs.Given)
    assert list(model.networks) == list(WEIGHTS)
    a, _ = domains()
    images = model.generate(images=a, batch_size=3)
    np.testing.assert_array_equal(images, model.translate(a, to="B"))
    np.testing.assert_array_equal(images, kinds.Images(SHAPE).to_host(0.7 * a))


def test_translation_both_ways_of_bytes():
    model = by_hand()
    b = np.arange(32, dtype="uint8").reshape((2, *SHAPE)) + 100
    found = model.translate(b, to="A", batch_size=1)
    assert found.dtype == "uint8"
    np.testing.assert_allclose(found, np.rint(127.5 - 1.2 * (b - 127.5)), atol=1)
    with pytest.raises(ValueError, match="keeps no such average of its generator_ba"):
        model.translate(b, to="A", averaged=True)


@pytest.fixture(scope="module")
def unequal():
    """Gray 8x8 images against 16x16 ones in color, by networks of one's own."""
    keras.utils.set_random_seed(0)
    up = keras.layers.Conv2DTranspose(3, 2, strides=2, activation="tanh")
    down = keras.layers.Conv2D(1, 2, strides=2, activation="tanh")
    model = CycleGAN(
        generator_ab=keras.Sequential([keras.Input((8, 8, 1)), up]),
        generator_ba=keras.Sequential([keras.Input((16, 16, 3)), down]),
        discriminator_a=times(0.5, shape=(8, 8, 1)),
        discriminator_b=times(0.5, shape=(16, 16, 3)),
        seed=2,
    )
    model.compile(average=0.9)
    return model


def test_domains_may_differ_in_shape(unequal):
    random = np.random.default_rng(0)
    a = random.integers(0, 256, (6, 8, 8, 1)).astype("uint8")
    b = random.integers(0, 256, (6, 16, 16, 3)).astype("uint8")
    history = unequal.fit((a, b), batch_size=2, epochs=2, verbose=0).history
    assert history["identity"] == [0.0, 0.0]  # nothing that a generator could keep
    assert unequal.translate(a, to="B").shape == (6, 16, 16, 3)
    assert unequal.translate(b, to="A").shape == (6, 8, 8, 1)
    for name, to in (("generator_ab", "B"), ("generator_ba", "A")):
        source = a if to == "B" else b
        raw = unequal.translate(source, to=to, averaged=False)
        assert (raw != unequal.translate(source, to=to, averaged=True)).any(), name


def test_networks_of_the_paper_for_other_channels():
    model = CycleGAN((12, 12, 1), (12, 12, 3), filters=1, blocks=1, halvings=1)
    assert model.generator_ab.output_shape == (None, 12, 12, 3)
    assert model.generator_ba.output_shape == (None, 12, 12, 1)
    assert model.discriminator_b.input_shape == (None, 12, 12, 3)
    assert model.discriminator_a.output_shape == (None, 4, 4, 1)


@pytest.mark.parametrize(("size", "blocks"), [(128, 6), (256, 9)])
def test_larger_images_have_more_blocks(size, blocks):
    model = CycleGAN((size, size, 3), filters=1)
    sums = [x for x in model.generator_ba.layers if isinstance(x, keras.layers.Add)]
    assert len(sums) == blocks


# --- saving


def test_training_goes_on_where_it_was_saved(tmp_path):
    def started():
        model = by_hand()
        rate = ByEpoch(ConstantThenLinear(1e-2, constant=1, linear=4))
        model.compile(
            keras.optimizers.Adam(rate, beta_1=0.5),
            cycle=keras.optimizers.schedules.PolynomialDecay(10.0, 20, 1.0),
            views=[{"name": "pool", "capacity": 4}],
            average=0.9,
        )
        return model

    def fit(model, epochs):
        model.fit(domains(), batch_size=2, epochs=epochs, shuffle=False, verbose=0)

    whole, half = started(), started()
    fit(whole, 4)
    fit(half, 2)
    half.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.kind == whole.kind
    a, _ = domains()
    np.testing.assert_array_equal(half.translate(a), again.translate(a))
    fit(again, 2)
    pairs = [
        *zip(whole.variables, again.variables, strict=True),
        *zip(whole.optimizer.variables, again.optimizer.variables, strict=True),
    ]
    for one, other in pairs:
        np.testing.assert_allclose(one.numpy(), other.numpy(), atol=1e-6)


# --- bad input


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda a, b: (a, b[:5]), r"as many samples.*\(8, 4, 4, 1\), \(5, 4, 4, 1\)"),
        (lambda a, b: a, r"tuple \(a, b\) of two domains. Received: a ndarray"),
        (lambda a, b: (a, np.repeat(b, 3, -1)), "of domain B.*3 color|domain B"),
        (lambda a, b: (a, 9 * b), r"domain B.*\[-1, 1\]"),
    ],
)
def test_bad_data_is_refused(data, message):
    model = by_hand()
    model.compile()
    with pytest.raises(ValueError, match=message):
        model.fit(data(*domains()), verbose=0)


def test_weights_of_samples_are_refused():
    model = by_hand()
    model.compile()
    with pytest.raises(ValueError, match="no pairs.*Received: sample_weight"):
        model.fit(domains(), sample_weight=np.ones(8), verbose=0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cycle": -1.0}, "`cycle` must be at least 0"),
        ({"identity": float("nan")}, "`identity` must be at least 0"),
        ({"constraints": {"critic": Clip(0.1)}}, "keyed by the players"),
        ({"loss": "feature_matching"}, "'features'"),
        ({"views": [layers.SamplePool(2), layers.SamplePool(2)]}, "there can be one"),
        ({"optimizer": {"generator_ab": "adam"}}, "generator_ab"),
        ({"average": {"decay": 0.9, "networks": ["generator"]}}, "generator_ab"),
    ],
)
def test_bad_learning_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        by_hand().compile(**arguments)


def test_an_identity_loss_needs_domains_of_one_kind(unequal):
    with pytest.raises(ValueError, match="identity=0.0.*Received: identity=0.5"):
        unequal.compile(identity=0.5)


def test_bad_requests_are_refused():
    model = by_hand()
    a, _ = domains()
    with pytest.raises(ValueError, match="`to` must be one of.*Received: to='C'"):
        model.translate(a, to="C")
    with pytest.raises(ValueError, match="gray images.*color images"):
        model.translate(np.zeros((2, 4, 4, 3), "uint8"))
    with pytest.raises(ValueError, match="pass `images=...`"):
        model.generate(4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"image_shape": (30, 32, 3)},
            "multiples of 4.*28 and 32. Received: height=30",
        ),
        ({"image_shape": (32, 32)}, "image has the shape"),
        ({"image_shape_b": (64, 64, 3)}, "keep height and width"),
        ({"filters": 0}, "filters=0"),
        ({"blocks": 0}, "blocks=0"),
        ({"image_shape": (16, 16, 3), "halvings": 3}, "at least 17.*height=16"),
        ({"discriminator_a": times(1.0)}, "discriminator must take"),
        (
            {"generator_ab": keras.Sequential([keras.Input((None, None, 3))])},
            "need a `kind`",
        ),
        ({"defaults": {"turns": "simultaneous"}}, "turns"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        CycleGAN(**{"image_shape": (32, 32, 3), "filters": 1, "blocks": 1} | arguments)


@pytest.mark.parametrize("name", ["generator_ab", "generator_ba"])
def test_generators_that_do_not_fit_are_refused(name):
    networks = {other: times(w) for other, w in WEIGHTS.items()}
    networks[name] = times(1.0, channels=2)
    with pytest.raises(ValueError, match="`generator_ba` must (make samples|take)"):
        CycleGAN(**networks)


def test_networks_may_leave_the_size_open():
    def open_(factor):
        return times(factor, shape=(None, None, 1))

    images = kinds.Images(SHAPE)
    model = CycleGAN(
        **{name: open_(w) for name, w in WEIGHTS.items()},
        kind=kinds.Pair(images, images),
    )
    a, _ = domains(2)
    assert model.translate(a).shape == (2, *SHAPE)
    assert ops.shape(model.decode(ops.convert_to_tensor(a))) == (2, *SHAPE)
