"""What we rely on in Keras beyond its public interface.

A test that fails here after an upgrade of Keras says which function of
`kerasgen/engine/keras_private.py` to mend.
"""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.engine import keras_private


class Adds(keras.layers.Layer):
    """Adds 1 as a loss at each call."""

    def call(self, x):
        self.add_loss(ops.ones(()))
        return x


def test_forgotten_losses_are_gone_in_layers_at_any_depth():
    inner = Adds()
    network = keras.Sequential([keras.Input((1,)), keras.Sequential([inner])])
    network(ops.ones((2, 1)))
    assert len(network.losses) == len(inner.losses) == 1
    keras_private.forget_losses(network)
    assert network.losses == inner.losses == []


def test_regularizers_are_no_losses_that_can_be_forgotten():
    layer = keras.layers.Dense(1, kernel_regularizer="l2")
    layer.build((None, 1))
    keras_private.forget_losses(layer)
    assert len(layer.losses) == 1


def test_a_model_that_is_not_compiled_is_refused_in_keras_words():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="call `compile"):
        keras_private.assert_compiled(model, "fit")
    model.compile("sgd", "mse")
    keras_private.assert_compiled(model, "fit")


def test_all_layers_are_found_at_any_depth():
    inner, outer = keras.layers.Dense(1), keras.layers.Dense(1)
    network = keras.Sequential(
        [keras.Input((1,)), keras.Sequential([keras.Input((1,)), inner]), outer]
    )
    found = {id(layer) for layer in keras_private.all_layers(network)}
    assert {id(network), id(inner), id(outer)} <= found


def test_a_variable_takes_its_first_value_from_another_initializer():
    with keras.StatelessScope():  # where variables wait for their values
        variable = keras.Variable(initializer="zeros", shape=(2, 3))
        other = keras.initializers.Constant(5.0)
        keras_private.first_value(variable, other)
    np.testing.assert_array_equal(variable.numpy(), np.full((2, 3), 5.0))


def test_what_a_variable_holds_is_seen_in_any_scope():
    variable = keras.Variable(np.full(2, 3.0, "float32"))
    with keras.StatelessScope([(variable, ops.zeros(2))]):
        found = keras_private.stored_value(variable)
    np.testing.assert_array_equal(ops.convert_to_numpy(found), [3.0, 3.0])


def test_keras_takes_the_values_of_variables_in_fit_under_jax_alone(backend):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    taken, x = [], np.zeros((4, 1), "float32")
    note = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: taken.append(
            keras_private.stored_value(model.layers[0].kernel) is None
        )
    )
    model.fit(x, x, callbacks=[note], verbose=0)
    assert taken == [backend == "jax"]
    assert keras_private.stored_value(model.layers[0].kernel) is not None


def test_what_needs_a_value_is_called_when_there_is_one():
    seen = []
    with keras_private.variables_without_values(lambda variable: None):
        variable = keras.Variable(initializer="ones", shape=(2,))
        keras_private.once_valued(variable, lambda v: seen.append(v.numpy().sum()))
        assert seen == []
    keras_private.once_valued(variable, lambda v: seen.append(v.shape))
    assert seen == [2.0, (2,)]


def test_variables_get_their_values_when_all_are_made():
    with keras_private.variables_without_values(lambda variable: None):
        variable = keras.Variable(initializer="ones", shape=(2,))
        keras_private.first_value(variable, keras.initializers.Constant(5.0))
    np.testing.assert_array_equal(variable.numpy(), np.full(2, 5.0))


def test_every_variable_is_admitted_before_it_has_a_value(monkeypatch):
    def refuse(variable):
        raise MemoryError(str(tuple(variable.shape)))

    initialize = "_initialize_with_initializer"
    monkeypatch.setattr(keras.Variable, initialize, None)  # not called
    with pytest.raises(MemoryError, match=r"\(3, 4\)"):
        with keras_private.variables_without_values(refuse):
            keras.layers.Dense(4).build((None, 3))


def test_what_was_made_before_an_error_is_dropped():
    """Keras would give it a value at the end of each later stateless scope."""

    def fail(shape, dtype=None):
        raise OverflowError

    with pytest.raises(KeyError):
        with keras_private.variables_without_values(lambda variable: None):
            keras.Variable(initializer=fail, shape=(2,))
            raise KeyError
    with pytest.raises(OverflowError):
        with keras_private.variables_without_values(lambda variable: None):
            keras.Variable(initializer=fail, shape=(2,))
    with keras.StatelessScope():
        variable = keras.Variable(initializer="ones", shape=(2,))
    np.testing.assert_array_equal(variable.numpy(), np.ones(2))


def test_inside_a_stateless_scope_variables_wait_until_that_is_left():
    with keras.StatelessScope():
        with keras_private.variables_without_values(lambda variable: None):
            variable = keras.Variable(initializer="zeros", shape=(2,))
        keras_private.first_value(variable, keras.initializers.Constant(5.0))
    np.testing.assert_array_equal(variable.numpy(), np.full(2, 5.0))


