import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine
from kerasgen.engine import autodiff


def numpy(x):
    return ops.convert_to_numpy(x)


def test_gradients_of_two_losses_are_taken_at_the_same_weights():
    a, b = keras.Variable(2.0), keras.Variable(3.0)

    def losses():
        return (a.value * b.value**2, a.value**3 * b.value), None

    (first, second), grads, _ = engine.gradients([[a], [b]], losses)
    assert (float(first), float(second)) == (18.0, 24.0)
    np.testing.assert_allclose(numpy(grads[0][0]), 9.0)  # b^2
    np.testing.assert_allclose(numpy(grads[1][0]), 8.0)  # a^3


def test_a_variable_may_belong_to_both_losses():
    a = keras.Variable(2.0)
    _, grads, _ = engine.gradients([[a], [a]], lambda: ((a.value**2, a.value**3), None))
    np.testing.assert_allclose([numpy(g[0]) for g in grads], [4.0, 12.0])


def test_unused_variable_has_zero_gradient():
    a, b = keras.Variable(2.0), keras.Variable([1.0, 1.0])
    _, ((_, grad_b),), _ = engine.gradients([[a, b]], lambda: ((a.value * 1.0,), None))
    np.testing.assert_array_equal(numpy(grad_b), [0.0, 0.0])


def test_state_changed_inside_and_aux_are_carried_out():
    counter = keras.Variable(0.0, trainable=False)
    seed = keras.random.SeedGenerator(3)
    a = keras.Variable(2.0)
    before = numpy(seed.state)

    def losses():
        counter.assign_add(1.0)
        noise = keras.random.normal((4,), seed=seed)
        return (a.value * ops.sum(noise),), noise

    _, ((grad,),), noise = engine.gradients([[a]], losses)
    assert float(counter.numpy()) == 1.0
    assert not np.array_equal(numpy(seed.state), before)
    np.testing.assert_allclose(numpy(grad), numpy(noise).sum(), rtol=1e-6)


def test_input_gradients_equal_the_closed_form_and_can_be_differentiated():
    # f(x) = w |x|^2, so the gradient is 2 w x and d/dw |grad|^2 = 8 w |x|^2.
    w = keras.Variable(1.5)
    x = ops.convert_to_tensor(np.array([[1.0, 2.0], [0.5, -1.0]], "float32"))

    def penalty():
        grad = engine.input_gradients(lambda x: w.value * ops.sum(x**2, axis=-1), x)
        return (ops.sum(grad**2),), grad

    (value,), ((slope,),), grad = engine.gradients([[w]], penalty)
    np.testing.assert_allclose(numpy(grad), 3.0 * numpy(x), rtol=1e-6)
    np.testing.assert_allclose(float(value), 9.0 * 6.25, rtol=1e-6)
    np.testing.assert_allclose(numpy(slope), 8 * 1.5 * 6.25, rtol=1e-6)


def test_input_gradients_keep_the_structure_of_nested_inputs():
    x, y = ops.ones((3, 2)), ops.ones((3, 1))
    grads = engine.input_gradients(lambda xy: ops.sum(xy[0], -1) * xy[1][:, 0], (x, y))
    assert [tuple(g.shape) for g in grads] == [(3, 2), (3, 1)]
    np.testing.assert_allclose(numpy(grads[1]), 2.0)


def test_input_gradients_leave_batch_statistics_and_advance_seeds():
    norm = keras.layers.BatchNormalization()
    drop = keras.layers.Dropout(0.5, seed=0)
    norm.build((None, 3))
    x = ops.convert_to_tensor(np.random.normal(2.0, size=(8, 3)).astype("float32"))
    seed = [v for v in drop.variables][0]
    before = numpy(seed)
    engine.input_gradients(
        lambda x: ops.sum(drop(norm(x, training=True), training=True), -1), x
    )
    np.testing.assert_array_equal(numpy(norm.moving_mean), 0.0)
    np.testing.assert_array_equal(numpy(norm.moving_variance), 1.0)
    assert not np.array_equal(numpy(seed), before)


@pytest.mark.parametrize("predicate", [True, False])
def test_cond_runs_the_branch_and_its_assignments_or_neither(predicate):
    counter = keras.Variable(0.0)

    def branch():
        counter.assign_add(2.0)
        return ops.convert_to_tensor(5.0)

    result = engine.cond(ops.convert_to_tensor(predicate), branch)
    assert float(result) == (5.0 if predicate else 0.0)
    assert float(counter.numpy()) == (2.0 if predicate else 0.0)


def test_cond_passes_gradients():
    a = keras.Variable(3.0)
    yes = ops.convert_to_tensor(True)
    _, ((grad,),), _ = engine.gradients(
        [[a]], lambda: ((engine.cond(yes, lambda: a.value**2),), None)
    )
    np.testing.assert_allclose(numpy(grad), 6.0)


def test_compiled_function_keeps_its_state_between_calls():
    counter = keras.Variable(0.0, trainable=False)

    @engine.compiled
    def count():
        counter.assign_add(1.0)
        return counter.value * 10.0

    assert [float(count()) for _ in range(3)] == [10.0, 20.0, 30.0]


def one_update_of_a_product():
    """Loss and weights after a step down `mean(x a b)`, x = 1, a = 1, b = 2."""
    x = ops.ones((4, 1))
    weights = [keras.Variable([[1.0]]), keras.Variable([[2.0]])]
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build(weights)

    def product():
        first, second = (w.value for w in weights)
        return (ops.mean(ops.matmul(ops.matmul(x, first), second)),), None

    @engine.compiled
    def step():
        (loss,), (grads,), _ = engine.gradients([weights], product)
        autodiff.update(optimizer, grads, weights)
        return loss

    return [float(step()), *(w.numpy().item() for w in weights)]


def test_no_weight_moves_before_all_gradients_are_known():
    # On TensorFlow one overtook the other in two of three cases.
    found = [one_update_of_a_product() for _ in range(8)]
    np.testing.assert_allclose(found, [[2.0, 0.8, 1.9]] * 8, rtol=1e-6)


def test_optimize_finds_the_minimum_of_a_quadratic():
    target = np.array([[1.0, -2.0]], "float32")
    solution, losses = engine.optimize(
        lambda x: ops.sum(ops.square(x["code"] - ops.convert_to_tensor(target))),
        {"code": np.zeros((1, 2), "float32")},
        steps=200,
        optimizer=keras.optimizers.Adam(0.1),
    )
    np.testing.assert_allclose(solution["code"], target, atol=1e-2)
    assert losses.shape == (200,) and losses[0] == 5.0 and losses[-1] < 1e-3


def test_optimize_refuses_no_steps():
    with pytest.raises(ValueError, match="steps=0"):
        engine.optimize(ops.sum, np.zeros(2), steps=0)
