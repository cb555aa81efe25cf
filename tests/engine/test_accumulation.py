"""With `gradient_accumulation_steps` an update is one in which weights move.

Whatever follows an update waits for it: averages, constraints, histories, lazy terms.
"""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.adversarial import GAN, HistoricalAveraging, Term
from kerasgen.engine import Average


def every_other(rate=0.1):
    return keras.optimizers.SGD(rate, gradient_accumulation_steps=2)


def test_weights_move_by_the_mean_gradient_of_two_steps(Game, train):
    model, found = Game(), []
    model.compile(every_other())
    for _ in range(4):
        train(model)
        found.append(model.weights_now())
    # Both move at the second step: a = 1 - 0.1 * 2; b = 2 + 0.1 * (1 + 0.8) / 2.
    np.testing.assert_allclose(found[0], [1.0, 2.0])
    np.testing.assert_allclose(found[1], [0.8, 2.09], rtol=1e-6)
    np.testing.assert_allclose(found[2], found[1])
    assert found[3][0] < 0.8
    assert int(model.optimizer["first"].iterations) == 2
    assert int(model.global_step.numpy()) == 4


def test_an_average_moves_and_counts_with_the_weights(Game, train):
    model, found = Game(), []
    model.compile(every_other(), average=0.9)
    for _ in range(4):
        train(model)
        found.append(model.network("first").kernel.numpy().item())
    assert found[0] == 1.0
    first = 1.0 + (1 - 2 / 11) * (0.8 - 1.0)  # t = 1
    np.testing.assert_allclose(found[1:3], first, rtol=1e-5)
    second = first + (1 - 3 / 12) * (model.weights_now()[0] - first)  # t = 2
    np.testing.assert_allclose(found[3], second, rtol=1e-5)


def test_a_constraint_is_applied_to_real_updates_alone(Game, train):
    model = Game(constraint=lambda v: 0.5 * v)
    model.compile(every_other())
    train(model)
    np.testing.assert_allclose(model.weights_now()[0], 1.0)
    train(model)
    np.testing.assert_allclose(model.weights_now()[0], 0.5 * 0.8, rtol=1e-6)


def test_a_lazy_term_joins_all_steps_of_every_nth_update(Game, train):
    class Lazy(Game):
        def train_step(self, data):
            x = self.unpack(data)["samples"]
            self.minimize("first", self.lazy, x)
            return self.logs()

        def lazy(self, x):
            return self.every(2, lambda: ops.mean(self.first(x)), "first")

    model, found = Lazy(), []
    model.compile(every_other())
    for _ in range(8):
        train(model)
        found.append(model.weights_now()[0])
    # Updates 0 and 2 of 0, 1, 2, 3, each of two steps with the term in both.
    np.testing.assert_allclose(
        found, [1.0, 0.9, 0.9, 0.9, 0.9, 0.8, 0.8, 0.8], rtol=1e-6
    )


class Counter(Term):
    """Counts the updates of the discriminator that it is told of."""

    def attach(self, model):
        self.seen = self.add_weight((), "zeros", trainable=False, name="seen")

    def call(self, game):
        return 0.0 * game.real.logits[:, 0]

    def after_update(self, player, model):
        if player == "discriminator":
            self.seen.assign_add(1.0)


@pytest.fixture(scope="module")
def accumulated():
    """A GAN of points after five steps, of which two or none moved anything."""
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model = GAN(generator, discriminator, seed=0)
    optimizers = {"discriminator": every_other(), "generator": every_other(0.2)}
    model.compile(
        optimizers,
        terms=[HistoricalAveraging(0.0), Counter()],
        average=Average(0.0, ["generator", "discriminator"]),
    )
    start = [v.numpy() for v in discriminator.trainable_variables]
    points = np.random.default_rng(0).normal(size=(40, 2)).astype("float32")
    model.fit(points[:16], batch_size=8, verbose=0, shuffle=False)
    middle = [v.numpy() for v in discriminator.trainable_variables]
    model.fit(points[16:], batch_size=8, verbose=0, shuffle=False)
    return model, start, middle


def test_terms_are_told_of_real_updates(accumulated):
    model, _, _ = accumulated
    assert int(model.global_step.numpy()) == 5
    assert float(model.terms[1].seen.numpy()) == 2.0


def test_a_history_holds_the_start_and_every_real_update(accumulated):
    model, start, middle = accumulated
    end = [v.numpy() for v in model.discriminator.trainable_variables]
    means = model.terms[0].means["discriminator"]
    for mean, *values in zip(means, start, middle, end, strict=True):
        np.testing.assert_allclose(mean.numpy(), np.mean(values, axis=0), rtol=1e-5)


def test_an_average_without_memory_equals_the_weights(accumulated):
    model, _, _ = accumulated
    for name in ("generator", "discriminator"):
        pairs = zip(
            model.network(name).weights, model.networks[name].weights, strict=True
        )
        for mean, weight in pairs:
            np.testing.assert_allclose(mean.numpy(), weight.numpy(), rtol=1e-6)
