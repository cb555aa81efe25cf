import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import layers, losses
from kerasgen.engine.keras_private import all_layers
from kerasgen.models import DCGAN


def widths(network, kind):
    return [layer.filters for layer in network.layers if isinstance(layer, kind)]


def test_the_networks_of_64_pixels_are_those_of_figure_1():
    model = DCGAN((64, 64, 3), filters=2)
    ups = widths(model.generator, keras.layers.Conv2DTranspose)
    downs = widths(model.discriminator, keras.layers.Conv2D)
    assert model.generator.get_layer(index=2).target_shape == (4, 4, 16)
    assert ups == [8, 4, 2, 3]
    assert downs == [2, 4, 8, 16]


def test_batch_norm_stands_everywhere_but_at_the_image():
    model = DCGAN((64, 64, 3), filters=2)

    def norms(network):
        kinds = keras.layers.BatchNormalization
        return sum(isinstance(layer, kinds) for layer in network.layers)

    assert norms(model.generator) == 4  # not before the output
    assert norms(model.discriminator) == 3  # not after the input


def test_convolutions_under_batch_norm_have_no_bias():
    model = DCGAN((32, 32, 1), filters=2)
    kinds = (keras.layers.Conv2D, keras.layers.Conv2DTranspose, keras.layers.Dense)
    with_bias = [
        layer.name
        for network in (model.generator, model.discriminator)
        for layer in network.layers
        if isinstance(layer, kinds) and layer.use_bias
    ]
    assert len(with_bias) == 3  # the image, the first convolution, the logits


def test_weights_start_with_the_deviation_of_section_4():
    model = DCGAN((32, 32, 1), filters=32)
    for layer in model.generator.layers + model.discriminator.layers:
        if hasattr(layer, "kernel") and layer.kernel.shape[-1] > 1:
            assert abs(layer.kernel.numpy().std() - 0.02) < 0.002


@pytest.mark.parametrize(
    "shape", [(8, 8, 1), (28, 28, 1), (64, 64, 3), (96, 128, 4), (36, 64, 2)]
)
def test_sizes_are_arguments(shape):
    model = DCGAN(shape, filters=2, latent_dim=5)
    assert model.generator.output_shape == (None, *shape)
    assert model.discriminator.input_shape == (None, *shape)


def test_the_paper_has_five_by_five_kernels_and_twice_the_width():
    model = DCGAN((64, 64, 3), filters=128, kernel_size=5)
    assert widths(model.generator, keras.layers.Conv2DTranspose) == [512, 256, 128, 3]


def test_the_game_is_that_of_section_4_also_after_loading(tmp_path):
    model = DCGAN((8, 8, 1), filters=2)
    model.save(tmp_path / "model.keras")
    for each in (model, keras.saving.load_model(tmp_path / "model.keras")):
        each.compile()
        assert isinstance(each.objective, losses.NonSaturating)
        (latents,) = each.inputs
        assert (latents.size, latents.distribution) == (100, "uniform")
        for optimizer in each.optimizer.optimizers:
            config = optimizer.get_config()
            assert isinstance(optimizer, keras.optimizers.Adam)
            assert config["learning_rate"] == pytest.approx(2e-4)
            assert config["beta_1"] == 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": None}, "image_shape=None"),
        ({"image_shape": (30, 30, 1)}, "make the height 28 or 32.*height=30"),
        ({"image_shape": (64, 100, 1)}, "much: make the width 96 or 112. Received"),
        ({"image_shape": (2, 2, 1)}, "make the height 8"),
        ({"image_shape": 28}, "image_shape=28"),
        ({"image_shape": (28, 28)}, r"\(28, 28\)"),
        ({"image_shape": (28, 28, 0)}, r"\(28, 28, 0\)"),
        ({"filters": 0}, "filters=0"),
        ({"kernel_size": 1}, "kernel_size=1"),
        ({"latent_dim": -1}, "latent_dim=-1"),
        ({"latent_distribution": "cauchy"}, "'cauchy'"),
        ({"dense_width": -1}, "`dense_width` must be an integer of at least 0"),
        ({"categories": -1}, "`categories` must be an integer of at least 0"),
        ({"categories": 1}, "`categories` must be at least 2"),
        ({"minibatch_discrimination": "x"}, "`minibatch_discrimination` must.*='x'"),
        ({"minibatch_stddev": -1}, "`minibatch_stddev` must be an integer of at least"),
        ({"minibatch_stddev": 1}, "`group_size` must be at least 2"),
        (
            {"minibatch_stddev": 4, "normalization": "virtual_batch"},
            "reference as well.*minibatch_stddev=4",
        ),
    ],
)
def test_what_no_dcgan_can_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DCGAN(**{"image_shape": (28, 28, 1)} | arguments)


def test_training_moves_samples_towards_the_data(dcgan, images):
    """After a few epochs samples have the brightness of the data, not of the start."""
    model = dcgan()
    model.compile(keras.optimizers.Adam(5e-3, beta_1=0.5))
    start = model.generate(32, seed=0).mean()
    model.fit(images, batch_size=16, epochs=8, verbose=0)
    end = model.generate(32, seed=0).mean()
    target = images.mean()
    assert abs(end - target) < abs(start - target) / 2
    assert np.std(model.generate(32, seed=0), axis=0).max() > 10  # not all the same


