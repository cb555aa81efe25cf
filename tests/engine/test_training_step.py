"""The words of a train_step, on small games whose numbers are known."""

import keras
import numpy as np
from keras import ops

from kerasgen.engine import Player
from kerasgen.kinds import Images, Pair, Tokens, Vectors


def numpy(x):
    return ops.convert_to_numpy(x)


def test_alternating_players_answer_each_other(Game, train):
    model = Game()
    logs = train(model)
    # a: 1 - 0.1 * 2 = 0.8; then b: 2 + 0.1 * 0.8 = 2.08
    np.testing.assert_allclose(model.weights_now(), [0.8, 2.08], rtol=1e-6)
    np.testing.assert_allclose(logs["first_loss"], 2.0, rtol=1e-6)
    np.testing.assert_allclose(logs["second_loss"], -1.6, rtol=1e-6)


def test_simultaneous_players_move_from_the_same_weights(Game, train):
    class Simultaneous(Game):
        def train_step(self, data):
            x = self.unpack(data)["samples"]
            self.minimize(("first", "second"), self.both, x)
            return self.logs()

    model = Simultaneous()
    train(model)
    np.testing.assert_allclose(model.weights_now(), [0.8, 2.1], rtol=1e-6)


def test_a_subclass_may_call_the_step_of_its_parent(Game, train):
    class Twice(Game):
        def train_step(self, data):
            super().train_step(data)
            return super().train_step(data)

    model = Twice()
    train(model)
    # b sees a after its second move: a = 0.8 - 0.208
    np.testing.assert_allclose(model.weights_now(), [0.592, 2.1392], rtol=1e-6)
    assert int(model.global_step.numpy()) == 1  # one batch is one step


def test_an_update_can_depend_on_a_traced_value(Game, train):
    class Winning(Game):
        def train_step(self, data):
            x = self.unpack(data)["samples"]
            loss, _ = self.minimize("first", self.product, x)
            self.minimize("second", lambda x: -self.product(x), x, when=loss < 0.0)
            return self.logs()

    model = Winning()
    train(model)
    np.testing.assert_allclose(model.weights_now(), [0.8, 2.0], rtol=1e-6)
    assert int(model.optimizer["second"].iterations.numpy()) == 0
    model.first.kernel.assign([[-1.0]])
    train(model)
    assert model.weights_now()[1] < 2.0
    assert int(model.optimizer["second"].iterations.numpy()) == 1
    assert int(model.global_step.numpy()) == 2  # a player who rests holds up nothing


def test_a_function_says_which_player_is_updated(Game, train):
    class Ahead(Game):
        def train_step(self, data):
            x = self.unpack(data)["samples"]
            self.minimize(
                ("first", "second"),
                lambda x: (self.both(x), self.product(x)),
                x,
                when=lambda player, loss: loss < 3.0 if player == "first" else True,
            )
            return self.logs()

    model = Ahead()
    train(model)
    np.testing.assert_allclose(model.weights_now(), [0.8, 2.1], rtol=1e-6)
    model = Ahead()
    model.second.kernel.assign([[4.0]])
    train(model)
    np.testing.assert_allclose(model.weights_now(), [1.0, 4.1], rtol=1e-6)


def test_a_lazy_term_counts_at_every_nth_update(Game, train):
    class Lazy(Game):
        def train_step(self, data):
            x = self.unpack(data)["samples"]
            self.minimize("first", self.lazy, x)
            return self.logs()

        def lazy(self, x):
            return self.every(2, lambda: ops.mean(self.first(x)), "first")

    model = Lazy()
    train(model, steps=4)  # updates 0 and 2 of 0, 1, 2, 3
    np.testing.assert_allclose(model.weights_now()[0], 0.8, rtol=1e-6)


def test_constraint_is_applied_after_the_update(Game, train):
    model = Game(constraint=lambda v: ops.clip(v, 0.9, 1.1))
    train(model)
    np.testing.assert_allclose(model.weights_now()[0], 0.9, rtol=1e-6)


class Noisy(keras.layers.Layer):
    """Adds the sum of its input as a loss."""

    def call(self, x):
        self.add_loss(ops.sum(x))
        return x


