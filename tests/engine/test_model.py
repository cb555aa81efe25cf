"""What every model says of itself, how it is compiled, and what it keeps."""

import keras
import numpy as np
import pytest

from kerasgen.adversarial import GAN
from kerasgen.engine import GenerativeModel, PlayerOptimizer
from kerasgen.inputs import Labels, Latents
from kerasgen.kinds import Vectors


def points(n=16):
    return np.random.default_rng(0).normal(size=(n, 2)).astype("float32")


def gan(**arguments):
    """A GAN of points with dropout in both networks."""

    def network(inputs, outputs, seed):
        return keras.Sequential(
            [
                keras.Input((inputs,)),
                keras.layers.Dense(4, "relu"),
                keras.layers.Dropout(0.5, seed=seed),
                keras.layers.Dense(outputs),
            ]
        )

    return GAN(network(3, 2, 1), network(2, 1, 2), **{"seed": 0, **arguments})


def test_channels_first_is_refused(Game):
    keras.config.set_image_data_format("channels_first")
    try:
        with pytest.raises(ValueError, match="channels last"):
            Game()
    finally:
        keras.config.set_image_data_format("channels_last")


def test_mixed_float16_is_refused_with_the_way_out(Game):
    class InHalf(Game):
        def __init__(self):
            super().__init__()
            self.half = keras.layers.Dense(1, dtype="mixed_float16")

    with pytest.raises(ValueError, match="mixed_bfloat16"):
        InHalf().compile()


@pytest.mark.parametrize("name", ["networks", "players", "default_optimizers"])
def test_what_a_subclass_must_define_is_named(name):
    model = GenerativeModel(Vectors(2))
    with pytest.raises(NotImplementedError, match=f"GenerativeModel.*`{name}`"):
        said = getattr(model, name)
        said()


def test_labels_are_found_among_the_inputs():
    labels = Labels(3)
    assert GenerativeModel(Vectors(2), (Latents(2), labels)).labels is labels
    assert GenerativeModel(Vectors(2), (Latents(2),)).labels is None


# --- compiling


def test_compile_says_what_the_steps_log(Game):
    model = Game()
    assert model.metrics == []
    model.compile()
    *logged, data = [m.name for m in model.metrics]
    assert logged == ["first_loss", "second_loss"] and data == "data"
    assert list(model.get_metrics_result()) == logged


@pytest.mark.parametrize(
    ("name", "near"),
    [("d_optimizer", "optimizer"), ("los", "loss"), ("run_eager", "run_eagerly")],
)
def test_an_argument_that_compile_does_not_take_is_refused(name, near):
    takes = "optimizer, loss, terms, views, turns, constraints, average, run_eagerly"
    by_player = "{'discriminator': ..., 'generator': ...}"
    message = f"takes {takes}.*{by_player}.*nearest names are {near}.*{name}='adam'"
    model = gan()
    with pytest.raises(TypeError, match=message):
        model.compile(**{name: "adam"})
    assert not model.compiled


@pytest.mark.parametrize(
    ("name", "values", "rule"),
    [
        ("run_eagerly", ["no", 2], "True or False"),
        ("steps_per_execution", [0, "2", None], "a positive integer"),
        ("jit_compile", ["maybe", 2], "True or False"),
    ],
)
def test_what_compile_cannot_go_by_is_refused(name, values, rule):
    for value in values:
        with pytest.raises(ValueError, match=f"`{name}` must be {rule}. .*{value!r}"):
            gan().compile(**{name: value})


def test_how_a_model_was_compiled_comes_back_with_it(tmp_path):
    model = gan()
    rates = {
        "discriminator": keras.optimizers.SGD(0.25),
        "generator": keras.optimizers.Adam(0.5, beta_1=0.3),
    }
    model.compile(rates, average=0.9, run_eagerly=True)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.run_eagerly
    assert isinstance(again.optimizer, PlayerOptimizer)
    assert isinstance(again.optimizer["discriminator"], keras.optimizers.SGD)
    assert float(again.optimizer["discriminator"].learning_rate) == 0.25
    assert again.optimizer["generator"].beta_1 == 0.3
    assert [a.decay for a in again.averages] == [0.9]