@pytest.mark.parametrize(
    ("normalization", "kind", "count"),
    [
        ("batch", keras.layers.BatchNormalization, 1),
        ("virtual_batch", layers.VirtualBatchNormalization, 1),
        ("layer", keras.layers.LayerNormalization, 1),
        ("spectral", layers.SpectralNormalization, 3),  # input and logits as well
        (None, keras.layers.Normalization, 0),
    ],
)
def test_the_discriminators_norm_is_a_choice(dcgan, images, normalization, kind, count):
    model = dcgan(normalization=normalization, filters=2)
    found = all_layers(model.discriminator)
    norms = [layer for layer in found if "Normalization" in type(layer).__name__]
    assert len(norms) == count and all(isinstance(n, kind) for n in norms)
    before = [v.numpy() for v in model.discriminator.trainable_variables]
    model.compile()
    model.train_on_batch(images[:8])
    for old, variable in zip(
        before, model.discriminator.trainable_variables, strict=True
    ):
        assert not np.array_equal(old, variable.numpy()), variable.path


@pytest.mark.parametrize("normalization", ["batch", "spectral", "layer"])
def test_a_dense_layer_joins_what_convolutions_see_apart(dcgan, normalization):
    model = dcgan(dense_width=5, normalization=normalization)  # of latents of 8, 4x4x8
    sizes = {"generator": 8 * 5 + 2 * 5 + 5 * 128, "discriminator": 128 * 5 + 5 + 1}
    sizes["discriminator"] += {"batch": 10, "layer": 10, "spectral": 5}[normalization]
    plain = dcgan(normalization=normalization)
    shorter = {"generator": 8 * 128, "discriminator": 128 + 1}
    for name, network in model.networks.items():
        added = _size(network) - _size(plain.networks[name])
        assert added == sizes[name] - shorter[name]
    outputs = model.discriminator(np.zeros((2, 16, 16, 1), "float32"))
    assert tuple(outputs["features"].shape) == (2, 5)


def test_the_generator_is_told_which_latent_is_the_largest(dcgan):
    plain, told = dcgan(), dcgan(categories=3)
    width = 128  # of the projection, 4x4x8
    assert _size(told.generator) - _size(plain.generator) == 3 * width
    assert told.generator.input_shape == plain.generator.input_shape
    with pytest.raises(ValueError, match="categories=9, 8 latents"):
        dcgan(categories=9)


def _size(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


def test_an_unknown_norm_is_refused(dcgan):
    with pytest.raises(ValueError, match="normalization='group'"):
        dcgan(normalization="group")


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_the_reference_of_a_virtual_batch_norm_is_the_first_real_batch(
    dcgan, images, tmp_path, policy
):
    keras.config.set_dtype_policy(policy)
    model = dcgan(normalization="virtual_batch", filters=2)
    (wrapper,) = (
        layer
        for layer in model.discriminator.layers
        if isinstance(layer, layers.ReferenceBatch)
    )
    model.compile()
    for start in (0, 8):
        model.train_on_batch(images[start : start + 8])
        reference = wrapper.reference.numpy()
        expected = np.tile(images[:8] / 127.5 - 1.0, (8, 1, 1, 1))
        np.testing.assert_allclose(reference, expected, atol=1e-2)
    model.save(tmp_path / "dcgan.keras")
    again = keras.saving.load_model(tmp_path / "dcgan.keras")
    again.train_on_batch(images[16:24])
    (wrapper,) = (
        layer
        for layer in again.discriminator.layers
        if isinstance(layer, layers.ReferenceBatch)
    )
    np.testing.assert_array_equal(wrapper.reference.numpy(), reference)


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        ({"minibatch_discrimination": 6}, 6),
        # A map of 4x4 pixels, which the first sample shares with the three after it.
        ({"minibatch_stddev": 4}, 16),
    ],
)
def test_the_samples_of_a_batch_see_each_other(dcgan, arguments, more):
    def first_logit(model, others):
        x = np.full((4, 16, 16, 1), others, "float32")
        x[0] = 0.5
        outputs = model.judge({"samples": ops.convert_to_tensor(x)}, False)
        return ops.convert_to_numpy(ops.stop_gradient(outputs["logits"]))[0, 0]

    alone, together = dcgan(), dcgan(**arguments)
    assert together.discriminator.output["features"].shape[1] == (
        alone.discriminator.output["features"].shape[1] + more
    )
    assert first_logit(alone, 0.5) == pytest.approx(first_logit(alone, -1.0), abs=1e-6)
    assert abs(first_logit(together, 0.5) - first_logit(together, -1.0)) > 1e-6


def test_first_weights_are_fixed_by_the_seed_of_keras_alone():
    def weights():
        return DCGAN((8, 8, 1), filters=2, seed=0).generator.get_weights()

    pairs = []
    for fixed in (False, True):
        keras.utils.set_random_seed(0)
        first = weights()
        if fixed:
            keras.utils.set_random_seed(0)
        pairs.append((first, weights()))
    (first, other), (one, same) = pairs
    assert not np.array_equal(first[0], other[0])
    for a, b in zip(one, same, strict=True):
        np.testing.assert_array_equal(a, b)
