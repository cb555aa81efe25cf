"""Networks of one number, whose losses can be worked out by hand."""

import keras
import numpy as np
import pytest

from kerasgen.models import DiscoGAN

SHAPE = (4, 4, 1)
G, F, P, Q = 0.7, -1.2, 0.4, 0.9  # of generators, and of discriminators of A and B


def times(factor):
    layer = keras.layers.Conv2D(1, 1, use_bias=False)
    network = keras.Sequential([keras.Input(SHAPE), layer])
    network.set_weights([np.full((1, 1, 1, 1), factor)])
    return network


def judge(factor):
    """Logits, and features of two layers: `p x` and `2 p x`."""
    images = keras.Input(SHAPE)
    body = times(factor)
    x = body(images)
    outputs = {"logits": x, "features": [x, keras.layers.Rescaling(2.0)(x)]}
    return keras.Model(images, outputs)


def by_hand(**arguments):
    return DiscoGAN(
        generator_ab=times(G),
        generator_ba=times(F),
        discriminator_a=judge(P),
        discriminator_b=judge(Q),
        seed=1,
        **arguments,
    )


def factors(model):
    return [float(n.get_weights()[0].ravel()[0]) for n in model.networks.values()]


def domains(n=8):
    random = np.random.default_rng(0)
    a = random.uniform(-0.5, 0.1, (n, *SHAPE))
    b = random.uniform(-0.1, 0.9, (n, *SHAPE))
    return a.astype("float32"), b.astype("float32")


def softplus(x):
    return np.log1p(np.exp(x))


def expected(a, b, adversarial=0.1, features=0.9, cycle=0.01):
    a, b = a.astype("float64"), b.astype("float64")
    gan = np.mean(softplus(-Q * G * a)) + np.mean(softplus(-P * F * b))
    matched = 0.0
    for factor, real, fake in ((P, a, F * b), (Q, b, G * a)):
        gap = factor * (real.mean(axis=0) - fake.mean(axis=0))
        matched += np.mean(gap**2) + np.mean((2 * gap) ** 2)
    # On the scale from 0 to 1.
    back = np.mean(((F * G - 1) * a / 2) ** 2) + np.mean(((F * G - 1) * b / 2) ** 2)
    of_a = np.mean(softplus(-P * a)) + np.mean(softplus(P * F * b))
    of_b = np.mean(softplus(-Q * b)) + np.mean(softplus(Q * G * a))
    return {
        "cycle": back,
        "features": matched,
        "generator_loss": (1 - cycle) * (adversarial * gan + features * matched)
        + cycle * back,
        "discriminator_loss": (of_a + of_b) / 2,
    }


def step(model):
    model.reset_metrics()
    logs = model.train_on_batch(domains(), return_dict=True)
    return {name: float(value) for name, value in logs.items()}


def test_losses_are_those_of_the_authors_code():
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0))
    assert step(model) == pytest.approx(expected(*domains()), rel=1e-5)
    found = model.evaluate(domains(), batch_size=8, return_dict=True, verbose=0)
    assert found == pytest.approx(expected(*domains()), rel=1e-5)


def test_the_share_of_the_cycle_grows_at_once_after_ten_thousand_steps():
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0))
    for steps, share in ((9_999, 0.01), (10_000, 0.5)):
        model.global_step.assign(steps)
        wanted = expected(*domains(), cycle=share)["generator_loss"]
        assert step(model)["generator_loss"] == pytest.approx(wanted, rel=1e-5)


def test_the_sum_of_the_paper():
    model = by_hand()
    model.compile(
        keras.optimizers.SGD(0.0),
        adversarial=1.0,
        features=0.0,
        cycle=0.5,
        discriminator_every=1,
    )
    wanted = expected(*domains(), adversarial=1.0, features=0.0, cycle=0.5)
    logs = step(model)
    assert logs["generator_loss"] == pytest.approx(wanted["generator_loss"], rel=1e-5)
    assert logs["features"] == 0.0


def test_discriminators_move_at_every_third_step_and_generators_at_the_others():
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.1))
    moves = []
    for _ in range(6):
        before = factors(model)
        step(model)
        moved = [a != b for a, b in zip(before, factors(model), strict=True)]
        assert moved[0] == moved[1] and moved[2] == moved[3]
        moves.append((moved[0], moved[2]))
    assert moves == 2 * [(False, True), (True, False), (True, False)]


def test_networks_of_the_paper_at_64_pixels():
    model = DiscoGAN((64, 64, 3), filters=2, bottleneck=5)
    convolutions = [
        layer.filters
        for layer in model.generator_ab.layers
        if hasattr(layer, "filters")
    ]
    assert convolutions == [2, 4, 8, 16, 5, 16, 8, 4, 2, 3]
    outputs = model.discriminator_a.output
    assert outputs["logits"].shape == (None, 1)
    maps = [f.shape[1:] for f in outputs["features"]]
    assert maps == [(16, 16, 4), (8, 8, 8), (4, 4, 16)]


@pytest.mark.parametrize(
    ("learning", "message"),
    [
        ({"cycle": 1.5}, r"`cycle` must lie in \[0, 1\]"),
        ({"adversarial": -1.0}, "`adversarial` must be at least 0"),
        ({"features": float("inf")}, "`features` must be at least 0 and finite"),
        ({"discriminator_every": 0}, "discriminator_every=0"),
    ],
)
def test_bad_learning_is_refused(learning, message):
    with pytest.raises(ValueError, match=message):
        by_hand().compile(**learning)


def test_features_are_asked_for_where_they_are_matched():
    networks = {"discriminator_a": times(P), "discriminator_b": times(Q)}
    model = DiscoGAN(generator_ab=times(G), generator_ba=times(F), **networks)
    with pytest.raises(ValueError, match="Matching features needs.*'features'"):
        model.compile()
    model.compile(features=0.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": (6, 16, 1)}, "make the height"),
        ({"bottleneck": 0}, "bottleneck=0"),
        ({"filters": 0}, "filters=0"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DiscoGAN(**{"image_shape": (16, 16, 1), "filters": 1} | arguments)
