"""The words of a train_step, on small games whose numbers are known."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.engine import GenerativeModel, Player


def network(value=1.0, **kwargs):
    """`x -> w x` for x of shape (batch, 1)."""
    layer = keras.layers.Dense(
        1,
        use_bias=False,
        kernel_initializer=keras.initializers.Constant(value),
        **kwargs,
    )
    layer.build((None, 1))
    return layer


class Game(GenerativeModel):
    """`first` minimises `a b x`, `second` minimises `-a b x`, x = 1."""

    def __init__(self, constraint=None, average=None, **kwargs):
        super().__init__((1,), **kwargs)
        self.first = network(1.0)
        self.second = network(2.0)
        self.averaged = network(1.0)
        self.averaged.trainable = False
        self.constraint = constraint
        self.decay = average

    def players(self):
        averaged = self.averaged if self.decay is not None else None
        return {
            "first": Player(
                self.first, self.constraint, averaged=averaged, decay=self.decay
            ),
            "second": Player(self.second),
        }

    def default_optimizers(self):
        return {p: keras.optimizers.SGD(0.1) for p in ("first", "second")}

    def loss_of_first(self, x):
        return ops.mean(self.second(self.first(x)))

    def loss_of_second(self, x):
        return -ops.mean(self.second(self.first(x)))

    def train_step(self, data):
        x, _, _ = self.unpack(data)
        self.minimize("first", self.loss_of_first, x)
        self.minimize("second", self.loss_of_second, x)
        return self.logs()

    def weights_now(self):
        return [
            float(v.numpy().item()) for v in (self.first.kernel, self.second.kernel)
        ]


ONES = np.ones((4, 1), "float32")


def train(model, steps=1, **kwargs):
    model.compile(**kwargs)
    for _ in range(steps):
        logs = model.train_on_batch(ONES, return_dict=True)
    return {name: float(value) for name, value in logs.items()}


def test_alternating_players_answer_each_other():
    model = Game()
    logs = train(model)
    # a: 1 - 0.1 * 2 = 0.8; then b: 2 + 0.1 * 0.8 = 2.08
    np.testing.assert_allclose(model.weights_now(), [0.8, 2.08], rtol=1e-6)
    np.testing.assert_allclose(logs["first_loss"], 2.0, rtol=1e-6)
    np.testing.assert_allclose(logs["second_loss"], -1.6, rtol=1e-6)


class Simultaneous(Game):
    def train_step(self, data):
        x, _, _ = self.unpack(data)
        self.minimize(("first", "second"), self.both, x)
        return self.logs()

    def both(self, x):
        loss = ops.mean(self.second(self.first(x)))
        return {"first": loss, "second": -loss}


def test_simultaneous_players_move_from_the_same_weights():
    model = Simultaneous()
    train(model)
    np.testing.assert_allclose(model.weights_now(), [0.8, 2.1], rtol=1e-6)


class Twice(Game):
    def train_step(self, data):
        super().train_step(data)
        return super().train_step(data)


def test_a_subclass_may_call_the_step_of_its_parent():
    model = Twice()
    train(model)
    # b sees a after its second move: a = 0.8 - 0.208
    np.testing.assert_allclose(model.weights_now(), [0.592, 2.1392], rtol=1e-6)


class Winning(Game):
    def train_step(self, data):
        x, _, _ = self.unpack(data)
        loss, _ = self.minimize("first", self.loss_of_first, x)
        self.minimize("second", self.loss_of_second, x, when=loss < 0.0)
        return self.logs()


def test_an_update_can_depend_on_a_traced_value():
    model = Winning()
    train(model)
    np.testing.assert_allclose(model.weights_now(), [0.8, 2.0], rtol=1e-6)
    assert int(model.optimizer["second"].iterations.numpy()) == 0
    model.first.kernel.assign([[-1.0]])
    train(model)
    assert model.weights_now()[1] < 2.0
    assert int(model.optimizer["second"].iterations.numpy()) == 1


class Ahead(Game):
    def train_step(self, data):
        x, _, _ = self.unpack(data)
        self.minimize(
            ("first", "second"),
            self.both,
            x,
            when=lambda player, loss: loss < 3.0 if player == "first" else True,
        )
        return self.logs()

    def both(self, x):
        loss = ops.mean(self.second(self.first(x)))
        return {"first": loss, "second": -loss}, loss


def test_a_function_says_which_player_is_updated():
    model = Ahead()
    train(model)
    np.testing.assert_allclose(model.weights_now(), [0.8, 2.1], rtol=1e-6)
    model = Ahead()
    model.second.kernel.assign([[4.0]])
    train(model)
    np.testing.assert_allclose(model.weights_now(), [1.0, 4.1], rtol=1e-6)


class Lazy(Game):
    def train_step(self, data):
        x, _, _ = self.unpack(data)
        self.minimize("first", self.lazy_loss, x)
        return self.logs()

    def lazy_loss(self, x):
        return self.every(2, lambda: ops.mean(self.first(x)), "first")


def test_a_lazy_term_counts_at_every_nth_update():
    model = Lazy()
    train(model, steps=4)  # updates 0 and 2 of 0, 1, 2, 3
    np.testing.assert_allclose(model.weights_now()[0], 0.8, rtol=1e-6)


def test_constraint_is_applied_after_the_update():
    model = Game(constraint=lambda v: ops.clip(v, 0.9, 1.1))
    train(model)
    np.testing.assert_allclose(model.weights_now()[0], 0.9, rtol=1e-6)


def test_average_follows_with_its_ramp():
    model = Game(average=0.999)
    train(model)
    # t = 1 after one update: decay 2 / 11
    expected = 1.0 + (1 - 2 / 11) * (0.8 - 1.0)
    np.testing.assert_allclose(model.averaged.kernel.numpy(), expected, rtol=1e-5)


class Counting(keras.layers.Dense):
    """Has a count, which has no mean, and a statistic, which has."""

    def build(self, input_shape):
        super().build(input_shape)
        self.count = self.add_weight((), "zeros", dtype="int32", trainable=False)
        self.mean = self.add_weight((), "zeros", trainable=False)


def test_statistics_are_averaged_and_counts_copied():
    layer, averaged = Counting(1), Counting(1)
    layer.build((None, 1))
    averaged.build((None, 1))
    layer.count.assign(7)
    layer.mean.assign(8.0)
    Player(layer, averaged=averaged, decay=0.75).update_average(1000)
    assert int(averaged.count.numpy()) == 7
    assert float(averaged.mean.numpy()) == 2.0


class Noisy(keras.layers.Layer):
    """Adds the sum of its input as a loss."""

    def call(self, x):
        self.add_loss(ops.sum(x))
        return x


class WithLosses(Game):
    def __init__(self):
        super().__init__()
        self.noisy = keras.Sequential([keras.Input((1,)), network(1.0), Noisy()])
        self.regular = network(3.0, kernel_regularizer=keras.regularizers.L2(0.5))

    def players(self):
        return {"first": Player(self.noisy), "second": Player(self.regular)}

    def train_step(self, data):
        x, _, _ = self.unpack(data)
        self.minimize("first", self.twice, x)
        self.minimize("second", self.once, x)
        return self.logs()

    def twice(self, x):
        self.regular(x)
        return 0.0 * ops.mean(self.noisy(x)) + 0.0 * ops.mean(self.noisy(2.0 * x))

    def once(self, x):
        self.noisy(x)
        return 0.0 * ops.mean(self.regular(x))


def test_added_losses_of_every_call_count_towards_their_own_player_alone():
    model = WithLosses()
    logs = train(model)
    np.testing.assert_allclose(logs["first_loss"], 4.0 + 8.0, rtol=1e-6)  # both calls
    np.testing.assert_allclose(logs["second_loss"], 0.5 * 9.0, rtol=1e-6)  # L2 only
    kernel = model.noisy.layers[0].kernel.numpy().item()
    np.testing.assert_allclose(kernel, 1.0 - 0.1 * 12.0, rtol=1e-5)


def test_split_cuts_equal_parts_and_drops_the_rest():
    parts = list(Game().split(ops.arange(7), 3))
    np.testing.assert_array_equal(
        [ops.convert_to_numpy(p) for p in parts], [[0, 1], [2, 3], [4, 5]]
    )


def test_split_refuses_a_batch_smaller_than_the_number_of_parts():
    with pytest.raises(ValueError, match="3 minibatches"):
        list(Game().split(ops.arange(2), 3))


def test_uint8_images_are_scaled_inside_the_step():
    model = Game()
    images = np.array([[0], [255]], "uint8")
    samples, _, _ = model.unpack((ops.convert_to_tensor(images),))
    np.testing.assert_allclose(ops.convert_to_numpy(samples), [[-1.0], [1.0]])


def test_channels_first_is_refused():
    keras.config.set_image_data_format("channels_first")
    try:
        with pytest.raises(ValueError, match="channels last"):
            Game()
    finally:
        keras.config.set_image_data_format("channels_last")


def test_mixed_float16_is_refused_with_the_way_out():
    keras.config.set_dtype_policy("mixed_float16")
    with pytest.raises(ValueError, match="mixed_bfloat16"):
        Game().compile()


def test_evaluate_measures_without_an_update():
    class Measured(Game):
        def test_step(self, data):
            x, _, _ = self.unpack(data)
            self.measure("first", self.loss_of_first, x)
            self.measure("second", self.loss_of_second, x)
            return self.logs()

    model = Measured()
    model.compile()
    logs = model.evaluate(ONES, return_dict=True, verbose=0)
    np.testing.assert_allclose(logs["first_loss"], 2.0)
    assert model.weights_now() == [1.0, 2.0]
