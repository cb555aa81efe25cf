import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine
from kerasgen.layers import CodeTable, UnitBall


def test_a_code_is_looked_up_by_its_place():
    table = CodeTable(7, 3, seed=0)
    found = table(np.array([6, 0, 6, 2]))
    codes = table.codes.numpy()
    np.testing.assert_array_equal(ops.convert_to_numpy(found), codes[[6, 0, 6, 2]])


def test_codes_begin_as_normal_numbers_in_the_ball():
    codes = CodeTable(500, 2, seed=0).codes.numpy()
    lengths = np.linalg.norm(codes, axis=1)
    assert lengths.max() <= 1.0 + 1e-6
    # |z| of a plane normal is below 1 with probability 1 - exp(-1/2).
    assert (lengths < 1.0 - 1e-4).mean() == pytest.approx(0.393, abs=0.07)
    np.testing.assert_array_equal(codes, CodeTable(500, 2, seed=0).codes.numpy())
    assert not np.array_equal(codes, CodeTable(500, 2, seed=1).codes.numpy())


def test_a_gradient_reaches_the_rows_that_were_asked_for_and_adds_up():
    table = CodeTable(5, 2, seed=0)
    slopes = np.array([[1.0, 2.0], [3.0, 4.0], [10.0, 20.0]], "float32")
    indices = np.array([3, 1, 3])

    def loss():
        return (ops.sum(ops.multiply(table(indices), slopes)),), None

    def gradient():
        _, ((found,),), _ = engine.gradients([table.trainable_variables], loss)
        return ops.convert_to_tensor(found)

    expected = np.zeros((5, 2))
    np.add.at(expected, indices, slopes)
    found = ops.convert_to_numpy(engine.compiled(gradient)())
    np.testing.assert_allclose(found, expected)


def test_plain_descent_and_the_projection_move_those_rows_alone():
    table = CodeTable(4, 2, seed=0)
    table.codes.assign(np.array([[0.1, 0.0], [0.6, 0.0], [0.0, 0.3], [0.0, 1.0]]))
    player = engine.Player(table, UnitBall())
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(player.variables)
    slopes = np.array([[0.0, -0.5], [-1.4, 0.0]], "float32")

    def step():
        def loss():
            return (ops.sum(ops.multiply(table(np.array([0, 1])), slopes)),), None

        _, (grads,), _ = engine.gradients([player.variables], loss)
        optimizer.apply(grads, player.variables)
        player.constrain()

    engine.compiled(step)()
    expected = [[0.1, 0.5], [1.0, 0.0], [0.0, 0.3], [0.0, 1.0]]
    np.testing.assert_allclose(table.codes.numpy(), expected, atol=1e-6)


def test_the_ball_projects_what_is_outside_and_leaves_the_rest():
    rows = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0], [0.0, -2.0]], "float32")
    found = ops.convert_to_numpy(UnitBall()(ops.convert_to_tensor(rows)))
    expected = [[0.6, 0.8], [0.3, 0.4], [0.0, 0.0], [0.0, -1.0]]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_array_equal(found[1:3], rows[1:3])
    larger = ops.convert_to_numpy(UnitBall(2.5)(ops.convert_to_tensor(rows)))
    np.testing.assert_allclose(larger[0], [1.5, 2.0], atol=1e-6)
    with pytest.raises(ValueError, match="`radius`.*Received: radius=0"):
        UnitBall(0)


def test_a_table_is_saved_as_it_is(tmp_path):
    inputs = keras.Input((), dtype="int32")
    table = CodeTable(3, 2, seed=4, name="codes")
    model = keras.Model(inputs, table(inputs))
    model.save(tmp_path / "table.keras")
    again = keras.saving.load_model(tmp_path / "table.keras")
    np.testing.assert_array_equal(
        again.get_layer("codes").codes.numpy(), table.codes.numpy()
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((0, 2), "num_codes=0"), ((2.5, 2), "num_codes=2.5"), ((2, 0), "latent_dim=0")],
)
def test_tables_that_cannot_be_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        CodeTable(*arguments)