def test_added_losses_of_every_call_count_towards_their_own_player_alone(Game, train):
    class WithLosses(Game):
        def __init__(self):
            super().__init__()
            self.noisy = keras.Sequential([keras.Input((1,)), self.first, Noisy()])
            self.regular = keras.layers.Dense(
                1,
                use_bias=False,
                kernel_initializer=keras.initializers.Constant(3.0),
                kernel_regularizer=keras.regularizers.L2(0.5),
            )
            self.regular.build((None, 1))

        def players(self):
            return {"first": Player(self.noisy), "second": Player(self.regular)}

        def train_step(self, data):
            x = self.unpack(data)["samples"]
            self.minimize("first", self.twice, x)
            self.minimize("second", self.once, x)
            return self.logs()

        def twice(self, x):
            self.regular(x)
            return 0.0 * ops.mean(self.noisy(x)) + 0.0 * ops.mean(self.noisy(2.0 * x))

        def once(self, x):
            self.noisy(x)
            return 0.0 * ops.mean(self.regular(x))

    model = WithLosses()
    logs = train(model)
    np.testing.assert_allclose(logs["first_loss"], 4.0 + 8.0, rtol=1e-6)  # both calls
    np.testing.assert_allclose(logs["second_loss"], 0.5 * 9.0, rtol=1e-6)  # L2 only
    np.testing.assert_allclose(model.weights_now()[0], 1.0 - 0.1 * 12.0, rtol=1e-5)


# --- batches


def test_split_cuts_equal_parts_and_drops_the_rest(Game):
    parts = list(Game().split({"samples": (ops.arange(7), ops.arange(7, 14))}, 3))
    first, second = zip(*(part["samples"] for part in parts), strict=True)
    np.testing.assert_array_equal([numpy(p) for p in first], [[0, 1], [2, 3], [4, 5]])
    np.testing.assert_array_equal(
        [numpy(p) for p in second], [[7, 8], [9, 10], [11, 12]]
    )


def test_split_gives_every_part_a_sample_of_a_batch_that_is_too_small(Game):
    parts = list(Game().split(ops.arange(2), 3))
    np.testing.assert_array_equal([numpy(p) for p in parts], [[0], [1], [1]])


def test_a_step_takes_samples_as_networks_do(Game):
    images = ops.convert_to_tensor(np.array([[[[0]]], [[[255]]]], "uint8"))
    batch = Game(kind=Images((1, 1, 1))).unpack((images,))
    assert list(batch) == ["samples"]
    np.testing.assert_allclose(numpy(batch["samples"]).ravel(), [-1.0, 1.0])


def test_tokens_stay_integers_and_a_tuple_stays_one(Game):
    kind = Pair(Tokens(2, 300), Vectors(1))
    tokens = ops.convert_to_tensor(np.array([[0, 299]], "uint16"))
    a, b = Game(kind=kind).unpack(((tokens, ops.ones((1, 1))),))["samples"]
    assert keras.backend.standardize_dtype(a.dtype) == "int32"
    np.testing.assert_array_equal(numpy(a), [[0, 299]])
    assert keras.backend.standardize_dtype(b.dtype) == "float32"


def test_weights_of_samples_reach_the_step(Game):
    x = ops.ones((2, 1))
    batch = Game().unpack((x, None, ops.convert_to_tensor([1.0, 3.0])))
    np.testing.assert_allclose(numpy(batch["weights"]), [1.0, 3.0])


# --- evaluation


def test_evaluate_measures_without_an_update(Game):
    class Measured(Game):
        def test_step(self, data):
            x = self.unpack(data)["samples"]
            self.measure("first", self.product, x)
            self.measure("second", lambda x: -self.product(x), x)
            return self.logs()

    model = Measured()
    model.compile()
    ones = np.ones((4, 1), "float32")
    logs = model.evaluate(ones, return_dict=True, verbose=0)
    np.testing.assert_allclose(logs["first_loss"], 2.0)
    np.testing.assert_allclose(logs["second_loss"], -2.0)
    assert model.weights_now() == [1.0, 2.0]
    assert int(model.global_step.numpy()) == 0
