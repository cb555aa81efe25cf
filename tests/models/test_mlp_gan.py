import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.kinds import Images, Vectors, Voxels
from kerasgen.layers import Maxout
from kerasgen.models import MLPGAN


def small(shape, **arguments):
    sizes = {"latent_dim": 3, "units": 16, "discriminator_units": 6, "pieces": 2}
    return MLPGAN(shape, **sizes | arguments)


def test_networks_have_the_sizes_and_first_weights_of_the_authors_code():
    model = MLPGAN((28, 28, 1))
    kernels = [w for w in model.generator.weights if len(w.shape) == 2]
    assert [w.shape for w in kernels] == [(100, 1200), (1200, 1200), (1200, 784)]
    for kernel in kernels:
        assert 0.0495 < np.abs(kernel.numpy()).max() <= 0.05
    maxouts = [x for x in model.discriminator.layers if isinstance(x, Maxout)]
    assert [(x.units, x.pieces) for x in maxouts] == [(240, 5), (240, 5)]
    for layer in maxouts:
        assert 0.00495 < np.abs(layer.kernel.numpy()).max() <= 0.005
    dropouts = (keras.layers.Dropout,)
    rates = [x.rate for x in model.discriminator.layers if isinstance(x, dropouts)]
    assert rates == [0.2, 0.5, 0.5]


def test_the_game_is_that_of_the_authors_code():
    model = small((2,))
    model.compile()
    for player, rate in (("discriminator", 0.05), ("generator", 0.1)):
        optimizer = model.optimizer[player]
        assert isinstance(optimizer, keras.optimizers.SGD)
        assert optimizer.momentum == 0.5
        config = optimizer.get_config()["learning_rate"]
        falling = keras.optimizers.schedules.deserialize(config)
        for step in (0, 1000, 1_000_000):
            expected = rate / 1.000004**step
            assert float(falling(step)) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("shape", "kind", "low", "high"),
    [
        ((5,), Vectors, -np.inf, np.inf),
        ((4, 6, 3), Images, -1.0, 1.0),
        ((3, 4, 2, 1), Voxels, 0.0, 1.0),
    ],
)
def test_samples_of_any_kind_fill_its_range(shape, kind, low, high):
    model = small(shape)
    assert model.kind == kind(shape)
    last = [x for x in model.generator.layers if x.weights][-1]
    weights = [10_000.0 * w for w in last.get_weights()]
    last.set_weights(weights)
    z = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
    samples = ops.convert_to_numpy(model.decode(z))
    assert samples.shape == (50, *shape)
    assert samples.min() >= low and samples.max() <= high
    if np.isfinite(low):
        np.testing.assert_allclose(
            (samples.min(), samples.max()), (low, high), atol=0.1
        )
    else:
        assert np.abs(samples).max() > 1.0


def test_the_discriminator_takes_the_largest_of_its_pieces():
    model = small((2, 2, 1))
    random = np.random.default_rng(0)
    network = model.discriminator
    network.set_weights([random.normal(size=w.shape) for w in network.get_weights()])
    x = random.normal(size=(5, 2, 2, 1))
    first, second, (kernel, bias) = (
        [w.astype("float64") for w in layer.get_weights()]
        for layer in network.layers
        if layer.weights
    )
    h = (x.reshape(5, 4) + 1.0) / 2.0  # from [-1, 1] to the paper's [0, 1]
    for weights, offsets in (first, second):
        h = (h @ weights + offsets).reshape(5, 6, 2).max(axis=-1)
    actual = ops.convert_to_numpy(network(x.astype("float32"))["logits"])
    np.testing.assert_allclose(actual, h @ kernel + bias, rtol=1e-4, atol=1e-4)


def test_points_are_learned():
    model = small((2,), units=32, discriminator_units=16, seed=0)
    model.compile(keras.optimizers.Adam(5e-3, beta_1=0.5))
    random = np.random.default_rng(0)
    points = random.normal((3.0, -2.0), 0.5, size=(3200, 2)).astype("float32")
    keras.utils.set_random_seed(0)
    model.fit(points, batch_size=64, epochs=2, verbose=0)
    samples = model.generate(900, seed=0)
    assert np.abs(samples.mean(axis=0) - (3.0, -2.0)).max() < 1.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sample_shape": None}, "sample_shape=None"),
        ({"sample_shape": (0,)}, r"shape=\(0,\)"),
        ({"units": 0}, "units=0"),
        ({"pieces": 0}, "pieces=0"),
        ({"latent_dim": 0}, "latent_dim=0"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        MLPGAN(**{"sample_shape": (2,)} | arguments)
