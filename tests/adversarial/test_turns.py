"""Who moves when, on linear networks whose numbers are known."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.adversarial import (
    GAN,
    Alternating,
    Simultaneous,
    SkipWhileAhead,
    Turns,
    turns,
)

BOTH = ("discriminator", "generator")


@pytest.mark.parametrize(
    ("order", "minibatches", "moves"),
    [
        (Alternating(), "a", ["discriminator a", "generator a"]),
        (
            Alternating(discriminator=2),
            "ab",
            ["discriminator a", "discriminator b", "generator b"],
        ),
        (
            Alternating(discriminator=2, reuse_batch=True),
            "a",
            ["discriminator a", "discriminator a", "generator a"],
        ),
        (
            Alternating(generator=3),
            "a",
            ["discriminator a", *["generator a"] * 3],
        ),
        (
            SkipWhileAhead(1.0, Alternating(2)),
            "ab",
            ["discriminator a", "discriminator b", "generator b"],
        ),
    ],
)
def test_the_order_of_moves(order, minibatches, moves):
    assert order.minibatches == len(minibatches)
    assert [" ".join(move) for move in order(list(minibatches))] == moves


def test_simultaneous_players_move_together():
    assert list(Simultaneous()(["a"])) == [(BOTH, "a")]
    for order in (Simultaneous(), SkipWhileAhead(1.0, "simultaneous")):
        assert order.simultaneous
    for order in (Alternating(3), SkipWhileAhead(1.0)):
        assert not order.simultaneous


def test_k_discriminator_steps_for_each_generator_step(linear_game, points, updates):
    model = linear_game(turns=Alternating(4))
    model.fit(points(), batch_size=16, verbose=0)
    assert updates(model) == [8, 2]


def test_the_generator_may_move_more_often(linear_game, points, updates):
    model = linear_game(turns=Alternating(generator=3))
    model.fit(points(16), batch_size=8, verbose=0)
    assert updates(model) == [2, 6]


class Sums(GAN):
    """Logs the sum of the first minibatch of a step."""

    @property
    def logged(self):
        return (*super().logged, "sum_of_real")

    def train_step(self, data):
        first, *_ = self.split(self.unpack(data), self.minibatches)
        self.log("sum_of_real", ops.sum(first["samples"]))
        return super().train_step(data)


@pytest.mark.parametrize(("reuse", "expected"), [(False, 6.0), (True, 28.0)])
def test_each_discriminator_step_has_its_own_real_minibatch(
    networks, step, reuse, expected
):
    model = Sums(*networks())
    model.compile(turns=Alternating(2, reuse_batch=reuse))
    data = np.arange(8, dtype="float32").reshape(4, 2)
    assert step(model, data)["sum_of_real"] == expected


def test_simultaneous_and_alternating_updates_differ_in_the_generator_alone(
    linear_game, step
):
    after = []
    for order in ("alternating", "simultaneous"):
        model = linear_game(0.5, "minimax", turns=order)
        step(model)
        after.append([model.discriminator.get_weights(), model.generator.get_weights()])
    (d1, g1), (d2, g2) = after
    for a, b in zip(d1, d2, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)
    assert not np.allclose(g1[0], g2[0])


# --- skipping


@pytest.mark.parametrize("order", ["alternating", "simultaneous"])
@pytest.mark.parametrize(("margin", "moves"), [(3.0, 0), (5.0, 1)])
def test_a_discriminator_that_is_ahead_waits(
    game_of, sums, step, updates, margin, moves, order
):
    discriminator = sums()
    model = game_of(discriminator, rate=0.1, turns=SkipWhileAhead(margin, order))
    step(model, np.full((4, 2), 2.0, "float32"))  # ahead by 4
    assert updates(model) == [moves, 1]
    moved = not np.array_equal(discriminator.get_weights()[0], np.ones((2, 1)))
    assert moved == bool(moves)


@pytest.mark.parametrize(
    ("real", "fake", "margin", "moves"), [(0, 2, 1, 0), (0, 2, 3, 1), (2, 0, 1, 1)]
)
def test_energies_are_ahead_where_real_samples_have_less(
    game_of, step, updates, real, fake, margin, moves
):
    x = keras.Input((2,))
    rebuilt = keras.layers.Dense(2, kernel_initializer="zeros")(x)
    autoencoder = keras.Model(x, {"reconstruction": rebuilt})
    order = SkipWhileAhead(float(margin))
    model = game_of(autoencoder, fake, 0.1, loss="began", turns=order)
    step(model, np.full((4, 2), real, "float32"))
    assert updates(model) == [moves, 1]


# --- arguments


@pytest.mark.parametrize(
    "order",
    [
        Alternating(3, 2, True),
        Simultaneous(),
        SkipWhileAhead(0.5, "simultaneous"),
        SkipWhileAhead(1.5, Alternating(2)),
    ],
)
def test_turns_are_saved(order):
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(order)
    )
    assert type(again) is type(order)
    assert again.get_config() == order.get_config()
    assert turns.get(order) is order


def test_turns_of_one_s_own(linear_game, points, updates):
    class GeneratorFirst(Turns):
        def __call__(self, minibatches):
            (minibatch,) = minibatches
            yield "generator", minibatch
            yield "discriminator", minibatch
            yield "generator", minibatch

    model = linear_game(turns=GeneratorFirst())
    model.fit(points(), batch_size=16, verbose=0)
    assert updates(model) == [2, 4]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Alternating(0), "discriminator=0"),
        (lambda: Alternating(generator=0.5), "generator=0.5"),
        (lambda: SkipWhileAhead(float("nan")), "margin=nan"),
        (lambda: SkipWhileAhead(None), "margin=None"),
        (lambda: SkipWhileAhead(1.0, "both"), "turns='both'"),
        (lambda: turns.get("alternate"), "nearest names are alternating.*'alternate'"),
    ],
)
def test_what_is_out_of_range_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_batch_that_does_not_split_is_refused(linear_game, points):
    model = linear_game(turns=Alternating(5))
    with pytest.raises(ValueError, match="nearest sizes are 30 or 35"):
        model.fit(points(), batch_size=32)
