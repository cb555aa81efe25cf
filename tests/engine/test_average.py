"""Networks that follow others, on a game whose numbers are known."""

import keras
import numpy as np
import pytest

from kerasgen.adversarial import GAN
from kerasgen.engine import Average, Player


def kernel(network):
    return network.kernel.numpy().item()


def test_average_follows_with_its_ramp(Game, train):
    model = Game()
    train(model, average=0.999)
    # t = 1 after one update: decay 2 / 11
    expected = 1.0 + (1 - 2 / 11) * (0.8 - 1.0)
    np.testing.assert_allclose(kernel(model.network("first")), expected, rtol=1e-5)
    train(model)  # t = 2: decay 3 / 12
    expected += (1 - 3 / 12) * (model.weights_now()[0] - expected)
    np.testing.assert_allclose(kernel(model.network("first")), expected, rtol=1e-5)


def test_a_decay_below_the_ramp_is_taken_as_it_is(Game, train):
    model = Game()
    train(model, average=0.1)  # the ramp starts at 2 / 11
    expected = 1.0 + 0.9 * (0.8 - 1.0)
    np.testing.assert_allclose(kernel(model.network("first")), expected, rtol=1e-5)


def test_any_network_is_averaged_and_moves_with_its_own_player(Game, train):
    model = Game()
    train(model, average=Average(0.1, "second"))
    assert list(model.averages[0].copies) == ["second"]
    expected = 2.0 + 0.9 * (2.08 - 2.0)
    np.testing.assert_allclose(kernel(model.network("second")), expected, rtol=1e-5)
    assert model.network("first") is model.first  # which nothing follows


def test_a_model_names_the_networks_that_are_averaged(Game, train):
    class Both(Game):
        averaged = ("first", "second")

    model = Both()
    train(model, average=0.1)
    found = [kernel(model.network(name)) for name in ("first", "second")]
    np.testing.assert_allclose(found, [1.0 - 0.18, 2.0 + 0.072], rtol=1e-5)


def test_a_recipe_names_decay_and_networks(Game, train):
    model = Game()
    train(model, average=[{"decay": 0.1, "networks": ["second"]}, {"decay": 0.0}])
    np.testing.assert_allclose(kernel(model.network("second")), 2.072, rtol=1e-5)
    np.testing.assert_allclose(kernel(model.network("first")), 0.8, rtol=1e-6)


def test_a_part_of_a_players_network_is_followed_too(Game, train):
    class Chained(Game):
        """One player holds both layers as one network."""

        def __init__(self):
            super().__init__()
            self.chain = keras.Sequential(
                [keras.Input((1,)), self.first, self.second], name="chain"
            )

        def players(self):
            return {"first": Player(self.chain)}

        def default_optimizers(self):
            return {"first": keras.optimizers.SGD(0.1)}

        def train_step(self, data):
            x = self.unpack(data)["samples"]
            self.minimize("first", self.product, x)
            return self.logs()

    model = Chained()
    train(model, average=Average(0.1, "second"))
    expected = 2.0 + 0.9 * (1.9 - 2.0)  # b: 2 - 0.1 * 1
    np.testing.assert_allclose(kernel(model.network("second")), expected, rtol=1e-5)


def test_several_averages_are_told_apart_by_their_decay(Game, train):
    model = Game()
    train(model, average=[0.1, Average(0.0), Average(0.1, "second")])
    assert model.network("first", averaged=False) is model.first
    found = {decay: kernel(model.network("first", decay)) for decay in (0.1, 0.0)}
    np.testing.assert_allclose(found[0.1], 1.0 - 0.18, rtol=1e-5)
    np.testing.assert_allclose(found[0.0], 0.8, rtol=1e-6)
    # Where none is asked for by its decay, the first one is taken.
    assert kernel(model.network("first")) == found[0.1]
    assert kernel(model.network("first", averaged=True)) == found[0.1]


class Counting(keras.layers.Dense):
    """Has a count, which has no mean, and a statistic, which has."""

    def build(self, input_shape):
        super().build(input_shape)
        self.count = self.add_weight((), "zeros", dtype="int32", trainable=False)
        self.mean = self.add_weight((), "zeros", trainable=False)


def test_statistics_are_averaged_and_counts_copied(Game, train):
    class Counted(Game):
        def __init__(self):
            super().__init__()
            self.first = Counting(1)
            self.first.build((None, 1))

    model = Counted()
    model.compile(average=0.1)
    model.first.count.assign(7)
    model.first.mean.assign(8.0)
    train(model)
    averaged = model.network("first")
    assert int(averaged.count.numpy()) == 7
    np.testing.assert_allclose(float(averaged.mean.numpy()), 0.9 * 8.0, rtol=1e-5)


def test_an_average_is_no_player_and_not_trainable(Game, train):
    model = Game()
    train(model, average=0.5)
    assert not model.averages[0].trainable_variables
    assert len(model.trainable_variables) == 2


def test_compiling_again_begins_anew_and_none_leaves_none(Game, train):
    model = Game()
    train(model, steps=3, average=0.5)
    model.compile(average=0.5)
    assert kernel(model.network("first")) == model.weights_now()[0]
    model.compile()
    assert model.averages == []
    assert model.network("first") is model.first


def networks():
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    return generator, discriminator


def test_all_averages_are_saved_with_the_model(tmp_path):
    model = GAN(*networks(), seed=0)
    model.compile(average=[0.9, Average(0.5, ["generator", "discriminator"])])
    points = np.random.default_rng(0).normal(size=(16, 2)).astype("float32")
    model.fit(points, batch_size=4, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    for name, decay in (("generator", 0.9), ("generator", 0.5), ("discriminator", 0.5)):
        ours, theirs = (m.network(name, decay).get_weights() for m in (model, again))
        raw = model.networks[name].get_weights()
        assert not np.array_equal(ours[0], raw[0])
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("average", "message"),
    [
        (1.0, r"`average` must lie in \[0, 1\).*average=1.0"),
        (True, "average=True"),
        (Average(0.9, "third"), r"\['first', 'second'\].*average='third'"),
        ([0.9, Average(0.9, ["second", "first"])], "the first.*average=0.9 more than"),
    ],
)
def test_useless_averages_are_refused(Game, average, message):
    with pytest.raises(ValueError, match=message):
        Game().compile(average=average)


@pytest.mark.parametrize("averaged", [True, 0.5])
def test_an_average_that_is_not_there_cannot_be_asked_for(Game, averaged):
    model = Game()
    model.compile(average=Average(0.9, "second"))
    with pytest.raises(ValueError, match=f"of its first.*averaged={averaged}.*none"):
        model.network("first", averaged)
