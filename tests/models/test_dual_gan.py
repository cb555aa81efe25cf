"""Networks of one number, whose losses can be worked out by hand."""

import keras
import numpy as np
import pytest

from kerasgen.adversarial import Clip
from kerasgen.models import DualGAN

SHAPE = (4, 4, 1)
G, F, P, Q = 0.7, -1.2, 0.4, 0.9  # of generators, and of discriminators of A and B


def times(factor):
    layer = keras.layers.Conv2D(1, 1, use_bias=False)
    network = keras.Sequential([keras.Input(SHAPE), layer])
    network.set_weights([np.full((1, 1, 1, 1), factor)])
    return network


def by_hand():
    return DualGAN(
        generator_ab=times(G),
        generator_ba=times(F),
        discriminator_a=times(P),
        discriminator_b=times(Q),
        seed=1,
    )


def domains(n=8):
    random = np.random.default_rng(0)
    a = random.uniform(-0.5, 0.1, (n, *SHAPE))
    b = random.uniform(-0.1, 0.9, (n, *SHAPE))
    return a.astype("float32"), b.astype("float32")


def softplus(x):
    return np.log1p(np.exp(x))


def step(model):
    model.reset_metrics()
    logs = model.train_on_batch(domains(), return_dict=True)
    return {name: float(value) for name, value in logs.items()}


def cycles(a, b):
    return np.mean(abs((F * G - 1) * a)) + np.mean(abs((F * G - 1) * b))


def test_losses_are_those_of_the_authors_code():
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.0))
    a, b = (x.astype("float64") for x in domains())
    gan = np.mean(softplus(-Q * G * a)) + np.mean(softplus(-P * F * b))
    of_a = np.mean(softplus(-P * a)) + np.mean(softplus(P * F * b))
    of_b = np.mean(softplus(-Q * b)) + np.mean(softplus(Q * G * a))
    wanted = {
        "cycle": cycles(a, b),
        "generator_loss": gan + 20.0 * cycles(a, b),
        "discriminator_loss": of_a + of_b,
    }
    assert step(model) == pytest.approx(wanted, rel=1e-5)
    found = model.evaluate(domains(), batch_size=8, return_dict=True, verbose=0)
    assert found == pytest.approx(wanted, rel=1e-5)


def test_the_game_of_the_paper():
    model = by_hand()
    model.compile(
        keras.optimizers.SGD(0.0),
        "wasserstein",
        cycle=100.0,
        constraints={"discriminator": Clip(0.05)},
    )
    a, b = (x.astype("float64") for x in domains())
    logs = step(model)
    critics = P * (F * b.mean() - a.mean()) + Q * (G * a.mean() - b.mean())
    assert logs["discriminator_loss"] == pytest.approx(critics, rel=1e-4)
    # The generators meet critics that are clipped already.
    wanted = 100.0 * cycles(a, b) - 0.05 * (F * b.mean() + G * a.mean())
    assert logs["generator_loss"] == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize(
    ("learning", "updates"),
    [({}, (1, 2)), ({"discriminator_steps": 3, "generator_steps": 1}, (3, 1))],
)
def test_a_step_has_updates_of_both_players(learning, updates):
    model = by_hand()
    model.compile(keras.optimizers.SGD(0.01), **learning)
    for _ in range(2):
        step(model)
    players = [model.optimizer[name] for name in ("discriminator", "generator")]
    found = tuple(int(optimizer.iterations.numpy()) for optimizer in players)
    assert found == tuple(2 * n for n in updates)


def test_it_learns_by_rmsprop_unless_told_otherwise():
    model = by_hand()
    model.compile()
    rmsprop = model.optimizer["generator"]
    assert isinstance(rmsprop, keras.optimizers.RMSprop)
    assert float(rmsprop.learning_rate) == pytest.approx(5e-5)


@pytest.mark.parametrize(
    ("learning", "message"),
    [
        ({"cycle": -1.0}, "`cycle` must be at least 0"),
        ({"discriminator_steps": 0}, "discriminator_steps=0"),
        ({"generator_steps": 1.5}, "generator_steps=1.5"),
    ],
)
def test_bad_learning_is_refused(learning, message):
    with pytest.raises(ValueError, match=message):
        by_hand().compile(**learning)


def test_sizes_that_cannot_be_halved_are_refused():
    with pytest.raises(ValueError, match="near sizes are 16 and 32.*height=20"):
        DualGAN((20, 16, 1), filters=1, depth=4)
