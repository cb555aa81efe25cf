import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.adversarial import SkipWhileAccurate
from kerasgen.kinds import Voxels
from kerasgen.models import ThreeDGAN


def small(shape=(8, 8, 8, 1), **arguments):
    return ThreeDGAN(shape, **{"latent_dim": 3, "filters": 2} | arguments)


def test_the_game_is_that_of_the_paper():
    model = small()
    model.compile()
    assert model.turns.get_config() == SkipWhileAccurate(0.8).get_config()
    for player, rate in (("discriminator", 1e-5), ("generator", 2.5e-3)):
        optimizer = model.optimizer[player]
        assert isinstance(optimizer, keras.optimizers.Adam)
        config = optimizer.get_config()
        assert config["learning_rate"] == pytest.approx(rate)
        assert config["beta_1"] == 0.5
    (latents,) = model.inputs
    drawn = latents.draw(1000, np.random.default_rng(0))
    assert 0.0 <= drawn.min() < 0.01 and 0.99 < drawn.max() <= 1.0


def test_networks_of_64_cells_have_the_sizes_of_the_paper():
    model = ThreeDGAN((64, 64, 64, 1))
    widths = [512, 256, 128, 64, 1]
    pairs = list(zip(widths[:-1], widths[1:], strict=True))
    kernels = [(4, 4, 4, out, into) for into, out in pairs]
    found = [w.shape for w in model.generator.weights if len(w.shape) == 5]
    assert found == kernels
    found = [w.shape for w in model.discriminator.weights if len(w.shape) == 5]
    assert found == [(4, 4, 4, out, into) for into, out in reversed(pairs)]
    # One cell to 4x4x4 and back, and two numbers of each batch norm; no biases.
    ends = 200 * 4**3 * 512, 4**3 * 512
    for network, end in zip(model.networks.values(), ends, strict=True):
        convolved = sum(4**3 * a * b for a, b in pairs)
        weights = sum(int(np.prod(w.shape)) for w in network.trainable_weights)
        assert weights == end + convolved + 2 * (512 + 256 + 128 + 64)


def test_a_dense_layer_is_the_convolution_of_a_single_cell():
    z = np.random.default_rng(0).normal(size=(2, 3)).astype("float32")
    dense = small().generator.layers[1]
    kernel = dense.kernel.numpy().reshape(3, 4, 4, 4, 2)
    kernel = np.moveaxis(kernel, 0, -1)  # (4, 4, 4, filters, latent_dim)
    expected = ops.conv_transpose(z[:, None, None, None], kernel, 1, "valid")
    actual = ops.reshape(dense(z), expected.shape)
    np.testing.assert_allclose(
        ops.convert_to_numpy(actual), ops.convert_to_numpy(expected), atol=1e-5
    )


def test_samples_are_voxels_of_any_sides_that_halve_together():
    model = small((16, 24, 20, 2))
    assert model.kind == Voxels((16, 24, 20, 2))
    samples = model.generate(3, seed=0)
    assert samples.shape == (3, 16, 24, 20, 2) and samples.dtype == "uint8"
    assert set(np.unique(samples)) == {0, 1}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"voxel_shape": None}, "voxel_shape=None"),
        ({"voxel_shape": (16, 16, 1)}, r"shape=\(16, 16, 1\)"),
        ({"voxel_shape": (30, 30, 30, 1)}, "make the height 28 or 32.*depth=30"),
        ({"voxel_shape": (64, 64, 34, 1)}, "much: make the width 32 or 36. Rec"),
        ({"filters": 0}, "filters=0"),
        ({"latent_distribution": "cauchy"}, "latent_distribution='cauchy'"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ThreeDGAN(**{"voxel_shape": (8, 8, 8, 1), "filters": 2} | arguments)
