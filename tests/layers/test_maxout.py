import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.layers import Maxout


def test_each_unit_is_the_largest_of_its_pieces():
    random = np.random.default_rng(0)
    x, w, b = (random.normal(size=s) for s in ((4, 3), (3, 10), (10,)))
    layer = Maxout(5, 2)
    layer.build((None, 3))
    layer.set_weights([w, b])
    pieces = (x @ w + b).reshape(4, 5, 2)
    found = ops.convert_to_numpy(ops.stop_gradient(layer(x.astype("float32"))))
    np.testing.assert_allclose(found, pieces.max(axis=2), rtol=1e-5)


def test_it_learns_an_absolute_value():
    x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
    model = keras.Sequential(
        [Maxout(1, 2, kernel_initializer=keras.initializers.RandomUniform(seed=0))]
    )
    model.compile(keras.optimizers.Adam(0.02), "mse")
    loss = model.fit(x, np.abs(x), epochs=60, verbose=0).history["loss"]
    assert loss[-1] < 0.01 < loss[0]


def test_it_survives_its_config():
    layer = Maxout.from_config(Maxout(3, 4, kernel_initializer="ones").get_config())
    layer.build((None, 2))
    assert (layer.units, layer.pieces) == (3, 4)
    np.testing.assert_array_equal(layer.get_weights()[0], np.ones((2, 12)))
    assert layer.compute_output_shape((7, 2)) == (7, 3)


@pytest.mark.parametrize(
    ("sizes", "name"), [((0, 2), "units"), ((2, -1), "pieces"), ((2.0, 2), "units")]
)
def test_sizes_are_positive_integers(sizes, name):
    with pytest.raises(ValueError, match=f"`{name}` must be a positive integer"):
        Maxout(*sizes)