def test_a_model_that_is_not_compiled_is_saved_as_such(tmp_path):
    gan().save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert not again.compiled
    assert again.generate(2, seed=0).shape == (2, 2)


def test_weights_under_a_name_that_keras_refuses_are_refused_by_that_name(tmp_path):
    for name in ("weights.h5", "weights.txt"):
        with pytest.raises(ValueError, match=rf"filepath=.*{tmp_path}/{name}"):
            gan().save_weights(tmp_path / name)
    assert not list(tmp_path.iterdir())


# --- state


def test_steps_and_epochs_are_counted_over_calls_of_fit_and_saved(tmp_path):
    model = gan()
    model.compile()
    model.fit(points(), batch_size=4, epochs=2, verbose=0)
    model.fit(points(), batch_size=4, epochs=1, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    for found in (model, again):
        assert int(found.global_step.numpy()) == 3 * 4
        assert int(found.epochs_seen.numpy()) == 3
    again.fit(points(), batch_size=4, verbose=0)
    assert int(again.global_step.numpy()) == 4 * 4


def test_seeds_of_all_networks_are_saved_with_the_model(tmp_path):
    model = gan()
    model.compile(average=0.5)
    model.fit(points(), batch_size=8, verbose=0)
    model.generate(3)  # leaves the state as it is, and the order in which it is saved
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    seeds = [v for v in model.variables if "seed" in v.name]
    assert len(seeds) == 4  # the model's, two dropouts' and that of the average
    for ours, theirs in zip(model.variables, again.variables, strict=True):
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy(), ours.path)


def test_sampling_adds_no_weight_to_a_model():
    model = gan()
    before = [v.path for v in model.weights]
    model.generate(2, seed=0)
    model.run(lambda x: model.discriminator(x), points())
    assert [v.path for v in model.weights] == before


def test_weights_of_a_trained_model_fit_a_new_one(tmp_path):
    model = gan()
    model.compile()
    model.fit(points(), batch_size=8, verbose=0)
    model.generate(2)
    model.save_weights(tmp_path / "model.weights.h5")
    other = gan(seed=3)
    other.load_weights(tmp_path / "model.weights.h5")
    for ours, theirs in zip(model.weights, other.weights, strict=True):
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy(), ours.path)


@pytest.mark.parametrize("name", ["m.h5", "m.hdf5", "m", "m.weights.h5", "m.keras.zip"])
def test_a_model_is_saved_whole_as_keras_alone(tmp_path, name):
    model = gan()
    model.compile(average=0.9)
    with pytest.raises(ValueError, match=f"ends in `.keras`.*Received: .*{name}"):
        model.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_model_may_be_saved_as_a_folder(tmp_path):
    model = gan()
    model.save(tmp_path / "m", zipped=False)
    again = keras.saving.load_model(tmp_path / "m")
    for saved, loaded in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(saved.numpy(), loaded.numpy())


def test_networks_of_one_name_are_saved_apart(tmp_path):
    def network(inputs, outputs):
        layers = [keras.Input((inputs,)), keras.layers.Dense(outputs, name="same")]
        return keras.Sequential(layers, name="same")

    def model():
        made = GAN(network(3, 2), network(2, 1))
        made.compile(average=0.9)  # a third network of that name
        return made

    first, second = model(), model()
    first.fit(points(), verbose=0)
    first.save(tmp_path / "m.keras")
    first.save_weights(tmp_path / "m.weights.h5")
    second.load_weights(tmp_path / "m.weights.h5")
    loaded = keras.saving.load_model(tmp_path / "m.keras")
    for saved, *others in zip(
        first.weights, second.weights, loaded.weights, strict=True
    ):
        for other in others:
            np.testing.assert_array_equal(saved.numpy(), other.numpy())