def test_the_schedule_of_a_rate_is_found_and_a_number_is_none():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    assert keras_private.rate_schedule(keras.optimizers.SGD(schedule)) is schedule
    assert keras_private.rate_schedule(keras.optimizers.SGD(0.1)) is None


def test_slots_of_adam_are_those_of_each_variable():
    variables = [keras.Variable(np.full(n, 1.0, "float32")) for n in (2, 3)]
    adam = keras.optimizers.Adam(0.1, beta_1=0.5, beta_2=0.75)
    adam.build(variables)
    gradients = [ops.full((2,), 2.0), ops.full((3,), 4.0)]
    adam.apply(gradients, variables)
    reversed_order = variables[::-1]
    momentums, velocities = keras_private.adam_slots(adam, reversed_order)
    # (1 - beta_1) g and (1 - beta_2) g^2 after one update
    np.testing.assert_allclose(momentums[0].numpy(), np.full(3, 2.0), rtol=1e-6)
    np.testing.assert_allclose(momentums[1].numpy(), np.full(2, 1.0), rtol=1e-6)
    np.testing.assert_allclose(velocities[0].numpy(), np.full(3, 4.0), rtol=1e-6)
    np.testing.assert_allclose(velocities[1].numpy(), np.full(2, 1.0), rtol=1e-6)


class Evaluated(keras.Sequential):
    """Notes the arguments of `evaluate`."""

    def evaluate(self, *args, **kwargs):
        self.noted.append(dict(kwargs))
        return super().evaluate(*args, **kwargs)


def test_an_evaluation_within_fit_is_told_from_that_of_a_user():
    model = Evaluated([keras.Input((1,)), keras.layers.Dense(1)])
    model.noted = []
    model.compile("sgd", "mse")
    x = np.zeros((4, 1), "float32")
    model.fit(x, x, validation_data=(x, x), verbose=0)
    model.evaluate(x, x, verbose=0)
    within = [keras_private.is_within_fit(arguments) for arguments in model.noted]
    assert within == [True, False]


def test_configurations_name_optimizers_as_every_backend_does():
    made = {"optimizer": {"generator": keras.optimizers.Adam(0.5)}, "loss": ["hinge"]}
    config = keras.saving.serialize_keras_object(made)
    config = keras_private.with_public_optimizers(config)
    assert "keras.src" not in str(config)
    again = keras.saving.deserialize_keras_object(config)
    assert again["loss"] == ["hinge"]
    adam = again["optimizer"]["generator"]
    assert isinstance(adam, keras.optimizers.Adam) and float(adam.learning_rate) == 0.5


def test_a_scope_knows_the_one_around_it():
    with keras.StatelessScope() as outer:
        with keras.StatelessScope() as inner:
            pass
    assert keras_private.surrounding_scope(inner) is outer
    assert keras_private.surrounding_scope(outer) is None


def test_states_of_seeds_are_called_as_we_expect():
    layer = keras.layers.Dropout(0.5, seed=1)
    layer.build((None, 3))
    assert [v.name for v in layer.variables] == [keras_private.SEED_STATE]
    assert tuple(layer.variables[0].shape) == (2,)  # the seed, and a count


def test_statistics_of_batches_are_called_as_we_expect():
    layer = keras.layers.BatchNormalization()
    layer.build((None, 3))
    names = tuple(v.name for v in layer.non_trainable_variables)
    assert names == keras_private.BATCH_STATISTICS


def test_what_made_a_symbolic_tensor_can_be_done_again():
    inputs = keras.Input((3,))
    first = keras.layers.Dense(4)(inputs)
    parts = ops.split(first, [1], axis=1)
    made = keras_private.made_by(parts[1])
    assert made.inputs == [first] and made.index == 1
    again = made.again(np.arange(8.0).reshape(2, 4))
    expected = [[1.0, 2.0, 3.0], [5.0, 6.0, 7.0]]
    np.testing.assert_array_equal(ops.convert_to_numpy(again[made.index]), expected)
    start = keras_private.made_by(inputs)
    assert isinstance(start.operation, keras.layers.InputLayer) and not start.inputs
    assert keras_private.made_by(keras.KerasTensor((1,))) is None


def test_weights_that_are_read_piece_by_piece_say_out_of_what(tmp_path):
    class Noted(keras.layers.Dense):
        def load_own_variables(self, store):
            noted.append(keras_private.archive_behind(store))
            super().load_own_variables(store)

    noted = []
    model = keras.Sequential([keras.Input((1,)), Noted(1)])
    model.save(tmp_path / "x.keras")
    model.save_weights(tmp_path / "x.weights.h5")
    model.load_weights(tmp_path / "x.keras")
    model.load_weights(tmp_path / "x.weights.h5")
    archive, nothing = noted
    assert archive.filename == str(tmp_path / "x.keras") and nothing is None
