import keras
import numpy as np
import pytest

from kerasgen.engine import PlayerOptimizer


def test_compile_without_optimizer_takes_those_of_the_paper(points_gan):
    model = points_gan()
    model.compile()
    for optimizer in model.optimizer.optimizers:
        np.testing.assert_allclose(float(optimizer.learning_rate), 2e-4)
        assert optimizer.beta_1 == 0.5


def test_one_optimizer_is_copied_for_each_player_and_named_after_it(points_gan):
    model = points_gan()
    model.compile(keras.optimizers.SGD(0.5))
    names = [o.name for o in model.optimizer.optimizers]
    assert names == ["discriminator", "generator"]
    assert model.optimizer["generator"] is not model.optimizer["discriminator"]


def test_a_dictionary_may_leave_players_out(points_gan):
    model = points_gan()
    model.compile({"generator": keras.optimizers.SGD(0.5)})
    assert isinstance(model.optimizer["discriminator"], keras.optimizers.Adam)
    assert float(model.optimizer["generator"].learning_rate) == 0.5


def test_an_unknown_player_is_refused_with_the_known_ones(points_gan):
    with pytest.raises(ValueError, match=r"\['discriminator', 'generator'\].*'critic'"):
        points_gan().compile({"critic": "adam"})


def test_none_for_a_player_is_that_of_the_paper(points_gan):
    model = points_gan()
    model.compile({"generator": None, "discriminator": "sgd"})
    assert isinstance(model.optimizer["generator"], keras.optimizers.Adam)
    assert isinstance(model.optimizer["discriminator"], keras.optimizers.SGD)


@pytest.mark.parametrize("given", ["adm", 3, keras.optimizers.Adam, {"generator": 0.1}])
def test_what_is_no_optimizer_is_refused(points_gan, given):
    shown = "0.1 for the generator" if isinstance(given, dict) else "for the discrimin"
    with pytest.raises(ValueError, match=f"`optimizer` must be a keras.*{shown}"):
        points_gan().compile(given)


@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.optimizers.SGD(0.1, loss_scale_factor=1024.0),
        lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1)),
    ],
)
@pytest.mark.parametrize("wrap", [lambda o: o, lambda o: {"generator": o}])
def test_no_loss_is_scaled(points_gan, make, wrap):
    with pytest.raises(ValueError, match="must not scale.*Received: .* loss scale for"):
        points_gan().compile(wrap(make()))


def test_variables_are_those_of_the_players_in_order(points_gan):
    model = points_gan()
    model.compile()
    first, second = model.optimizer.optimizers
    assert len(model.optimizer.variables) == len(first.variables) + len(
        second.variables
    )
    # iteration, learning rate, and two slots for each weight
    assert len(first.variables) == 2 + 2 * len(model.discriminator.trainable_variables)


def test_learning_rate_scales_all_players_alike(points_gan):
    model = points_gan()
    model.compile(
        {
            "discriminator": keras.optimizers.SGD(0.4),
            "generator": keras.optimizers.SGD(0.1),
        }
    )
    model.optimizer.learning_rate = 0.2
    rates = [float(o.learning_rate) for o in model.optimizer.optimizers]
    np.testing.assert_allclose(rates, [0.2, 0.05], rtol=1e-6)


def test_configuration_survives_serialization():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    optimizer = PlayerOptimizer(
        {"a": keras.optimizers.Adam(schedule), "b": keras.optimizers.SGD(0.3)}
    )
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert isinstance(again, PlayerOptimizer)
    assert again.get_config() == optimizer.get_config()


def test_slots_survive_a_round_trip(points_gan, points, tmp_path):
    model = points_gan()
    model.compile()
    model.fit(points, epochs=1, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    for ours, theirs in zip(
        model.optimizer.variables, again.optimizer.variables, strict=True
    ):
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
    assert int(again.optimizer["generator"].iterations.numpy()) == 2
